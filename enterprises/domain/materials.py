"""Papers of a firm: handed in by the firm or for it, accepted or declared void by an officer."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises import signals
from enterprises.domain.statements import against_right, locked
from enterprises.models import Enterprise, Material


@transaction.atomic
def hand_in(
    *, enterprise_id: int, kind: str, by: User, at: datetime, year: int | None = None, on_paper: bool = True
) -> Material:
    """Note that a paper was handed in; it counts once an officer accepted it."""
    enterprise = locked(enterprise_id, by)
    reasons = against_right(by, own=True)
    if not kind.strip():
        reasons.append(Reason("kind", "请写明材料名称", who="enterprise"))
    if reasons:
        raise StepRefused(reasons)
    material = Material.objects.create(
        enterprise=enterprise, kind=kind.strip(), year=year, on_paper=on_paper, stated_by=by
    )
    after = {"kind": material.kind, "year": year, "on_paper": on_paper}
    audit.record("material.hand_in", material, by=by, after=after, on=timezone.localdate(at))
    signals.tell(Material, on=timezone.localdate(at), enterprise_ids=[enterprise_id])
    return material


@transaction.atomic
def accept_material(*, material_id: int, by: User, at: datetime, valid_until: date | None = None) -> Material:
    """Accept a paper; accepting it again only moves its last day."""
    visible = Material.objects.filter(enterprise__in=Enterprise.objects.visible_to(by))
    locked(visible.values_list("enterprise_id", flat=True).get(pk=material_id), by)
    if reasons := against_right(by, own=False):
        raise StepRefused(reasons)
    material = Material.objects.select_for_update().get(pk=material_id)
    material.accepted_by, material.accepted_at, material.valid_until = by, at, valid_until
    material.save(update_fields=["accepted_by", "accepted_at", "valid_until"])
    after = {"kind": material.kind, "valid_until": str(valid_until or "")}
    audit.record("material.accept", material, by=by, after=after, on=timezone.localdate(at))
    signals.tell(Material, on=timezone.localdate(at), enterprise_ids=[material.enterprise_id])
    return material


@transaction.atomic
def withdraw_material(*, material_id: int, by: User, at: datetime, reason: str) -> Material:
    """Declare a paper void; it stays on record and counts for nothing any more."""
    visible = Material.objects.filter(enterprise__in=Enterprise.objects.visible_to(by))
    locked(visible.values_list("enterprise_id", flat=True).get(pk=material_id), by)
    reasons = against_right(by, own=False)
    material = Material.objects.select_for_update().get(pk=material_id)
    if material.withdrawn_at is not None:
        reasons.append(Reason("material", "这份材料已经作废", who="bureau"))
    if not reason.strip():
        reasons.append(Reason("reason", "请填写作废理由", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    material.withdrawn_at, material.withdrawn_for = at, reason.strip()
    material.save(update_fields=["withdrawn_at", "withdrawn_for"])
    after = {"kind": material.kind, "year": material.year}
    audit.record("material.withdraw", material, by=by, after=after, reason=reason, on=timezone.localdate(at))
    signals.tell(Material, on=timezone.localdate(at), enterprise_ids=[material.enterprise_id])
    return material
