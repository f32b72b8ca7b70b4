"""年度事项 under 设置: what is owed every year and by when in which year; the days of a year copied into the next."""

import datetime
from dataclasses import dataclass, fields
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from console.errors import answers_refusals
from console.firms.forms import day_field
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from notifications import obligations, reports, yearly
from notifications.models import YearlyDay, YearlyDuty
from notifications.yearly import DayGiven, DutyGiven
from pipeline.domain import rounds

FIRST_YEAR, LAST_YEAR = 2020, 2100
DAY_FIELDS: Final = [field.name for field in fields(DayGiven)]


class DutyForm(forms.Form):
    """What is owed, by whom, how often."""

    name = forms.CharField(label="事项", max_length=80, help_text="企业上交同名材料并核收后，即为办结。")
    track = forms.ChoiceField(label="认定方向", required=False)
    whom = forms.ChoiceField(label="由谁办理", choices=YearlyDuty.Whom.choices)
    rhythm = forms.ChoiceField(label="周期", choices=YearlyDuty.Rhythm.choices)
    month = forms.IntegerField(label="往年截止月", min_value=1, max_value=12, required=False)
    day = forms.IntegerField(
        label="往年截止日",
        min_value=1,
        max_value=31,
        required=False,
        help_text="没有当年通知的年份按这一天提醒，并标“待核实”。",
    )
    because = forms.CharField(label="缘由", max_length=200, help_text="提醒中显示，写明依据。")
    is_active = forms.BooleanField(label="启用", required=False, initial=True)

    def __init__(self, *args: Any, row: YearlyDuty | None, by: User, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.row = row
        mine = [(track.key, track.label) for track in TRACKS if rounds.may_keep(by, track.key)]
        cast(forms.ChoiceField, self.fields["track"]).choices = [("", "不分方向（责任单位办理）"), *mine]
        if row:
            self.initial = {name: getattr(row, name) for name in self.fields}
            del self.fields["track"]

    def given(self) -> DutyGiven:
        """What the door takes."""
        kept = {"track": self.row.track} if self.row else {}
        return DutyGiven(**{**kept, **{name: self.cleaned_data[name] for name in self.fields}})

    def clean(self) -> dict[str, Any]:
        """What the door would refuse is said beside its field."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for reason in yearly.against_duty(self.given(), self.row or YearlyDuty()):
                self.add_error(reason.criterion if reason.criterion in self.fields else None, f"{reason.says}。")
        return cleaned


class DayForm(forms.Form):
    """By when in one year."""

    due_on = day_field("截止日", required=True)
    due_time = forms.TimeField(
        label="截止时刻", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    postponed_from = day_field("原截止", help_text="被延期的，填延期前的截止日。")
    postponed_by = forms.CharField(label="延期通知", max_length=200, required=False)
    document = forms.CharField(label="文件", max_length=200, required=False, help_text="当年通知的名称或文号。")
    source = forms.CharField(label="来源", max_length=300, required=False, help_text="从哪里看到：网址或转发单位。")
    verified = forms.BooleanField(
        label="已核实", required=False, help_text="已与当年正式通知核对。不勾选，提醒中显示“待核实”。"
    )

    def __init__(self, *args: Any, year: int, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.year = year

    def given(self) -> DayGiven:
        """What the door takes."""
        return DayGiven(**{name: self.cleaned_data[name] for name in DAY_FIELDS})

    def clean(self) -> dict[str, Any]:
        """What the door would refuse is said beside its field."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for reason in yearly.against_day(self.given(), self.year, verified=cleaned["verified"]):
                self.add_error(reason.criterion, f"{reason.says}。")
        return cleaned


@dataclass(frozen=True)
class Line:
    """A duty with its day of the year shown: as entered, else as in former years, always 待核实 then."""

    duty: YearlyDuty
    day: YearlyDay | None
    usual: datetime.date | None
    mine: bool

    @property
    def track(self) -> str:
        """The direction, in short."""
        return TRACK_BY_KEY[self.duty.track].label if self.duty.track else "责任单位"


def person(request: HttpRequest) -> User:
    """Who asks."""
    return cast(User, request.user)


@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """Every duty with its day of one year."""
    this_year, by = timezone.localdate().year, person(request)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and FIRST_YEAR <= int(asked) <= LAST_YEAR else this_year
    days = {day.duty_id: day for day in YearlyDay.objects.filter(year=year).select_related("verified_by")}
    lines = [
        Line(duty, days.get(duty.pk), usual_of(duty, year), yearly.may_keep(by, duty.track))
        for duty in YearlyDuty.objects.all()
    ]
    context = {
        "lines": lines,
        "year": year,
        "years": [this_year - 1, this_year, this_year + 1],
        "n_waiting": sum(line.duty.is_active and not (line.day and line.day.verified_on) for line in lines),
        "may_keep": yearly.may_keep(by, ""),
    }
    return render(request, "console/setup/yearly/list.html", context)


def usual_of(duty: YearlyDuty, year: int) -> datetime.date | None:
    """The day of former years, in this one."""
    return reports.usual_day(duty, year).due_on if duty.rhythm == YearlyDuty.Rhythm.YEARLY else None


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:settings_yearly"))
def duty_create(request: HttpRequest) -> HttpResponse:
    """Enter a duty."""
    return duty_page(request, None)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:settings_yearly"))
def duty_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Change what a duty is."""
    row = get_object_or_404(YearlyDuty, pk=pk)
    yearly.refuse_unless_may_keep(person(request), row.track)
    return duty_page(request, row)


def duty_page(request: HttpRequest, row: YearlyDuty | None) -> HttpResponse:
    """The form of a duty, on its own page."""
    by, on = person(request), timezone.localdate()
    form = DutyForm(request.POST or None, row=row, by=by)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = yearly.save_duty(duty_id=row.pk if row else None, given=form.given(), by=by, on=on)
            obligations.refresh(on=on)
        messages.success(request, f"“{saved.name}”已保存，应办事项已更新。")
        return redirect("console:settings_yearly")
    context = {"form": form, "row": row, "title": row.name if row else "新增年度事项"}
    return render(request, "console/setup/yearly/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:settings_yearly"))
def day_edit(request: HttpRequest, *, pk: int, year: int) -> HttpResponse:
    """Say by when a duty is owed in a year."""
    by, on = person(request), timezone.localdate()
    duty = get_object_or_404(YearlyDuty, pk=pk, rhythm=YearlyDuty.Rhythm.YEARLY)
    yearly.refuse_unless_may_keep(by, duty.track)
    row = YearlyDay.objects.filter(duty=duty, year=year).first()
    shown: dict[str, Any] = (
        {name: getattr(row, name) for name in DAY_FIELDS} if row else {"due_on": usual_of(duty, year)}
    )
    shown["verified"] = bool(row and row.verified_on)
    form = DayForm(request.POST or None, year=year, initial=shown)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            verified = form.cleaned_data["verified"]
            yearly.save_day(duty_id=pk, year=year, given=form.given(), verified=verified, by=by, on=on)
            obligations.refresh(on=on)
        messages.success(request, f"{year} 年“{duty.name}”的截止日已保存，应办事项已更新。")
        return redirect(f"{reverse('console:settings_yearly')}?year={year}")
    context = {"form": form, "row": row, "title": f"{year} 年 {duty.name}"}
    return render(request, "console/setup/yearly/form.html", context, status=422 if form.errors else 200)


@require_POST
@answers_refusals(lambda request, **_: reverse("console:settings_yearly"))
def year_copy(request: HttpRequest, *, year: int) -> HttpResponse:
    """The days and rounds of a year as an estimate for the next."""
    by, on = person(request), timezone.localdate()
    with transaction.atomic():
        copied = yearly.copy_year(year=year, by=by, on=on)
        obligations.refresh(on=on)
    says = (
        f"已把 {year} 年的 {copied.days} 个年度截止日和 {copied.rounds} 个申报批次推算到 {year + 1} 年，均标“待核实”。"
    )
    messages.success(request, says if copied.days or copied.rounds else f"{year + 1} 年没有可补的日期，未改动。")
    return redirect(f"{reverse('console:settings_yearly')}?year={year + 1}")
