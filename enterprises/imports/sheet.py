"""One sheet: where its headings stand, what they mean, which rows below them are firms. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl

from enterprises.imports import mapping
from enterprises.imports.formulas import is_error
from enterprises.imports.headings import MONEY_UNITS, Meaning, aliases, folded, half_width, meaning_below, meaning_of
from enterprises.vocabulary import FIGURE_BY_NAME

HIGHEST_HEADING: Final = 30  # headings stand within the first thirty rows
MOST_LINES: Final = 3
IDENTITY: Final = frozenset({"name", "uscc"})

_NUMBER_OR_DAY = re.compile(r"^[-+]?[\d,.]+%?$|^\d{4}[-/.年]\d{1,2}.*$|^[0-9A-Za-z]{15,18}$")
_TITLE_YEAR = re.compile(r"(20\d\d)年(?!\d{1,2}月)")
_SHEET_UNIT = re.compile(r"(?<!填报)(?<!申报)单位:\(?((?:亿|百万|万|千)?元)")
_TOTAL = r"^[(\[（]?(?:合计|总计|小计|共计|本页合计|累计|平均)|(?:合计|总计|小计|共计)(?:[(（\[:：].*)?$"
_NOTE = r"^(?:备注|填表说明|填报说明|说明|注|注释|来源|填报人|填报单位|制表|审核|负责人)[0-9]*[:：]|^[0-9]+[.、][^0-9]"
_SIGNED = (
    r"^(?:制表|填表|审核|填报|复核|审批|负责|经办|报送|联系)(?:人|单位|日期|时间|电话)?(?:[(（].*[)）])?[:：]"
    r"|^单位负责人[:：]|^(?:附|附注|附表)[0-9]*[:：]|^截[至止]|^以[上下]"
)
_SECTION = r"^[(（]?[一二三四五六七八九十]+[)）]?[、.．:：]|^[(（][一二三四五六七八九十]+[)）]"
_SECTION_NUMBER = r"^[(（]?[一二三四五六七八九十]+[)）]?[、.．]?$"
_FIRM_END = (
    r"(?:公司|厂|中心|研究院|研究所|合作社|商行|商店|经营部|事务所|集团|分院|农场|医院|学校)(?:[(（][^()（）]*[)）])?$"
)
_CODE = r"^[0-9A-Za-z]{18}$"
REMARKS: Final = frozenset({"备注", "说明"})
MOST_SKIPPED: Final = 200

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class Heading:
    """A heading: its place (from 0), its words as written and what it was taken for."""

    place: int
    text: str
    meaning: Meaning
    is_mapped: bool = False  # an officer once said what it means

    @property
    def letter(self) -> str:
        """The spreadsheet's name of its column."""
        first, second = divmod(self.place, 26)
        return (chr(64 + first) if first else "") + chr(65 + second)


@dataclass(frozen=True)
class Layout:
    """Where a ledger's rows begin and what its columns mean; a sheet that is no ledger has a reason instead."""

    headings: list[Heading] = field(default_factory=list)
    first_row: int = 0
    reason: str = ""
    first_line: list[str] = field(default_factory=list)
    signature: str = ""  # by which a sheet with the same headings is known again

    @property
    def used(self) -> list[Heading]:
        """The headings that are read."""
        return [heading for heading in self.headings if heading.meaning.is_used]


def clean(row: Sequence[str | None]) -> list[str]:
    """The cells of a row, stripped; empty ones as ''."""
    return [(cell or "").strip() for cell in row]


def heading_row(rows: Rows) -> int | None:
    """The first row in which a cell means the firm's name or code and another cell stands."""
    for number, row in enumerate(rows):
        cells = [cell for cell in clean(row) if cell]
        if len(cells) > 1 and any(meaning_of(cell).name in IDENTITY for cell in cells if len(cell) < 40):
            return number
    return None


def is_second_line(row: Sequence[str], identity: list[int]) -> bool:
    """A line that continues the headings: nothing under name and code, words rather than numbers elsewhere."""
    cells = [cell for cell in row if cell]
    if not cells or any(row[place] for place in identity):
        return False
    if len(cells) == 1 and meaning_of(cells[0]).kind == "unknown" and not cells[0].startswith(("(", "（")):
        return False
    return all(re.fullmatch(r"(?:19|20)\d\d年?度?", cell) or not _NUMBER_OR_DAY.match(cell) for cell in cells)


def carried(row: Sequence[str]) -> list[str]:
    """A row of merged headings with each carried to the right."""
    carried_cells, last = [], ""
    for cell in row:
        last = cell or last
        carried_cells.append(last)
    return carried_cells


