"""A stored query in an officer's words, and what of it no longer makes sense."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from accounts.models import Region
from console.filtering import chip_label
from console.firms.filters import EnterpriseFilter
from enterprises.models import Enterprise
from pipeline.domain import selection


@dataclass(frozen=True)
class Asked:
    """The conditions in words, and the complaints."""

    words: Sequence[str]
    faults: Sequence[str]


def asked(query: str, request: HttpRequest, on: datetime.date) -> Asked:
    """Read a query the way 企业库 would show it to this reader."""
    data = QueryDict(query)
    filterset = EnterpriseFilter(
        data, queryset=Enterprise.objects.visible_to(request.user).none(), request=request, on=on
    )
    known = [name for name in filterset.form.fields if name in selection.read(query)]
    words = [word(filterset, name, value) for name in known for value in data.getlist(name) if value]
    strangers = [f"条件“{name}”已不再使用" for name in selection.read(query) if name not in filterset.form.fields]
    unseen = {"unit", "officer", "pool", "deputy"}  # may lie beyond this reader without being wrong
    wrong = [
        f"{filterset.form.fields[name].label}：{error}"
        for name, errors in filterset.form.errors.items()
        if name not in unseen
        for error in errors
    ]
    return Asked(words, [*strangers, *wrong])


def word(filterset: EnterpriseFilter, name: str, value: str) -> str:
    """One condition; a unit is named even where the reader cannot choose it."""
    if name == "unit":
        unit = Region.objects.filter(pk=int(value)).first() if value.isdecimal() else None
        return f"责任单位：{unit.name}" if unit else "责任单位：已撤销"
    return chip_label(filterset, name, value)
