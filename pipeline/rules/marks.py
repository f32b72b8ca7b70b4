"""Marks: every threshold and band edge of an edition as a slack over raw columns, reached from zero upwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from pipeline.facts.catalogue import facts
from pipeline.facts.registry import Amount
from pipeline.rules.edition import Criterion, Edition, walk_gates
from pipeline.rules.schema import Comparison


@dataclass(frozen=True)
class Mark:
    """One edge: reached where the slack, a whole number, is not below zero; null where a figure is missing."""

    slack: pl.Expr
    columns: frozenset[str]


def marks(edition: Edition) -> list[Mark]:
    """Every edge that a figure can reach, once."""
    found = {str(slack): slack for slack in slacks(edition)}
    return [Mark(slack, frozenset(slack.meta.root_names())) for slack in found.values()]


def slacks(edition: Edition) -> Iterator[pl.Expr]:
    """The edges of criteria, of the rows they depend on, and of the bands of score items."""
    for _, criterion in walk_gates(edition):
        yield from of_criterion(criterion)
    for item in edition.score.items() if edition.score else ():
        for band in item.bands if item.fact else ():
            if isinstance(band.floor, Fraction):
                yield from edges(item.fact or "", band.comparison, band.floor)


def of_criterion(criterion: Criterion) -> Iterator[pl.Expr]:
    """The edges of one test of a number."""
    if not criterion.fact or criterion.comparison is None:
        return
    for need in needs(getattr(criterion, criterion.comparison)):
        yield from edges(criterion.fact, criterion.comparison, need)
    for row in criterion.rows if criterion.by else ():
        if row.up_to is not None:
            yield from edges(criterion.by or "", "more_than", row.up_to)


def needs(limit: object) -> Iterable[Fraction]:
    """The thresholds of a plain limit or of its rows; one that nobody knows is none."""
    if isinstance(limit, tuple):
        return [row.need for row in limit if isinstance(row.need, Fraction)]
    return [limit] if isinstance(limit, Fraction) else []


def edges(name: str, comparison: Comparison, need: Fraction) -> Iterator[pl.Expr]:
    """A fact against one threshold, and for a ratio a whole to divide by; rows in doubt make an edge of their own."""
    measure = facts()[name].measure
    if isinstance(measure, Amount):
        for value in (measure.value, measure.most):
            if value is not None:
                yield slack(value.cast(pl.Int128) * need.denominator, pl.lit(need.numerator, pl.Int128), comparison)
        return
    need = measure.quotient(need)
    part, whole = measure.part.cast(pl.Int128), measure.whole.cast(pl.Int128)
    yield slack(part * need.denominator, whole * need.numerator, comparison)
    yield whole - 1


def slack(left: pl.Expr, right: pl.Expr, comparison: Comparison) -> pl.Expr:
    """How far left lies on the right side of right, in whole numbers."""
    match comparison:
        case "at_least":
            return left - right
        case "more_than":
            return left - right - 1
        case "at_most":
            return right - left
        case "less_than":
            return right - left - 1
