"""What an officer decides about a row of a list: which firm, none of these, a new firm, a number, a confirmation."""

import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Region, User
from enterprises.models import Enterprise
from pipeline.domain import access
from pipeline.domain.published_lists import locked, touched
from pipeline.models import ListRow, PublishedList

Decision = ListRow.Decision


@transaction.atomic
def decide(
    *,
    row_id: int,
    by: User,
    version: int,
    at: datetime.datetime,
    decision: str,
    enterprise_id: int | None = None,
    unit_id: int | None = None,
    reason: str = "",
) -> ListRow:
    """Keep an officer's decision about which firm is meant; an empty one takes the last decision back."""
    row = locked_row(row_id, by, version)
    reasons = against(row, by, decision, enterprise_id, unit_id, reason)
    if reasons:
        raise StepRefused(reasons)
    before = described(row)
    row.decision, row.reason = decision, reason.strip()
    row.enterprise_id = enterprise_id if decision == Decision.CHOSEN else None
    row.unit_id = unit_id if decision == Decision.NEW else None
    row.decided_by, row.decided_at = (by, at) if decision else (None, None)
    row.is_confirmed = False
    row.save(update_fields=["decision", "reason", "enterprise", "unit", "decided_by", "decided_at", "is_confirmed"])
    audit.record("list.decide", row.published_list, by=by, **told(row, before))
    return row


@transaction.atomic
def confirm(*, row_id: int, by: User, version: int, at: datetime.datetime, reason: str) -> ListRow:
    """Confirm for one row what a list of 未通过 or 撤销 offers; applying does it then."""
    row = locked_row(row_id, by, version)
    reasons = [*access.against_right(by, row.published_list.track), *against_done(row)]
    if row.kind_in_force not in {PublishedList.Kind.FAILED, PublishedList.Kind.REVOCATION}:
        reasons.append(Reason("kind", "只有“申报未通过”和“撤销或取消”须逐行确认", who="bureau"))
    if row.enterprise_id is None:
        reasons.append(Reason("enterprise", "还没有确定是哪家企业", who="bureau"))
    if not reason.strip():
        reasons.append(Reason("reason", "请填写理由", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    before = described(row)
    row.is_confirmed, row.reason, row.decided_by, row.decided_at = True, reason.strip(), by, at
    row.save(update_fields=["is_confirmed", "reason", "decided_by", "decided_at"])
    audit.record("list.confirm", row.published_list, by=by, **told(row, before))
    return row


@transaction.atomic
def complete(*, row_id: int, by: User, version: int, number: str, issued_on: datetime.date | None) -> ListRow:
    """Complete number and day of a row from the certificate at hand, where the list gives none."""
    row = locked_row(row_id, by, version)
    reasons = [*access.against_right(by), *against_done(row)]
    if not number.strip() and issued_on is None:
        reasons.append(Reason("number", "请填写证书编号或认定日期", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    before = described(row)
    row.number, row.issued_on = number.strip()[:60] or row.number, issued_on or row.issued_on
    row.save(update_fields=["number", "issued_on"])
    audit.record("list.complete", row.published_list, by=by, **told(row, before))
    return row


def locked_row(row_id: int, by: User, version: int) -> ListRow:
    """A row behind its list, both locked; out of sight it does not exist."""
    visible = ListRow.objects.visible_to(by).filter(pk=row_id)
    published = locked(visible.values_list("published_list_id", flat=True).get(), by, version)
    row = ListRow.objects.select_for_update(no_key=True).get(pk=row_id)
    row.published_list = published
    return row


def told(row: ListRow, before: dict[str, object]) -> dict[str, Any]:
    """The act as the trail of the list keeps it; whoever looked before looks at an old list now."""
    touched(row.published_list)
    return {
        "before": before,
        "after": described(row),
        "reason": row.reason,
        "document": row.published_list.reference,
        "enterprise_id": row.enterprise_id,
    }


def against_done(row: ListRow) -> list[Reason]:
    """A row that came to something stays as it is."""
    return [Reason("result", f"这一行已办理：{row.get_result_display()}", who="bureau")] if row.is_done else []


def against(
    row: ListRow, by: User, decision: str, enterprise_id: int | None, unit_id: int | None, reason: str
) -> list[Reason]:
    """Reasons against a decision."""
    reasons = [*access.against_right(by), *against_done(row)]
    if decision not in {*Decision.values, ""}:
        reasons.append(Reason("decision", "请选择一家企业、“都不是”或“新建企业”", who="bureau"))
    if row.match == ListRow.Match.OUTSIDE:
        reasons.append(Reason("match", "不在本辖区，不能办理", who="bureau"))
    if decision and not reason.strip():
        reasons.append(Reason("reason", "请填写理由", who="bureau"))
    if decision == Decision.CHOSEN and not seen(enterprise_id, by):
        reasons.append(Reason("enterprise", "请选择本辖区内的一家企业", who="bureau"))
    if decision == Decision.NEW and not in_sight(unit_id, by):
        reasons.append(Reason("region", "新建企业请选择本辖区内的责任单位", who="bureau"))
    return reasons


def seen(enterprise_id: int | None, by: User) -> bool:
    """Whether the firm is in sight."""
    return enterprise_id is not None and Enterprise.objects.visible_to(by).filter(pk=enterprise_id).exists()


def in_sight(unit_id: int | None, by: User) -> bool:
    """Whether the unit is the officer's or below it."""
    if unit_id is None or by.region is None:
        return False
    return Region.objects.filter(pk=unit_id).within(by.region).exists()


def described(row: ListRow) -> dict[str, object]:
    """A row as the audit trail keeps it."""
    return {
        "row": row.pk, "name": row.name, "match": row.match, "decision": row.decision, "enterprise": row.enterprise_id,
        "unit": row.unit_id, "confirmed": row.is_confirmed, "number": row.number, "issued_on": str(row.issued_on or ""),
    }  # fmt: skip
