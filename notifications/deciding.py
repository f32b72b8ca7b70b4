"""What a person decides about an obligation: waived with a reason, told to be done, or taken back. The only door."""

from datetime import datetime
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from notifications import escalation
from notifications.models import DutyState, Level, Obligation
from pipeline.domain import access

Kind = Obligation.Kind
# Whether these were done nobody but a person can say, or a person may know it before the paper arrives
TOLD_BY_HAND: Final = frozenset({Kind.RENAME_REPORT, Kind.ANNUAL_DUTY, Kind.DISPATCH})


def reasons_against_waiving(duty: Obligation) -> list[Reason]:
    """Why an obligation cannot be waived: only what is open can."""
    return against_state(duty, None)


def reasons_against_settling(duty: Obligation) -> list[Reason]:
    """Why nobody may say that an obligation is done: what the product sees for itself is not told by hand."""
    if duty.kind not in TOLD_BY_HAND:
        return [Reason("kind", f"“{duty.get_kind_display()}”由系统按事实认定办结，不能手工登记", who="bureau")]
    return against_state(duty, None)


def reasons_against_taking_back(duty: Obligation) -> list[Reason]:
    """Why a decision cannot be taken back: there is none by a person."""
    if duty.waived_on is None and duty.satisfied_by_id is None:
        return [Reason("state", "这一事项没有人工免除或登记办结，无可撤回", who="bureau")]
    return []


def against_state(duty: Obligation, wanted: DutyState | None) -> list[Reason]:
    """A reason where the obligation has ended otherwise."""
    if duty.state_kept == wanted:
        return []
    label = (duty.state_kept or DutyState.OPEN).label
    return [Reason("state", f"当前状态为“{label}”，不能办理这一步", who="bureau")]


@transaction.atomic
def waive(*, obligation_id: int, by: User, at: datetime, reason: str) -> Obligation:
    """Nobody has to do this any more, for a reason; reminders stop, and it stays in sight as 已免除."""
    duty = taken(obligation_id, by)
    refuse([*needs(reason, "免除"), *reasons_against_waiving(duty)])
    duty.waived_on, duty.waived_by, duty.waived_because = at.date(), by, reason.strip()
    duty.save(update_fields=["waived_on", "waived_by", "waived_because"])
    audit.record("obligation.waive", duty, by=by, after=described(duty), reason=reason.strip(), on=at.date())
    return duty


@transaction.atomic
def settle(*, obligation_id: int, by: User, at: datetime, reason: str) -> Obligation:
    """Somebody says that it was done, and how they know."""
    duty = taken(obligation_id, by)
    refuse([*needs(reason, "登记办结"), *reasons_against_settling(duty)])
    duty.satisfied_on, duty.satisfied_by, duty.satisfied_because = at.date(), by, reason.strip()
    duty.save(update_fields=["satisfied_on", "satisfied_by", "satisfied_because"])
    audit.record("obligation.settle", duty, by=by, after=described(duty), reason=reason.strip(), on=at.date())
    return duty


@transaction.atomic
def take_back(*, obligation_id: int, by: User, at: datetime, reason: str) -> Obligation:
    """The waiver or the word that it was done no longer holds: it is open again."""
    duty = taken(obligation_id, by)
    refuse([*needs(reason, "撤回"), *reasons_against_taking_back(duty)])
    before = described(duty)
    duty.waived_on, duty.waived_by, duty.waived_because = None, None, ""
    if duty.satisfied_by_id is not None:
        duty.satisfied_on, duty.satisfied_by, duty.satisfied_because = None, None, ""
    fields = ["waived_on", "waived_by", "waived_because", "satisfied_on", "satisfied_by", "satisfied_because"]
    duty.save(update_fields=fields)
    audit.record(
        "obligation.take_back", duty, by=by, before=before, after=described(duty), reason=reason.strip(), on=at.date()
    )
    return duty


@transaction.atomic
def acknowledge(*, obligation_id: int, by: User, at: datetime, reason: str) -> Obligation:
    """Whoever looks after the firm knows of it and says what is planned: it is brought before nobody further."""
    duty = taken(obligation_id, by)
    refuse([*needs(reason, "知悉"), *escalation.reasons_against_acknowledging(duty, by, at.date())])
    duty.acknowledged_on, duty.acknowledged_by, duty.acknowledged_because = at.date(), by, reason.strip()
    duty.level = Level.OWNER
    duty.save(update_fields=["acknowledged_on", "acknowledged_by", "acknowledged_because", "level"])
    audit.record("obligation.acknowledge", duty, by=by, after=described(duty), reason=reason.strip(), on=at.date())
    return duty


def taken(obligation_id: int, by: User) -> Obligation:
    """The obligation under its firm's lock and its own; out of sight there is none."""
    duty = Obligation.objects.visible_to(by).get(pk=obligation_id)
    if duty.enterprise_id is not None:
        access.lock_enterprise(duty.enterprise_id, by)
    refuse(access.against_right(by, duty.track or None))
    return Obligation.objects.select_for_update(no_key=True).get(pk=obligation_id)


def needs(reason: str, act: str) -> list[Reason]:
    """Every decision gives its reason."""
    return [] if reason.strip() else [Reason("reason", f"请填写{act}理由", who="bureau")]


def refuse(reasons: list[Reason]) -> None:
    """Stop where there is a reason against."""
    if reasons:
        raise StepRefused(reasons)


def described(duty: Obligation) -> dict[str, str]:
    """An obligation as the audit trail keeps it."""
    kept = duty.state_kept or DutyState.OPEN
    return {"kind": duty.kind, "says": duty.says, "state": kept.value, "label": kept.label}


DOORS: Final = {"acknowledge": acknowledge, "waive": waive, "settle": settle, "take_back": take_back}
