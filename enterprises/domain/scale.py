"""规上 status of a firm: entered and left on dated days, whoever reports it."""

from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.domain.statements import against_right, locked
from enterprises.models import AboveScaleSpell, Enterprise
from enterprises.signals import duties_changed

INDUSTRY: Final = "规上工业"  # the one kind whose firms owe a research institution
KINDS: Final = (INDUSTRY, "规上服务业", "限上批发和零售业", "限上住宿和餐饮业", "资质等级建筑业", "规上房地产业")


@transaction.atomic
def begin(*, enterprise_id: int, kind: str, from_on: date, source: str, by: User, on: date) -> AboveScaleSpell:
    """The firm is 规上 from a day on; what follows from it is known at once."""
    enterprise = locked(enterprise_id, by)
    reasons = against_right(by, own=False)
    if from_on > on:
        reasons.append(Reason("from_on", "入规日晚于今天，请核对", str(from_on), who="bureau"))
    later = Q(to_on=None) | Q(to_on__gte=from_on)
    if AboveScaleSpell.objects.filter(later, enterprise=enterprise, kind=kind).exists():
        reasons.append(Reason("from_on", f"这一天起已有{kind}时段，不能重叠", str(from_on), who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    spell = AboveScaleSpell.objects.create(enterprise=enterprise, kind=kind, from_on=from_on, source=source.strip())
    audit.record("scale.begin", spell, by=by, after=described(spell), on=from_on, enterprise_id=enterprise_id)
    duties_changed.send(AboveScaleSpell, on=on, enterprise_ids=[enterprise_id])
    return spell


@transaction.atomic
def end(*, spell_id: int, to_on: date, by: User, on: date, reason: str = "") -> AboveScaleSpell:
    """The firm is 规上 until a day, that day included."""
    seen = AboveScaleSpell.objects.filter(enterprise__in=Enterprise.objects.visible_to(by))
    enterprise = locked(seen.values_list("enterprise_id", flat=True).get(pk=spell_id), by)
    spell = AboveScaleSpell.objects.select_for_update().get(pk=spell_id)
    reasons = against_right(by, own=False)
    if spell.to_on is not None:
        reasons.append(Reason("to_on", "这一时段已经结束", str(spell.to_on), who="bureau"))
    if not spell.from_on <= to_on <= on:
        reasons.append(
            Reason("to_on", "退规日须在入规日和今天之间", str(to_on), f"{spell.from_on} 至 {on}", who="bureau")
        )
    if reasons:
        raise StepRefused(reasons)
    before, spell.to_on = described(spell), to_on
    spell.save(update_fields=["to_on"])
    audit.record(
        "scale.end", spell, by=by, before=before, after=described(spell), reason=reason, on=to_on,
        enterprise_id=enterprise.pk,
    )  # fmt: skip
    duties_changed.send(AboveScaleSpell, on=on, enterprise_ids=[enterprise.pk])
    return spell


def described(spell: AboveScaleSpell) -> dict[str, Any]:
    """A spell as the audit trail keeps it."""
    return {
        "kind": spell.kind,
        "from_on": str(spell.from_on),
        "to_on": str(spell.to_on or ""),
        "source": spell.source,
    }
