"""Cells of an exported table: text that no program takes for a formula, exact 万元, masked people. Pure."""

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

Kind = Literal["text", "count", "money", "date", "moment", "percent", "score"]

LONGEST: Final = 32_000  # characters; a cell holds 32,767
NARROWEST, WIDEST = 6, 44  # columns of a sheet, in half-width characters
TEN_THOUSAND: Final = 10_000
FIRST_DAY: Final = datetime.date(1900, 3, 1)  # spreadsheets count a 29th of February 1900 that never was
EXACT_DIGITS: Final = 15  # a spreadsheet keeps no more of a number

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FORMULA_LIKE: Final = frozenset("=+-@|\t\r\n'")
_NUMBERS: Final = frozenset({"count", "money", "percent", "score"})
_TYPICAL: Final = {"count": 8, "money": 13, "date": 11, "moment": 16, "percent": 9, "score": 8}


@dataclass(frozen=True)
class Column:
    """One column: its heading, the unit below it, what its cells are, whether it is added up.

    ``money`` is given in whole yuan and written in 万元; ``percent`` is given as a share of one. ``personal`` says that
    the cells are somebody's number or mailbox, which is masked for who may only read.
    """

    heading: str
    unit: str = ""
    kind: Kind = "text"
    total: bool = False
    personal: bool = False

    @property
    def unit_label(self) -> str:
        """The unit as it stands below the heading; in brackets, so that an import knows it again."""
        unit = self.unit or ("万元" if self.kind == "money" else "")
        return f"（{unit}）" if unit else ""

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers."""
        return self.kind in _NUMBERS


def plain(value: Any) -> str:
    """Text a cell can hold: without control characters, with one kind of line end, not longer than a cell."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _CONTROL.sub("", text).strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def looks_like_formula(text: str) -> bool:
    """Whether a program may take the text for a formula or command: = + - @ | and their full-width twins in front."""
    return bool(text) and unicodedata.normalize("NFKC", text[0])[:1] in _FORMULA_LIKE


def number(value: Any, kind: Kind) -> Decimal:
    """A number as it is written: money in 万元, exact to the yuan; nothing passes through a float."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact / TEN_THOUSAND if kind == "money" else exact


def is_exact(value: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit; a longer number is written as text rather than changed."""
    return value.is_finite() and len(value.normalize().as_tuple().digits) <= EXACT_DIGITS


def masked(text: str) -> str:
    """A number or mailbox of which only the ends are shown: 139****1234, li****@example.cn."""
    if not text:
        return ""
    name, at, host = text.partition("@")
    if at:
        return f"{name[:2] if len(name) > 2 else name[:1]}****@{host}"
    return f"{text[:3]}****{text[-4:]}" if len(text) > 7 else "****"


def breadth(text: str) -> int:
    """How wide the widest line of a text is; a Chinese character is two wide."""
    lines = text.split("\n")
    return max(sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in line) for line in lines)


def width(column: Column, cells: Sequence[Any]) -> int:
    """How wide the column is set, by its heading and the first of its cells."""
    texts = [] if column.kind != "text" else [breadth(plain(cell)) for cell in cells if cell is not None]
    heading = max(breadth(column.heading) if len(column.heading) < 9 else 14, breadth(column.unit_label))
    return min(WIDEST, max(NARROWEST, heading + 2, _TYPICAL.get(column.kind, 0), *(one + 2 for one in texts)))
