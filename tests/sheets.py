"""How the tests write workbooks: sheets of rows, merged cells, codes of invented firms."""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from stdnum.cn import uscc


@dataclass(frozen=True)
class Failed:
    """A formula that failed, and what Excel shows for it."""

    shows: str


Cell = str | int | float | bool | datetime.date | Failed | None
Row = Sequence[Cell]


def code(number: int, region: str = "420281") -> str:
    """The valid code of an invented firm."""
    body = f"91{region}MA9{number:06}"
    return body + uscc.calc_check_digit(body)


@dataclass
class Sheet:
    """A sheet: its rows from the first on, and cells to merge as (row, first column, last row, last column, text)."""

    name: str
    rows: Sequence[Row]
    merged: Sequence[tuple[int, int, int, int, str]] = field(default_factory=list)


def workbook(*sheets: Sheet) -> bytes:
    """An .xlsx file with these sheets; days are written as Excel's day numbers in a date format."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for merged in sheet.merged:
            page.merge_range(*merged[:4], merged[4])
        for line, row in enumerate(sheet.rows):
            write_row(page, line, row, day)
    book.close()
    return buffer.getvalue()


def write_row(page: Any, line: int, row: Row, day: Any) -> None:
    """One row; None leaves the cell alone, so that a merged cell keeps its text."""
    for place, cell in enumerate(row):
        if isinstance(cell, datetime.date):
            page.write_datetime(line, place, datetime.datetime.combine(cell, datetime.time()), day)
        elif isinstance(cell, Failed):
            page.write_formula(line, place, "=1/0", None, cell.shows)
        elif cell is not None:
            page.write(line, place, cell)
