"""Amounts, shares and gaps in the reader's unit; exact figures stay exact, roundings never cross a threshold."""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Final

from pipeline.facts.registry import Fact, FactUnit
from pipeline.rules.schema import Comparison
from pipeline.rules.thresholds import Pending

WORDS: Final[dict[Comparison, str]] = {
    "at_least": "不低于",
    "at_most": "不超过",
    "more_than": "大于",
    "less_than": "小于",
}
SIGNS: Final[dict[Comparison, str]] = {"at_least": "≥", "at_most": "≤", "more_than": ">", "less_than": "<"}
SUFFIX: Final[dict[FactUnit, str]] = {
    "headcount": "人",
    "count": "件",
    "days": "天",
    "years": "年",
    "rank": "位",
    "bodies": "家",
    "score": "分",
    "ratio": "",
    "mean": "项/年",
    "flag": "",
    "text": "",
    "cny": "元",
}
UNKNOWN: Final = "未知"
PENDING_TEXT: Final = "数值待核实"
NO_RULE: Final = "基数为负，由专家核定"


def money(amount: int) -> str:
    """Yuan as 万元, or 亿元 where that is a round number; nothing is rounded."""
    if amount and amount % 10_000_000 == 0 and abs(amount) >= 100_000_000:
        return f"{plain(Decimal(amount) / 100_000_000)}亿元"
    return f"{plain(Decimal(amount) / 10_000)}万元"


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros, in groups of three."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(value: Fraction, places: int) -> Decimal:
    """A fraction to some places, rounded half up."""
    return Decimal(floor(value * 10**places + Fraction(1, 2))).scaleb(-places)


def rounded(value: Fraction, against: Fraction | None = None) -> Decimal:
    """Two places, rounded half up; no rounding reaches the threshold from below or falls onto it from above."""
    shown = decimals(value, 2)
    if against is None or value == against:
        return shown
    if value < against:
        return shown if Fraction(shown) < against else Decimal(floor(value * 100)).scaleb(-2)
    places = 2
    while Fraction(shown) <= against and places < 8:
        places += 1
        shown = decimals(value, places)
    return shown


def percent(value: Fraction, *, against: Fraction | None = None) -> str:
    """A share as a percentage; see `rounded`."""
    return f"{plain(rounded(value * 100, None if against is None else against * 100))}%"


def rounded_up(distance: Fraction) -> str:
    """A distance to two places, rounded up: who covers it has arrived."""
    return plain(Decimal(ceil(distance * 100)).scaleb(-2))


def quantity(value: int | Fraction | bool | str, fact: Fact, *, against: Fraction | None = None) -> str:
    """A fact's value as a reader writes it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return value
    if fact.unit in ("mean", "score"):
        return f"{plain(rounded(Fraction(value), against))}{SUFFIX[fact.unit]}"
    if fact.unit == "ratio":
        return percent(Fraction(value), against=against)
    if fact.unit == "cny":
        return money(int(value))
    return f"{int(value):,}{SUFFIX[fact.unit]}"


def limit(comparison: Comparison, need: Fraction | Pending, fact: Fact) -> str:
    """A threshold with its sign; at most zero is none, and one that nobody knows says so."""
    if not isinstance(need, Fraction):
        return PENDING_TEXT
    if comparison == "at_most" and need == 0:
        return "无"
    return f"{SIGNS[comparison]}{quantity(need, fact)}"


def machine(value: Fraction) -> int | str:
    """A whole number as such, another fraction as exact text: a decimal where it ends, else numerator/denominator."""
    if value.denominator == 1:
        return value.numerator
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    return plain(Decimal(value.numerator) / Decimal(value.denominator)).replace(",", "")


def points_range(low: int, high: int) -> str:
    """A range of points."""
    return f"{low}分" if low == high else f"{low}至{high}分"


def lever_amount(amount: int, unit: str) -> str:
    """An amount of a ratio's part or whole."""
    return money(amount) if unit == "cny" else f"{amount:,}人"
