"""Obligations in words: how each stands, how it ended and by whom, and what an officer may decide about it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django import forms

from accounts.models import User
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from notifications import deciding, escalation
from notifications.models import DutyState, Obligation

TONES: Final = {
    DutyState.OPEN: "wait",
    DutyState.OVERDUE: "no",
    DutyState.DONE: "ok",
    DutyState.WAIVED: "",
    DutyState.LAPSED: "empty",
}
ACTS: Final = (("acknowledge", "已知悉"), ("waive", "免除"), ("settle", "登记办结"), ("take_back", "撤回"))
OPEN_SHOWN: Final = 30
ENDED_SHOWN: Final = 20


class DecideForm(forms.Form):
    """What is decided about an obligation, and why."""

    act = forms.ChoiceField(choices=ACTS, widget=forms.HiddenInput)
    reason = forms.CharField(label="理由", max_length=200, help_text="写明依据，会显示在应办事项中，企业也能看到。")


@dataclass(frozen=True)
class Ended:
    """How an obligation ended: the day, and who said so and why, as far as a person did."""

    on: datetime.date | None
    says: str


@dataclass(frozen=True)
class Line:
    """One obligation with its state of the moment and what can be decided about it."""

    duty: Obligation
    state: DutyState
    ended: Ended | None
    acts: Sequence[tuple[str, str, DecideForm]] = ()
    raised: str = ""

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return TONES[self.state]


def line(
    duty: Obligation, at: datetime.datetime, *, by: User | None = None, rules: escalation.Rules | None = None
) -> Line:
    """An obligation in words, with the decisions that are ``by``'s to take and whom it comes before by ``rules``."""
    decisions = acts(duty, by, at.date()) if by and may_decide(duty, by) else ()
    raised = rules.says(duty, at.date()) if rules and duty.state_kept is None else ""
    return Line(duty, duty.state(at), ended(duty), decisions, raised)


def ended(duty: Obligation) -> Ended | None:
    """How it ended; None while it is open."""
    match duty.state_kept:
        case DutyState.WAIVED:
            return Ended(duty.waived_on, by_whom(duty.waived_by, "免除", duty.waived_because))
        case DutyState.DONE if duty.satisfied_by:
            return Ended(duty.satisfied_on, by_whom(duty.satisfied_by, "登记办结", duty.satisfied_because))
        case DutyState.DONE:
            return Ended(duty.satisfied_on, "系统据事实认定办结")
        case DutyState.LAPSED:
            return Ended(duty.lapsed_on, "事由已消失或逾期一年以上，未见办理")
    return None


def by_whom(who: User | None, act: str, reason: str) -> str:
    """周市级免除：企业已搬迁."""
    return f"{who.name if who else ''}{act}：{reason}"


def may_decide(duty: Obligation, by: User) -> bool:
    """Whether the right, as far as the account goes, is there; the door asks again."""
    return by.may_write and (not duty.track or by.has_line(TRACK_BY_KEY[duty.track].line))


def acts(duty: Obligation, by: User, on: datetime.date) -> list[tuple[str, str, DecideForm]]:
    """The decisions nothing speaks against."""
    against = {
        "acknowledge": escalation.reasons_against_acknowledging(duty, by, on),
        "waive": deciding.reasons_against_waiving(duty),
        "settle": deciding.reasons_against_settling(duty),
        "take_back": deciding.reasons_against_taking_back(duty),
    }
    return [(act, label, DecideForm(initial={"act": act})) for act, label in ACTS if not against[act]]


@dataclass(frozen=True)
class OfFirm:
    """The obligations of one firm: open ones nearest first, ended ones the latest first."""

    open: Sequence[Line]
    ended: Sequence[Line]


def of_firm(enterprise: Enterprise, at: datetime.datetime, by: User) -> OfFirm:
    """What is to be done for the firm, and what was, in two queries and two for the rules of escalation."""
    rows = Obligation.objects.filter(enterprise=enterprise).select_related(
        "enterprise__officer", "waived_by", "satisfied_by", "acknowledged_by"
    )
    rules = escalation.Rules.known(at.date())
    over = rows.ended().order_by(Obligation.ended_on().desc(), "-pk")
    return OfFirm(
        [line(duty, at, by=by, rules=rules) for duty in rows.open()[:OPEN_SHOWN]],
        [line(duty, at, by=by) for duty in over[:ENDED_SHOWN]],
    )
