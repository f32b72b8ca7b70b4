"""Figures as a reader writes them: money in 万元, exact to the yuan."""

from decimal import Decimal
from typing import Any, Final

UNITS: Final = {"cny": " 万元", "headcount": " 人", "count": " 项", "score": " 分"}


def amount(value: Any, unit: str) -> str:
    """A figure without its unit; money in 万元 with as many decimals as the yuan need, four at most."""
    if value is None:
        return "未知"
    if unit != "cny":
        return f"{Decimal(str(value)):,}"
    ten_thousands = Decimal(str(value)) / 10_000
    text = f"{ten_thousands:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
