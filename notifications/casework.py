"""What open cases ask for: a round that closes, a filing to recommend or to correct, the one figure that decides."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypedDict

from django.utils import timezone

from accounts.models import AuditEvent, Region
from enterprises import deadlines
from enterprises.models import StatementState, YearFigures
from enterprises.vocabulary import FIGURE_BY_NAME, TRACK_BY_KEY, label_of
from notifications.causes import AHEAD, BEHIND, Due, Scope
from notifications.models import Obligation
from notifications.models.duties import dated
from pipeline.models import Assessment, Candidacy, Round
from pipeline.models.assessment import Verdict
from pipeline.models.candidacy import State

BEFORE_FILING: Final = [State.POOLED, State.COACHING, State.PREPARING]
YEARS_JUDGED: Final = 3
MOST_CHARACTERS: Final = 200


@dataclass(frozen=True)
class Case:
    """An open case before filing, as far as a deadline needs it."""

    pk: int
    enterprise_id: int
    track: str
    round_id: int | None
    level: str


def cases(scope: Scope, states: Iterable[State]) -> list[Case]:
    """Open cases in these states."""
    rows = scope.of(Candidacy.objects.filter(state__in=states)).values_list(
        "pk", "enterprise_id", "track", "round_id", "enterprise__region__level"
    )
    return [Case(*row) for row in rows]


def cut_off(round_: Round, level: str) -> tuple[datetime.date, str] | None:
    """The first cut-off on the way up from a unit of this level, and its name; None while no day is published."""
    days = [
        (round_.township_cutoff_on, "乡镇截止", [Region.Level.TOWNSHIP]),
        (round_.county_cutoff_on, "县级截止", [Region.Level.TOWNSHIP, Region.Level.COUNTY]),
        (round_.city_cutoff_on, "市级截止", list(Region.Level)),
        (round_.closes_on, "申报截止", list(Region.Level)),
    ]
    return min(((day, name) for day, name, levels in days if day and level in levels), default=None)


class Terms(TypedDict, total=False):
    """What a round's day gives an obligation."""

    due_on: datetime.date
    verified: bool
    due_time: datetime.time | None
    postponed_from: datetime.date | None
    postponed_by: str


@dataclass(frozen=True)
class Deadline:
    """By when a case must be filed, after which round."""

    round: Round
    day: datetime.date
    name: str

    @property
    def terms(self) -> Terms:
        """The day as an obligation keeps it; hour and postponement are those of the round's own end."""
        found = Terms(due_on=self.day, verified=self.round.verified_on is not None)
        if self.day != self.round.closes_on:
            return found
        return found | Terms(
            due_time=self.round.closes_at,
            postponed_from=self.round.postponed_from,
            postponed_by=self.round.postponed_by,
        )


@dataclass(frozen=True)
class Rounds:
    """Every round, to find the deadline of a case without another query."""

    by_id: Mapping[int, Round]
    on: datetime.date

    @classmethod
    def known(cls, on: datetime.date) -> Self:
        """All rounds, in one query."""
        return cls(Round.objects.in_bulk(), on)

    def deadline(self, case: Case) -> Deadline | None:
        """The cut-off of the round the case chose, else the next one to come in its track."""
        chosen = self.by_id.get(case.round_id or 0)
        rounds = [chosen] if chosen else [each for each in self.by_id.values() if each.track == case.track]
        found = [Deadline(each, *cut) for each in rounds if (cut := cut_off(each, case.level))]
        earliest, latest = deadlines.around(self.on, BEHIND if chosen else 0, AHEAD)
        ahead = [each for each in found if earliest <= each.day <= latest]
        return min(ahead, key=lambda each: (each.day, each.round.pk), default=None)


def rounds_closing(scope: Scope) -> Iterator[Due]:
    """Rounds that close before a case of theirs was filed; one that closed meanwhile stays until the case moves."""
    rounds = Rounds.known(scope.on)
    for case in cases(scope, BEFORE_FILING):
        deadline = rounds.deadline(case)
        if deadline is None:
            continue
        track, day = TRACK_BY_KEY[case.track], dated(deadline.day)
        passed = deadlines.is_past(deadline.day, scope.on)
        yield Due(
            key=f"round:{case.pk}:{deadline.round.pk}",
            kind=Obligation.Kind.ROUND_CLOSING,
            enterprise_id=case.enterprise_id,
            says=f"{track.label}申报已于{day}截止，尚未提交" if passed else f"{track.label}申报{day}截止",
            because=f"“{deadline.round}”{deadline.name}",
            track=case.track,
            **deadline.terms,
        )


