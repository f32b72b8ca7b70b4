"""Tags and filters of the pages: navigation, working words, money."""

import datetime
from collections.abc import Hashable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts import request_id
from accounts.policy import role_of
from console import navigation as pages
from console.choices import choices_of
from console.firms.forms import ruling_form
from console.firms.units import UNITS
from console.firms.units import amount as amount_of
from enterprises.vocabulary import RULED_BY_KEY

register = template.Library()

SELECTED = mark_safe(" selected")
WHO = {"enterprise": "企业", "bureau": "本局", "expert": "评审专家", "authority": "上级主管部门"}


@register.simple_tag(takes_context=True)
def navigation(context: RequestContext) -> SafeString:
    """The side navigation."""
    request = context["request"]
    return drawn(role_of(request.user), request.resolver_match.view_name if request.resolver_match else "")


@lru_cache(maxsize=512)
def drawn(role: str, here: str) -> SafeString:
    """The navigation of a role while a view is open; nothing else changes it, so each is drawn once."""
    return render_to_string("components/navigation.html", {"entries": pages.groups(role, here)})


@lru_cache(maxsize=8192)
def piece(template: str, it: Hashable) -> SafeString:
    """A value by its template: the same value looks the same in every row of every page, so each is drawn once."""
    return render_to_string(template, {"it": it})


register.simple_tag(piece, name="piece")


@register.simple_tag
def pieces(template: str, things: Iterable[Hashable], nothing: str = "") -> SafeString:
    """Values one after another, or in grey that there are none."""
    drawn = "".join(piece(template, it) for it in things)
    return mark_safe(drawn) if drawn else format_html('<span class="muted">{}</span>', nothing)


@register.simple_tag
def request_number() -> str:
    """The number of this request, for the foot of what is printed."""
    return request_id.current.get()


@register.filter
def who_can_fix(who: str) -> str:
    """Who can change this, in words."""
    return WHO.get(who, who)


@register.filter
def track_label(track: str) -> str:
    """The official label of a track."""
    return RULED_BY_KEY[track].label if track in RULED_BY_KEY else track


@register.filter
def track_short(track: str) -> str:
    """The short label of a track: 高企."""
    return RULED_BY_KEY[track].short if track in RULED_BY_KEY else track


@register.filter
def day(value: datetime.date | None) -> str:
    """A day as an officer writes it; an absent one is said."""
    return f"{value.year}年{value.month}月{value.day}日" if value else "未知"


@register.filter
def moment(value: datetime.datetime, until: str = "minutes") -> str:
    """A moment in figures, in local time: 2026-11-22 08:30, or to the second. For rows: Django's ``date`` is slow."""
    return timezone.localtime(value).isoformat(" ", until)[: 19 if until == "seconds" else 16]


@register.filter
def numeric(value: datetime.date | None) -> str:
    """A day in figures, for dense columns: 2026-11-22."""
    return value.isoformat() if value else "长期"


@register.filter
def known(value: Any) -> SafeString | str:
    """A value, or 未知 where nobody knows it: never 0 and never 否."""
    if value is None or value == "":
        return format_html('<span class="muted">{}</span>', "未知")
    if value is True or value is False:
        return "是" if value else "否"
    return str(value)


@register.filter
def amount(value: Any, unit: str) -> str:
    """A figure of the register without its unit."""
    return amount_of(value, unit)


@register.filter
def unit_label(unit: str) -> str:
    """The unit in which ``amount`` shows it."""
    return UNITS[unit].strip()


@register.simple_tag
def sent_or_fresh(bound: dict[str, forms.Form], dialog: str, fresh: forms.Form) -> forms.Form:
    """The form of a dialog: as it was sent when it came back, else a fresh one."""
    return bound.get(dialog, fresh)


@register.simple_tag
def form_for_ruling(
    track: str, criterion: str, span: tuple[int, int] | None, papers: list[tuple[int, str]]
) -> forms.Form:
    """The form that rules a criterion."""
    return ruling_form(track, criterion, span, papers)


@register.filter
def dialog_name(pk: int, act: str) -> str:
    """The name of an object's dialog on the page: accept-12."""
    return f"{act}-{pk}"


@register.simple_tag
def options(field: forms.BoundField) -> SafeString:
    """The options of a select in one piece: a template for each would cost a page of filters half its time."""
    return drawn_options(tuple(choices_of(field.field)), str(field.value() or ""))


@lru_cache(maxsize=512)
def drawn_options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """The same choices look the same on the next page; other ones are drawn anew."""
    drawn = (
        f'<option value="{escape(value)}"{SELECTED if value == chosen else ""}>{escape(label)}</option>'
        for value, label in choices
    )
    return mark_safe("".join(drawn))


@register.simple_tag
def bulk_number(form: forms.Form, pk: int) -> forms.BoundField:
    """The certificate number of one firm in a bulk recognition."""
    return form[f"number_{pk}"]


@register.filter
def points(value: Decimal) -> str:
    """Percentage points with their sign, of two places so that a column of them lines up: −2.10 个百分点."""
    text = f"{abs(value):.2f}"
    mark = "−" if value < 0 else "+" if value > 0 else ""
    return f"{mark}{text} 个百分点"
