"""工作日历 under 设置: which years are known, and the notice of a new one, looked at before it holds."""

import datetime
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import policy
from accounts.models import User
from console.errors import answers_refusals
from enterprises.imports.archive import Unreadable
from notifications import arrangement_child, arrangements, workdays
from notifications.models import WorkCalendarDay

FIRST_YEAR: Final = 2004
ENDINGS: Final = (".xlsx", ".csv", ".txt")


class NoticeForm(forms.Form):
    """The notice of a year: its text or a table of its days, and where it stands."""

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=2099)
    document = forms.CharField(
        label="文号或网址", max_length=120, help_text="例如：国办发明电〔2025〕7号，或通知在 gov.cn 的网址。"
    )
    text = forms.CharField(
        label="通知正文",
        required=False,
        max_length=arrangements.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="把通知正文原样贴在这里；也可逐行写“2027-02-05至2027-02-11,放假,春节”。",
    )
    file = forms.FileField(
        label="或上传文件", required=False, help_text=".xlsx、.csv 或 .txt：日期、放假或上班、节日三列。"
    )

    def clean(self) -> dict[str, Any]:
        """A file stands for its lines."""
        given = super().clean() or self.cleaned_data
        if file := given.get("file"):
            if not file.name.lower().endswith(ENDINGS):
                self.add_error("file", "请上传 .xlsx、.csv 或 .txt 文件。")
                return given
            try:
                given["text"] = arrangement_child.read_apart(file.name, file.read(arrangement_child.LARGEST + 1))
            except Unreadable as unreadable:
                self.add_error("file", f"{unreadable}。")
        if not self.errors and not (given.get("text") or "").strip():
            self.add_error("text", "请贴上通知正文，或上传文件。")
        return given


@require_GET
def calendar_list(request: HttpRequest) -> HttpResponse:
    """The years, and the days of one of them."""
    on, asked = timezone.localdate(), request.GET.get("year", "")
    lines = workdays.years(FIRST_YEAR, on.year + 1)
    chosen = next((line for line in lines if str(line.year) == asked), None)
    days = WorkCalendarDay.objects.filter(day__year=chosen.year) if chosen else []
    context = {
        "lines": lines,
        "chosen": chosen,
        "days": days,
        "missing": [line.year for line in lines if line.year >= on.year and not line.is_known],
        "may_load": policy.may_open(cast(User, request.user), "console:settings_calendar_load"),
    }
    return render(request, "console/setup/calendar/list.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request: reverse("console:settings_calendar"))
def calendar_load(request: HttpRequest) -> HttpResponse:
    """Read a notice and show what it says; a second time, let it hold."""
    on = timezone.localdate()
    posted = request.method == "POST"
    data, files = (request.POST, request.FILES) if posted else (None, None)
    form = NoticeForm(data, files, initial={"year": next_unknown(on)})
    notice = None
    if posted and form.is_valid():
        given = form.cleaned_data
        notice = arrangements.read(given["text"], given["year"])
        if request.POST.get("act") == "load" and not notice.errors:
            days = workdays.load_notice(notice, document=given["document"], by=cast(User, request.user), on=on)
            messages.success(request, f"{notice.year} 年放假安排已载入，共 {days} 天；剩余工作日随即按它计算。")
            return redirect(f"{reverse('console:settings_calendar')}?year={notice.year}")
    wrong = bool(form.errors or (notice and notice.errors))
    context = {"form": form, "notice": notice, "lines": quoted(form, notice)}
    return render(request, "console/setup/calendar/load.html", context, status=422 if wrong else 200)


def next_unknown(on: datetime.date) -> int:
    """The first year from this one on that is not known."""
    known = workdays.calendar_of([on.year]).known_years
    return next(year for year in range(on.year, on.year + 9) if year not in known)


def quoted(form: NoticeForm, notice: arrangements.Notice | None) -> list[tuple[int, str, str]]:
    """What is wrong, each with its line as it was given."""
    if notice is None:
        return []
    given = form.cleaned_data["text"].splitlines()
    return [(number, given[number - 1] if number else "", says) for number, says in notice.errors]
