"""时限日历: what falls due, by month or as a list, by unit, track and level; the address holds the state."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Region, User
from console.calendar.entries import LEVEL_LABELS, Entry, Words, of_rounds, unannounced
from enterprises import deadlines
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import TRACKS
from notifications import agenda, workdays
from notifications.models import WorkCalendarDay

IN_CELL: Final = 3
EARLIEST: Final = 2004  # the first year whose holidays are known
LATEST: Final = 2099
WEEKDAYS: Final = "一二三四五六日"


class CalendarForm(forms.Form):
    """Which entries, of which month, and how they are laid out."""

    month = forms.DateField(input_formats=["%Y-%m"], required=False, label="月份")
    unit = forms.ModelChoiceField(Region.objects.none(), required=False, label="责任单位", empty_label="全部责任单位")
    track = forms.ChoiceField(
        choices=[("", "全部方向"), *((track.key, track.label) for track in TRACKS)], required=False, label="认定方向"
    )
    level = forms.ChoiceField(choices=[("", "全部时限"), *LEVEL_LABELS], required=False, label="截止层级")
    view = forms.ChoiceField(choices=[("", "月历"), ("list", "列表")], required=False, label="样式")

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        units = Region.objects.within(user.region) if user.region else Region.objects.none()
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean_month(self) -> datetime.date | None:
        """A month within the years that anybody plans for."""
        month: datetime.date | None = self.cleaned_data["month"]
        if month and not EARLIEST <= month.year <= LATEST:
            raise forms.ValidationError(f"月份应在 {EARLIEST} 至 {LATEST} 年之间。")
        return month

    def chosen(self, name: str) -> Any:
        """What was asked, or nothing where it made no sense."""
        return self.cleaned_data.get(name)


@dataclass(frozen=True)
class Day:
    """One day with its entries; ``special`` is a holiday or a worked weekend."""

    day: datetime.date
    entries: Sequence[Entry]
    is_off: bool
    special: str
    in_month: bool
    is_today: bool

    @property
    def shown(self) -> Sequence[Entry]:
        """What fits into a cell."""
        return self.entries if len(self.entries) == IN_CELL + 1 else self.entries[:IN_CELL]

    @property
    def more(self) -> int:
        """How many do not fit."""
        return len(self.entries) - len(self.shown)

    @property
    def weekday(self) -> str:
        """周一."""
        return f"周{WEEKDAYS[self.day.weekday()]}"


@dataclass(frozen=True)
class Month:
    """The month shown: its first day, its weeks from Monday, and what the work calendar does not know."""

    first: datetime.date
    weeks: Sequence[Sequence[Day]]
    notice: str

    @property
    def days(self) -> list[Day]:
        """The days of the month itself that have entries, for the list."""
        return [day for week in self.weeks for day in week if day.in_month and day.entries]


@dataclass(frozen=True)
class Agenda:
    """What one address shows: for the page and its export alike."""

    form: CalendarForm
    on: datetime.date
    month: Month
    late: Sequence[Entry]
    undated: Sequence[Entry]
    unannounced: Sequence[Entry]


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """The month asked for, this one by default."""
    shown = asked_for(request)
    first = shown.month.first
    context = {
        "form": shown.form,
        "fields": [shown.form[name] for name in ("unit", "track", "level")],
        "month": shown.month,
        "as_list": shown.form.chosen("view") == "list",
        "late": shown.late,
        "undated": shown.undated,
        "unannounced": shown.unannounced,
        "previous": deadlines.first_of_month(first, -1),
        "next": deadlines.first_of_month(first, 1),
        "on": shown.on,
        "rest": rest(request, "month"),
        "sides": [(rest(request, "view"), ""), (rest(request, "view"), "list")],
        "here": rest(request, ""),
        "query": request.GET.urlencode(),
    }
    return render(request, "console/calendar/page.html", context)


def asked_for(request: HttpRequest) -> Agenda:
    """The month, what is overdue and what has no day, by the filters of the address; a senseless one is left out."""
    user, on = cast(User, request.user), timezone.localdate()
    form = CalendarForm(request.GET, user=user)
    form.is_valid()
    first = deadlines.first_of_month(form.chosen("month") or on)
    known = workdays.calendar_of([min(first.year, on.year) - 1])
    unit: Region | None = form.chosen("unit")
    words = Words(user, on, known, str(unit.pk) if unit else "")
    firms = chosen_firms(user, unit)
    track, level = form.chosen("track") or "", form.chosen("level") or ""
    return Agenda(
        form=form,
        on=on,
        month=month_of(words, firms, first, track, level),
        late=[] if level else [words.of_firms(one, agenda.OVERDUE) for one in agenda.overdue(firms, on, track)],
        undated=[] if level else [words.of_firms(one) for one in agenda.undated(firms, on, track)],
        unannounced=[] if unit else unannounced(words, track),
    )


def chosen_firms(user: User, unit: Region | None) -> EnterpriseQuerySet:
    """The firms in sight, of the unit asked for."""
    firms = Enterprise.objects.visible_to(user)
    return firms.filter(region__path__startswith=unit.path) if unit else firms


def rest(request: HttpRequest, name: str) -> str:
    """The address without one of its parts, ready to be appended to."""
    data = request.GET.copy()
    data.pop(name, None)
    text = data.urlencode()
    return f"{text}&" if text else ""


def month_of(words: Words, firms: EnterpriseQuerySet, first: datetime.date, track: str, level: str) -> Month:
    """The weeks that the month touches, with their entries."""
    start = deadlines.monday_of(first)
    end = deadlines.sunday_of(deadlines.last_of_month(first))
    entries = [*of_rounds(words, start, end, track, level)]
    if not level:
        entries += [words.of_firms(found) for found in agenda.in_days(firms, words.on, start, end, track)]
    by_day = in_order(entries)
    special = special_days(start, end)
    days = [day_of(words, day, first, by_day, special) for day in deadlines.each_day(start, end)]
    weeks = [days[n : n + 7] for n in range(0, len(days), 7)]
    return Month(first, weeks, words.calendar.notice(first, end))


def in_order(entries: Sequence[Entry]) -> Mapping[datetime.date, list[Entry]]:
    """The entries of each day, rounds first."""
    by_day: dict[datetime.date, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: each.order):
        if entry.day:
            by_day[entry.day].append(entry)
    return by_day


def special_days(start: datetime.date, end: datetime.date) -> dict[datetime.date, str]:
    """Holidays and worked weekends by name."""
    rows = WorkCalendarDay.objects.filter(day__range=(start, end)).values_list("day", "kind", "name")
    words = {WorkCalendarDay.Kind.OFF: "休", WorkCalendarDay.Kind.WORK: "班"}
    return {day: f"{name} {words[WorkCalendarDay.Kind(kind)]}".strip() for day, kind, name in rows}


def day_of(
    words: Words,
    day: datetime.date,
    first: datetime.date,
    by_day: Mapping[datetime.date, list[Entry]],
    special: Mapping[datetime.date, str],
) -> Day:
    """One day of the month or beside it."""
    return Day(
        day=day,
        entries=by_day.get(day, []),
        is_off=not words.calendar.is_workday(day),
        special=special.get(day, ""),
        in_month=(day.year, day.month) == (first.year, first.month),
        is_today=day == words.on,
    )
