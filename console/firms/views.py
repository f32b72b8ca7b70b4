"""企业库: firms in the reader's units, by name, unit, rung, verdict and what they lack; the address holds the state."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_filters import FilterSet

from accounts.models import User
from console import pages
from console.choices import choices_of
from console.firms import columns as enterprise_columns
from console.firms import view_tabs
from console.firms.filters import OPENED, EnterpriseFilter, condition_words, due_words
from console.firms.rows import rows
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet

WORDS: dict[str, Callable[[str], str]] = {"condition": condition_words, "due": due_words}
PAGE_ONLY = ("page", "after", "before", OPENED)  # state of the page, not of the question


@dataclass(frozen=True)
class Chip:
    """A filter in force and the address without it."""

    label: str
    query: str


@require_GET
def enterprise_list(request: HttpRequest) -> HttpResponse:
    """A page of firms; a filter that makes no sense lists nothing and says why."""
    on = timezone.localdate()
    seen, filterset, firms = asked_for(request, on)
    if filterset.is_open and request.htmx:  # type: ignore[attr-defined]
        return render(request, "console/firms/more.html", {"filter": filterset})
    page, ids = pages.firms_page(firms, seen, request.GET.dict())
    context = {
        "filter": filterset,
        "chips": list(chips(filterset, request.GET)),
        "rows": rows(seen, ids, on),
        "page": page,
        "query": without(request.GET),
        "on": on,
        "may_write": cast(User, request.user).may_write,
        "views": view_tabs.tabs(request),
        "export": enterprise_columns.dialog(request),
    }
    return render(request, "console/firms/list.html", context)


def asked_for(
    request: HttpRequest, on: datetime.date
) -> tuple[EnterpriseQuerySet, EnterpriseFilter, EnterpriseQuerySet]:
    """The firms in sight, the filters of the address, and the firms they leave: for the list and its export alike."""
    seen = Enterprise.objects.visible_to(request.user)
    filterset = EnterpriseFilter(request.GET, queryset=seen, request=request, on=on)
    return seen, filterset, cast(EnterpriseQuerySet, filterset.qs) if filterset.is_valid() else seen.none()


def without(data: QueryDict, name: str = "", value: str = "") -> str:
    """The address without one value of a filter and from its first page, ready to be appended to."""
    rest = data.copy()
    for gone in PAGE_ONLY:
        rest.pop(gone, None)
    kept = [one for one in rest.getlist(name) if one != value]
    rest.setlist(name, kept) if kept else rest.pop(name, None)
    text = rest.urlencode()
    return f"{text}&" if text else ""


def chips(filterset: FilterSet, data: QueryDict) -> Iterator[Chip]:
    """What is being filtered by, each removable."""
    for name in filterset.form.fields:
        for value in data.getlist(name):
            if value:
                yield Chip(chip_label(filterset, name, value), without(data, name, value))


def chip_label(filterset: FilterSet, name: str, value: str) -> str:
    """A filter in words: 责任单位：东溪县."""
    field = filterset.form.fields[name]
    choices = dict(choices_of(field)) if hasattr(field, "choices") else {}
    label = choices.get(value) or WORDS.get(name, str)(value)
    return label if label.startswith(str(field.label)) else f"{field.label}：{label}"
