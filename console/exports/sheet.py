"""An exported table as bureaus hand it on: title, what was asked, headings, units, total, line to sign. Pure."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final, Protocol

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from console.exports.cells import FIRST_DAY, Column, is_exact, looks_like_formula, masked, number, plain, width

LOOKED_AT: Final = 200  # rows by which columns are measured
INK, LINE, SHADE = "#1f2937", "#c9ced6", "#eef2f7"
# Begins with 填报人, so that an import knows the line for what it is
SIGNED: Final = "填报人：____________　　审核人：____________　　填报日期：____________"
FORMATS: Final[dict[str, dict[str, Any]]] = {
    "text": {"text_wrap": True},
    "quoted": {"text_wrap": True, "quote_prefix": True},  # stays text even when somebody edits the cell
    "count": {"num_format": "#,##0", "align": "right"},
    "money": {"num_format": "#,##0.00", "align": "right"},
    "score": {"num_format": "0.00", "align": "right"},
    "percent": {"num_format": "0.00%", "align": "right"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
}


class Target(Protocol):
    """Where the bytes go."""

    def write(self, content: bytes, /) -> int:
        """Take some."""


class TooManyRows(Exception):
    """The rows go on beyond the cap."""


@dataclass(frozen=True)
class Sheet:
    """What is written: ``about`` are the lines below the title, ``foot`` stands at the foot of each printed page."""

    title: str
    columns: Sequence[Column]
    about: Sequence[str] = ()
    foot: str = ""
    shows_people: bool = False
    most: int = 1_000_000


@dataclass
class Pen:
    """A sheet being written from top to bottom, row after row, none of which is kept."""

    sheet: Sheet
    page: Worksheet
    book: xlsxwriter.Workbook
    line: int = 0
    rows: int = 0
    totals: dict[int, Decimal] = field(default_factory=dict)
    formats: dict[str, Format] = field(default_factory=dict)

    def format(self, name: str, **more: Any) -> Format:
        """A cell format, made once."""
        key = f"{name}{sorted(more)}"
        if key not in self.formats:
            look = {"font_size": 10, "font_color": INK, "valign": "vcenter", "border": 1, "border_color": LINE}
            self.formats[key] = self.book.add_format(look | FORMATS.get(name, {}) | more)
        return self.formats[key]


def write(target: Target, sheet: Sheet, rows: Iterable[Sequence[Any]]) -> int:
    """Write the table; how many rows it has. Rows are taken one at a time and never kept."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
    }
    rest = iter(rows)
    first = list(islice(rest, LOOKED_AT))
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": sheet.title, "comments": sheet.foot})
        pen = Pen(sheet, book.add_worksheet(sheet_name(sheet.title)), book)
        set_up(pen, first)
        head(pen)
        body(pen, chain(first, rest))
        foot(pen)
    return pen.rows


def sheet_name(title: str) -> str:
    """The title without what no sheet may be called."""
    return "".join(sign for sign in plain(title) if sign not in "[]:*?/\\'\n")[:31] or "导出"


def set_up(pen: Pen, first: Sequence[Sequence[Any]]) -> None:
    """Column widths, and the page it is printed on: A4 across, headings on every page, numbered."""
    for place, column in enumerate(pen.sheet.columns):
        pen.page.set_column(place, place, width(column, [row[place] for row in first]))
    pen.page.set_landscape()
    pen.page.set_paper(9)
    pen.page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    pen.page.fit_to_pages(1, 0)
    pen.page.center_horizontally()
    pen.page.set_footer(f"&L&8{pen.sheet.foot.replace('&', '&&')}&R&8第 &P 页，共 &N 页")
    pen.page.hide_gridlines(1)


