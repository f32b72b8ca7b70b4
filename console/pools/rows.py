"""The rows of a pool: the firm, what stands against it first, why it is in, and by what it is ranked."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery

from console.firms.rows import Row, rows
from enterprises.models import NegativeFact
from enterprises.models.enterprise import EnterpriseQuerySet
from pipeline.models import Assessment, Pool, PoolPin, PoolSpell, Title

FACTORS: Final = {"distance": "距认定的差距", "deadline": "资格最近到期日"}


@dataclass(frozen=True)
class PoolRow:
    """One firm of a pool."""

    row: Row
    spell: PoolSpell
    negatives: Sequence[NegativeFact]
    pin: PoolPin | None
    judged: Assessment | None

    @property
    def nearest_end(self) -> datetime.date | None:
        """The first of its titles to end."""
        return min((title.until for title in self.row.titles if title.until), default=None)


def ranked(firms: EnterpriseQuerySet, track: str, factors: Sequence[str], on: datetime.date) -> QuerySet[Any]:
    """The firms in order: fewest conditions short first, then whose title ends first, then by name; always the same."""
    ends = Title.objects.in_force(on).filter(enterprise=OuterRef("pk")).order_by().values("enterprise")
    order: list[Any] = []
    if "distance" in factors:
        firms = firms.annotate(toward=FilteredRelation("assessments", condition=Q(assessments__track=track)))
        order += [F("toward__n_unmet").asc(nulls_last=True), F("toward__n_unknown").asc(nulls_last=True)]
    if "deadline" in factors:
        firms = firms.annotate(first_end=Subquery(ends.annotate(first=Min("valid_until")).values("first")))
        order.append(F("first_end").asc(nulls_last=True))
    return firms.order_by(*order, "name", "pk")


def pool_rows(seen: EnterpriseQuerySet, pool: Pool, spells: Sequence[PoolSpell], on: datetime.date) -> list[PoolRow]:
    """The rows of these spells in the order given, in a fixed number of queries."""
    ids = [spell.enterprise_id for spell in spells]
    by_firm = {row.firm.pk: row for row in rows(seen, ids, on)}
    standing = Q(to_on__isnull=True) | Q(to_on__gte=on)
    negatives: dict[int, list[NegativeFact]] = {}
    for fact in NegativeFact.objects.filter(standing, enterprise__in=ids, from_on__lte=on).order_by("from_on", "pk"):
        negatives.setdefault(fact.enterprise_id, []).append(fact)
    pins = PoolPin.objects.in_force(on).filter(enterprise__in=ids, pool=pool).select_related("by")
    pinned = {pin.enterprise_id: pin for pin in pins}
    judged = {one.enterprise_id: one for one in Assessment.objects.filter(enterprise__in=ids, track=pool.track)}
    return [
        PoolRow(by_firm[pk], spell, negatives.get(pk, ()), pinned.get(pk), judged.get(pk))
        for spell in spells
        if (pk := spell.enterprise_id) in by_firm
    ]
