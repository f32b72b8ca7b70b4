"""The numbers of 工作台, each counted exactly, in a few statements that each pass over a table once.

``stock`` says which firms a number means, and 企业库 lists them by it; this module only counts the same sets faster. A
number is named by the filters that list its firms: ``{"one_short": "hnte"}``.
"""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q

from pipeline.domain import concerns, stock, wanting
from pipeline.domain.stock import OFF_LADDER, Firms
from pipeline.models import Candidacy, Rung, Title
from pipeline.models.candidacy import IN_FLIGHT

WAYS: Final = {"coaching": IN_FLIGHT[:2], "filed": IN_FLIGHT[2:]}
Named = tuple[Mapping[str, str], int]


def key(query: Mapping[str, str]) -> str:
    """The name of a number from the filters of its list."""
    return "&".join(f"{name}={value}" for name, value in query.items())


@dataclass(frozen=True)
class Tally:
    """Every number by its name, and the earliest day that verdicts of these firms rest on."""

    counts: Mapping[str, int]
    judged_on: datetime.date | None

    def __getitem__(self, query: Mapping[str, str]) -> int:
        """How many firms the filters list."""
        return self.counts.get(key(query), 0)

    def most_wanted(self, limit: int) -> list[tuple[str, int]]:
        """The figures for want of which most firms are undecided, with how many firms each would help."""
        wants = [(name[6:], count) for name, count in self.counts.items() if name.startswith("wants=")]
        return sorted(wants, key=lambda each: (-each[1], each[0]))[:limit]


def tally(firms: Firms, on: datetime.date, rungs: Sequence[Rung]) -> Tally:
    """Count everything of these firms."""
    tracks = concerns.of_bureau(rungs)
    verdicts = verdict_groups(firms, tracks)
    found: Counter[str] = Counter()
    parts = (
        standing(firms), judged(verdicts), wanted(firms, tracks), new(firms, rungs, on.year), working(firms, rungs),
        lacking(firms, on),
    )  # fmt: skip
    for named in parts:
        for query, count in named:
            found[key(query)] += count
    return Tally(found, min((group.judged_on for group in verdicts), default=None))


def of_firms(firms: Firms) -> tuple[str, Any]:
    """The keys of these firms as a statement and its parameters."""
    query, parameters = firms.order_by().values_list("pk").query.sql_with_params()
    return query, parameters


def rows(statement: str, firms: Firms, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement that reads ``seen`` (id); none where nobody sees anything."""
    try:
        query, seen = of_firms(firms)
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"WITH seen (id) AS ({query}) {statement}", [*seen, *parameters])
        return list(cursor.fetchall())


STANDING: Final = """
    SELECT coalesce(position.rung, ''), count(*) FROM seen
    LEFT JOIN pipeline_ladderposition position ON position.enterprise_id = seen.id GROUP BY 1
"""


def standing(firms: Firms) -> Iterator[Named]:
    """All firms, and those on each rung."""
    for rung, count in rows(STANDING, firms):
        yield {}, count
        yield {"rung": rung or OFF_LADDER}, count


SWEPT: Final = "SELECT judged_on FROM pipeline_sweep ORDER BY finished_at DESC LIMIT 1"
# Six narrow columns of one index; whoever sees every firm looks none of them up
VERDICTS: Final = f"""
    SELECT track, verdict, n_unmet, n_unknown, n_na, count(*), greatest(min(judged_on), ({SWEPT}))
    FROM pipeline_assessment WHERE track = ANY(%s) {{among}} GROUP BY 1, 2, 3, 4, 5
"""
IN_SIGHT: Final = "AND enterprise_id IN (SELECT id FROM seen)"


@dataclass(frozen=True)
class Group:
    """Firms of which one track says the same: its verdict, and how many conditions of each outcome."""

    track: str
    verdict: str
    n_unmet: int
    n_unknown: int
    n_na: int
    count: int
    judged_on: datetime.date  # an answer that did not change holds as of the last day the whole register was judged

    @property
    def nearness(self) -> str:
        """One condition short, or so as far as is known; the name of the filter that lists them."""
        if self.n_unmet != 1:
            return ""
        return "one_short_if" if self.n_unknown or self.n_na else "one_short"


def verdict_groups(firms: Firms, tracks: Sequence[str]) -> list[Group]:
    """The verdicts of these firms for these tracks, those alike counted together."""
    among = IN_SIGHT if firms.query.where else ""
    return [Group(*row) for row in rows(VERDICTS.format(among=among), firms, list(tracks))]


def judged(groups: Sequence[Group]) -> Iterator[Named]:
    """Verdicts, and what is one condition away."""
    for group in groups:
        yield {"track": group.track, "verdict": group.verdict}, group.count
        if group.nearness:
            yield {group.nearness: group.track}, group.count


def wanted(firms: Firms, tracks: Sequence[str]) -> Iterator[Named]:
    """Figures for want of which firms are undecided: a firm counts once for each, however many tracks want it."""
    for group in wanting.counted(firms, tracks):
        for name in group.wants.figures:
            yield {"wants": name}, group.count


def new(firms: Firms, rungs: Sequence[Rung], year: int) -> Iterator[Named]:
    """Firms recognised this year, a rung each."""
    titles = Title.objects.filter(enterprise__in=firms.order_by(), issued_on__year=year)
    yield from by_filter(titles, {key({"new": rung.key}): Q(track__in=rung.tracks) for rung in rungs})


def working(firms: Firms, rungs: Sequence[Rung]) -> Iterator[Named]:
    """Firms with a case in flight, and those on their way to each rung."""
    cases = Candidacy.objects.filter(enterprise__in=firms.order_by(), state__in=IN_FLIGHT).order_by()
    wanted = {"flight=1": Q()} | {
        f"way={rung.key}:{way}": Q(track__in=rung.tracks, state__in=states)
        for rung in rungs
        for way, states in WAYS.items()
    }
    yield from by_filter(cases, wanted)


def by_filter(things: Any, wanted: Mapping[str, Q]) -> Iterator[Named]:
    """How many firms have one of these things, for each condition, in one statement."""
    counts = {
        f"n{place}": Count("enterprise", distinct=True, filter=condition or None)
        for place, condition in enumerate(wanted.values())
    }
    found = things.order_by().aggregate(**counts) if counts else {}
    for place, name in enumerate(wanted):
        filter_name, _, value = name.partition("=")
        yield {filter_name: value}, found[f"n{place}"] or 0


def lacking(firms: Firms, on: datetime.date) -> Iterator[Named]:
    """What ends, what ended, what waits, what the register lacks."""
    ending = Title.objects.expiring(on, 90).filter(enterprise__in=firms.order_by())
    yield {"expiring": "90"}, ending.order_by().aggregate(n=Count("enterprise", distinct=True))["n"]
    yield {"lapsed": "1"}, stock.lapsed(firms, on).count()
    yield {"pending": "1"}, stock.with_pending_statements(firms).count()
    yield {"contact": "none"}, stock.without_contact(firms).count()
    for checked, name in ((True, "none"), (False, "unknown")):
        yield {"institution": name}, stock.without_institution(firms, on, checked=checked).count()
