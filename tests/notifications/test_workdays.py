"""Working days, deadlines and what is said of a year that nobody announced yet."""

import datetime

import chinese_calendar
import pytest

from accounts.models import User
from notifications import arrangements
from notifications.arrangements import statutory_days
from notifications.models import WorkCalendarDay
from notifications.workdays import Urgency, Workdays, calendar_of, coverage, load_calendar, load_notice, urgency

MONDAY = datetime.date(2026, 11, 23)

# 国办 2025-11-04 notice for 2026, by hand
OFF_2026 = [
    ((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)),
    ((6, 19), (6, 21)), ((9, 25), (9, 27)), ((10, 1), (10, 7)),
]  # fmt: skip
WORKED_2026 = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]


def days_of(year: int) -> list[datetime.date]:
    first = datetime.date(year, 1, 1)
    return [first + datetime.timedelta(days=n) for n in range((datetime.date(year + 1, 1, 1) - first).days)]


def expected_2026(day: datetime.date) -> bool:
    if (day.month, day.day) in WORKED_2026:
        return True
    off = any(first <= (day.month, day.day) <= last for first, last in OFF_2026)
    return not off and day.weekday() < 5


@pytest.fixture
def calendar(db: None) -> Workdays:
    load_calendar()
    return calendar_of([2004])


@pytest.mark.feature(55, partial="the announced calendar as data; unknown years are said")
def test_every_day_of_2026_is_what_the_state_council_announced(calendar: Workdays):
    wrong = [day for day in days_of(2026) if calendar.is_workday(day) != expected_2026(day)]

    assert wrong == []


def test_every_announced_year_agrees_with_chinesecalendar(calendar: Workdays):
    days = [day for year in range(2004, 2027) for day in days_of(year)]

    assert [day for day in days if calendar.is_workday(day) != chinese_calendar.is_workday(day)] == []
    assert calendar.known_years == frozenset(range(2004, 2027))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param((2024, 10, 9), (2024, 10, 21), id="E90: with the Saturday worked on 2024-10-12"),
        pytest.param((2023, 11, 10), (2023, 11, 23), id="E91"),
    ],
)
def test_a_published_notice_of_ten_working_days_has_ten(
    calendar: Workdays, first: tuple[int, int, int], last: tuple[int, int, int]
):
    day_before = datetime.date(*first) - datetime.timedelta(days=1)

    assert calendar.workdays_left(day_before, datetime.date(*last)) == 10


def test_loading_twice_adds_nothing_and_keeps_what_the_bureau_entered(db: None):
    own = WorkCalendarDay.objects.create(day="2026-01-02", kind="work", name="元旦", source="本局")

    first, second = load_calendar(), load_calendar()

    assert (first > 700, second) == (True, 0)
    own.refresh_from_db()
    assert (own.kind, own.source) == ("work", "本局")


def test_a_deadline_beyond_the_announced_years_is_counted_by_statutory_days_and_says_so(calendar: Workdays):
    due = datetime.date(2027, 1, 4)

    left = calendar.workdays_left(datetime.date(2026, 12, 31), due)

    assert left == 1  # Friday 1 January is statutory, then a weekend
    assert calendar.notice(MONDAY, due) == "2027 年放假安排尚未发布或尚未录入，工作日暂按法定节假日和周末推算"
    assert calendar.notice(MONDAY, datetime.date(2026, 12, 31)) == ""


def test_2027_falls_back_to_its_thirteen_statutory_days(calendar: Workdays):
    resting = [day for day in days_of(2027) if day.weekday() < 5 and not calendar.is_workday(day)]

    assert [f"{day:%m-%d}" for day in resting] == ["01-01", "02-05", "02-08", "04-05", "06-09", "09-15", "10-01"]


def test_a_year_counts_as_known_once_its_arrangement_was_entered(calendar: Workdays, officer: User):
    text = "\n".join(f"{day},放假,节日" for day in sorted(statutory_days(2027))) + "\n2027-02-09,放假,春节"

    load_notice(arrangements.read(text, 2027), document="国办发明电〔2026〕0号", by=officer, on=MONDAY)

    entered = calendar_of([2026])
    assert entered.notice(MONDAY, datetime.date(2027, 3, 1)) == ""
    assert not entered.is_workday(datetime.date(2027, 2, 9))
    assert coverage() == "2004 至 2027 年"


def test_a_day_without_its_new_year_does_not_make_a_year_known(calendar: Workdays):
    WorkCalendarDay.objects.create(day="2027-02-09", kind="off", name="春节", source="本局录入")

    assert 2027 not in calendar_of([2026]).known_years


def test_working_days_are_counted_back_and_on(calendar: Workdays):
    holiday = datetime.date(2026, 10, 7)

    assert calendar.workdays_before(holiday, 0) == datetime.date(2026, 9, 30)
    assert calendar.workdays_before(holiday, 3) == datetime.date(2026, 9, 24)  # 25–27 are off
    assert calendar.workdays_after(datetime.date(2026, 9, 30), 1) == datetime.date(2026, 10, 8)


@pytest.mark.parametrize(
    ("due", "left"),
    [("2026-11-22", 0), ("2026-11-23", 0), ("2026-11-24", 1), ("2026-11-30", 5), ("2026-12-31", 28)],
)
def test_working_days_left_count_the_days_after_today_up_to_the_deadline(calendar: Workdays, due: str, left: int):
    assert calendar.workdays_left(MONDAY, datetime.date.fromisoformat(due)) == left


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (datetime.date(2026, 11, 22), Urgency.OVERDUE),
        (MONDAY, Urgency.THIS_WEEK),
        (datetime.date(2026, 11, 29), Urgency.THIS_WEEK),
        (datetime.date(2026, 11, 30), Urgency.MONTH),
        (datetime.date(2026, 12, 23), Urgency.MONTH),
        (datetime.date(2026, 12, 24), Urgency.LATER),
        (None, Urgency.UNDATED),
    ],
)
def test_a_deadline_falls_into_one_of_five_buckets(due: datetime.date | None, expected: Urgency):
    assert urgency(MONDAY, due) is expected
