"""Cells to values, a whole column at a time; every cell that gives no value says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from enterprises.imports.headings import MONEY_UNITS

# Words that stand for an empty cell. 无内容填“0” makes 0 one of them, except where a number is asked for.
EMPTY_WORDS: Final = ("", "/", "\\", "-", "--", "—", "——", "无", "暂无", "不详", "未知", "n/a", "N/A", "null", "#N/A")
YES: Final = ("是", "有", "√", "1", "y", "yes", "true", "已上市", "已列入", "在库")
NO: Final = ("否", "无", "×", "x", "0", "n", "no", "false", "没有", "有计划", "未列入", "未上市", "正常", "不是")
CODE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
HIDDEN: Final = "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]"
INVISIBLE: Final = "[\u00ad\u200b-\u200d\u2060\ufeff]"
LONGEST_CELL: Final = 2_000
LARGEST: Final = 1e15

ODD_GROUPS: Final = "的逗号位置不明（千分位或小数），未登记"
_FOREIGN = r"(?i)美元|港币|港元|欧元|英镑|日元|法郎|马克|澳元|加元|usd|eur|hkd|jpy|\$|€|£"
_NUMBER = r"^([-+]?[0-9]+(?:\.[0-9]*)?)"
_AMOUNT = _NUMBER + r"\(?(" + "|".join(sorted(MONEY_UNITS, key=len, reverse=True)) + r")?(?:人民币|整)?\)?$"
# A separator stands before every three digits; anything else may be a decimal comma.
_ODD_GROUPS = r"[0-9][,，]"
_GROUPS = r"^[^0-9,，]*[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]*)?[^0-9,，]*$"
_COUNT = _NUMBER + r"\(?(?:人|名|项|件|个|家|分|位)?\)?$"


@dataclass(frozen=True)
class Column:
    """A column of values and, beside it, why a cell gave none or a doubtful one (null: nothing to say)."""

    values: pl.Series
    reasons: pl.Series


def column(cells: pl.Series, value: pl.Expr, reason: pl.Expr) -> Column:
    """Both columns from the cells, of which the expressions speak as ``cell``; equal cells are looked at once."""
    frame = cells.to_frame("cell")
    distinct = frame.unique()
    if distinct.height * 2 > frame.height:
        found = frame.with_columns(value=value, reason=reason.cast(pl.String))
    else:
        found = distinct.with_columns(value=value, reason=reason.cast(pl.String))
        found = frame.join(found, on="cell", how="left", nulls_equal=True, maintain_order="left")
    return Column(found["value"], found["reason"])


def folded_width() -> pl.Expr:
    """The cell in half width without white space."""
    return pl.col("cell").str.normalize("NFKC").str.replace_all(r"[\s'`’‘]+", "")


def quoted(says: str) -> pl.Expr:
    """A reason that shows the cell."""
    return pl.format("“{}”" + says, pl.col("cell").str.slice(0, 30))


def without_empty_words(cells: pl.Series, *more: str) -> pl.Series:
    """The cells with 无, / and their like made null."""
    return cells.set(cells.is_in([*EMPTY_WORDS, *more]), None)


def visible(cells: pl.Series) -> pl.Series:
    """The cells without characters of no width, which are copied along from web pages; most columns have none."""
    odd = cells.str.contains(INVISIBLE).fill_null(value=False)
    if not odd.any():
        return cells
    bare = cells.str.replace_all(INVISIBLE, "").str.strip_chars()
    return bare.set(bare == "", None)


def without_ordinal(cells: pl.Series) -> pl.Series:
    """Names without the number before them: 1、云泽精密 → 云泽精密."""
    return cells.str.replace(r"^[(（]?[0-9一二三四五六七八九十]{1,5}[)）]?[、.．]\s*([\p{Han}])", "$1")


def texts(cells: pl.Series, longest: int) -> Column:
    """Text; too long a text is cut, and says so."""
    cells = without_empty_words(cells, "0")
    if cells.null_count() == len(cells):
        return column(cells, pl.col("cell"), pl.lit(None))
    too_long = pl.col("cell").str.len_chars() > longest
    reason = pl.when(too_long).then(pl.lit(f"超过{longest}个字，已截断"))
    return column(cells, pl.col("cell").str.slice(0, longest), reason)


def dates(cells: pl.Series) -> Column:
    """Days: 2020-01-02, 2020/1/2, 2020.1.2, 2020年1月2日, 20200102 and Excel's day numbers; a month is no day."""
    cells = without_empty_words(cells, "0")
    if cells.null_count() == len(cells):
        return column(cells, pl.lit(None, pl.Date), pl.lit(None))
    text = folded_width().str.replace(r"(\d)(?:\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$", "$1")
    spelt = text.str.replace_all(r"[年月/.]", "-").str.replace(r"[日号]$", "")
    parts = [spelt.str.extract(r"^(\d{4})-(\d{1,2})-(\d{1,2})$", group) for group in (1, 2, 3)]
    joined = pl.concat_str(parts[0], parts[1].str.zfill(2), parts[2].str.zfill(2))
    compact = pl.coalesce(joined, text.str.extract(r"^(\d{8})$", 1)).str.to_date("%Y%m%d", strict=False)
    serial = text.str.extract(r"^(\d{5})(?:\.\d+)?$", 1).cast(pl.Int32)
    day = pl.coalesce(compact, pl.lit(0).cast(pl.Date) + pl.duration(days=serial - 25_569))
    plausible = pl.when(day.dt.year().is_between(1900, 2100)).then(day)
    only_month = spelt.str.contains(r"^\d{4}(?:-\d{1,2})?-?$")
    reason = pl.when(only_month).then(quoted("没有具体日期，未登记")).otherwise(quoted("不是日期，未登记"))
    return column(cells, plausible, pl.when(pl.col("cell").is_not_null() & plausible.is_null()).then(reason))


