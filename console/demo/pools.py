"""Pools, views and owners of the demo: three weeks of coming and going, pins, deputies, a few firms of nobody's."""

import datetime
from collections.abc import Sequence

from accounts.models import User
from enterprises.models import Enterprise, NegativeFact
from pipeline.domain import membership, pools, saved_views
from pipeline.models import Pool, PoolSpell

WEEK = datetime.timedelta(days=7)


def seed_pools(*, by: User, officers: Sequence[User], firms: Sequence[Enterprise], on: datetime.date) -> None:
    """What a month of work with pools leaves behind."""
    pools.load_seeds()
    for pool in Pool.objects.all():
        membership.refresh_pool(pool, on=on)
        long_ago(pool, on)
    reserve, rising = Pool.objects.get(key="hnte-reserve"), Pool.objects.get(key="scale-to-hnte")
    pick = [firm.pk for firm in firms]
    pools.pin(
        pool_id=reserve.pk, enterprise_ids=pick[3:6], kind="include", reason="产业链骨干企业，提前培育",
        until=on + 26 * WEEK, by=by, on=on,
    )  # fmt: skip
    out = PoolSpell.objects.on(on).filter(pool=rising).order_by("enterprise__name").values_list("enterprise", flat=True)
    pools.pin(pool_id=rising.pk, enterprise_ids=out[:2], kind="exclude", reason="正在办理迁出手续", by=by, on=on)
    seed_negatives(reserve, on)
    seed_owners(by, officers, firms, on)
    for name, query, shared in (
        ("高企只差一项", "one_short=hnte", True),
        ("90天内到期", "expiring=90", True),
        ("规上未升高企", "above_scale=1&lacks=hnte", False),
    ):
        saved_views.save(name=name, query=query, is_shared=shared, by=by)


def long_ago(pool: Pool, on: datetime.date) -> None:
    """Most members have been in for weeks: their spells are written anew, as the nights would have written them."""
    ids = PoolSpell.objects.filter(pool=pool, left_on=None).order_by("enterprise").values_list("enterprise", flat=True)
    older = [pk for place, pk in enumerate(ids) if place % 6]
    PoolSpell.objects.filter(pool=pool, enterprise__in=older).delete()
    PoolSpell.objects.bulk_create(
        PoolSpell(pool=pool, enterprise_id=pk, entered_on=on - WEEK * (1 + pk % 5), entered_why=PoolSpell.Why.RULE)
        for pk in older
    )


def seed_negatives(pool: Pool, on: datetime.date) -> None:
    """Two members stand on a list of anomalies."""
    members = PoolSpell.objects.on(on).filter(pool=pool).order_by("enterprise__name")[4:6]
    NegativeFact.objects.bulk_create(
        NegativeFact(
            enterprise_id=spell.enterprise_id, kind="经营异常", from_on=on - 9 * WEEK, source="企业信用信息公示（演示）"
        )
        for spell in members
    )  # fmt: skip


def seed_owners(by: User, officers: Sequence[User], firms: Sequence[Enterprise], on: datetime.date) -> None:
    """The city's officer stands in for the units' and keeps most of the rest; a few firms are still nobody's."""
    ids = [firm.pk for firm in firms]
    Enterprise.objects.filter(pk__in=ids, officer__in=officers).update(deputy=by)
    nobodys = [pk for place, pk in enumerate(ids) if place % 9]
    Enterprise.objects.filter(pk__in=nobodys, officer__isnull=True).update(officer=by)
    if len(officers) > 2:
        User.objects.filter(pk=officers[2].pk).update(away_until=on + WEEK)
