"""The filters of 人工判定; their state is the address."""

import datetime
from typing import Any, Final, cast

import django_filters as filters
from django import forms
from django.db.models import Q
from django.http import HttpRequest, QueryDict

from console.filtering import Filter, unit_filter
from enterprises import deadlines
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACKS
from pipeline.models import Ruling
from pipeline.models.assessment import RulingQuerySet

SOON: Final = 60  # days
STATES: Final = [("holds", "有效"), ("soon", "60 天内到期"), ("ended", "已失效"), ("superseded", "已改判")]


class RulingFilter(Filter):
    """Which rulings to list; ``on`` is the day on which they hold or have ended."""

    q = filters.CharFilter(method="named", label="企业", max_length=60)
    track = filters.ChoiceFilter(
        choices=[(track.key, track.label) for track in TRACKS], label="认定方向", empty_label="全部方向"
    )
    criterion = filters.CharFilter("criterion", "iexact", label="条件", max_length=60)
    officer = filters.CharFilter(method="by_whom", label="判定人", max_length=60)
    unit = unit_filter()
    state = filters.ChoiceFilter(method="standing", choices=STATES, label="状态", empty_label="全部状态")

    class Meta:
        model = Ruling
        fields: list[str] = []  # every filter is declared above, none is implied

    def __init__(self, data: QueryDict, *, on: datetime.date, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.on = on

    @property
    def choices_shown(self) -> list[forms.BoundField]:
        """The selects of the bar."""
        return [self.form[name] for name in ("track", "unit", "state")]

    @property
    def words_shown(self) -> list[forms.BoundField]:
        """The fields to write in."""
        return [self.form[name] for name in ("q", "criterion", "officer")]

    def named(self, rulings: RulingQuerySet, name: str, text: str) -> RulingQuerySet:
        """On firms in sight of this name."""
        firms = Enterprise.objects.visible_to(cast(HttpRequest, self.request).user).named(text)
        return rulings.filter(enterprise__in=firms.order_by().values("pk"))

    def by_whom(self, rulings: RulingQuerySet, name: str, text: str) -> RulingQuerySet:
        """Given by somebody of this name or login name."""
        return rulings.filter(Q(by__name__contains=text) | Q(by__username=text.casefold()))

    def standing(self, rulings: RulingQuerySet, name: str, value: str) -> RulingQuerySet:
        """Whether it holds on the day, how long still, or why not."""
        if value == "superseded":
            return rulings.superseded()
        if value == "ended":
            return rulings.ended(self.on)
        if value == "soon":
            return rulings.ending(self.on, deadlines.days_after(self.on, SOON))
        return rulings.holding(self.on)
