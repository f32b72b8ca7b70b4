"""What research institutions ask for: one for every 规上 firm from the day it enters, and a second look at the 六有."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, OuterRef, Q

from enterprises import deadlines
from enterprises.domain import scale
from enterprises.models import AboveScaleSpell, ResearchInstitution
from enterprises.models.institution import State
from notifications.causes import Due, Scope
from notifications.models import Obligation
from notifications.models.duties import dated

RECHECK_AHEAD: Final = 30  # days
SWEEP: Final = "进规一家、扫零一家：规上工业企业应有研发机构，办结期限未见文件"
UNDATED: Final = "无入规日期"  # how a ledger's spell says that its day is only that of the import


def institutions_wanted(scope: Scope) -> Iterator[Due]:
    """Firms 规上工业 on the day without an institution, from the day they entered until one is being built."""
    there = ResearchInstitution.objects.filter(enterprise=OuterRef("enterprise")).standing(scope.on)
    spells = AboveScaleSpell.objects.filter(
        Q(to_on=None) | Q(to_on__gte=scope.on), ~Exists(there), kind=scale.INDUSTRY, from_on__lte=scope.on
    )
    rows = scope.of(spells).order_by("enterprise", "from_on", "pk").distinct("enterprise")
    for enterprise_id, from_on, source, known_on in rows.values_list(
        "enterprise_id", "from_on", "source", "enterprise__institutions_known_on"
    ):
        since = "规上工业企业（入规日期未知）" if UNDATED in source else f"{dated(from_on)}进入规上工业"
        yield Due(
            key=f"institution:{enterprise_id}:{from_on}",
            kind=Obligation.Kind.INSTITUTION_WANTED,
            enterprise_id=enterprise_id,
            says=f"{since}，{'尚无研发机构，应筹建并登记' if known_on else '研发机构清单未核对，请核对并登记'}",
            because=SWEEP,
            for_enterprise=known_on is not None,
        )


def six_to_recheck(scope: Scope) -> Iterator[Due]:
    """Institutions whose 六有 are to be looked at again within a month, or were to be."""
    institutions = ResearchInstitution.objects.exclude(state=State.ENDED)
    for institution in scope.of(institutions.filter(recheck_on__lte=deadlines.days_after(scope.on, RECHECK_AHEAD))):
        assert institution.recheck_on is not None  # only these are asked for
        day, passed = institution.recheck_on, deadlines.is_past(institution.recheck_on, scope.on)
        yield Due(
            key=f"six:{institution.pk}:{day}",
            kind=Obligation.Kind.SIX_RECHECK,
            enterprise_id=institution.enterprise_id,
            says=f"“{institution}”六有{f'应于{dated(day)}前复查' if passed else f'{dated(day)}到复查日'}",
            because="上次核查时定的复查日",
            due_on=day,
            verified=True,
            for_enterprise=False,
        )
