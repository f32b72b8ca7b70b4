"""From the cells of one ledger to typed columns, and what is wrong with which cell. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from enterprises.imports import cells, formulas
from enterprises.imports.cells import Column
from enterprises.imports.claims import UNREAD
from enterprises.imports.headings import MONEY_UNITS, Meaning, levels
from enterprises.imports.sheet import Heading, Layout
from enterprises.vocabulary import (
    FIGURE_BY_NAME,
    FIRM_FIELDS,
    HI_TECH_FIELDS,
    SIZE_TRADE_ALIASES,
    SIZE_TRADES,
    WITHIN,
)

NOTHING: Final[Mapping[int, list[int]]] = {}
REWRITTEN: Final = "长数字已被 Excel 改写（末几位不可靠），未登记；请把这一列改为文本后重填"
ISSUES: Final[Mapping[str, type[pl.DataType]]] = {
    "sheet": pl.String,
    "line": pl.UInt32,
    "column": pl.String,
    "level": pl.String,  # warn | refuse
    "reason": pl.String,
}
LONGEST: Final = {
    "name": 200,
    "region": 60,
    "former_name": 200,
    "leading_product": 120,
    "chain_role": 120,
    "contact_name": 40,
}
FIELD_WORDS: Final = {word: word for word in HI_TECH_FIELDS}
TRADE_WORDS: Final = {word: word for word in SIZE_TRADES} | dict(SIZE_TRADE_ALIASES)
# Lists of trouble: 无 and 正常 say that there is none; any other word says that there is some.
CLEAR: Final = ("无", "否", "0", "正常", "没有", "未列入", "不存在")


@dataclass(frozen=True)
class Checked:
    """A ledger checked: one typed row a firm, and one row for each thing wrong."""

    rows: pl.DataFrame
    issues: pl.DataFrame


def troubles(column: pl.Series) -> Column:
    """Whether there is trouble: 无 and 正常 are no, an empty cell is unknown, other words are yes."""
    value = pl.when(cells.folded_width().is_in([*CLEAR, "/"])).then(pl.lit(value=False)).otherwise(pl.lit(value=True))
    said = pl.when(pl.col("cell").is_not_null()).then(value)
    reason = pl.when(said).then(cells.quoted("没有起止日期，未登记；请在企业页补登"))
    return cells.column(column, said, reason)


def above_scale(column: pl.Series) -> Column:
    """规上 as 是 or 否; a day in the cell says 是 as well (the day is taken by ``above_scale_on``)."""
    dated = cells.dates(column)
    return cells.yes_or_no(column.set(dated.values.is_not_null(), "是"))


def levels_of(column: pl.Series) -> Column:
    """A 级别 as the track it means; one that cannot be read is marked, so that no title follows from it."""
    found = cells.words_of(column, levels(), "认得出的级别")
    return Column(found.values.set(found.reasons.is_not_null(), UNREAD), found.reasons)


FIRM_READERS: Final[Mapping[str, Callable[[pl.Series], Column]]] = {
    "name": lambda column: cells.texts(cells.without_ordinal(column), LONGEST["name"]),
    "size_trade": lambda column: cells.words_of(column, TRADE_WORDS, "划型行业"),
    "hi_tech_field": lambda column: cells.words_of(column, FIELD_WORDS, "八大高新技术领域之一"),
    "industry_code": lambda column: cells.matching(
        column, r"^([A-Ta-t]?[0-9]{2,4})(?:[^0-9].*)?$", "没有行业代码，未登记"
    ),
    "market_share_ratio": lambda column: cells.ratios(column, in_percent=False),
    "above_scale": above_scale,
    "above_scale_on": cells.dates,
    "negative_lists": troubles,
    "negative_accidents": troubles,
    "negative_all": troubles,
    "contact_mobile": lambda column: cells.matching(column, r"^(\+?[0-9][0-9()-]{5,18})$", "不是一个电话号码，未登记"),
    "contact_email": lambda column: cells.matching(column, r"^([^@\s,;]+@[^@\s,;]+\.[^@\s,;]+)$", "不是邮箱，未登记"),
    "old_number": lambda column: cells.matching(column, r"^([0-9]{13,15})$", "不是原注册号，未登记"),
    "parent_uscc": lambda column: Column(cells.codes(column).code, cells.codes(column).reasons),
}
TYPE_READERS: Final[Mapping[str, Callable[[pl.Series], Column]]] = {
    "date": cells.dates,
    "boolean": cells.yes_or_no,
    "whole": cells.counts,
}
TITLE_READERS: Final[Mapping[str, Callable[[pl.Series], Column]]] = {
    "number": lambda column: cells.texts(column.set(column.is_in(["否", "是"]), None), 60),
    "issued_on": cells.dates,
    "valid_until": cells.dates,
    "year": lambda column: cells.matching(column, r"^((?:19|20)[0-9]{2})(?:年度?|\.0)?$", "不是年度，未登记"),
    "level": levels_of,
    "held": cells.yes_or_no,
}


def reader(meaning: Meaning) -> Callable[[pl.Series], Column]:
    """How the cells of a column are read."""
    if meaning.kind == "title":
        return TITLE_READERS[meaning.part]
    if meaning.kind == "figure":
        return figure_reader(meaning)
    if meaning.name == "market_share_ratio" and meaning.unit == "%":
        return lambda column: cells.ratios(column, in_percent=True)
    if meaning.name in FIRM_READERS:
        return FIRM_READERS[meaning.name]
    kind = FIRM_FIELDS[meaning.name].type if meaning.name in FIRM_FIELDS else "text"
    return TYPE_READERS.get(kind, lambda column: cells.texts(column, LONGEST.get(meaning.name, 120)))


def figure_reader(meaning: Meaning) -> Callable[[pl.Series], Column]:
    """Money, heads and pieces, scores."""
    figure = FIGURE_BY_NAME[meaning.name]
    if figure.unit == "cny":
        return lambda column: cells.amounts(column, MONEY_UNITS[meaning.unit], figure.min)
    return cells.scores if figure.is_decimal else cells.counts


def issue_rows(lines: pl.Series, reasons: pl.Series, column: str, level: str) -> Iterator[pl.DataFrame]:
    """The lines that have a reason, as rows of issues."""
    if reasons.null_count() < len(reasons):
        frame = pl.DataFrame({"line": lines, "reason": reasons}).drop_nulls("reason")
        yield frame.with_columns(column=pl.lit(column), level=pl.lit(level))


def checked_column(heading: Heading, column: pl.Series) -> tuple[list[pl.Series], pl.Series]:
    """The typed columns of one heading (a code gives three) and the reasons of its cells."""
    name = heading.meaning.column
    if name == "uscc":
        found = cells.codes(column)
        return [
            found.code.alias("uscc"),
            found.is_right.alias("uscc_ok"),
            found.old_number.alias("old_number_in_code"),
        ], found.reasons
    read = reader(heading.meaning)(column)
    extra = [cells.dates(column).values.alias("above_scale_dated")] if name == "above_scale" else []
    return [read.values.alias(name), *extra], read.reasons


def check(body: pl.DataFrame, layout: Layout, sheet: str, rewritten: Mapping[int, list[int]] = NOTHING) -> Checked:
    """Every column read, every doubt listed; rows without name and code, and doubles, refused.

    ``rewritten`` names, by a column's place, the lines whose number Excel has changed.
    """
    lines = body["line"]
    columns = [pl.repeat(sheet, len(body), eager=True).alias("sheet"), lines]
    issues: list[pl.DataFrame] = []
    names = [name for name in body.columns if name != "line"]
    for heading in layout.used:
        column = cells.visible(body[names[heading.place]])
        failed = formulas.reasons(column)
        if heading.place in rewritten:
            failed = failed.set(lines.is_in(rewritten[heading.place]), REWRITTEN)
        typed, reasons = checked_column(heading, column.set(failed.is_not_null(), None))
        columns += typed
        issues += issue_rows(lines, failed, heading.text, "warn")
        issues += issue_rows(lines, reasons, heading.text, "warn")
    rows = pl.DataFrame(columns)
    issues += [*hidden_characters(body, layout, names), *without_identity(rows), *doubles(rows), *contradictions(rows)]
    every = pl.concat(issues, how="diagonal") if issues else pl.DataFrame(schema={"line": pl.UInt32})
    return Checked(rows, conform(every.with_columns(sheet=pl.lit(sheet))))


def conform(issues: pl.DataFrame) -> pl.DataFrame:
    """Issues with exactly their columns, in the order of the lines."""
    missing = [pl.lit(None, kind).alias(name) for name, kind in ISSUES.items() if name not in issues.columns]
    return issues.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in ISSUES.items()).sort("line")


def hidden_characters(body: pl.DataFrame, layout: Layout, names: list[str]) -> Iterator[pl.DataFrame]:
    """Rows with control or direction characters, or an overlong cell, in a column that is read as text."""
    for heading in layout.used:
        if heading.meaning.kind == "figure":
            continue
        cell = pl.col(names[heading.place])
        reason = (
            pl.when(cell.str.contains(cells.HIDDEN)).then(pl.lit("含有不可见的控制字符"))
            .when(cell.str.len_chars() > cells.LONGEST_CELL).then(pl.lit(f"超过{cells.LONGEST_CELL}个字"))
        )  # fmt: skip
        yield from issue_rows(body["line"], body.select(reason=reason)["reason"], heading.text, "refuse")


def without_identity(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows that name no firm."""
    given = [pl.col(name).is_not_null() for name in ("name", "uscc", "old_number_in_code") if name in rows.columns]
    reason = pl.when(~pl.any_horizontal(given)).then(pl.lit("没有企业名称，也没有统一社会信用代码"))
    yield from issue_rows(rows["line"], rows.select(reason=reason)["reason"], "", "refuse")


def doubles(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows whose code stands in an earlier row of the sheet."""
    if "uscc" not in rows.columns:
        return
    first = pl.col("line").first().over("uscc")
    reason = pl.when(pl.col("uscc").is_not_null() & (pl.col("line") > first)).then(pl.format("代码与第{}行重复", first))
    yield from issue_rows(rows["line"], rows.select(reason=reason)["reason"], "统一社会信用代码", "refuse")


def contradictions(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Figures of one year that exceed what they are part of: both are kept, and the row warned."""
    years = {name.partition("@")[2] for name in rows.columns if "@" in name}
    for year in sorted(years):
        for part, whole in WITHIN:
            over, under = f"{part}@{year}", f"{whole}@{year}"
            if over in rows.columns and under in rows.columns:
                says = f"{year}年{FIGURE_BY_NAME[part].label}大于{FIGURE_BY_NAME[whole].label}，请核对"
                reason = pl.when(pl.col(over) > pl.col(under)).then(pl.lit(says))
                yield from issue_rows(rows["line"], rows.select(reason=reason)["reason"], "", "warn")