def heading_lines(rows: Rows, top: int) -> list[list[str]]:
    """The lines of headings from ``top`` on: one, or two and three where a line continues it."""
    lines = [clean(rows[top])]
    identity = [place for place, cell in enumerate(lines[0]) if meaning_of(cell).name in IDENTITY]
    for row in rows[top + 1 : top + MOST_LINES]:
        if not is_second_line(clean(row), identity):
            break
        lines.append(clean(row))
    return lines


def headings_of(lines: list[list[str]], groups: list[str]) -> list[Heading]:
    """What stands over each column: its lowest cell, looked up below the ones above it."""
    carried_lines = [carried(line) for line in lines]
    found = []
    for place in range(len(lines[0])):
        own = [line[place] for line in lines]
        depth = max((number for number, cell in enumerate(own) if cell), default=-1)
        if depth < 0:
            continue
        parents = list(
            dict.fromkeys(carried_lines[number][place] for number in range(depth) if carried_lines[number][place])
        )
        meaning = meaning_below([groups[place], *parents] if groups[place] else parents, own[depth])
        found.append(Heading(place, "/".join((*parents, own[depth])), meaning))
    return found


def completed(headings: list[Heading], year: int, unit: str) -> list[Heading]:
    """The headings with the ledger's year and unit where they name none, and doubles put aside."""
    seen: dict[str, Heading] = {}
    done = []
    for heading in headings:
        meaning = heading.meaning
        if meaning.kind == "figure":
            meaning = with_unit(replace(meaning, year=meaning.year or year - (meaning.years_before or 0)), unit)
        if meaning.is_used and meaning.column in seen:
            note = f"与{seen[meaning.column].letter}列“{seen[meaning.column].text}”重复，未读入"
            meaning = Meaning("ignored", note=note)
        elif meaning.is_used:
            seen[meaning.column] = heading
        done.append(replace(heading, meaning=meaning))
    return done


def with_unit(meaning: Meaning, unit: str) -> Meaning:
    """A figure in money with the sheet's unit, or in yuan and a word about it."""
    if FIGURE_BY_NAME[meaning.name].unit != "cny" or meaning.unit in MONEY_UNITS:
        return meaning
    if unit in MONEY_UNITS:
        return replace(meaning, unit=unit)
    note = "；".join(part for part in (meaning.note, "没有写单位，按“元”读入") if part)
    return replace(meaning, unit="元", note=note)


def above(rows: Rows, top: int, pattern: re.Pattern[str]) -> str:
    """What a pattern finds in the rows above the headings."""
    text = " ".join(half_width(cell) for row in rows[:top] for cell in clean(row) if cell)
    found = pattern.search(text)
    return found[1] if found else ""


def remembered_of(headings: list[Heading], remembered: Mapping[str, Mapping[str, Any]]) -> list[Heading]:
    """The headings with what an officer once said of them; every check of their cells stays as it is."""
    done = []
    for heading in headings:
        choice = remembered.get(half_width(heading.text))
        if choice is not None:
            meaning = mapping.chosen(heading.text, heading.meaning, choice)
            heading = replace(heading, meaning=meaning, is_mapped=True)
        done.append(heading)
    return done


def layout(rows: Rows, *, year: int, year_is_given: bool, remembered: mapping.Remembered = mapping.NOTHING) -> Layout:
    """Find the headings of a sheet; the reason when it is no ledger. The name of sheet or file plays no part."""
    top = heading_row(rows)
    if top is None:
        return Layout(reason="没有“企业名称”或“统一社会信用代码”一列，不是企业台账")
    lines = heading_lines(rows, top)
    groups = clean(rows[top - 1]) if top else []
    # 填报单位：…, 填报日期：… are two cells above the headings too, and no headings.
    is_filling_in = any(":" in half_width(cell) and not cell.startswith("其中") for cell in groups)
    groups = carried(groups) if sum(map(bool, groups)) > 1 and not is_filling_in else [""] * len(lines[0])
    title_year = "" if year_is_given else above(rows, top, _TITLE_YEAR)
    told = headings_of(lines, groups)
    signature = mapping.signature([heading.text for heading in told])
    told = remembered_of(told, remembered.get(signature, {}))
    headings = completed(told, int(title_year or year), above(rows, top, _SHEET_UNIT))
    found = Layout(headings, top + len(lines), first_line=lines[0], signature=signature)
    names = {heading.meaning.column for heading in found.used}
    if len(names) < 2:
        return replace(found, reason="除企业名称外没有认得出的列，没有可写入的内容")
    return found


@dataclass(frozen=True)
class Body:
    """The rows of firms with their line, and what was left out below the headings, in words."""

    rows: pl.DataFrame
    skipped: list[str] = field(default_factory=list)


