"""The filters of 研发机构; their state is the address."""

import datetime
from typing import Any, Final, cast

import django_filters as filters
from django import forms
from django.db.models import Q
from django.http import HttpRequest, QueryDict

from console.filtering import Filter, unit_filter
from enterprises import deadlines, six_haves
from enterprises.models import Enterprise, InstitutionGrade, ResearchInstitution
from enterprises.models.institution import LEVELS, InstitutionQuerySet, State

Institutions = InstitutionQuerySet
SIX: Final = [
    ("all", "六有齐全"),
    ("lacks", "有缺项"),
    ("unchecked", "有未核项"),
    *((item.key, f"无{item.label}") for item in six_haves.ITEMS),
]
RECHECK: Final = [("overdue", "复查已逾期"), ("30", "30 天内复查")]
EXPIRING: Final = [("90", "90 天内到期"), ("180", "180 天内到期"), ("lapsed", "认定已到期")]


def kind_choices() -> list[tuple[str, str]]:
    """The kinds that the bureau keeps."""
    kinds = InstitutionGrade.objects.values_list("kind", flat=True)
    return [(kind, kind) for kind in dict.fromkeys(kinds)]


class InstitutionFilter(Filter):
    """Which institutions to list; ``on`` is the day on which they are overdue or lapsed."""

    q = filters.CharFilter(method="named", label="企业或机构名称")
    unit = unit_filter()
    kind = filters.ChoiceFilter(choices=kind_choices, label="种类", empty_label="全部种类")
    level = filters.ChoiceFilter(choices=LEVELS, label="级别", empty_label="全部级别")
    state = filters.ChoiceFilter(choices=State.choices, label="状态", empty_label="全部状态")
    six = filters.ChoiceFilter(method="with_six", choices=SIX, label="六有", empty_label="六有不限")
    recheck = filters.ChoiceFilter(method="to_recheck", choices=RECHECK, label="复查", empty_label="复查不限")
    expiring = filters.ChoiceFilter(method="ending", choices=EXPIRING, label="认定有效期", empty_label="有效期不限")

    class Meta:
        model = ResearchInstitution
        fields: list[str] = []  # every filter is declared above, none is implied

    def __init__(self, data: QueryDict, *, on: datetime.date, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.on = on

    @property
    def choices_shown(self) -> list[forms.BoundField]:
        """What stands in the bar beside the search."""
        return [self.form[name] for name in self.form.fields if name != "q"]

    def named(self, institutions: Institutions, name: str, text: str) -> Institutions:
        """The firm's names, initials or code, or the institution's own name or school."""
        firms = Enterprise.objects.visible_to(cast(HttpRequest, self.request).user).named(text)
        own = Q(name__contains=text) | Q(partner_school__contains=text)
        return institutions.filter(own | Q(enterprise__in=firms.order_by().values("pk")))

    def with_six(self, institutions: Institutions, name: str, value: str) -> Institutions:
        """Whose last checks found all, found something missing, or left something open."""
        standing = institutions.exclude(state=State.ENDED)
        whole = list(six_haves.KEYS)
        if value == "all":
            return standing.filter(haves__contains=whole)
        if value == "lacks":
            return standing.exclude(lacks=[])
        if value == "unchecked":
            return standing.exclude(pk__in=standing.filter(fully_checked()))
        return standing.filter(lacks__contains=[value])

    def to_recheck(self, institutions: Institutions, name: str, value: str) -> Institutions:
        """To be looked at again: before today, or within so many days."""
        if value == "overdue":
            return institutions.overdue(self.on)
        return institutions.overdue(deadlines.days_after(self.on, int(value) + 1)).filter(recheck_on__gte=self.on)

    def ending(self, institutions: Institutions, name: str, value: str) -> Institutions:
        """Whose recognition ends within so many days, or has ended."""
        standing = institutions.exclude(state=State.ENDED)
        if value == "lapsed":
            return standing.filter(valid_until__lt=self.on)
        return standing.filter(deadlines.within("valid_until", self.on, int(value)))


def fully_checked() -> Q:
    """Every one of the six was found or found missing."""
    whole = Q()
    for key in six_haves.KEYS:
        whole &= Q(haves__contains=[key]) | Q(lacks__contains=[key])
    return whole
