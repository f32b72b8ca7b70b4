"""A firm enters the register by an officer's act: under a name and a unit, its code still to come (待补代码)."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Region, User
from enterprises import search
from enterprises.domain.statements import against_right
from enterprises.models import Enterprise, RegionMembership


@transaction.atomic
def found(
    *, name: str, region_id: int, by: User, on: date, reason: str, uscc: str = "", document: str = ""
) -> Enterprise:
    """Enter a firm; a name or a code that stands already is refused. ``uscc`` has a right check digit, or is empty."""
    unit = Region.objects.filter(pk=region_id).first()
    if reasons := [*against_right(by, own=False), *against_firm(name, uscc, unit, by)]:
        raise StepRefused(reasons)
    firm = Enterprise(name=name.strip(), region_id=region_id, uscc=uscc or None, uscc_ok=True if uscc else None)
    firm.save(force_insert=True)
    RegionMembership.objects.create(enterprise=firm, region_id=region_id, from_on=on)
    after = {"name": firm.name, "region": region_id, "uscc": uscc}
    audit.record(
        "enterprise.found", firm, by=by, after=after, reason=reason, document=document, on=on, enterprise_id=firm.pk
    )
    return firm


def against_firm(name: str, uscc: str, unit: Region | None, by: User) -> list[Reason]:
    """Reasons against entering a firm; of one outside the officer's sight nothing is said but that it stands."""
    reasons = []
    if len(name.strip()) < 2:
        reasons.append(Reason("name", "请写明企业名称", who="bureau"))
    if unit is None or by.region is None or not unit.path.startswith(by.region.path):
        reasons.append(Reason("region", "请在本辖区内选择责任单位", who="bureau"))
    if Enterprise.objects.filter(folded_name=search.folded(name)).exists():
        reasons.append(Reason("name", "登记簿中已有同名企业，不能重复建档", who="bureau"))
    if uscc and Enterprise.objects.filter(uscc=uscc).exists():
        reasons.append(Reason("uscc", "登记簿中已有这个统一社会信用代码", who="bureau"))
    return reasons
