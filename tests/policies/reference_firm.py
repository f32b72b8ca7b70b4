"""One firm as the reference evaluator is told of it, and what an answer may be besides a number or a flag."""

from dataclasses import dataclass, field
from typing import Any

UNKNOWN, ABSENT = "unknown", "not_applicable"


@dataclass(frozen=True)
class Span:
    """A count that rows in doubt may raise."""

    low: int
    high: int


@dataclass
class Firm:
    """One firm: its own fields, its years, its lists (None is unknown) and the rulings on it."""

    own: dict[str, Any] = field(default_factory=dict)
    years: dict[int, dict[str, int | None]] = field(default_factory=dict)
    property: list[dict[str, Any]] | None = None
    honours: list[dict[str, Any]] | None = None
    institutions: list[dict[str, Any]] | None = None
    titles: list[dict[str, Any]] | None = None
    negatives: list[dict[str, Any]] | None = None
    above_scale: list[dict[str, Any]] | None = None
    parents: list[dict[str, Any]] | None = None
    values: dict[str, bool] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)


def both(left: bool | None, right: bool | None) -> bool | None:
    """And, in three values."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True
