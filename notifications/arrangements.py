"""The State Council's yearly notice of holidays, or a table of days, read into days off and days worked. Pure.

A line is a row (``2027-02-05至2027-02-11,放假,春节``) or a sentence of the notice
(``二、春节：2月15日（周日）至23日放假调休，共9天。2月14日（周六）上班。``). What a line says twice, the
weekday or the number of days, is compared.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import holidays

from enterprises import deadlines

Kind = Literal["off", "work"]
KINDS: Final[Mapping[str, Kind]] = {
    "放假": "off", "休": "off", "休息": "off", "假": "off",
    "上班": "work", "班": "work", "补班": "work", "调休上班": "work",
}  # fmt: skip
WEEKDAYS: Final = "一二三四五六日"
MOST_LINES, MOST_CHARACTERS = 400, 20_000
DATE: Final = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?"
PLAIN: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
RUN: Final = re.compile(rf"((?:{DATE}\s*[至到—~－-]?\s*[、，和及]?\s*)+)\s*(放假|上班)([^。；;]*)")
ONE: Final = re.compile(rf"{DATE}\s*([至到—~－-]?)")
TOTAL: Final = re.compile(r"共\s*(\d+)\s*天")
NAMED: Final = re.compile(r"^\s*(?:[一二三四五六七八九十\d]+[、.．])?\s*([^：:\d]{1,20})[：:]")
TITLE: Final = re.compile(r"关于(\d{4})年.*节假日安排")


@dataclass(frozen=True)
class Special:
    """A day that is not what its weekday says, and the line that says so."""

    day: datetime.date
    kind: Kind
    name: str
    line: int


class Wrong(Exception):
    """What of a line cannot be."""


@dataclass
class Notice:
    """The days of a notice in order, and what is wrong with which line (0: with the whole)."""

    year: int
    days: list[Special] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def runs(self) -> list[tuple[datetime.date, datetime.date, Special]]:
        """The days as the notice tells them: from, to, and what they are."""
        found: list[tuple[datetime.date, datetime.date, Special]] = []
        for one in self.days:
            if found:
                first, last, before = found[-1]
                joined = deadlines.days_after(last, 1) == one.day and (before.kind, before.name) == (one.kind, one.name)
                if joined:
                    found[-1] = (first, one.day, before)
                    continue
            found.append((one.day, one.day, one))
        return found


def read(text: str, year: int) -> Notice:
    """The notice of a year; a line that says nothing of days is passed over."""
    notice = Notice(year)
    lines = text.splitlines()
    if len(lines) > MOST_LINES or len(text) > MOST_CHARACTERS:
        notice.errors.append((0, f"内容超过 {MOST_LINES} 行或 {MOST_CHARACTERS} 字，请只贴放假安排"))
        return notice
    for number, line in enumerate(lines, 1):
        try:
            notice.days += list(of_line(line, number, year))
        except Wrong as wrong:
            notice.errors.append((number, str(wrong)))
    notice.errors += [(0, says) for says in against_whole(notice)]
    notice.days.sort(key=lambda one: one.day)
    return notice


def of_line(line: str, number: int, year: int) -> Iterator[Special]:
    """The days of one line."""
    if (title := TITLE.search(line)) and int(title[1]) != year:
        raise Wrong(f"这是{title[1]}年的通知，不是{year}年的")
    cells = [cell.strip() for cell in re.split(r"[,，\t]", line.strip())]
    if len(cells) > 1 and re.match(r"\d{4}[-/.年]", cells[0]) and cells[1] in KINDS:
        yield from of_row(cells, number, year)
        return
    found = False
    for run in RUN.finditer(line):
        found = True
        yield from of_sentence(run, line, number, year)
    if not found and re.search(r"\d+日|^\d{4}[-/]", line.strip()) and re.search("放假|上班|休", line):
        raise Wrong("看不懂这一行，请写成“2027-02-05至2027-02-11,放假,春节”")


def of_row(cells: Sequence[str], number: int, year: int) -> Iterator[Special]:
    """A row of a table: a day or from–to, what it is, the festival."""
    ends = [plain(part) for part in re.split(r"[至到~]", cells[0])]
    name = cells[2] if len(cells) > 2 else ""
    for day in spanned(ends[0], ends[-1], year):
        yield checked(Special(day, KINDS[cells[1]], name, number))


def plain(text: str) -> datetime.date:
    """A whole date."""
    parts = PLAIN.match(text.strip())
    if parts is None:
        raise Wrong(f"“{text}”不是完整的日期，请写成 2027-02-05")
    return valid(*map(int, parts.groups()))


def of_sentence(run: re.Match[str], line: str, number: int, year: int) -> Iterator[Special]:
    """The days before one 放假 or 上班; month and year carry on from day to day."""
    kind, rest = KINDS[run[run.re.groups - 1]], run[run.re.groups]
    named = NAMED.match(line)
    days: list[datetime.date] = []
    month, from_day = 0, None
    for one in ONE.finditer(run[1]):
        month = int(one[2]) if one[2] else month
        day = valid(int(one[1]) if one[1] else year, month, int(one[3]))
        against_weekday(day, one[4] or "")
        days += list(spanned(from_day, day, year))[1:] if from_day else list(spanned(day, day, year))
        from_day = day if one[5] else None
    total = TOTAL.search(rest)
    if kind == "off" and total and int(total[1]) != len(days):
        raise Wrong(f"写明共{total[1]}天，列出的是{len(days)}天")
    for day in days:
        yield checked(Special(day, kind, named[1].strip() if named else "", number))


def valid(year: int, month: int, day: int) -> datetime.date:
    """A date that exists."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise Wrong(f"没有{year}年{month}月{day}日这一天" if month else "日期没有写明月份") from None


