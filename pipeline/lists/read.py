"""A published list to rows: every sheet or part with its words, its rows as they stood, what was left out. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

import fastexcel
import polars as pl

from enterprises.imports import cells as values
from enterprises.imports.archive import LARGEST_FILE, Unreadable, check_archive
from enterprises.imports.formulas import errors_as_words
from enterprises.imports.raw import RawSheet
from enterprises.imports.read import HIDDEN_SHEET, MOST_COLUMNS, MOST_LINES, cells_of
from pipeline.lists.headings import FIRM_END, Block, Cells, column_of, head_of
from pipeline.lists.name_cells import named
from pipeline.lists.words import about, bare, kind_of

MOST_SKIPPED: Final = 60
DAYS: Final = ("issued_on", "valid_from", "valid_until", "told_on")
_TOTAL: Final = re.compile(r"^[(\[（]?(?:合计|总计|小计|共计|总数|累计)|^共\d+家")
_NOTE: Final = re.compile(
    r"^(?:备注|说明|填表说明|注|注释|来源|出处|附|附件|附注|联系|公示期|监督|受理|发布|公布|地址|电话|填报|审核|制表)[人单位电话]*\d*[:：]"
    r"|^\d+[.、．][^\d].*[。；;]$|^https?:"
)
_SECTION: Final = re.compile(r"^[(（]?(?:[一二三四五六七八九十]+|\d+)[)）]?[、.．:：]|[:：]$|[(（]\d+[家户][)）]$")


@dataclass(frozen=True)
class Row:
    """One firm of a list as it stands there; ``kind`` and ``tracks`` only where the row or its section says so."""

    sheet: str
    line: int
    name: str
    text: str
    section: str = ""
    serial: str = ""
    uscc: str = ""
    code_note: str = ""
    former: str = ""
    region: str = ""
    number: str = ""
    issued_on: str = ""
    valid_from: str = ""
    valid_until: str = ""
    note: str = ""
    kind: str = ""
    tracks: tuple[str, ...] = ()
    title: str = ""  # of the list the row belongs to, where a column says so
    stated: str = ""
    told_on: str = ""


@dataclass(frozen=True)
class Part:
    """A sheet, or one of several lists in it: the words around it, its rows, what is no firm and why."""

    name: str
    words: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    reason: str = ""


def read_list(filename: str, content: bytes) -> list[Part]:
    """Read a workbook or a CSV file; a sheet without a list says why."""
    if PurePosixPath(filename).suffix.lower() == ".csv":
        return split(read_rows("CSV", csv_rows(content), None))
    check_archive(filename, content)
    try:
        workbook = fastexcel.read_excel(errors_as_words(content))
    except fastexcel.FastExcelError as broken:
        raise Unreadable("工作簿无法解析，可能已损坏") from broken
    return [part for name in workbook.sheet_names for part in split(read_sheet(workbook, RawSheet(content, name)))]


def read_sheet(workbook: fastexcel.ExcelReader, raw: RawSheet) -> Part:
    """One sheet of a workbook, its cells as text."""
    try:
        found = workbook.load_sheet(raw.name, header_row=None, skip_rows=0, dtypes="string", whitespace_as_null=True)
    except fastexcel.FastExcelError as broken:
        raise Unreadable(f"工作表“{raw.name}”无法解析") from broken
    if found.width > MOST_COLUMNS or found.total_height > MOST_LINES:
        return Part(raw.name, reason=f"超过 {MOST_COLUMNS} 列或 {MOST_LINES} 行，未读入")
    rows = [tuple(cell or "" for cell in row) for row in cells_of(found).rows()]
    part = read_rows(raw.name, rows, raw)
    return part if found.visible == "visible" else replace(part, skipped=[HIDDEN_SHEET, *part.skipped])


def csv_rows(content: bytes) -> list[Cells]:
    """The cells of a CSV file, in UTF-8 or GB 18030."""
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB")
    if not content or b"\x00" in content:
        raise Unreadable("文件是空的，或不是文本文件")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            lines = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(lines))]
        except csv.Error as broken:
            raise Unreadable("CSV 文件无法解析") from broken
        if len(rows) > MOST_LINES:
            raise Unreadable(f"超过 {MOST_LINES} 行，请分开")
        return list(rows)
    raise Unreadable("文件不是 UTF-8 或 GB 18030 编码的文本")


def read_rows(name: str, rows: Sequence[Cells], raw: RawSheet | None) -> Part:
    """The part of a sheet: words above, rows of firms, notes below."""
    if not any(any(row) for row in rows):
        return Part(name, reason="空表")
    head = head_of(rows)
    above = [cell for row in rows[: head.top] for cell in row if cell]
    if not head.blocks:
        words = [cell for row in rows[:10] for cell in row if cell][:20]
        return Part(name, words, reason="没有“企业名称”一列，也不是逐行列名的名单")
    body = Body(name, head.blocks, merged_regions(raw, head.blocks))
    for line, row in enumerate(rows[head.first_row :], head.first_row + 1):
        body.take(line, row)
    rows_found = with_values(body.rows)
    reason = "" if rows_found else "表头之下没有企业"
    return Part(name, [*above, *body.notes], rows_found, body.skipped[:MOST_SKIPPED], reason)


def merged_regions(raw: RawSheet | None, blocks: list[Block]) -> dict[int, int]:
    """Each line inside a merged cell of the region column, with the line whose text it has."""
    places = {block.places["region"] for block in blocks if "region" in block.places}
    if raw is None or not places:
        return {}
    return {
        line: merged.first_line
        for merged in raw.merged()
        if any(merged.first_place <= place <= merged.last_place for place in places)
        for line in range(merged.first_line + 1, min(merged.last_line, MOST_LINES) + 1)
    }


class Body:
    """The rows below the headings, taken one by one; a section's words hold for the rows below it."""

    def __init__(self, sheet: str, blocks: list[Block], merged: dict[int, int]) -> None:
        self.sheet, self.blocks, self.merged = sheet, blocks, merged
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self.skipped: list[str] = []
        self.regions: dict[int, str] = {}
        self.section = ""

    def take(self, line: int, row: Cells) -> None:
        """A row: a firm in each of its blocks, or a section, a note, a total."""
        filled = [cell for cell in row if cell]
        if not filled:
            return
        is_total = _TOTAL.search(bare(filled[0])) is not None
        firms = [block for block in self.blocks if not is_total and self.is_firm(block.cell(row, "name"), len(filled))]
        for block in firms:
            self.rows.append(self.firm(line, row, block))
        if not firms:
            self.leave_out(line, filled)

    def is_firm(self, cell: str, filled: int) -> bool:
        """Whether a name cell holds a name: no heading, total, note or section."""
        if (
            not re.search(r"[^\W\d_]{2}", cell)
            or column_of(cell) == "name"
            or _TOTAL.search(bare(cell))
            or _NOTE.search(bare(cell))
        ):
            return False
        is_long = len(cell) > 80 or cell.endswith(("。", "；"))
        is_section = filled == 1 and _SECTION.search(cell) is not None and not FIRM_END.search(named(cell)[0])
        return not is_long and not is_section

    def leave_out(self, line: int, filled: list[str]) -> None:
        """A row that is no firm: said with its line; a section is kept for the rows below."""
        says = filled[0]
        if any(column_of(cell) == "name" for cell in filled):
            return
        if len(filled) == 1 and not _NOTE.search(bare(says)) and not _TOTAL.search(bare(says)) and len(says) <= 60:
            self.section = says
            self.notes.append(says)
            self.skipped.append(f"第{line}行“{says[:30]}”：分段标题")
            return
        total = any(_TOTAL.search(bare(cell)) for cell in filled[:2])
        joined = "".join(filled) if total else " ".join(filled)
        self.notes.append(joined + ("家" if total and joined[-1:].isdigit() else ""))
        self.skipped.append(f"第{line}行“{says[:30]}”：" + ("合计" if total else "说明，不是企业"))

    def firm(self, line: int, row: Cells, block: Block) -> Row:
        """A firm's row as it stands, its name without what was hung on to it."""
        cell = {column: block.cell(row, column) for column in block.places}
        name, former, remark = named(cell["name"])
        region = cell.get("region", "") or self.regions.get(self.merged.get(line, 0), "")
        self.regions[line] = region
        said = "；".join(part for part in (cell.get("result", ""), cell.get("note", ""), remark) if part)
        own = " ".join((cell.get("track", ""), said))
        from_on, until_on = validity(cell)
        return Row(
            self.sheet, line, name, " · ".join(block_cells(row, block))[:300], self.section,
            serial=cell.get("serial", ""), uscc=cell.get("uscc", ""), former=cell.get("former", "") or former,
            region=region, number=cell.get("number", "")[:60], issued_on=cell.get("issued_on", ""),
            valid_from=from_on, valid_until=until_on, note=said[:200],
            kind=kind_of_row(said, self.section), tracks=tuple(sorted(tracks_of_row(own, self.section))),
            title=cell.get("list_title", ""), stated=cell.get("stated", ""), told_on=cell.get("told_on", ""),
        )  # fmt: skip