def with_plain_numbers(
    cells: pl.Series, factor: int, least: float | None, *, whole: bool, others: Callable[[pl.Series], Column]
) -> Column:
    """Cells that are numbers as they stand, multiplied; only the others are looked at closely.

    A float times the unit, rounded, is exact here: below 10¹⁵ yuan the error stays under half a yuan.
    """
    scaled = cells.cast(pl.Float64, strict=False) * factor
    rounded = scaled.round()
    plain = scaled.is_between(-LARGEST if least is None else least, LARGEST)
    plain = ((plain & (scaled == rounded)) if whole else plain).fill_null(value=False)
    values = rounded.set(~plain, None).cast(pl.Int64)
    reasons = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, len(cells))
    odd = (cells.is_not_null() & ~plain).arg_true()
    if len(odd):
        found = others(cells.gather(odd))
        values, reasons = values.scatter(odd, found.values), reasons.scatter(odd, found.reasons)
    return Column(values, reasons)


def amounts(cells: pl.Series, factor: int, least: float | None = 0) -> Column:
    """Money in whole yuan. ``factor`` is the heading's unit, which a unit in the cell replaces."""
    cells = without_empty_words(cells)
    return with_plain_numbers(cells, factor, least, whole=False, others=lambda odd: odd_amounts(odd, factor, least))


def is_oddly_grouped() -> pl.Expr:
    """Whether separators stand elsewhere than before three digits."""
    text = folded_width()
    return text.str.contains(_ODD_GROUPS) & ~text.str.contains(_GROUPS)


def odd_amounts(cells: pl.Series, factor: int, least: float | None) -> Column:
    """Amounts with separators, units, brackets, full width; and what is no amount."""
    text = folded_width().str.replace_all(r"[,，¥￥]", "")
    unit = text.str.extract(_AMOUNT, 2).replace_strict(dict(MONEY_UNITS), default=factor, return_dtype=pl.Int64)
    yuan = text.str.extract(_AMOUNT, 1).cast(pl.Float64, strict=False) * unit.fill_null(factor)
    odd = is_oddly_grouped()
    usable = ~odd & yuan.is_finite() & (yuan.abs() < LARGEST) & (pl.lit(least is None) | (yuan >= (least or 0)))
    reason = (
        pl.when(pl.col("cell").str.contains(_FOREIGN)).then(quoted("不是人民币金额，未登记"))
        .when(yuan.is_null()).then(quoted("不是金额，未登记"))
        .when(odd).then(quoted(ODD_GROUPS))
        .when(~usable).then(quoted("为负或过大，未登记"))
    )  # fmt: skip
    return column(cells, pl.when(usable).then(yuan.round().cast(pl.Int64)), reason_where_given(reason))


def counts(cells: pl.Series) -> Column:
    """People and pieces: whole numbers; a yearly mean with decimals is rounded, and says so; 无 is none."""
    cells = without_empty_words(cells.set(cells == "无", "0"))
    return with_plain_numbers(cells, 1, 0, whole=True, others=odd_counts)


def odd_counts(cells: pl.Series) -> Column:
    """Counts with a unit, separators or decimals (rounded half up, as an officer rounds); and what is none."""
    number = folded_width().str.replace_all(",", "").str.extract(_COUNT, 1).cast(pl.Float64, strict=False)
    odd = is_oddly_grouped()
    usable = ~odd & number.is_between(0, LARGEST)
    reason = (
        pl.when(number.is_null()).then(quoted("不是数，未登记"))
        .when(odd).then(quoted(ODD_GROUPS))
        .when(~usable).then(quoted("为负或过大，未登记"))
        .when(number != number.round()).then(quoted("不是整数，已四舍五入"))
    )  # fmt: skip
    value = pl.when(usable).then((number + 0.5).floor().cast(pl.Int64))
    return column(cells, value, reason_where_given(reason))


def reason_where_given(reason: pl.Expr) -> pl.Expr:
    """A reason only where there is a cell."""
    return pl.when(pl.col("cell").is_not_null()).then(reason)


def scores(cells: pl.Series) -> Column:
    """A score with up to two decimal places."""
    cells = without_empty_words(cells)
    score = folded_width().str.extract(_COUNT, 1).cast(pl.Float64, strict=False)
    value = pl.when(score.is_between(0, 9999)).then(score.cast(pl.Decimal(6, 2)))
    return column(cells, value, reason_where_given(pl.when(value.is_null()).then(quoted("不是得分，未登记"))))