def against_weekday(day: datetime.date, said: str) -> None:
    """A weekday that the notice names must be that of the day."""
    weekday = re.search("(?:周|星期)([一二三四五六日天])", said)
    if weekday and weekday[1].replace("天", "日") != WEEKDAYS[day.weekday()]:
        raise Wrong(f"{day.month}月{day.day}日写作周{weekday[1]}，{day.year}年这一天是周{WEEKDAYS[day.weekday()]}")


def spanned(first: datetime.date, last: datetime.date, year: int) -> Iterator[datetime.date]:
    """The days of a span; New Year may begin in the last days of the year before."""
    if not 0 <= deadlines.days_between(first, last) < 20:
        raise Wrong(f"{first}至{last}先后颠倒或过长")
    if first.year not in {year - 1, year} or (last.year != year and first != last):
        raise Wrong(f"{first}不在{year}年")
    if first.year == year - 1 and first.month != 12:
        raise Wrong(f"{first}不在{year}年")
    return deadlines.each_day(first, last)


def checked(one: Special) -> Special:
    """A worked day is a Saturday or Sunday; every other day is worked anyway."""
    if one.kind == "work" and one.day.isoweekday() < 6:
        raise Wrong(f"{one.day}是周{WEEKDAYS[one.day.weekday()]}，本来就上班")
    return one


def against_whole(notice: Notice) -> Iterator[str]:
    """What of a whole year cannot be: nothing at all, a day twice, a statutory holiday that is missing."""
    if not notice.days:
        yield "没有读到任何放假或上班的日期"
        return
    days = [one.day for one in notice.days]
    for day in sorted({day for day in days if days.count(day) > 1}):
        yield f"{day}出现了两次"
    off = {one.day for one in notice.days if one.kind == "off"}
    missing = sorted(statutory_days(notice.year) - off)
    if missing:
        yield f"缺少法定节假日：{'、'.join(f'{day.month}月{day.day}日' for day in missing)}"


def statutory_days(year: int) -> frozenset[datetime.date]:
    """The statutory holidays of a year, without any arrangement of bridge days and worked weekends."""
    named = holidays.country_holidays("CN", years=year, observed=False)
    return frozenset(day for day, name in named.items() if not name.startswith("Day off"))
