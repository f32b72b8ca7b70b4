"""倒排计划: for each round to come the latest days of its steps, for each firm that is to file its latest start."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import policy
from accounts.models import Region, User
from console import pages
from console.filtering import without
from console.pages import SIZE
from enterprises import deadlines
from enterprises.models import Enterprise, Material
from notifications import plans, workdays
from notifications.casework import BEFORE_FILING, cut_off
from notifications.models import PlanStep
from notifications.workdays import Workdays
from pipeline.models import Candidacy, Round

AHEAD: Final = 400  # days
BEHIND: Final = 30


@dataclass(frozen=True)
class Planned:
    """A plan and how it stands today."""

    plan: plans.Plan
    name: str
    left: int
    is_late: bool
    following: str = ""

    @property
    def says(self) -> str:
        """Whether there is time, in words."""
        if self.is_late:
            return f"已过最迟开工日，这一批来不及{f'，最早{self.following}' if self.following else ''}"
        return "今天须开工" if self.left == 0 else f"距最迟开工还有 {self.left} 个工作日"


@dataclass(frozen=True)
class OfRound:
    """A round, its plan from its own close, and how many firms are to file in it."""

    round: Round
    planned: Planned
    firms: int


@dataclass(frozen=True)
class OfFirm:
    """A firm that is to file, with its own plan: from the first cut-off on its way, without what is done already."""

    case: Candidacy
    planned: Planned


@dataclass(frozen=True)
class Desk:
    """What every plan of the page needs, read once."""

    on: datetime.date
    calendar: Workdays
    steps: Sequence[PlanStep]
    rounds: Sequence[Round]

    def planned(self, one: Round, level: str, papers: Collection[str]) -> Planned:
        """The plan for a firm of this level with these papers."""
        found, name = self.plan(one, level, papers)
        late = deadlines.is_past(found.latest_start, self.on)
        left = self.calendar.workdays_left(self.on, found.latest_start)
        return Planned(found, name, left, late, self.following(one, level, papers) if late else "")

    def plan(self, one: Round, level: str, papers: Collection[str]) -> tuple[plans.Plan, str]:
        """The plan itself, and from which cut-off it counts."""
        day, name = cut_off(one, level) or (one.closes_on or self.on, "申报截止")
        steps = plans.left(plans.steps_of(one.track, self.steps), papers, to_the_end=day == one.closes_on)
        return plans.plan(self.calendar, day, steps), name

    def following(self, one: Round, level: str, papers: Collection[str]) -> str:
        """The next round of the track for which there is still time, by name."""
        later = self.rounds[self.rounds.index(one) + 1 :]
        in_time = (
            each.name
            for each in later
            if each.track == one.track
            and not deadlines.is_past(self.plan(each, level, papers)[0].latest_start, self.on)
        )
        return next(in_time, "")


@require_GET
def plan_page(request: HttpRequest) -> HttpResponse:
    """Every round with a close ahead; the firms of the one chosen."""
    user, on = cast(User, request.user), timezone.localdate()
    coming = Round.objects.filter(closes_on__range=(deadlines.days_after(on, -BEHIND), deadlines.days_after(on, AHEAD)))
    rounds = list(coming.order_by("closes_on", "pk"))
    desk = Desk(on, workdays.calendar_of([on.year - 1]), list(PlanStep.objects.all()), rounds)
    cases = Candidacy.objects.filter(state__in=BEFORE_FILING, enterprise__in=Enterprise.objects.visible_to(user))
    to_file = counted(cases, rounds)
    lines = [OfRound(one, desk.planned(one, Region.Level.CITY, ()), to_file[one.pk]) for one in rounds]
    asked = request.GET.get("round", "")
    chosen = next((line for line in lines if str(line.round.pk) == asked), lines[0] if lines else None)
    found = cases.filter(track=chosen.round.track).order_by("enterprise__name", "pk") if chosen else cases.none()
    mine = [case for case in found.values_list("pk", "round_id") if chosen and case[1] in {None, chosen.round.pk}]
    page = pages.numbered(len(mine), request.GET.dict())
    shown = [pk for pk, _ in mine[(page.number - 1) * SIZE : page.number * SIZE]]
    last = max((line.round.closes_on for line in lines if line.round.closes_on), default=on)
    context = {
        "lines": lines,
        "chosen": chosen,
        "firms": list(firms(desk, chosen.round, cases.filter(pk__in=shown))) if chosen else [],
        "page": page,
        "query": without(request.GET),
        "notice": desk.calendar.notice(on, last),
        "on": on,
        "may_edit": policy.may_open(user, "console:settings_step_edit"),
    }
    return render(request, "console/calendar/plan.html", context)


def counted(cases: QuerySet[Candidacy], rounds: Sequence[Round]) -> Mapping[int, int]:
    """How many cases are to file in each round: those that chose it, and those of its track that chose none."""
    found: dict[int, int] = defaultdict(int)
    rows = list(cases.values_list("track", "round_id"))
    for one in rounds:
        found[one.pk] = sum(round_id == one.pk or (round_id is None and track == one.track) for track, round_id in rows)
    return found


def firms(desk: Desk, one: Round, cases: QuerySet[Candidacy]) -> Iterator[OfFirm]:
    """The cases of one page with their plans, in three queries."""
    rows = cases.select_related("enterprise__region", "officer")
    papers: dict[int, set[str]] = defaultdict(set)
    held = Material.objects.usable(desk.on).filter(enterprise__in=[row.enterprise_id for row in rows])
    for enterprise_id, kind in held.values_list("enterprise_id", "kind"):
        papers[enterprise_id].add(kind)
    for row in sorted(rows, key=lambda row: (row.enterprise.name, row.pk)):
        yield OfFirm(row, desk.planned(one, row.enterprise.region.level, papers[row.enterprise_id]))
