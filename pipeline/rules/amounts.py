"""Thresholds as an officer types them, in the unit of the fact: 6%, 5000万元, 2亿元, 150人; exact both ways."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pipeline.facts.registry import FactUnit
from pipeline.rules.thresholds import exactly
from pipeline.rules.wording import SUFFIX, plain
from pipeline.rules.writing import decimal

PENDING: Final = "待定"
TYPED: Final = re.compile(r"(-?\d+(?:\.\d+)?)([^\d.\s]*)")
MONEY: Final = {"元": 1, "万元": 10_000, "万": 10_000, "亿元": 100_000_000, "亿": 100_000_000}
HINTS: Final[dict[FactUnit, str]] = {
    "cny": "写明单位，如 500万元、2亿元",
    "ratio": "写成百分数，如 6%",
    "mean": "如 5 或 2.5",
    "headcount": "整数，如 150人",
    "count": "整数，如 3件",
    "days": "整数，如 365天",
    "years": "整数，如 3年",
    "rank": "整数，如 3位",
    "bodies": "整数，如 1家",
    "score": "整数，如 70分",
    "flag": "",
    "text": "",
}


class Unreadable(ValueError):
    """A threshold that is none in the unit of its fact; the message says how to write it."""


def read(text: str, unit: FactUnit) -> Fraction | str:
    """What was typed as an exact threshold, or 待定; ``Unreadable`` says what is expected."""
    typed = re.sub(r"[\s,_，]", "", unicodedata.normalize("NFKC", text))
    if typed == PENDING:
        return PENDING
    found = TYPED.fullmatch(typed)
    if not found:
        raise Unreadable(f"看不懂“{text}”：{HINTS[unit]}；还不知道的写“待定”。")
    number, suffix = exactly(found[1]), found[2]
    if unit == "cny":
        return money(number, suffix, text)
    if unit == "ratio":
        if suffix != "%":
            raise Unreadable(f"“{text}”不是比例：请{HINTS[unit]}。")
        return number / 100
    if suffix not in ("", SUFFIX[unit]):
        raise Unreadable(f"“{text}”的单位不对：这一项以“{SUFFIX[unit]}”计。")
    if unit != "mean" and number.denominator != 1:
        raise Unreadable(f"“{text}”应为整数。")
    return number


def money(number: Fraction, suffix: str, text: str) -> Fraction:
    """Whole yuan; a bare number is refused, for nobody can tell its unit."""
    if suffix not in MONEY:
        raise Unreadable(f"“{text}”没有写明金额单位：{HINTS['cny']}。")
    amount = number * MONEY[suffix]
    if amount.denominator != 1:
        raise Unreadable(f"“{text}”不足一元的部分无法比较。")
    return amount


def shown(need: Fraction | str | None, unit: FactUnit) -> str:
    """A threshold as it would be typed; ``read`` gives exactly it back."""
    if need is None:
        return ""
    if isinstance(need, str):
        return need
    if unit == "ratio":
        return f"{decimal(need * 100)}%"
    if unit == "cny":
        return f"{plain(Decimal(need.numerator) / 10_000)}万元".replace(",", "")
    return decimal(need)
