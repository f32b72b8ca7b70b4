"""Which rungs titles carried, each by the ladder's text of those days: what positions and histories are made of."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from accounts import memory
from enterprises import deadlines
from enterprises.models import Enterprise
from pipeline import stairs
from pipeline.models import Bureau, Ladder, Rung, Title
from pipeline.models.title import Standing
from pipeline.stairs import Span, Stretch


def rungs_of_family() -> list[Rung]:
    """The rungs of all texts of the bureau's ladder, each text lowest first; none before the bureau chose one."""
    return memory.once("rungs of the family", read_rungs)


def read_rungs() -> list[Rung]:
    """The same, asked of the database."""
    family = Bureau.objects.values("ladder__family")
    return list(Rung.objects.filter(ladder__family__in=family).select_related("ladder").order_by("ladder", "order"))


def spans(rungs: Sequence[Rung], on: datetime.date, ids: Sequence[int] | None) -> dict[int, list[Span]]:
    """The days on which titles begun by then carry rungs, by firm."""
    of_track: dict[str, list[Rung]] = defaultdict(list)
    for rung in rungs:
        for track in rung.tracks:
            of_track[track].append(rung)
    titles = Title.objects.filter(track__in=of_track, valid_from__lte=on)
    if ids is not None:
        titles = titles.filter(enterprise__in=ids)
    found: dict[int, list[Span]] = defaultdict(list)
    columns = titles.values_list("enterprise_id", "track", "valid_from", "valid_until", "standing", "acted_on")
    for firm, track, begins, ends, standing, acted_on in columns.iterator(chunk_size=20_000):
        for rung in of_track[track]:
            if span := carried(rung, begins, ends, standing, acted_on):
                found[firm].append(span)
    return found


def carried(
    rung: Rung,
    begins: datetime.date,
    ends: datetime.date | None,
    standing: str,
    acted_on: datetime.date | None,
) -> Span | None:
    """The days on which a title carries its rung: within those of its text, and no longer than until an act upon it."""
    if standing in {Standing.SUSPENDED, Standing.REVOKED}:
        if acted_on is None or acted_on <= begins:
            return None
        stopped = deadlines.days_after(acted_on, -1)
        ends = min(ends, stopped) if ends else stopped
    whole = Span(rung.order, begins, ends, rung.key, rung.ladder.slug)
    return whole.within(rung.ladder.effective_from, rung.ladder.effective_to)


@dataclass(frozen=True)
class Chapter:
    """A stretch of a firm's history: the rung by the text of those days, or none, and the titles that carried it."""

    stretch: Stretch
    rung: Rung | None
    titles: Sequence[Title]

    @property
    def ladder(self) -> Ladder | None:
        """The text in force then."""
        return self.rung.ladder if self.rung else None


def history(enterprise: Enterprise, on: datetime.date) -> list[Chapter]:
    """Where the firm stood until the day, latest first: the same walk that settles its position."""
    rungs = {(rung.ladder.slug, rung.key): rung for rung in rungs_of_family()}
    titles = list(Title.objects.filter(enterprise=enterprise, valid_from__lte=on).order_by("valid_from"))
    bore = [
        (title, span)
        for title in titles
        for rung in rungs.values()
        if title.track in rung.tracks
        if (span := carried(rung, title.valid_from, title.valid_until, title.standing, title.acted_on))
    ]
    return [
        Chapter(
            stretch,
            rungs.get((stretch.ladder, stretch.rung)),
            [title for title, span in bore if stretch.meets(span)],
        )
        for stretch in stairs.stretches([span for _, span in bore], on)
    ]
