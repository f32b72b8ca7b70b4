"""The rows of a pool: the firm, what stands against it first, why it is in, and by what it is ranked."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import F, Q, QuerySet

from console.firms.rows import Row, rows
from enterprises.models import NegativeFact
from enterprises.models.enterprise import EnterpriseQuerySet
from pipeline.models import Assessment, Pool, PoolPin, PoolPlace, PoolSpell

FACTORS: Final = {"distance": "距认定的差距", "deadline": "资格最近到期日"}


class Gap(NamedTuple):
    """What is stored of the verdict on the pool's track, as far as a line says it."""

    verdict: str
    n_unmet: int
    n_unknown: int
    n_manual: int


@dataclass(frozen=True)
class PoolRow:
    """One firm of a pool."""

    row: Row
    spell: PoolSpell
    negatives: Sequence[NegativeFact]
    pin: PoolPin | None
    gap: Sequence[Gap]

    @property
    def nearest_end(self) -> datetime.date | None:
        """The first of its titles to end."""
        return min((title.until for title in self.row.titles if title.until), default=None)


ORDER: Final = {
    "distance": (F("n_unmet").asc(nulls_last=True), F("n_unknown").asc(nulls_last=True)),
    "deadline": (F("first_end").asc(nulls_last=True),),
}


def ranked(places: QuerySet[PoolPlace], factors: Sequence[str]) -> QuerySet[PoolPlace]:
    """Members in order: fewest conditions short first, then whose title ends first, then by name; always the same."""
    return places.order_by(*(part for factor in factors for part in ORDER[factor]), "name", "enterprise_id")


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
    judged = Assessment.objects.filter(enterprise__in=ids, track=pool.track)
    gaps = {firm: [Gap(*said)] for firm, *said in judged.values_list("enterprise_id", *Gap._fields)}
    return [
        PoolRow(by_firm[pk], spell, negatives.get(pk, ()), pinned.get(pk), gaps.get(pk, ()))
        for spell in spells
        if (pk := spell.enterprise_id) in by_firm
    ]
