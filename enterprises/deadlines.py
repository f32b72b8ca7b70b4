"""The one place where days are reckoned with and deadlines compared; the clock is whoever asks.

Nothing here reads a clock: every function is given the day (``on``) or the moment of local time (``at``) it is asked
for. A deadline is a day, perhaps with an hour; its own day still counts, and with an hour up to that hour.
"""

import calendar
import datetime
from collections.abc import Iterator

from django.db.models import Q

Day = datetime.date


def days_after(day: Day, days: int) -> Day:
    """The day so many days later; earlier with a negative number."""
    return day + datetime.timedelta(days=days)


def days_between(first: Day, last: Day) -> int:
    """How many days ``last`` comes after ``first``; negative when before."""
    return (last - first).days


def each_day(first: Day, last: Day) -> Iterator[Day]:
    """The days from ``first`` to ``last``, both included."""
    return (days_after(first, number) for number in range(days_between(first, last) + 1))


def months_after(day: Day, months: int) -> Day:
    """The same day of the month so many months later, or that month's last one (民法典第二百零三条 counts alike)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return Day(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_year(day: Day, year: int) -> Day:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    return months_after(day, (year - day.year) * 12)


def monday_of(day: Day) -> Day:
    """Monday of the ISO week."""
    return days_after(day, 1 - day.isoweekday())


def sunday_of(day: Day) -> Day:
    """Sunday of the ISO week."""
    return days_after(day, 7 - day.isoweekday())


def first_of_month(day: Day, months: int = 0) -> Day:
    """The first day of the month, or of one so many months later."""
    return months_after(day, months).replace(day=1)


def last_of_month(day: Day) -> Day:
    """The last day of the month."""
    return days_after(first_of_month(day, 1), -1)


def tens_of_month(day: Day) -> tuple[Day, Day, Day]:
    """The ends of the three ten-day stretches (旬) of a month."""
    return day.replace(day=10), day.replace(day=20), last_of_month(day)


def around(on: Day, behind: int, ahead: int) -> tuple[Day, Day]:
    """From so many days before to so many days after, for a range."""
    return days_after(on, -behind), days_after(on, ahead)


def is_past(due: Day | None, on: Day) -> bool:
    """Whether a deadline has passed when the day begins; one without a day never has."""
    return due is not None and due < on


def is_late(due: Day | None, hour: datetime.time | None, at: datetime.datetime) -> bool:
    """Whether a deadline has passed at a moment of local time."""
    return is_past(due, at.date()) or (due == at.date() and hour is not None and hour < at.time())


def late(at: datetime.datetime) -> Q:
    """``is_late`` as a condition on ``due_on`` and ``due_time``."""
    return Q(due_on__lt=at.date()) | Q(due_on=at.date(), due_time__lt=at.time())


def is_within(due: Day | None, on: Day, days: int) -> bool:
    """Whether a deadline comes within so many days, today's included."""
    return due is not None and on <= due <= days_after(on, days)


def within(name: str, on: Day, days: int) -> Q:
    """``is_within`` as a condition on a column."""
    return Q(**{f"{name}__range": (on, days_after(on, days))})
