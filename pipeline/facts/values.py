"""Values of a statement: each type read strictly, each refusal with its place."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from enterprises.vocabulary import Figure
from pipeline.facts.columns import INDUSTRY, WHOLLY_EXCLUDED

LARGEST: Final = 10**16  # far above any firm, and small enough for the squares of growth to stay exact
# Plain digits only: full-width or other digits look alike and are not what a machine wrote.
RATIO: Final = re.compile(r"[0-9]+(\.[0-9]+)?%?")
SCORE: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEAR: Final = re.compile(r"[0-9]{4}")


class StatementError(ValueError):
    """Something in a statement that cannot be read: where, and what is wrong."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


def named(value: object) -> str:
    """A value as a message shows it, short."""
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"


def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names are distinct; the last of two would silently win."""
    names = [name for name, _ in pairs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise StatementError("file", f"同一对象中重复给出了 {', '.join(twice)}")
    return dict(pairs)


def refuse_constant(text: str) -> None:
    """NaN and Infinity are no figures."""
    raise StatementError("file", f"{text} 不是数字")


def mapping(where: str, content: object, allowed: Sequence[str]) -> Mapping[str, Any]:
    """An object with allowed names only; a strange one is answered with the nearest and with the whole list."""
    if not isinstance(content, dict):
        raise StatementError(where, f"应为对象，实际为 {named(content)}")
    for name in content:
        if name not in allowed:
            raise StatementError(where, unknown(name, allowed))
    return content


def unknown(name: str, allowed: Sequence[str]) -> str:
    """The message on an unknown name."""
    near = get_close_matches(name, allowed, n=1, cutoff=0.5)
    hint = f"是否指“{near[0]}”？" if near else ""
    return f"没有“{name}”这个名称。{hint}可用的名称：{', '.join(allowed)}"


def text(where: str, value: object) -> str:
    """Text, not empty."""
    if not isinstance(value, str) or not value.strip():
        raise StatementError(where, f"应为文字，实际为 {named(value)}")
    return value.strip()


def anything(where: str, value: Any) -> Any:
    """A value that no rule reads."""
    del where
    return value


def day(where: str, value: object) -> date:
    """A day as YYYY-MM-DD."""
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise StatementError(where, f"没有 {value} 这一天") from error
    raise StatementError(where, f"应为日期（如 2025-03-01），实际为 {named(value)}")


def industry(where: str, value: object) -> str:
    """A code of GB/T 4754-2017 that tells whether the firm's industry is excluded."""
    code = text(where, value).upper()
    if not INDUSTRY.fullmatch(code):
        sections = "、".join(WHOLLY_EXCLUDED)
        raise StatementError(
            where, f"“{code}”不是国民经济行业代码，请写成 C3525 或 3525 的形式（仅 {sections} 可只写门类）"
        )
    return code


def yes_or_no(where: str, value: object) -> bool:
    """True or false, not 0, 1 or a word."""
    if not isinstance(value, bool):
        raise StatementError(where, f"应为 true 或 false，实际为 {named(value)}")
    return value


def whole(where: str, value: object) -> int:
    """A whole number; money is whole yuan, so a decimal point is an error."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise StatementError(where, f"应为整数（金额以元计），实际为 {named(value)}")
    if abs(value) > LARGEST:
        raise StatementError(where, f"{value} 超出可登记的范围")
    return value


def ratio(where: str, value: object) -> str:
    """A share as text, exact as written: '0.12' or '12%'."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not RATIO.fullmatch(value):
        raise StatementError(where, f'比例应写成文字（如 "0.12"），实际为 {named(value)}')
    return value


def score(where: str, value: object) -> Decimal:
    """A score with at most two decimal places: a whole number, or text."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not SCORE.fullmatch(str(value)):
        raise StatementError(where, f'得分应写成文字（如 "82.50"），实际为 {named(value)}')
    return Decimal(value)


def figure(where: str, value: object, known: Figure) -> int | Decimal:
    """A yearly figure, not below its least value."""
    if known.is_decimal:
        return score(where, value)
    number = whole(where, value)
    if known.min is not None and number < known.min:
        raise StatementError(where, f"{known.label}不能小于{known.min}，实际为 {number}")
    return number


def one_of(allowed: Sequence[str], aliases: Mapping[str, str] | None = None) -> Callable[[str, object], str]:
    """A reader for one of a few words, other words for the same included."""
    same = aliases or {}

    def read(where: str, value: object) -> str:
        word = text(where, value)
        word = same.get(word, word)
        if word not in allowed:
            raise StatementError(where, f"没有“{word}”这一项。可用的有：{', '.join(allowed)}")
        return word

    return read


def ruling(where: str, value: object, limits: tuple[int, int] | None) -> dict[str, object]:
    """A ruling: yes or no on a condition, points within their range on a score item; null is no ruling."""
    if value is None:
        return {}
    if limits is None:
        return {"value": yes_or_no(where, value)}
    points = whole(where, value)
    low, high = limits
    if not low <= points <= high:
        raise StatementError(where, f"应为{low}至{high}分，实际为 {points}")
    return {"points": points}


READERS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "text": text,
    "date": day,
    "boolean": yes_or_no,
    "whole": whole,
    "ratio": ratio,
}
