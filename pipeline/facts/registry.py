"""How a fact is declared and found: its measure, label, unit, basis, clause and the raw columns it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeVar

import polars as pl

FactUnit = Literal[
    "cny", "headcount", "count", "days", "years", "rank", "bodies", "score", "ratio", "mean", "flag", "text"
]


@dataclass(frozen=True)
class Amount:
    """One whole number, flag or word; `inapplicable` is true where the firm has nothing to measure.

    A count that rows in doubt may raise has its sure number as `value` and the number with all of these as `most`.
    """

    value: pl.Expr
    inapplicable: pl.Expr | None = None
    most: pl.Expr | None = None


@dataclass(frozen=True)
class Ratio:
    """A quotient kept as two whole-number columns, so that comparing it with a threshold is exact.

    `by_expert` is true where the figures are known but the texts have no rule for them: an expert decides.
    Over several `periods` it stands for the compound rate (part / whole)^(1 / periods) − 1, and is compared with a
    threshold by raising that: part / whole ≥ (1 + threshold)^periods.
    """

    part: pl.Expr
    whole: pl.Expr
    inapplicable: pl.Expr | None = None
    by_expert: pl.Expr | None = None
    periods: int = 1

    def quotient(self, threshold: Fraction) -> Fraction:
        """What part / whole must be for the ratio to stand at the threshold."""
        return threshold if self.periods == 1 else (1 + threshold) ** self.periods


Measure = Amount | Ratio
Defined = TypeVar("Defined", Amount, Ratio)


@dataclass(frozen=True)
class Levers:
    """What a firm can move in a ratio: the words for its part and its whole, and the unit of both."""

    part: str
    whole: str
    unit: Literal["cny", "headcount"]


@dataclass(frozen=True)
class Fact:
    """A named quantity with its unit, basis and clause."""

    name: str
    label: str
    unit: FactUnit
    basis: str
    clause: str
    measure: Measure
    levers: Levers | None = None

    @property
    def columns(self) -> frozenset[str]:
        """The raw columns of the assembled frame that this fact reads."""
        measure = self.measure
        own = (
            (measure.value, measure.most)
            if isinstance(measure, Amount)
            else (measure.part, measure.whole, measure.by_expert)
        )
        exprs = (expr for expr in (*own, measure.inapplicable) if expr is not None)
        return frozenset(name for expr in exprs for name in expr.meta.root_names())


FACTS: Final[dict[str, Fact]] = {}


def register(found: Fact) -> None:
    """Enter a fact under its name; two facts of one name are a programming error."""
    if found.name in FACTS:
        raise ValueError(f"the fact {found.name} is defined twice")
    FACTS[found.name] = found


def fact(
    *, label: str, unit: FactUnit, basis: str = "", clause: str = "", levers: Levers | None = None
) -> Callable[[Callable[[], Defined]], Callable[[], Defined]]:
    """Declare a function as the definition of the fact that bears its name."""

    def declare(define: Callable[[], Defined]) -> Callable[[], Defined]:
        register(Fact(define.__name__, label, unit, basis, clause, define(), levers))
        return define

    return declare
