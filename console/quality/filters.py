"""Filters of 企业库 by what is missing or doubtful: each number of 数据质量 is one of these."""

import datetime
from typing import Any, Final

import django_filters as filters
from django.db.models import Q, QuerySet

from accounts.models import Role, User
from console.filtering import Filter
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import FIGURES, FIRM_FIELDS, LISTS, label_of
from pipeline.domain import outlook, quality

Firms = EnterpriseQuerySet
NOBODY: Final = "none"
ASKED: Final = [name for name in FIRM_FIELDS if name not in {"uscc", "name", "region"}]
ALONE: Final = [(name, label_of(name)) for name in [*(figure.name for figure in FIGURES), *ASKED, *LISTS]]


def officers_in_sight(request: Any) -> QuerySet[User]:
    """Officers of the reader's units and of those above, closed accounts too: their firms are still theirs."""
    user: User = request.user
    if user.region is None:
        return User.objects.none()
    above = [user.region.path[: place + 1] for place, letter in enumerate(user.region.path) if letter == "/"]
    near_by = Q(region__path__startswith=user.region.path) | Q(region__path__in=above)
    return User.objects.filter(near_by, role__in=[Role.CITY, Role.UNIT]).order_by("name", "pk")


class QualityFilters(Filter):
    """Owner, and one thing that is missing or doubtful."""

    on: datetime.date
    bureau_tracks: tuple[str, ...]

    # The queryset is asked for with the request
    officer = filters.ModelChoiceFilter(
        method="of_officer",
        queryset=officers_in_sight,  # type: ignore[arg-type]
        label="责任人",
        empty_label="全部责任人",
        null_label="无责任人",
        null_value=NOBODY,
    )
    quality = filters.ChoiceFilter(
        method="with_issue",
        choices=[(issue.key, issue.label) for issue in quality.ISSUES],
        label="数据质量",
        empty_label="不限",
    )
    alone = filters.ChoiceFilter(
        method="wanting_only", choices=lambda: ALONE, label="只因缺这一项待定", empty_label="不限"
    )

    settles = filters.ChoiceFilter(
        method="settled_by", choices=lambda: ALONE, label="补这一项即可得出结论", empty_label="不限"
    )

    def of_officer(self, firms: Firms, name: str, officer: User | str) -> Firms:
        """Of an officer, or of nobody."""
        return firms.filter(officer=officer if isinstance(officer, User) else None)

    def with_issue(self, firms: Firms, name: str, key: str) -> Firms:
        """With the one thing missing or doubtful."""
        return quality.with_issue(firms, key, self.on)

    def wanting_only(self, firms: Firms, name: str, figure: str) -> Firms:
        """Undecided for want of this figure alone."""
        return quality.wanting_only(firms, figure, self.bureau_tracks)

    def settled_by(self, firms: Firms, name: str, figure: str) -> Firms:
        """With a verdict that this figure alone would settle."""
        return outlook.settled_by(firms, figure)