def filings_to_recommend(scope: Scope) -> Iterator[Due]:
    """Filed cases that the bureau has to recommend before the round closes above it."""
    rounds, (earliest, latest) = Rounds.known(scope.on), deadlines.around(scope.on, BEHIND, AHEAD)
    for case in cases(scope, [State.FILED]):
        chosen = rounds.by_id.get(case.round_id or 0)
        cut = cut_off(chosen, Region.Level.CITY) if chosen else None
        if chosen is None or cut is None or not earliest <= cut[0] <= latest:
            continue
        yield Due(
            key=f"recommend:{case.pk}:{chosen.pk}",
            kind=Obligation.Kind.TO_RECOMMEND,
            enterprise_id=case.enterprise_id,
            says=f"{TRACK_BY_KEY[case.track].label}申报已提交，待审核推荐",
            because=f"“{chosen}”{cut[1]}",
            track=case.track,
            for_enterprise=False,
            **Deadline(chosen, *cut).terms,
        )


def returned(scope: Scope) -> Iterator[Due]:
    """Filings that came back for correction and were not handed in again."""
    rounds, preparing = Rounds.known(scope.on), {case.pk: case for case in cases(scope, [State.PREPARING])}
    acts = AuditEvent.objects.filter(what="candidacy.give_back", object_type="candidacy", object_id__in=preparing)
    for act in acts.order_by("object_id", "-pk").distinct("object_id"):
        case = preparing[act.object_id or 0]
        deadline = rounds.deadline(case)
        yield Due(
            key=f"returned:{case.pk}:{act.pk}",
            kind=Obligation.Kind.RETURNED,
            enterprise_id=case.enterprise_id,
            says=shortened(f"{TRACK_BY_KEY[case.track].label}申报被退回，请补正：{act.reason}"),
            because=f"{dated(timezone.localdate(act.recorded_at))}退回补正",
            track=case.track,
            **(deadline.terms if deadline else Terms()),
        )


def shortened(text: str) -> str:
    """As much of a text as an obligation holds."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def figures_wanted(scope: Scope) -> Iterator[Due]:
    """Firms with an open case whose assessment is undecided for want of exactly one figure."""
    tracks = {(case.enterprise_id, case.track) for case in cases(scope, BEFORE_FILING)}
    undecided = scope.of(
        Assessment.objects.filter(verdict=Verdict.UNDECIDED, wants__len=1, track__in={track for _, track in tracks})
    )
    wanted = [
        (enterprise_id, track, wants[0])
        for enterprise_id, track, wants in undecided.values_list("enterprise_id", "track", "wants")
        if (enterprise_id, track) in tracks
    ]
    known = years_known(scope, wanted)
    for enterprise_id, track, name in wanted:
        yield figure_due(scope, enterprise_id, track, name, known[enterprise_id, name])


def years_known(scope: Scope, wanted: Sequence[tuple[int, str, str]]) -> Mapping[tuple[int, str], set[int]]:
    """For which of the judged years each wanted figure is known, in one query."""
    firms = {enterprise_id for enterprise_id, _, name in wanted if name in FIGURE_BY_NAME}
    names = sorted({name for _, _, name in wanted if name in FIGURE_BY_NAME})
    rows = YearFigures.objects.filter(
        enterprise__in=firms,
        state=StatementState.ACCEPTED,
        year__range=(scope.on.year - YEARS_JUDGED, scope.on.year - 1),
    )
    known: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows.values("enterprise_id", "year", *names):
        for name in names:
            if row[name] is not None:
                known[row["enterprise_id"], name].add(row["year"])
    return known


def figure_due(scope: Scope, enterprise_id: int, track: str, name: str, known: set[int]) -> Due:
    """The one figure that decides, for the last year that lacks it."""
    label = label_of(name)
    years = [year for year in range(scope.on.year - 1, scope.on.year - 1 - YEARS_JUDGED, -1) if year not in known]
    says = f"补报{years[0]}年{label}" if name in FIGURE_BY_NAME and years else f"补报{label}"
    return Due(
        key=f"figure:{enterprise_id}:{track}:{name}",
        kind=Obligation.Kind.FIGURES_WANTED,
        enterprise_id=enterprise_id,
        says=says,
        because=f"{TRACK_BY_KEY[track].label}条件只差这一项数据即可判定",
        track=track,
    )