def head(pen: Pen) -> None:
    """Title, what was asked, headings and units; they stay in sight and stand on every printed page."""
    bare = {"border": 0}
    across(pen, pen.sheet.title, pen.format("text", **bare, bold=True, font_size=16, align="center"), 30)
    for line in pen.sheet.about:
        lines = 1 + len(line) // 80
        across(pen, line, pen.format("text", **bare, font_color="#4b5563", align="left"), 16 * lines)
    top = pen.line
    bold = pen.format("text", bold=True, bg_color=SHADE, align="center")
    pen.page.set_row(pen.line, 30)
    line_of(pen, [column.heading for column in pen.sheet.columns], bold)
    if any(column.unit_label for column in pen.sheet.columns):
        line_of(
            pen,
            [column.unit_label for column in pen.sheet.columns],
            pen.format("text", bg_color=SHADE, align="center", font_size=9),
        )
    pen.page.freeze_panes(pen.line, 0)
    pen.page.repeat_rows(top, pen.line - 1)


def across(pen: Pen, text: str, look: Format, height: int) -> None:
    """One text over the whole width."""
    pen.page.set_row(pen.line, height)
    last = max(len(pen.sheet.columns) - 1, 1)
    pen.page.merge_range(pen.line, 0, pen.line, last, "", look)
    pen.page.write_string(pen.line, 0, plain(text), look)
    pen.line += 1


def line_of(pen: Pen, texts: Sequence[str], look: Format) -> None:
    """A row of texts in one format."""
    for place, text in enumerate(texts):
        pen.page.write_string(pen.line, place, text, look) if text else pen.page.write_blank(pen.line, place, "", look)
    pen.line += 1


def body(pen: Pen, rows: Iterator[Sequence[Any]]) -> None:
    """The rows, and the sums of the columns that are added up."""
    for row in rows:
        if pen.rows >= pen.sheet.most:
            raise TooManyRows
        for place, (column, value) in enumerate(zip(pen.sheet.columns, row, strict=True)):
            cell(pen, place, column, value)
        pen.line += 1
        pen.rows += 1


def cell(pen: Pen, place: int, column: Column, value: Any) -> None:
    """One cell; what nobody knows stays empty, for unknown is not zero."""
    if value is None or value == "":
        pen.page.write_blank(pen.line, place, None, pen.format(column.kind))
    elif column.is_number:
        figure(pen, place, column, number(value, column.kind))
    elif column.kind in {"date", "moment"} and isinstance(value, datetime.date) and day_of(value) >= FIRST_DAY:
        pen.page.write_datetime(pen.line, place, value, pen.format(column.kind))
    else:
        text = plain(value)
        words(pen, place, masked(text) if column.personal and not pen.sheet.shows_people else text)


def day_of(value: datetime.date) -> datetime.date:
    """The day of a day or moment."""
    return value.date() if isinstance(value, datetime.datetime) else value


def figure(pen: Pen, place: int, column: Column, value: Decimal) -> None:
    """A number, added to its total."""
    if column.total:
        pen.totals[place] = pen.totals.get(place, Decimal()) + value
    numeral(pen, place, value, pen.format(column.kind))


def numeral(pen: Pen, place: int, value: Decimal, look: Format) -> None:
    """A number as number; one with more digits than a spreadsheet keeps, as text."""
    if is_exact(value):
        pen.page.write_number(pen.line, place, value, look)
    else:
        pen.page.write_string(pen.line, place, f"{value:f}", look)


def words(pen: Pen, place: int, text: str) -> None:
    """Text as text, whatever it begins with."""
    pen.page.write_string(pen.line, place, text, pen.format("quoted" if looks_like_formula(text) else "text"))


def foot(pen: Pen) -> None:
    """The total, how many rows there are, and where to sign."""
    if any(column.total for column in pen.sheet.columns):
        line_of(pen, ["合计", *[""] * (len(pen.sheet.columns) - 1)], pen.format("text", bold=True, bg_color=SHADE))
        pen.line -= 1
        for place, column in enumerate(pen.sheet.columns):
            if column.total and place in pen.totals:  # of nothing known there is no sum, not a sum of zero
                look = pen.format(column.kind, bold=True, bg_color=SHADE)
                numeral(pen, place, pen.totals[place], look)
        pen.line += 1
    across(pen, f"{SIGNED}　　共 {pen.rows} 行", pen.format("text", border=0, align="left"), 28)
