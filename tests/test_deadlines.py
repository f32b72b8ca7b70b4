"""Days are reckoned with and deadlines compared in one module, with the clock given to it; nowhere else."""

import ast
import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises import deadlines

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ["accounts", "config", "console", "enterprises", "notifications", "pipeline", "portal"]
THE_ONE = "enterprises/deadlines.py"
# What else may reckon with days, and why
OTHERS = {
    "console/demo/": "plants an invented city",
    "console/province/": "plants an invented province",
    "pipeline/facts/gather.py": "facts are pure: the years that a rule looks back",
}
DEADLINE = re.compile(
    r"^(due|due_on|due_time|deadline|valid_until|closes_on|recheck_on|ends_on|postponed_from|\w*cutoff_on|until)$"
)
CLOCK = re.compile(r"^(on|at|now|today)$")
DAY = re.compile(r"^(on|today|day|until|due|\w+_on|valid_until|valid_from|localdate)$")
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)

pytestmark = pytest.mark.feature(55, partial="one place where deadlines are compared")


def called(node: ast.AST) -> str:
    """The last part of what a name, an attribute or a call is called."""
    match node:
        case ast.Attribute():
            return node.attr
        case ast.Name():
            return node.id
        case ast.Call():
            return called(node.func)
    return ""


def whole_days(node: ast.AST) -> bool:
    """timedelta(5), timedelta(days=5); seconds, minutes and hours are the clock's own."""
    return (
        isinstance(node, ast.Call)
        and called(node) == "timedelta"
        and bool(node.args or {word.arg for word in node.keywords} & {"days", "weeks"})
    )


def moved(node: ast.AST) -> bool:
    """day.replace(year=…)."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "replace"
        and not node.args
        and bool({word.arg for word in node.keywords} & {"year", "month", "day"})
    )


def difference(node: ast.AST) -> bool:
    """(one - other).days."""
    return isinstance(node, ast.Attribute) and node.attr == "days" and isinstance(node.value, ast.BinOp)


def reckoned(node: ast.AST) -> bool:
    """on + SOON, valid_until - on."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)):
        return False
    return bool(DAY.match(called(node.left)) or (isinstance(node.op, ast.Sub) and DAY.match(called(node.right))))


def compared(node: ast.AST) -> bool:
    """due_on < on: a deadline with the clock."""
    if not (isinstance(node, ast.Compare) and any(isinstance(op, ORDER) for op in node.ops)):
        return False
    names = [called(each) for each in (node.left, *node.comparators)]
    return any(map(DEADLINE.match, names)) and any(map(CLOCK.match, names))


def found_in(source: str) -> list[tuple[int, str]]:
    """Every reckoning with days in a module: line and text."""
    checks = (whole_days, moved, difference, reckoned, compared)
    nodes = [node for node in ast.walk(ast.parse(source)) if any(check(node) for check in checks)]
    return [(node.lineno, ast.unparse(node)) for node in nodes]  # type: ignore[attr-defined]


def modules() -> Iterator[tuple[str, str]]:
    """The modules of ours to which the rule applies, with their text."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name != THE_ONE and "/migrations/" not in name and not name.startswith(tuple(OTHERS)):
                yield name, path.read_text()


def test_no_other_module_reckons_with_days_or_compares_a_deadline_with_the_clock():
    assert {name: found for name, text in modules() if (found := found_in(text))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "timedelta(days=3)", "datetime.timedelta(3)", "timedelta(weeks=1)", "on.replace(year=2027)", "(a - b).days",
        "on + SOON", "title.valid_until - on", "timezone.localdate() - BEHIND", "row.due_on < on", "on <= closes_on",
        "now.date() and self.valid_until >= self.on",
    ],
)  # fmt: skip
def test_the_test_finds_what_it_looks_for(line: str):
    assert found_in(line)


@pytest.mark.parametrize(
    "line", ["timedelta(minutes=3)", "on.year - 1", "text.replace('a', 'b')", "deadlines.is_past(due_on, on)", "x < y"]
)
def test_the_test_leaves_the_rest_alone(line: str):
    assert found_in(line) == []


def test_the_one_module_reads_no_clock():
    assert not re.search(r"today\(|\bnow\(|localdate|localtime|utcnow", (ROOT / THE_ONE).read_text())


# What it reckons

DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))


@given(day=DAYS, days=st.integers(-400, 400))
def test_days_there_and_back(day: datetime.date, days: int):
    assert deadlines.days_between(day, deadlines.days_after(day, days)) == days


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-16", 3, "2027-02-16"), ("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"), ("2026-03-31", -1, "2026-02-28"), ("2026-12-15", 1, "2027-01-15"),
        ("2028-02-29", 12, "2029-02-28"), ("2026-05-31", 0, "2026-05-31"),
    ],
)  # fmt: skip
def test_months_end_with_their_last_day(day: str, months: int, then: str):
    assert deadlines.months_after(datetime.date.fromisoformat(day), months).isoformat() == then


@given(day=DAYS)
def test_a_week_goes_from_monday_to_sunday_and_a_month_from_first_to_last(day: datetime.date):
    monday, sunday = deadlines.monday_of(day), deadlines.sunday_of(day)
    first, last = deadlines.first_of_month(day), deadlines.last_of_month(day)

    assert (monday.weekday(), sunday.weekday()) == (0, 6)
    assert monday <= day <= sunday
    assert deadlines.days_between(monday, sunday) == 6
    assert (first.day, deadlines.days_after(last, 1).day) == (1, 1)
    assert first <= day <= last
    assert list(deadlines.each_day(monday, sunday))[3] == deadlines.days_after(monday, 3)
    assert deadlines.tens_of_month(day)[2] == last


NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("due", "hour", "late"),
    [
        (None, None, False), ("2026-11-22", None, True), ("2026-11-23", None, False), ("2026-11-24", None, False),
        ("2026-11-23", 11, True), ("2026-11-23", 12, False), ("2026-11-23", 17, False), ("2026-11-22", 17, True),
    ],
)  # fmt: skip
def test_a_deadline_s_own_day_and_hour_still_count(due: str | None, hour: int | None, late: bool):
    day = datetime.date.fromisoformat(due) if due else None

    assert deadlines.is_late(day, datetime.time(hour) if hour else None, NOON) is late


@pytest.mark.parametrize(("ahead", "within"), [(-1, False), (0, True), (30, True), (31, False)])
def test_within_counts_today_and_the_last_day(ahead: int, within: bool):
    on = NOON.date()

    assert deadlines.is_within(deadlines.days_after(on, ahead), on, 30) is within
    assert not deadlines.is_within(None, on, 30)
