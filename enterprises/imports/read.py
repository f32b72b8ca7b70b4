"""Workbook to checked frame: every sheet known by its headings alone, or refused by name with the reason. Pure."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Final

import fastexcel
import polars as pl

from enterprises.imports import sheet as sheets
from enterprises.imports.archive import Unreadable, check_archive
from enterprises.imports.check import ISSUES, Checked, check, conform
from enterprises.imports.delimited import PlainSheet, is_text, text_cells
from enterprises.imports.formulas import errors_as_words
from enterprises.imports.mapping import NOTHING, Remembered
from enterprises.imports.raw import RawSheet

MOST_ROWS: Final = 60_000
MOST_COLUMNS: Final = 100
MOST_LINES: Final = 70_000  # with titles, totals and empty lines
TOO_WIDE: Final = f"超过 {MOST_COLUMNS} 列"
TOO_LONG: Final = f"超过 {MOST_ROWS} 行，请分开导入"
HIDDEN_SHEET: Final = "这张工作表在文件中是隐藏的"
LONG_NUMBER: Final = r"^[0-9]{16,}$|^[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+$"
UNRECOGNISED: Final = "没有认出这一列，未读入"


@dataclass(frozen=True)
class HeadingReport:
    """One heading: its column, its words, what it was taken for (empty: not used), and a note about it."""

    column: str
    heading: str
    means: str = ""
    note: str = ""
    name: str = ""  # the column of the checked frame, without its year
    unit: str = ""
    year: int | None = None
    is_mapped: bool = False


@dataclass(frozen=True)
class SheetReport:
    """One sheet: read as a ledger with these headings, or refused with the reason."""

    name: str
    is_ledger: bool
    reason: str = ""
    n_rows: int = 0
    headings: list[HeadingReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what else to know: a hidden sheet, each line left out and why
    signature: str = ""

    @property
    def n_mapped(self) -> int:
        """How many columns are read as an officer once said."""
        return sum(heading.is_mapped for heading in self.headings)

    @property
    def n_unrecognised(self) -> int:
        """How many headings nobody knew; those left out on purpose are not among them."""
        return sum(heading.note == UNRECOGNISED for heading in self.headings)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Ledger:
    """A workbook read: one typed row a firm, what is wrong with which cell, and what each sheet was taken for."""

    rows: pl.DataFrame
    issues: pl.DataFrame
    sheets: list[SheetReport]


@dataclass(frozen=True)
class Years:
    """Of which year figures are whose heading names none, whether an officer said so, and what one said of columns."""

    year: int
    is_given: bool = False
    remembered: Remembered = field(default_factory=dict)


def read_workbook(
    *,
    filename: str,
    content: bytes,
    year: int,
    year_is_given: bool = False,
    on: datetime.date | None = None,
    remembered: Remembered = NOTHING,
) -> Ledger:
    """Read a workbook, or a table of plain text; figures whose heading names no year are of ``year``, or of the year
    in the sheet's title.

    ``on`` is the day it was handed in: nothing can have been founded after it. ``remembered`` is what officers once
    said of columns of such sheets.
    """
    how = Years(year, year_is_given, remembered)
    found = read_text(filename, content, how) if is_text(filename) else read_sheets(filename, content, how)
    reports, checked = [report for report, _ in found], [one for _, one in found if one is not None]
    too_large = [report.reason for report in reports if report.reason in {TOO_LONG, TOO_WIDE}]
    if too_large and not checked:
        raise Unreadable(f"工作表“{next(one.name for one in reports if one.reason == too_large[0])}”{too_large[0]}")
    ledger = assembled(checked, reports)
    return ledger if on is None else without_future(ledger, on)


Found = tuple[SheetReport, Checked | None]


def read_sheets(filename: str, content: bytes, how: Years) -> list[Found]:
    """Every sheet of a workbook."""
    check_archive(filename, content)
    try:
        workbook = fastexcel.read_excel(errors_as_words(content))
    except fastexcel.FastExcelError as broken:
        raise Unreadable("工作簿无法解析，可能已损坏") from broken
    return [read_found(workbook, RawSheet(content, name), how) for name in workbook.sheet_names]


def read_text(filename: str, content: bytes, how: Years) -> list[Found]:
    """The one table of a CSV file."""
    cells = text_cells(content)
    name = PurePosixPath(filename).stem[:31]
    if cells.width > MOST_COLUMNS or cells.height > MOST_LINES:
        reason = TOO_WIDE if cells.width > MOST_COLUMNS else TOO_LONG
        return [(SheetReport(name, is_ledger=False, reason=reason), None)]
    return [read_sheet(PlainSheet(name), cells, how)]


def read_found(workbook: fastexcel.ExcelReader, raw: RawSheet, how: Years) -> Found:
    """One sheet of the workbook; one that is too large is refused and the others go on."""
    try:
        found = workbook.load_sheet(raw.name, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
    except fastexcel.FastExcelError as broken:
        raise Unreadable(f"工作表“{raw.name}”无法解析") from broken
    hidden = [] if found.visible == "visible" else [HIDDEN_SHEET]
    if found.width > MOST_COLUMNS or found.total_height > MOST_LINES:
        reason = TOO_WIDE if found.width > MOST_COLUMNS else TOO_LONG
        return SheetReport(raw.name, is_ledger=False, reason=reason, notes=hidden), None
    report, checked = read_sheet(raw, cells_of(found), how)
    return replace(report, notes=[*hidden, *report.notes]), checked


def cells_of(found: fastexcel.ExcelSheet) -> pl.DataFrame:
    """All cells of a sheet as text, from its first row on, stripped; empty ones are null."""
    columns = found.available_columns()
    empty_before = columns[0].absolute_index if columns else 0  # the parser leaves out empty columns on the left
    cells = found.to_polars().select(pl.all().str.strip_chars())
    return cells.select(*(pl.lit(None, pl.String).alias(f"before {place}") for place in range(empty_before)), pl.all())


def filled_down(rows: pl.DataFrame, layout: sheets.Layout, raw: RawSheet) -> pl.DataFrame:
    """The rows with the unit of merged cells in each of their lines; only the first line holds it."""
    place = next((heading.place for heading in layout.used if heading.meaning.column == "region"), None)
    if place is None:
        return rows
    name = [column for column in rows.columns if column != "line"][place]
    if not rows[name].null_count():
        return rows
    tops = {
        line: merged.first_line
        for merged in raw.merged()
        if merged.first_place <= place <= merged.last_place
        for line in range(merged.first_line + 1, min(merged.last_line, MOST_LINES) + 1)
    }
    top = pl.col("line").replace_strict(tops, default=None, return_dtype=pl.UInt32)
    above = rows.select(pl.col("line").alias("_top"), pl.col(name).alias("_above"))
    filled = rows.with_columns(_top=top).join(above, on="_top", how="left", maintain_order="left")
    return filled.with_columns(pl.coalesce(name, "_above").alias(name)).drop("_top", "_above")


def rewritten(rows: pl.DataFrame, layout: sheets.Layout, raw: RawSheet) -> dict[int, list[int]]:
    """The lines, by the place of their column, in which Excel made a long number of a code and lost its last digits."""
    found, names = {}, [name for name in rows.columns if name != "line"]
    for heading in layout.used:
        if heading.meaning.column not in {"uscc", "old_number", "parent_uscc"} and heading.meaning.part != "number":
            continue
        long = rows.filter(pl.col(names[heading.place]).str.contains(LONG_NUMBER)).select("line", names[heading.place])
        # A text whose digits a number cannot hold is certainly a text; the others are looked up.
        doubtful = [line for line, cell in long.rows() if not cell.isdigit() or str(int(float(cell))) == cell]
        if doubtful and (numbers := raw.numbers(heading.place, doubtful)):
            found[heading.place] = numbers
    return found


def read_sheet(raw: RawSheet, cells: pl.DataFrame, how: Years) -> Found:
    """One sheet: its report and, when it is a ledger, its checked rows."""
    name = raw.name
    if cells.is_empty():
        return SheetReport(name, is_ledger=False, reason="空表"), None
    layout = sheets.layout(
        cells.head(sheets.HIGHEST_HEADING).rows(),
        year=how.year,
        year_is_given=how.is_given,
        remembered=how.remembered,
    )
    headings = [heading_report(heading) for heading in layout.headings]
    mark = layout.signature
    if layout.reason:
        return SheetReport(name, is_ledger=False, reason=layout.reason, headings=headings, signature=mark), None
    body = sheets.firm_rows(cells, layout)
    report = SheetReport(name, True, n_rows=len(body.rows), headings=headings, notes=body.skipped, signature=mark)
    if body.rows.is_empty():
        return replace(report, is_ledger=False, reason="表头之下没有企业"), None
    if len(body.rows) > MOST_ROWS:
        return replace(report, is_ledger=False, reason=TOO_LONG), None
    rows = filled_down(body.rows, layout, raw)
    return report, check(rows, layout, name, rewritten(rows, layout, raw))


def heading_report(heading: sheets.Heading) -> HeadingReport:
    """One heading as the officer sees it."""
    meaning = heading.meaning
    name = meaning.column.partition("@")[0] if meaning.is_used else ""
    year = meaning.year if meaning.kind == "figure" else None
    return HeadingReport(
        heading.letter, heading.text, meaning.label, note_of(heading), name, meaning.unit, year, heading.is_mapped
    )


def note_of(heading: sheets.Heading) -> str:
    """What the officer reads beside a heading."""
    return heading.meaning.note or (UNRECOGNISED if heading.meaning.kind == "unknown" else "")


def assembled(checked: list[Checked], reports: list[SheetReport]) -> Ledger:
    """The ledgers of a workbook as one."""
    if not checked:
        empty = pl.DataFrame(schema={"sheet": pl.String, "line": pl.UInt32, "name": pl.String})
        return Ledger(empty, pl.DataFrame(schema=dict(ISSUES)), reports)
    rows = pl.concat([one.rows for one in checked], how="diagonal_relaxed")
    return Ledger(rows, pl.concat([one.issues for one in checked]), reports)


def without_future(ledger: Ledger, on: datetime.date) -> Ledger:
    """The ledger without days of foundation that are still to come."""
    if "registered_on" not in ledger.rows.columns:
        return ledger
    future = (ledger.rows["registered_on"] > on).fill_null(value=False)
    told = {"column": pl.lit("成立日期"), "level": pl.lit("warn"), "reason": pl.lit("在将来，未登记")}
    issues = conform(ledger.rows.filter(future).select("sheet", "line", **told))
    rows = ledger.rows.with_columns(registered_on=ledger.rows["registered_on"].set(future, None))
    return replace(ledger, rows=rows, issues=pl.concat([ledger.issues, issues]))


def packed(ledger: Ledger) -> bytes:
    """A ledger as bytes: the lengths, the report, both frames as Parquet."""
    parts = [
        json.dumps([report.as_json() for report in ledger.sheets], ensure_ascii=False).encode(),
        parquet(ledger.rows),
        parquet(ledger.issues),
    ]
    return b"".join((*(len(part).to_bytes(8, "big") for part in parts), *parts))


def unpacked(content: bytes) -> Ledger:
    """A ledger from its bytes."""
    lengths = [int.from_bytes(content[8 * place : 8 * place + 8], "big") for place in range(3)]
    starts = [24, 24 + lengths[0], 24 + lengths[0] + lengths[1]]
    report, rows, issues = (content[start : start + length] for start, length in zip(starts, lengths, strict=True))
    return Ledger(
        pl.read_parquet(BytesIO(rows)),
        pl.read_parquet(BytesIO(issues)),
        [sheet_report(one) for one in json.loads(report)],
    )


def sheet_report(stored: Mapping[str, Any]) -> SheetReport:
    """A sheet's report from JSON."""
    return SheetReport(**{**stored, "headings": [HeadingReport(**heading) for heading in stored["headings"]]})


def parquet(frame: pl.DataFrame) -> bytes:
    """A frame as Parquet."""
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="lz4", statistics=False)
    return buffer.getvalue()