def firm_rows(cells: pl.DataFrame, sheet: Layout) -> Body:
    """The rows of firms below the headings: without empty, total, note, section and repeated heading rows.

    A row with a code is always a firm's; any other that is left out is told with its line and the reason.
    """
    body = cells.with_row_index("line", offset=1).slice(sheet.first_row)
    # A formula drawn down beyond the last firm fails in every row; such a row is still empty.
    filled = pl.sum_horizontal(pl.col(name).is_not_null() & ~is_error(pl.col(name)) for name in cells.columns)
    body = body.with_columns(_filled=filled).filter(pl.col("_filled") > 0)
    body, ended = before_other_headings(body, cells.columns, sheet)
    told = body.with_columns(_why=why_no_firm(cells.columns, sheet))
    left_out = told.filter(pl.col("_why").is_not_null()).select(
        "line", "_why", pl.coalesce(cells.columns).alias("says")
    )
    skipped = [f"第{line}行“{(says or '')[:30]}”：{why}" for line, why, says in left_out.head(MOST_SKIPPED).rows()]
    if len(left_out) > MOST_SKIPPED:
        skipped.append(f"另有{len(left_out) - MOST_SKIPPED}行不是企业，未读入")
    return Body(told.filter(pl.col("_why").is_null()).drop("_why", "_filled"), skipped + ended)


def before_other_headings(body: pl.DataFrame, names: list[str], sheet: Layout) -> tuple[pl.DataFrame, list[str]]:
    """The rows above a second table with other headings; the same headings printed again are only left out."""
    printed = body.filter(is_heading(names, sheet))
    for row in printed.select("line", *names).rows():
        words = [folded(cell or "") for cell in row[1:]]
        if words != [folded(cell) for cell in sheet.first_line]:
            says = f"第{row[0]}行起是另一张表（表头与前面不同），未读入；请放到另一张工作表"
            body = body.filter(pl.col("line") < row[0])
            return body.filter(~is_heading(names, sheet)), [says]
    return body.filter(~is_heading(names, sheet)), []


def identity_of(names: list[str], sheet: Layout, *columns: str) -> list[str]:
    """The columns of name and code."""
    return [names[heading.place] for heading in sheet.used if heading.meaning.column in (columns or IDENTITY)]


def is_heading(names: list[str], sheet: Layout) -> pl.Expr:
    """A row in which name or code is the word for it."""
    repeated = [half_cell(name).is_in(heading_spellings()) for name in identity_of(names, sheet)]
    return pl.any_horizontal(repeated).fill_null(value=False)


def why_no_firm(names: list[str], sheet: Layout) -> pl.Expr:
    """Why a row is no firm's; null where it is one, as it is with any code and under any name of a firm."""
    identity = identity_of(names, sheet)
    others = {heading.place for heading in sheet.headings if is_other(heading)}
    # The first word of a row tells a total or a note: in the first cells or where the name would stand.
    first_cells = [name for place, name in enumerate(names[:2]) if place not in others]
    leading = list(dict.fromkeys((*first_cells, *identity)))
    few = pl.col("_filled") <= 2
    section = says(leading, _SECTION) | (says(leading, _SECTION_NUMBER) & few)
    is_firm = says(identity_of(names, sheet, "uscc"), _CODE) | says(identity_of(names, sheet, "name"), _FIRM_END)
    return (
        pl.when(is_firm).then(None)
        .when(says(leading, _TOTAL)).then(pl.lit("合计，不是企业"))
        .when(section).then(pl.lit("分段标题，不是企业"))
        .when(says(leading, _SIGNED) | (says(leading, _NOTE) & few)).then(pl.lit("说明或落款，不是企业"))
        .when(pl.all_horizontal(pl.col(name).is_null() for name in identity) & (pl.col("_filled") == 1))
        .then(pl.lit("只有一格文字，不是企业"))
    )  # fmt: skip


def is_other(heading: Heading) -> bool:
    """Whether the words of this column are about the firm, so that they say nothing of the row: 备注, 成立日期."""
    meaning = heading.meaning
    is_place = meaning.column in {*IDENTITY, "region"}
    return heading.text in REMARKS or (meaning.is_used and not is_place)


def says(names: list[str], pattern: str) -> pl.Expr:
    """Whether one of the cells matches."""
    found = [half_cell(name).str.contains(pattern) for name in names]
    return pl.any_horizontal(found).fill_null(value=False) if found else pl.lit(value=False)


def half_cell(name: str) -> pl.Expr:
    """A cell without white space."""
    return pl.col(name).str.replace_all(r"\s+", "")


def heading_spellings() -> list[str]:
    """Every spelling of the headings of name and code, to know them again further down."""
    return [
        spelling for spelling, meaning in aliases().items() if meaning.name in IDENTITY and spelling != folded("企业")
    ]
