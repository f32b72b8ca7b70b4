"""Filters of 企业库 by deputy, pool, titles held and 规上: what pools and portfolios are asked by."""

import datetime
from typing import Any, Final

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet

from console.quality.filters import QualityFilters, officers_in_sight
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from notifications.models import Obligation
from pipeline.domain import editions, stock
from pipeline.models import Pool
from pipeline.models.pool import membership

Firms = EnterpriseQuerySet
HOLDS: Final = [(track.key, f"持有效{track.short}") for track in TRACKS]
LACKS: Final = [(track.key, f"未持有效{track.short}") for track in TRACKS]


def near_choices() -> list[tuple[str, str]]:
    """Near to each judged track."""
    tracks = editions.judged_tracks()
    return [(track, f"接近{TRACK_BY_KEY[track].short}（符合、待人工判定或只差一项）") for track in tracks]


def pools_in_sight(request: Any) -> QuerySet[Pool]:
    """The pools the reader may see."""
    return Pool.objects.visible_to(request.user)


def with_overdue(firms: Firms, on: datetime.date) -> Firms:
    """Firms with something left undone past its day."""
    late = Obligation.objects.open().overdue(on).filter(enterprise=OuterRef("pk"))
    return firms.filter(Exists(late))


class CareFilters(QualityFilters):
    """Deputy, pool, titles held or lacking, 规上, nearness."""

    # The querysets are asked for with the request
    deputy = filters.ModelChoiceFilter(
        queryset=officers_in_sight,  # type: ignore[arg-type]
        label="副责任人",
        empty_label="不限",
    )
    keeper = filters.ChoiceFilter(
        method="keeper_left", choices=[("left", "责任人账号已停用")], label="责任人在岗", empty_label="不限"
    )
    overdue = filters.ChoiceFilter(
        method="is_overdue", choices=[("1", "有逾期未办事项")], label="逾期事项", empty_label="不限"
    )
    pool = filters.ModelChoiceFilter(
        method="in_pool",
        queryset=pools_in_sight,  # type: ignore[arg-type]
        label="后备库",
        empty_label="不限",
    )
    near = filters.ChoiceFilter(method="near_to", choices=near_choices, label="接近", empty_label="不限")
    holds = filters.ChoiceFilter(method="holding", choices=HOLDS, label="持有", empty_label="不限")
    lacks = filters.ChoiceFilter(method="not_holding", choices=LACKS, label="未持有", empty_label="不限")
    above_scale = filters.ChoiceFilter(
        method="is_above_scale", choices=[("1", "规上企业")], label="规上", empty_label="不限"
    )

    def keeper_left(self, firms: Firms, name: str, value: str) -> Firms:
        """Whose owner's account was closed."""
        return stock.with_officer_gone(firms)

    def is_overdue(self, firms: Firms, name: str, value: str) -> Firms:
        """With something left undone past its day."""
        return with_overdue(firms, self.on)

    def in_pool(self, firms: Firms, name: str, pool: Pool) -> Firms:
        """In the pool today."""
        return firms.filter(membership(pool.pk, self.on))

    def near_to(self, firms: Firms, name: str, track: str) -> Firms:
        """At most one condition short of the track, nothing unknown."""
        return stock.near(firms, track)

    def holding(self, firms: Firms, name: str, track: str) -> Firms:
        """With a title of the track in force."""
        return stock.holding(firms, track, self.on)

    def not_holding(self, firms: Firms, name: str, track: str) -> Firms:
        """Without one."""
        return stock.not_holding(firms, track, self.on)

    def is_above_scale(self, firms: Firms, name: str, value: str) -> Firms:
        """规上 on the day."""
        return stock.above_scale(firms, self.on)