def block_cells(row: Cells, block: Block) -> Iterator[str]:
    """The filled cells of a block's columns in their order."""
    return (row[place] for place in sorted(block.places.values()) if place < len(row) and row[place])


def kind_of_row(said: str, section: str) -> str:
    """The kind a row names itself, or its section; a batch alone is no kind."""
    for text in (said, section):
        kind = kind_of(re.sub(r"第[一二三四五六七八九十百\d]+批", "", text))
        if kind:
            return kind
    return ""


def tracks_of_row(own: str, section: str) -> frozenset[str]:
    """The recognitions a row names itself, or its section."""
    return about(own).tracks or about(section).tracks


def validity(cell: dict[str, str]) -> tuple[str, str]:
    """First and last day of a 有效期 cell that names both: 2023.1.1-2025.12.31, 2023-01-01至2025-12-31."""
    whole = cell.get("validity", "")
    days = re.findall(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", whole)
    if len(days) == 2:
        return days[0], days[1]
    until = days[0] if len(days) == 1 and re.search(r"至|止", whole) else ""
    return cell.get("valid_from", ""), cell.get("valid_until", "") or until


def with_values(rows: list[Row]) -> list[Row]:
    """The rows with codes and days as values; a code that is none is kept as a note, a day that is none left out."""
    if not rows:
        return rows
    names = values.without_ordinal(values.visible(pl.Series([row.name for row in rows], dtype=pl.String)))
    codes = values.codes(pl.Series([row.uscc or None for row in rows], dtype=pl.String))
    days = {
        name: values.dates(pl.Series([getattr(row, name) or None for row in rows], dtype=pl.String)).values
        for name in DAYS
    }
    told = {name: [day.isoformat() if day else "" for day in column] for name, column in days.items()}
    return [
        replace(
            row,
            name=names[place] or row.name,
            uscc=codes.code[place] or "",
            code_note=codes.reasons[place] or "",
            issued_on=told["issued_on"][place],
            valid_from=told["valid_from"][place],
            valid_until=told["valid_until"][place],
            told_on=told["told_on"][place],
        )
        for place, row in enumerate(rows)
    ]


def split(part: Part) -> list[Part]:
    """One part for each list of a sheet whose rows name the list they belong to."""
    titles = list(dict.fromkeys(row.title for row in part.rows))
    if len(titles) < 2 and not any(titles):
        return [part]
    return [
        Part(title[:60] or part.name, [title, *part.words], [row for row in part.rows if row.title == title])
        for title in titles
    ]
