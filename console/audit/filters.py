"""The filters of 操作日志: who, what, which firm, which object, when, which document."""

from typing import Any, Final, cast

import django_filters as filters
from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.models import AuditEvent
from console.events import ACTS, ROOMS
from console.filtering import Filter
from enterprises.models import Enterprise

Events = QuerySet[AuditEvent]
ROOM_OF_OURS: Final = ("accounts", "enterprises", "pipeline", "notifications")


def acts() -> list[tuple[str, Any]]:
    """Every act under its group; a group as a whole stands first in it."""
    return [
        (
            label,
            [
                (f"{room}.", f"{label}（全部）"),
                *((what, words) for what, words in ACTS.items() if what.startswith(f"{room}.")),
            ],
        )
        for room, label in ROOMS.items()
    ]


def objects() -> list[tuple[str, str]]:
    """Every kind of object, by the name of its table."""
    models = [model for room in ROOM_OF_OURS for model in apps.get_app_config(room).get_models()]
    return sorted((model._meta.model_name or "", str(model._meta.verbose_name)) for model in models)


OBJECT_LABELS: Final = dict[str, str]()


def object_label(name: str) -> str:
    """What a kind of object is called; read once, for tables do not change while we run."""
    if not OBJECT_LABELS:
        OBJECT_LABELS.update(objects())
    return OBJECT_LABELS.get(name, name)


class AuditFilter(Filter):
    """Which acts to list."""

    who = filters.CharFilter(method="by_whom", label="操作人", max_length=60)
    what = filters.ChoiceFilter(method="of_act", choices=acts, label="事项", empty_label="全部事项")
    firm = filters.CharFilter(method="of_firm", label="企业", max_length=60)
    thing = filters.ChoiceFilter(method="of_object", choices=objects, label="对象", empty_label="全部对象")
    since = filters.DateFilter(
        "recorded_at", "date__gte", label="自", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = filters.DateFilter(
        "recorded_at", "date__lte", label="至", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    document = filters.CharFilter("document", "icontains", label="文号", max_length=120)

    class Meta:
        model = AuditEvent
        fields: list[str] = []  # every filter is declared above, none is implied

    def by_whom(self, events: Events, name: str, text: str) -> Events:
        """Done by somebody of this name or login name."""
        return events.filter(Q(by__name__contains=text) | Q(by__username=text.casefold()))

    def of_act(self, events: Events, name: str, what: str) -> Events:
        """One act, or a whole group of them."""
        return events.filter(what__startswith=what) if what.endswith(".") else events.filter(what=what)

    def of_firm(self, events: Events, name: str, text: str) -> Events:
        """Of firms in sight with this in their name; who sees no firms finds none."""
        firms = Enterprise.objects.visible_to(cast(HttpRequest, self.request).user).named(text)
        return events.filter(enterprise_id__in=firms.order_by().values("pk"))

    def of_object(self, events: Events, name: str, kind: str) -> Events:
        """On objects of a kind."""
        return events.filter(object_type=kind)
