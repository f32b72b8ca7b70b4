"""Working days of China, and the one place where a deadline is compared with a day."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from chinese_calendar import constants
from django.db import transaction
from django.db.models import Count, Q

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from enterprises import deadlines
from notifications import arrangements
from notifications.models import WorkCalendarDay

SOURCE = "国务院办公厅年度放假安排（chinesecalendar 整理）"
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}
SATURDAY = 5


class Urgency(Enum):
    """How near a deadline is, most urgent first; what waits without a day comes before what is far away."""

    OVERDUE = "已逾期"
    THIS_WEEK = "本周到期"
    MONTH = "30 天内"
    UNDATED = "未定期限，宜早办"
    LATER = "之后"

    @property
    def order(self) -> int:
        """The place among the others."""
        return list(Urgency).index(self)


def end_of_week(on: datetime.date) -> datetime.date:
    """Sunday of the ISO week of ``on``."""
    return deadlines.sunday_of(on)


def is_overdue(on: datetime.date, due: datetime.date | None) -> bool:
    """Whether the deadline has passed; its own day still counts."""
    return deadlines.is_past(due, on)


def urgency(on: datetime.date, due: datetime.date | None) -> Urgency:
    """How near ``due`` is on that day."""
    if due is None:
        return Urgency.UNDATED
    if is_overdue(on, due):
        return Urgency.OVERDUE
    if deadlines.is_within(due, on, deadlines.days_between(on, end_of_week(on))):
        return Urgency.THIS_WEEK
    return Urgency.MONTH if deadlines.is_within(due, on, 30) else Urgency.LATER


@lru_cache(maxsize=64)
def statutory_days(year: int) -> frozenset[datetime.date]:
    """The statutory holidays of a year, kept for the next question."""
    return arrangements.statutory_days(year)


@dataclass(frozen=True)
class Workdays:
    """The work calendar as far as it was announced; beyond that Mondays to Fridays without statutory holidays."""

    off: frozenset[datetime.date]
    worked: frozenset[datetime.date]
    known_years: frozenset[int]

    def is_workday(self, day: datetime.date) -> bool:
        """Whether offices work on that day."""
        if day in self.worked:
            return True
        if day in self.off or day.weekday() >= SATURDAY:
            return False
        return day.year in self.known_years or day not in statutory_days(day.year)

    def workdays_left(self, on: datetime.date, due: datetime.date) -> int:
        """Working days after ``on`` up to ``due`` itself; 0 on the day and once it has passed."""
        return sum(self.is_workday(day) for day in deadlines.each_day(deadlines.days_after(on, 1), due))

    def last_workday(self, due: datetime.date) -> datetime.date:
        """The last day up to ``due`` on which offices work: what is due on a holiday is done before it."""
        while not self.is_workday(due):
            due = deadlines.days_after(due, -1)
        return due

    def workdays_before(self, due: datetime.date, number: int) -> datetime.date:
        """The working day so many working days before the last one up to ``due``."""
        found = self.last_workday(due)
        for _ in range(number):
            found = self.last_workday(deadlines.days_after(found, -1))
        return found

    def workdays_after(self, day: datetime.date, number: int) -> datetime.date:
        """The working day so many working days after ``day``."""
        for _ in range(number):
            day = deadlines.days_after(day, 1)
            while not self.is_workday(day):
                day = deadlines.days_after(day, 1)
        return day

    def unknown_years(self, on: datetime.date, due: datetime.date) -> list[int]:
        """Years between the two days whose arrangement nobody entered yet."""
        return [year for year in range(on.year, due.year + 1) if year not in self.known_years]

    def notice(self, on: datetime.date, due: datetime.date) -> str:
        """What a reader must know about a count between the two days; mostly nothing."""
        years = "、".join(str(year) for year in self.unknown_years(on, due))
        return f"{years} 年放假安排尚未发布或尚未录入，工作日暂按法定节假日和周末推算" if years else ""


def calendar_of(years: Iterable[int]) -> Workdays:
    """The work calendar from the earliest of ``years`` on, in one query."""
    rows = list(WorkCalendarDay.objects.filter(day__gte=datetime.date(min(years), 1, 1)).values_list("day", "kind"))
    return Workdays(
        off=frozenset(day for day, kind in rows if kind == WorkCalendarDay.Kind.OFF),
        worked=frozenset(day for day, kind in rows if kind == WorkCalendarDay.Kind.WORK),
        known_years=frozenset(day.year for day, _ in rows if is_new_year(day)),
    )


def load_calendar() -> int:
    """Enter the announced calendars (2004 to 2026); days the bureau entered itself stay. Returns the new days."""
    before = WorkCalendarDay.objects.count()
    kinds = [(constants.holidays, WorkCalendarDay.Kind.OFF), (constants.workdays, WorkCalendarDay.Kind.WORK)]
    days = [
        WorkCalendarDay(day=day, kind=kind, name=NAMES[name], source=SOURCE)
        for table, kind in kinds
        for day, name in table.items()
    ]
    WorkCalendarDay.objects.bulk_create(days, ignore_conflicts=True)
    return WorkCalendarDay.objects.count() - before


def is_new_year(day: datetime.date) -> bool:
    """Whether it is the first day of a year, which every arrangement names: it tells which years are known."""
    return (day.month, day.day) == (1, 1)


@dataclass(frozen=True)
class YearLine:
    """One year of the calendar: how many days it says are off or worked, and which notice says so."""

    year: int
    off: int
    worked: int
    source: str

    @property
    def is_known(self) -> bool:
        """Whether its arrangement was entered."""
        return bool(self.source)


def years(first: int, last: int) -> list[YearLine]:
    """The years of the calendar, the latest first."""
    known = dict(
        WorkCalendarDay.objects.filter(day__month=1, day__day=1).values_list("day__year", "source")
    )  # fmt: skip
    of_kind = [Count("pk", filter=Q(kind=kind)) for kind in (WorkCalendarDay.Kind.OFF, WorkCalendarDay.Kind.WORK)]
    rows = WorkCalendarDay.objects.order_by().values("day__year").annotate(n_off=of_kind[0], n_work=of_kind[1])
    counts = {year: (off, work) for year, off, work in rows.values_list("day__year", "n_off", "n_work")}
    return [YearLine(year, *counts.get(year, (0, 0)), known.get(year, "")) for year in range(last, first - 1, -1)]


@transaction.atomic
def load_notice(notice: arrangements.Notice, *, document: str, by: User, on: datetime.date) -> int:
    """Let a notice be the arrangement of its year, in place of what stood there; how many days it has.

    Days of the year before (a New Year that begins in December) are set beside what is known of that year.
    """
    reasons = [
        Reason("notice", f"第 {line} 行：{says}" if line else says, who="bureau") for line, says in notice.errors
    ]
    if by.role != Role.CITY:
        reasons.insert(0, Reason("right", "工作日历由市级维护", who="bureau"))
    if not document.strip():
        reasons.append(Reason("document", "请填写通知的文号或网址", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    before = WorkCalendarDay.objects.filter(day__year=notice.year)
    held = before.count()
    before.delete()
    rows = [WorkCalendarDay(day=one.day, kind=one.kind, name=one.name, source=document.strip()) for one in notice.days]
    WorkCalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["day"], update_fields=["kind", "name", "source"]
    )
    new_year = WorkCalendarDay.objects.get(day=datetime.date(notice.year, 1, 1))
    after = {"year": notice.year, "days": len(rows)}
    audit.record("calendar.load", new_year, by=by, before={"days": held}, after=after, document=document.strip(), on=on)
    return len(rows)


def coverage() -> str:
    """The years whose calendar is known, for people: “2004 至 2026 年”, or nothing."""
    known = sorted(WorkCalendarDay.objects.filter(day__month=1, day__day=1).values_list("day__year", flat=True))
    return f"{known[0]} 至 {known[-1]} 年" if known else ""
