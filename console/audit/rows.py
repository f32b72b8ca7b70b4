"""A line of 操作日志: the act, its object, what was before and after, with people's numbers and mailboxes masked."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.apps import apps
from django.utils import timezone

from accounts.models import AuditEvent, User
from console import events
from console.audit.filters import ROOM_OF_OURS, object_label
from console.exports.cells import masked
from enterprises import six_haves
from enterprises.models import Enterprise
from enterprises.models.institution import CheckState
from enterprises.vocabulary import FIGURE_BY_NAME

PERSONAL: Final = frozenset({"mobile", "phone", "email", "to", "wechat", "contact_mobile", "contact_email"})
NOTHING: Final = "（空）"
LONGEST: Final = 200
WORDS: Final = {
    "label": "状态",
    "figures": "指标",
    "rows": "行数",
    "filters": "筛选条件",
    "title": "表名",
    "people": "个人信息",
}


@dataclass(frozen=True)
class Change:
    """One thing that an act changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """One act."""

    event: AuditEvent
    act: str
    who: str
    firm: Enterprise | None
    thing: str
    says: str
    changes: Sequence[Change]
    effective_on: datetime.date | None


def rows(found: Iterable[AuditEvent], reader: User) -> list[Row]:
    """The lines of these acts; firms by name only where the reader may see them."""
    listed = list(found)
    wanted = {event.enterprise_id for event in listed if event.enterprise_id}
    firms = Enterprise.objects.visible_to(reader).order_by().in_bulk(wanted) if wanted else {}
    return [row(event, firms.get(event.enterprise_id or 0)) for event in listed]


def row(event: AuditEvent, firm: Enterprise | None) -> Row:
    """One act in words."""
    day = timezone.localdate(event.recorded_at)
    return Row(
        event=event,
        act=events.act_in_words(event),
        who=event.by.name if event.by else "系统",
        firm=firm,
        thing=object_label(event.object_type),
        says=events.detail(event),
        changes=changes(event),
        effective_on=event.effective_on if event.effective_on and event.effective_on != day else None,
    )


def changes(event: AuditEvent) -> list[Change]:
    """Every part that differs between before and after."""
    before, after = flat(event.before), flat(event.after)
    return [
        Change(label(event.object_type, key), shown(key, before.get(key)), shown(key, after.get(key)))
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


def flat(side: Any) -> dict[str, Any]:
    """A side as single parts; what is inside a part stands beside it under its own name."""
    if not isinstance(side, Mapping):
        return {} if side is None else {"label": side}
    parts: dict[str, Any] = {}
    for key, value in side.items():
        parts |= flat(value) if isinstance(value, Mapping) else {str(key): value}
    return parts


def label(kind: str, key: str) -> str:
    """What a part is called: a figure, a column of the object's table, or its own key."""
    if key in FIGURE_BY_NAME:
        return FIGURE_BY_NAME[key].label
    return columns_of(kind).get(key) or WORDS.get(key) or SIX.get(key, key)


@lru_cache(maxsize=64)
def columns_of(kind: str) -> dict[str, str]:
    """The columns of a table by name."""
    for room in ROOM_OF_OURS:
        for model in apps.get_app_config(room).get_models():
            if model._meta.model_name == kind:
                return {field.name: str(field.verbose_name) for field in model._meta.concrete_fields}
    return {}


# What a check of the 六有 found is kept by its key
FOUND: Final = dict(CheckState.choices)
SIX: Final = dict(six_haves.CHOICES)


def shown(key: str, value: Any) -> str:
    """A value as text; people's numbers and mailboxes only by their ends."""
    if value is None or value == "" or value == []:
        return NOTHING
    if key in PERSONAL:
        return masked(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    text = "、".join(map(str, value)) if isinstance(value, list) else FOUND.get(str(value), str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
