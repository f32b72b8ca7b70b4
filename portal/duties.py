"""What the firm itself has to do, and what of it was done, waived or ran out, as it reads it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from enterprises import deadlines
from enterprises.models import Enterprise
from notifications.models import DutyState, Obligation

SHOWN: Final = 20
KEPT_DAYS: Final = 180  # what ended longer ago is no news
TONES: Final = {DutyState.OPEN: "wait", DutyState.OVERDUE: "no", DutyState.DONE: "ok"}


@dataclass(frozen=True)
class Line:
    """One obligation: its state, and when and why it ended."""

    duty: Obligation
    state: DutyState
    tone: str
    ended: str


@dataclass(frozen=True)
class Duties:
    """Open ones nearest first, ended ones the latest first."""

    open: Sequence[Line]
    ended: Sequence[Line]


def of_firm(enterprise: Enterprise, at: datetime.datetime) -> Duties:
    """The firm's own obligations, in two queries."""
    mine = Obligation.objects.filter(enterprise=enterprise, for_enterprise=True)
    since = deadlines.days_after(at.date(), -KEPT_DAYS)
    over = mine.ended().alias(over_on=Obligation.ended_on()).filter(over_on__gte=since)
    return Duties(
        [line(duty, at) for duty in mine.open()[:SHOWN]],
        [line(duty, at) for duty in over.order_by("-over_on", "-pk")[:SHOWN]],
    )


def line(duty: Obligation, at: datetime.datetime) -> Line:
    """One obligation in words."""
    state = duty.state(at)
    return Line(duty, state, TONES.get(state, ""), ended(duty))


def ended(duty: Obligation) -> str:
    """When and why it ended; of a waiver its reason."""
    match duty.state_kept:
        case DutyState.DONE:
            return f"{duty.satisfied_on:%Y-%m-%d} 办结"
        case DutyState.WAIVED:
            return f"{duty.waived_on:%Y-%m-%d} 主管部门免除：{duty.waived_because}"
        case DutyState.LAPSED:
            return f"{duty.lapsed_on:%Y-%m-%d} 失效，不再办理"
    return ""
