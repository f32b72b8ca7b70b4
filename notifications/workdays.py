"""Working days of China, and the one place where a deadline is compared with a day."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import holidays
from chinese_calendar import constants
from django.db.models import Max, Min

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
    return on + datetime.timedelta(days=7 - on.isoweekday())


def is_overdue(on: datetime.date, due: datetime.date | None) -> bool:
    """Whether the deadline has passed; its own day still counts."""
    return due is not None and due < on


def urgency(on: datetime.date, due: datetime.date | None) -> Urgency:
    """How near ``due`` is on that day."""
    if due is None:
        return Urgency.UNDATED
    if is_overdue(on, due):
        return Urgency.OVERDUE
    if due <= end_of_week(on):
        return Urgency.THIS_WEEK
    return Urgency.MONTH if due <= on + datetime.timedelta(days=30) else Urgency.LATER


@lru_cache(maxsize=64)
def statutory_days(year: int) -> frozenset[datetime.date]:
    """The statutory holidays of a year, without any arrangement of bridge days and worked weekends."""
    return frozenset(holidays.country_holidays("CN", years=year, observed=False))


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
        days = (on + datetime.timedelta(days=ahead) for ahead in range(1, (due - on).days + 1))
        return sum(self.is_workday(day) for day in days)

    def last_workday(self, due: datetime.date) -> datetime.date:
        """The last day up to ``due`` on which offices work: what is due on a holiday is done before it."""
        while not self.is_workday(due):
            due -= datetime.timedelta(days=1)
        return due

    def unknown_years(self, on: datetime.date, due: datetime.date) -> list[int]:
        """Years between the two days whose arrangement nobody entered yet."""
        return [year for year in range(on.year, due.year + 1) if year not in self.known_years]

    def notice(self, on: datetime.date, due: datetime.date) -> str:
        """What a reader must know about a count between the two days; mostly nothing."""
        years = "、".join(str(year) for year in self.unknown_years(on, due))
        return f"{years} 年调休安排尚未录入，暂按法定节假日推算" if years else ""


def calendar_of(years: Iterable[int]) -> Workdays:
    """The work calendar from the earliest of ``years`` on, in one query."""
    rows = list(WorkCalendarDay.objects.filter(day__gte=datetime.date(min(years), 1, 1)).values_list("day", "kind"))
    return Workdays(
        off=frozenset(day for day, kind in rows if kind == WorkCalendarDay.Kind.OFF),
        worked=frozenset(day for day, kind in rows if kind == WorkCalendarDay.Kind.WORK),
        known_years=frozenset(day.year for day, _ in rows),
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


def coverage() -> str:
    """The years whose calendar is known, for people: “2004 至 2026 年”, or nothing."""
    days = WorkCalendarDay.objects.aggregate(first=Min("day__year"), last=Max("day__year"))
    return f"{days['first']} 至 {days['last']} 年" if days["first"] else ""
