"""应办事项 of 时限日历: every obligation with its state, and who decided it and why."""

import datetime
from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Region, User
from console import pages
from console.exports.writer import Column, workbook_response
from console.filtering import without
from console.firms.duties import Line, line
from console.pages import COUNTED, SIZE
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from notifications import escalation
from notifications.models import DutyState, Obligation, ObligationQuerySet

ENDED_ON: Final = {DutyState.DONE: "satisfied_on", DutyState.WAIVED: "waived_on", DutyState.LAPSED: "lapsed_on"}
COLUMNS: Final = (
    Column("企业或单位"),
    Column("责任单位"),
    Column("认定方向"),
    Column("类别"),
    Column("事项"),
    Column("状态"),
    Column("截止", kind="date"),
    Column("期限类别"),
    Column("期限说明"),
    Column("核实情况"),
    Column("办理方"),
    Column("结束日", kind="date"),
    Column("结束说明"),
    Column("缘由"),
)


class DutyForm(forms.Form):
    """Which obligations."""

    unit = forms.ModelChoiceField(Region.objects.none(), required=False, label="责任单位", empty_label="全部责任单位")
    track = forms.ChoiceField(
        choices=[("", "全部方向"), *((track.key, track.label) for track in TRACKS)], required=False, label="认定方向"
    )
    kind = forms.ChoiceField(choices=[("", "全部类别"), *Obligation.Kind.choices], required=False, label="类别")
    state = forms.ChoiceField(choices=DutyState.choices, required=False, label="状态")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        units = Region.objects.within(user.region) if user.region else Region.objects.none()
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


def asked_for(request: HttpRequest) -> tuple[DutyForm, ObligationQuerySet, DutyState]:
    """The filters of the address, the obligations in sight by them in every state, and the state asked for."""
    user = cast(User, request.user)
    form = DutyForm(request.GET, user=user)
    form.is_valid()
    given = form.cleaned_data
    found = Obligation.objects.visible_to(user)
    if given.get("unit"):
        keys = Region.objects.keys_within(given["unit"])
        found = found.filter(Q(enterprise__region__in=keys) | Q(unit__in=keys))
    for name in ("track", "kind"):
        if given.get(name):
            found = found.filter(**{name: given[name]})
    return form, found, DutyState(given.get("state") or DutyState.OPEN)


def in_order(found: ObligationQuerySet, state: DutyState, at: datetime.datetime) -> ObligationQuerySet:
    """Those of one state: open ones by their day, ended ones the latest first."""
    order = F(ENDED_ON[state]).desc() if state in ENDED_ON else F("due_on").asc(nulls_last=True)
    rows = found.in_state(state, at).select_related(
        "enterprise__region", "enterprise__officer", "unit", "waived_by", "satisfied_by", "acknowledged_by"
    )
    return rows.order_by(order, "pk")


@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """A page of the obligations of one state, with how many there are of each."""
    at, user = timezone.localtime(), cast(User, request.user)
    form, found, state = asked_for(request)
    counts = {each: counted(found, each, at) for each in DutyState}
    page = pages.numbered(min(counts[state], COUNTED), request.GET.dict())
    first, rules = (page.number - 1) * SIZE, escalation.Rules.known(at.date())
    context = {
        "form": form,
        "fields": [form[name] for name in ("unit", "track", "kind")],
        "lines": [
            line(duty, at, by=unit_s(user, duty), rules=rules)
            for duty in in_order(found, state, at)[first : first + SIZE]
        ],
        "states": [(each, f"{COUNTED:,}+" if n > COUNTED else f"{n:,}") for each, n in counts.items()],
        "state": state,
        "page": page,
        "opened": request.GET.get("dialog", ""),
        "bound": {},
        "query": without(request.GET),
        "others": without(request.GET, "state", request.GET.get("state", "")),
    }
    return render(request, "console/calendar/duties.html", context)


def unit_s(user: User, duty: Obligation) -> User | None:
    """Who decides on this page: of a firm's it is done on the firm's own page."""
    return user if duty.enterprise_id is None else None


def counted(found: ObligationQuerySet, state: DutyState, at: datetime.datetime) -> int:
    """How many are in a state, as far as anybody counts."""
    return found.in_state(state, at).order_by()[: COUNTED + 1].count()


@require_GET
def duty_export(request: HttpRequest) -> HttpResponse:
    """The list of the address as a workbook."""
    at = timezone.localtime()
    form, found, state = asked_for(request)
    words = [(form[name].label, shown(form, name)) for name in ("unit", "track", "kind")]
    return workbook_response(
        request,
        what="duty_list",
        title="应办事项",
        columns=COLUMNS,
        rows=(cells(line(duty, at)) for duty in in_order(found, state, at).iterator(chunk_size=2000)),
        filters="；".join([f"状态：{state.label}", *(f"{label}：{value}" for label, value in words if value)]),
        count=found.in_state(state, at).order_by().count(),
    )


def shown(form: DutyForm, name: str) -> str:
    """What was chosen, in words."""
    value = form.cleaned_data.get(name)
    choices = dict(getattr(form.fields[name], "choices", ())) if name != "unit" else {}
    return str(choices.get(value, value)) if value else ""


def cells(one: Line) -> Sequence[Any]:
    """A line of the file: what the list says."""
    duty, track = one.duty, TRACK_BY_KEY.get(one.duty.track)
    return (
        duty.whose,
        str(duty.unit or (duty.enterprise.region if duty.enterprise else "")),
        track.label if track else None,
        duty.get_kind_display(),
        duty.says,
        one.state.label,
        duty.due_on,
        duty.get_timing_display(),
        duty.reckoned or (f"{duty.due_time:%H:%M}" if duty.due_time else None),
        ("已核实" if duty.verified else "待核实") if duty.due_on else None,
        "企业" if duty.for_enterprise else "本局",
        one.ended.on if one.ended else None,
        one.ended.says if one.ended else None,
        duty.because or None,
    )
