"""The filters of 推进看板; their state is the address, for board, further cards, bulk steps and export alike."""

import datetime
from collections.abc import Iterable
from typing import Any, Final

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from accounts.models import Region, Role, User
from console.filtering import Filter, unit_filter
from console.firms.filters import TRACK_LABELS
from enterprises.models import Enterprise
from notifications.case_deadlines import with_due
from notifications.casework import Rounds
from pipeline.models import Candidacy

NOBODY: Final = "none"
Cases = QuerySet[Candidacy]


def officers_in_sight(request: Any) -> QuerySet[User]:
    """Officers who may look after a firm in the reader's units: those of these units and those above."""
    user: User = request.user
    if user.region is None:
        return User.objects.none()
    steps = user.region.path.rstrip("/").split("/")
    above = ["/".join(steps[:depth]) + "/" for depth in range(1, len(steps))]
    near = Q(region__path__startswith=user.region.path) | Q(region__path__in=above)
    return User.objects.filter(near, is_active=True, role__in=[Role.CITY, Role.UNIT]).order_by("name", "pk")


class BoardFilter(Filter):
    """Which cases to show; ``on`` is the day on which they are overdue."""

    officer = filters.ModelChoiceFilter(
        method="looked_after_by",
        queryset=officers_in_sight,  # type: ignore[arg-type]  # asked for with the request
        label="责任人",
        empty_label="全部责任人",
        null_label="无责任人",
        null_value=NOBODY,
    )
    track = filters.ChoiceFilter(choices=TRACK_LABELS, label="认定方向", empty_label="全部方向")
    unit = unit_filter()
    overdue = filters.ChoiceFilter(method="late", choices=[("1", "只看超期")], label="时限", empty_label="不限时限")
    q = filters.CharFilter(method="named", label="企业名称、曾用名、拼音首字母或代码")

    class Meta:
        model = Candidacy
        fields: list[str] = []  # every filter is declared above, none is implied

    def __init__(self, data: QueryDict, *, on: datetime.date, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.on = on
        self.reader: User = rest["request"].user

    @property
    def bar_fields(self) -> list[forms.BoundField]:
        """What stands in the head of the page."""
        return [self.form["officer"], self.form["track"]]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What stands under 筛选."""
        return [self.form["unit"], self.form["overdue"]]

    @property
    def query(self) -> str:
        """The filters in force as the address says them, and nothing else of it."""
        values = {name: self.form.data.get(name) for name in self.form.fields}
        return urlencode({name: value for name, value in values.items() if value})

    def looked_after_by(self, cases: Cases, name: str, officer: User | str) -> Cases:
        """The case's own officer; where it has none, the firm's."""
        if officer == NOBODY:
            return cases.filter(officer__isnull=True, enterprise__officer__isnull=True)
        return cases.filter(Q(officer=officer) | Q(officer__isnull=True, enterprise__officer=officer))

    def of_unit(self, cases: Cases, name: str, unit: Region) -> Cases:
        """The unit and those below."""
        return cases.filter(enterprise__region__in=Region.objects.keys_within(unit))

    def late(self, cases: Cases, name: str, value: str) -> Cases:
        """Whose day has passed."""
        return cases.filter(due_on__lt=self.on)  # type: ignore[misc]  # with_due found it

    def named(self, cases: Cases, name: str, text: str) -> Cases:
        """Of firms whose name, former name, initials or code contain the text."""
        return cases.filter(enterprise__in=Enterprise.objects.visible_to(self.reader).named(text))


def filtered(request: HttpRequest, states: Iterable[str], rounds: Rounds) -> tuple[BoardFilter, Cases]:
    """The filters of the address and the cases in sight they leave; filters that make no sense leave none."""
    seen = with_due(Candidacy.objects.visible_to(request.user).filter(state__in=list(states)), rounds)
    asked = BoardFilter(request.GET, queryset=seen, request=request, on=rounds.on)
    return asked, asked.qs if asked.is_valid() else seen.none()
