"""What an officer once said of a sender's columns, put in the place of what the headings say by themselves. Pure."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from enterprises.imports.headings import (
    EXTRA_LABELS,
    MONEY_UNITS,
    PART_LABELS,
    Meaning,
    firm_label,
    half_width,
    meaning_of_column,
    relative,
    taken_apart,
)
from enterprises.vocabulary import FIGURE_BY_NAME, FIGURES, FIRM_FIELDS, TRACK_BY_KEY

MAPPED: Final = "按上次的对应"
NOT_READ: Final = f"{MAPPED}，不读入"
UNITS: Final = ("元", "千元", "万元", "百万元", "亿元")
FIRST_YEAR, LAST_YEAR = 1990, 2100

# By the signature of a sheet's headings, then by the words of a heading.
Remembered = Mapping[str, Mapping[str, Mapping[str, Any]]]
NOTHING: Final[Remembered] = MappingProxyType({})


@dataclass(frozen=True)
class Choice:
    """What a column is: a column of the checked frame without its year (empty: not read), its unit and year if set."""

    means: str
    unit: str = ""
    year: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The choice as it is stored."""
        return {"means": self.means, "unit": self.unit, "year": self.year}


def signature(headings: Sequence[str]) -> str:
    """The mark by which a sheet with the very same headings is known again."""
    return hashlib.sha256("\n".join(map(half_width, headings)).encode()).hexdigest()


@cache
def columns() -> Mapping[str, str]:
    """Everything a column can mean, by its label; no label stands for two things."""
    found: dict[str, str] = {}
    for name, label in every_column():
        if found.setdefault(label, name) != name:
            found[f"{label}（{name}）"] = name
    return found


def every_column() -> Iterator[tuple[str, str]]:
    """Columns of the checked frame, without their year, with the words for them."""
    for name in dict.fromkeys((*FIRM_FIELDS, *EXTRA_LABELS)):
        yield name, firm_label(name)
    for figure in FIGURES:
        yield figure.name, figure.label
    for track, parts in ((track, PART_LABELS) for track in TRACK_BY_KEY):
        for part, label in parts.items():
            yield f"title.{track}.{part}", f"{TRACK_BY_KEY[track].short}{label}"


def label_of(column: str) -> str:
    """The words for a column; empty for one that is not read."""
    return next((label for label, name in columns().items() if name == column), "")


def is_money(column: str) -> bool:
    """Whether the column is an amount, so that its unit matters."""
    return column in FIGURE_BY_NAME and FIGURE_BY_NAME[column].unit == "cny"


def has_year(column: str) -> bool:
    """Whether the column is a figure, of one year."""
    return column in FIGURE_BY_NAME


def chosen(text: str, own: Meaning, choice: Mapping[str, Any]) -> Meaning:
    """What a heading means by an officer's choice; year and unit are its own where none were chosen."""
    if not choice.get("means"):
        return Meaning("ignored", note=NOT_READ)
    meaning = replace(meaning_of_column(choice["means"]), note=MAPPED)
    if choice["means"] in FIGURE_BY_NAME:
        meaning = Meaning("figure", choice["means"], note=MAPPED)
    words = relative(taken_apart(text))
    unit = choice.get("unit") or own.unit or (words.unit if words.unit in MONEY_UNITS else "")
    if choice.get("year"):
        return replace(meaning, unit=unit, year=int(choice["year"]))
    year, before = (own.year, own.years_before) if own.names_year else (words.year, words.years_before)
    return replace(meaning, unit=unit, year=year, years_before=before)
