"""倒排: from the day a filing must be in back through its steps to the latest day to start, in working days."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.db import transaction
from django.forms.models import model_to_dict

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from enterprises import deadlines
from notifications.models import PlanStep
from notifications.workdays import Workdays
from pipeline.domain import rounds

MOST: Final = 250  # working days: a year
ESTIMATE: Final = "暂估，未见文件；请按本地情况核定"
# name, working days, whether the levels above do it, the paper that shows it done
SEEDS: Final = (
    ("研发费用和收入专项审计", 20, False, "近三年研究开发费用专项审计报告"),
    ("知识产权授权公告和权属核对", 10, False, ""),
    ("申报材料编制和网上填报", 10, False, ""),
    ("各级审核推荐", 10, True, ""),
    ("推荐名单公示", 5, True, ""),
)


@dataclass(frozen=True)
class Stretch:
    """One step of a plan: its first and last working day at the latest."""

    name: str
    workdays: int
    start: datetime.date
    finish: datetime.date
    verified: bool


@dataclass(frozen=True)
class Plan:
    """The steps counted back from a day; with nothing left to do one starts, and ends, on that day."""

    deadline: datetime.date
    stretches: Sequence[Stretch]

    @property
    def latest_start(self) -> datetime.date:
        """The latest day on which to start."""
        return self.stretches[0].start if self.stretches else self.deadline


def plan(calendar: Workdays, deadline: datetime.date, steps: Sequence[PlanStep]) -> Plan:
    """Each step ends on the last working day before the next one begins; the last one by the deadline."""
    finish, found = calendar.last_workday(deadline), []
    for step in reversed(steps):
        start = calendar.workdays_before(finish, step.workdays - 1)
        found.append(Stretch(step.name, step.workdays, start, finish, step.verified_on is not None))
        finish = calendar.last_workday(deadlines.days_after(start, -1))
    return Plan(deadline, found[::-1])


def steps_of(track: str, known: Sequence[PlanStep]) -> list[PlanStep]:
    """The steps of a track: its own where the bureau gave it some, else those of every track."""
    own = [step for step in known if step.track == track]
    return own or [step for step in known if not step.track]


def left(steps: Sequence[PlanStep], papers: Collection[str], *, to_the_end: bool) -> list[PlanStep]:
    """What of the steps is still to do for a firm with these papers; ``to_the_end``: until the round's own close."""
    return [step for step in steps if not (step.paper and step.paper in papers) and (to_the_end or not step.by_bureau)]


# The steps are the bureau's


@dataclass(frozen=True)
class StepGiven:
    """A step as somebody enters it."""

    track: str
    name: str
    workdays: int
    order: int = 0
    by_bureau: bool = False
    paper: str = ""
    source: str = ""


def load_seeds() -> int:
    """The steps a bureau begins with, estimates all of them; none come back once the bureau has any of its own."""
    if PlanStep.objects.exists():
        return 0
    rows = [
        PlanStep(name=name, workdays=days, by_bureau=above, paper=paper, order=order, source=ESTIMATE)
        for order, (name, days, above, paper) in enumerate(SEEDS, 1)
    ]
    return len(PlanStep.objects.bulk_create(rows))


def may_keep(by: User, track: str) -> bool:
    """Whether a step is this person's to keep."""
    return rounds.may_keep(by, track) if track else by.role == Role.CITY


def against_step(given: StepGiven, pk: int | None, *, verified: bool) -> list[Reason]:
    """What of a step cannot stand, each with the field it concerns."""
    reasons = []
    if not given.name.strip():
        reasons.append(rounds.wrong("name", "请填写步骤名称"))
    if not 1 <= given.workdays <= MOST:
        reasons.append(rounds.wrong("workdays", f"工作日数应在 1 至 {MOST} 之间"))
    same = PlanStep.objects.filter(track=given.track, name=given.name).values_list("pk", flat=True)
    if any(found != pk for found in same):
        reasons.append(rounds.wrong("name", "该方向已有同名步骤"))
    if verified and not given.source.strip():
        reasons.append(rounds.wrong("verified", "标为已核实须写明依据"))
    return reasons


@transaction.atomic
def save_step(*, step_id: int | None, given: StepGiven, verified: bool, by: User, on: datetime.date) -> PlanStep:
    """Enter a step, or correct it."""
    row = PlanStep.objects.select_for_update().get(pk=step_id) if step_id else PlanStep()
    refuse_unless_may_keep(by, given.track)
    refuse_unless_may_keep(by, row.track or given.track)
    if reasons := against_step(given, row.pk, verified=verified):
        raise StepRefused(reasons)
    before = described(row) if row.pk else None
    for name, value in asdict(given).items():
        setattr(row, name, value)
    row.verified_on, row.verified_by = (row.verified_on or on, row.verified_by or by) if verified else (None, None)
    row.save()
    audit.record("plan.step.save", row, by=by, before=before, after=described(row), on=on)
    return row


@transaction.atomic
def remove_step(*, step_id: int, by: User, on: datetime.date) -> str:
    """Strike a step out; which one it was."""
    row = PlanStep.objects.select_for_update().get(pk=step_id)
    refuse_unless_may_keep(by, row.track)
    audit.record("plan.step.remove", row, by=by, before=described(row), on=on)
    row.delete()
    return row.name


def refuse_unless_may_keep(by: User, track: str) -> None:
    """Steps are kept by the city level."""
    if not may_keep(by, track):
        raise StepRefused([Reason("right", "准备步骤由市级各业务线维护", who="bureau")])


def described(row: PlanStep) -> dict[str, object]:
    """A step as the audit trail keeps it."""
    return {name: str(value) for name, value in model_to_dict(row, exclude=["id"]).items() if value is not None}
