"""What lists with filters share: the address is their state, and each filter in force is a chip that comes off."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import django_filters as filters
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import Region, User
from console.choices import choices_of

OPENED: Final = "more"  # in the address: the drawer of further filters is shown
PAGE_ONLY: Final = ("page", "after", "before", OPENED)  # state of the page, not of the question


def units_in_sight(request: Any) -> QuerySet[Region]:
    """The reader's unit and those below."""
    user: User = request.user
    return Region.objects.within(user.region) if user.region else Region.objects.none()


def unit_filter() -> filters.ModelChoiceFilter:
    """责任单位, by the filterset's ``of_unit``; the units are asked for with the request."""
    return filters.ModelChoiceFilter(
        method="of_unit",
        queryset=units_in_sight,  # type: ignore[arg-type]
        label="责任单位",
        empty_label="全部责任单位",
    )


class Filter(filters.FilterSet):
    """The filters of one list. ``words`` says a value that is no choice of a field in words, by the field's name."""

    words: ClassVar[Mapping[str, Callable[[str], str]]] = {}

    @property
    def complaints(self) -> list[str]:
        """What is wrong with the address, in words."""
        return [
            f"{self.form.fields[name].label}：{error}" for name, errors in self.form.errors.items() for error in errors
        ]

    def of_unit(self, found: Any, name: str, unit: Region) -> Any:
        """Of firms of the unit and those below."""
        return found.filter(enterprise__region__path__startswith=unit.path)


@dataclass(frozen=True)
class Chip:
    """A filter in force and the address without it."""

    label: str
    query: str


def without(data: QueryDict, name: str = "", value: str = "") -> str:
    """The address without one value of a filter and from its first page, ready to be appended to."""
    rest = data.copy()
    for gone in PAGE_ONLY:
        rest.pop(gone, None)
    kept = [one for one in rest.getlist(name) if one != value]
    rest.setlist(name, kept) if kept else rest.pop(name, None)
    text = rest.urlencode()
    return f"{text}&" if text else ""


def chips(filterset: Filter, data: QueryDict) -> Iterator[Chip]:
    """What is being filtered by, each removable."""
    for name in filterset.form.fields:
        for value in data.getlist(name):
            if value:
                yield Chip(chip_label(filterset, name, value), without(data, name, value))


def chip_label(filterset: Filter, name: str, value: str) -> str:
    """A filter in words: 责任单位：东溪县."""
    field = filterset.form.fields[name]
    choices = dict(choices_of(field)) if hasattr(field, "choices") else {}
    label = choices.get(value) or filterset.words.get(name, str)(value)
    return label if label.startswith(str(field.label)) else f"{field.label}：{label}"