def ratios(cells: pl.Series, *, in_percent: bool) -> Column:
    """A share as a fraction of one: 12%, or 12 under a heading in percent, or 0.12.

    Under a heading in percent 0.12 is doubtful: a cell in the percent format holds 0.12 and shows 12%.
    """
    cells = without_empty_words(cells)
    text = folded_width()
    number = text.str.extract(r"^([0-9]+(?:\.[0-9]*)?)%?$", 1).cast(pl.Float64, strict=False)
    says_percent = text.str.ends_with("%")
    doubtful = pl.lit(in_percent) & ~says_percent & (number > 0) & (number <= 1)
    share = pl.when(says_percent | pl.lit(in_percent)).then(number / 100).otherwise(number)
    value = pl.when(share.is_between(0, 1) & ~doubtful).then(share.cast(pl.Decimal(7, 6)))
    reason = (
        pl.when(doubtful).then(quoted("不知是百分数还是占比，未登记；请写成“12%”"))
        .when(value.is_null()).then(quoted("不是0到100%的占比，未登记"))
    )  # fmt: skip
    return column(cells, value, reason_where_given(reason))


def yes_or_no(cells: pl.Series) -> Column:
    """是/否 and the like; anything else is unknown and says so."""
    text = folded_width().str.to_lowercase().str.replace_all("□", "")
    value = pl.when(text.is_in(list(YES))).then(pl.lit(value=True)).when(text.is_in(list(NO))).then(pl.lit(value=False))
    unsaid = text.is_in([word for word in EMPTY_WORDS if word != "无"])
    reason = pl.when(value.is_null() & ~unsaid).then(quoted("不是“是”或“否”，未登记"))
    return column(cells, value, reason_where_given(reason))


def words_of(cells: pl.Series, known: Mapping[str, str], what: str) -> Column:
    """Cells that contain one of the known words, as that word's value; longer words are tried first."""
    cells = without_empty_words(cells, "0")
    value = pl.lit(None, pl.String)
    for word in sorted(known, key=len):
        value = pl.when(folded_width().str.contains(word, literal=True)).then(pl.lit(known[word])).otherwise(value)
    reason = pl.when(value.is_null()).then(quoted(f"不是{what}，未登记"))
    return column(cells, value, reason_where_given(reason))


def matching(cells: pl.Series, pattern: str, says: str) -> Column:
    """The part of a cell that the pattern's group takes."""
    cells = without_empty_words(cells, "0")
    value = folded_width().str.extract(pattern, 1)
    return column(cells, value, reason_where_given(pl.when(value.is_null()).then(quoted(says))))


@dataclass(frozen=True)
class Codes:
    """统一社会信用代码 of a column: code, whether its check digit is right, old number, what is wrong with it."""

    code: pl.Series
    is_right: pl.Series
    old_number: pl.Series
    reasons: pl.Series


def check_digit_is_right(code: pl.Expr) -> pl.Expr:
    """GB 32100-2015: the weighted sum of 18 characters, the last with weight one, is divisible by 31; else false."""
    digits = [
        code.str.slice(place, 1).cast(pl.Enum(list(CODE_ALPHABET)), strict=False).to_physical() for place in range(18)
    ]
    weighted = (digit.cast(pl.Int32) * weight for digit, weight in zip(digits, (*CODE_WEIGHTS, 1), strict=True))
    return (pl.sum_horizontal(*weighted, ignore_nulls=False) % 31 == 0).fill_null(value=False)


def bare_codes(cells: pl.Series) -> pl.Series:
    """Codes in half width and upper case without anything between; most are written so."""
    odd = (~cells.str.contains(r"^[0-9A-Z]*$")).fill_null(value=False).arg_true()
    if not len(odd):
        return cells
    text = folded_width().str.to_uppercase().str.replace_all(r"[-_.]", "")
    return cells.scatter(odd, column(cells.gather(odd), text, pl.lit(None)).values)


def codes(cells: pl.Series) -> Codes:
    """Codes in half width and upper case; a wrong check digit is kept with a warning, 15 digits are an old number."""
    cells = without_empty_words(cells, "0")
    frame = cells.to_frame("cell").with_columns(text=bare_codes(cells))
    frame = frame.with_columns(
        code=pl.when(pl.col("text").str.contains(r"^[0-9A-Z]{18}$")).then("text"),
        old=pl.when(pl.col("text").str.contains(r"^[0-9]{15}$")).then("text"),
    )
    frame = frame.with_columns(right=pl.when(pl.col("code").is_not_null()).then(check_digit_is_right(pl.col("code"))))
    reason = (
        pl.when(~pl.col("right")).then(pl.lit("代码校验位不符，请核对；已按原样登记"))
        .when(pl.col("old").is_not_null()).then(pl.lit("只有15位原注册号，待补统一社会信用代码"))
        .when(pl.col("code").is_null()).then(quoted("不是18位代码，未登记，待补代码"))
    )  # fmt: skip
    frame = frame.with_columns(reason=reason_where_given(reason))
    return Codes(frame["code"], frame["right"], frame["old"], frame["reason"])
