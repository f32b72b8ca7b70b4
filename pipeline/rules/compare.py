"""Facts against thresholds: exact comparison and bands, by cross-multiplication where the fact is a ratio."""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import add
from typing import Literal

import polars as pl

from pipeline.facts.catalogue import facts
from pipeline.facts.registry import Amount
from pipeline.rules.edition import Criterion
from pipeline.rules.program import Program
from pipeline.rules.schema import Band, Comparison, Row, known


def measured(program: Program, name: str) -> None:
    """Define the columns of a fact: `f.<name>` (and `.most`), or `.part` and `.whole` of a ratio, and `.na`."""
    measure = facts()[name].measure
    inapplicable = pl.lit(value=False) if measure.inapplicable is None else measure.inapplicable
    if isinstance(measure, Amount):
        program.define(f"f.{name}", measure.value)
        if measure.most is not None:
            program.define(f"f.{name}.most", measure.most)
        program.define(f"f.{name}.na", inapplicable)
        return
    program.define(f"f.{name}.part", measure.part)
    whole = program.define(f"f.{name}.whole", measure.whole)
    program.define(f"f.{name}.na", inapplicable | (whole == 0).fill_null(value=False))
    if measure.by_expert is not None:
        program.define(f"f.{name}.by_expert", measure.by_expert)


def has_most(name: str) -> bool:
    """Whether the fact is a count that rows in doubt may raise."""
    measure = facts()[name].measure
    return isinstance(measure, Amount) and measure.most is not None


def has_expert(name: str) -> bool:
    """Whether an expert decides the fact where the texts have no rule for its figures."""
    measure = facts()[name].measure
    return not isinstance(measure, Amount) and measure.by_expert is not None


def is_ratio(name: str) -> bool:
    """Whether the fact is a ratio."""
    return not isinstance(facts()[name].measure, Amount)


def quotient(name: str, threshold: Fraction) -> Fraction:
    """What the columns of a fact are compared with; of a compound rate its power."""
    measure = facts()[name].measure
    return threshold if isinstance(measure, Amount) else measure.quotient(threshold)


def ordered(left: pl.Expr, comparison: Comparison, right: pl.Expr | int) -> pl.Expr:
    """One comparison of two whole numbers."""
    match comparison:
        case "at_least":
            return left >= right
        case "at_most":
            return left <= right
        case "more_than":
            return left > right
        case "less_than":
            return left < right


def compared(name: str, comparison: Comparison, need: Fraction) -> pl.Expr:
    """A fact against one threshold; null where a side is unknown, and over a zero whole."""
    need = quotient(name, need)
    if is_ratio(name):
        part, whole = pl.col(f"f.{name}.part"), pl.col(f"f.{name}.whole")
        return pl.when(whole > 0).then(ordered(part * need.denominator, comparison, whole * need.numerator))
    sure = against(pl.col(f"f.{name}"), comparison, need)
    if not has_most(name):
        return sure
    # In doubt where the sure count and the possible one fall on different sides.
    return pl.when(sure == against(pl.col(f"f.{name}.most"), comparison, need)).then(sure)


def against(value: pl.Expr, comparison: Comparison, need: Fraction) -> pl.Expr:
    """A whole number against a threshold."""
    if need.denominator == 1:
        return ordered(value, comparison, need.numerator)
    return ordered(value * need.denominator, comparison, need.numerator)


def compared_by_rows(name: str, by: str, comparison: Comparison, rows: Sequence[Row]) -> pl.Expr:
    """A fact against the row that another fact picks; ceilings are inclusive, the last row is open."""
    needs = [quotient(name, known(row.need)) for row in rows]
    shared = lcm(*(need.denominator for need in needs))
    chooser = pl.col(f"f.{by}")
    required = pl.lit(None, dtype=pl.Int64)
    for row, need in reversed([*zip(rows, needs, strict=True)]):
        ceiling = row.up_to
        fits = chooser.is_not_null() if ceiling is None else chooser * ceiling.denominator <= ceiling.numerator
        required = pl.when(fits).then(pl.lit(int(need * shared))).otherwise(required)
    if not is_ratio(name):
        return ordered(pl.col(f"f.{name}") * shared, comparison, required)
    part, whole = pl.col(f"f.{name}.part"), pl.col(f"f.{name}.whole")
    return pl.when(whole > 0).then(ordered(part * shared, comparison, whole * required))


def tested(program: Program, criterion: Criterion) -> pl.Expr:
    """The outcome of a fact criterion: true, false or null."""
    name = criterion.fact or f"title_{criterion.title}"
    measured(program, name)
    if criterion.by:
        measured(program, criterion.by)
    outcome = plainly_tested(name, criterion)
    if criterion.if_zero and is_ratio(name):
        zero = pl.col(f"f.{name}.whole") == 0
        return pl.when(zero).then(criterion.if_zero == "met").otherwise(outcome)
    return outcome


def plainly_tested(name: str, criterion: Criterion) -> pl.Expr:
    """The comparison itself, whatever a zero whole may mean."""
    if criterion.title:
        return ~pl.col(f"f.{name}") if criterion.is_ is False else pl.col(f"f.{name}")
    if criterion.not_in is not None:
        return ~pl.col(f"f.{name}").is_in(criterion.not_in)
    if criterion.is_ is not None:
        return pl.col(f"f.{name}") == criterion.is_
    comparison = criterion.comparison or "at_least"
    if criterion.rows and criterion.by:
        return compared_by_rows(name, criterion.by, comparison, criterion.rows)
    return compared(name, comparison, criterion.need)


def band_reached(program: Program, key: str, name: str, bands: Sequence[Band], suffix: str = "") -> pl.Expr:
    """Define which band a fact reaches, counted from the worst: so many of the thresholds are reached.

    Null where the fact is unknown or its whole is zero. The suffix `.most` reads the count with rows in doubt.
    """
    floors = [quotient(name, known(band.floor)) for band in bands if band.floor is not None]
    shared = lcm(*(floor.denominator for floor in floors))
    if is_ratio(name):
        scaled = program.define(f"f.{name}.part.{shared}", pl.col(f"f.{name}.part") * shared)
        unit, divides = pl.col(f"f.{name}.whole"), pl.col(f"f.{name}.whole") > 0
    else:
        scaled, unit, divides = pl.col(f"f.{name}{suffix}") * shared, None, None
    reached = []
    for band, floor in zip(bands, floors, strict=False):
        numerator = int(floor * shared)
        edge = numerator if unit is None else unit * numerator
        reached.append(ordered(scaled, band.comparison, edge).cast(pl.UInt8))
    count = reduce(add, reached)
    return program.define(f"i.{key}.band{suffix}", count if divides is None else pl.when(divides).then(count))


def band_points(band: pl.Expr, bands: Sequence[Band], side: Literal["low", "high"], otherwise: int) -> pl.Expr:
    """One side of the points of the band reached; another number where none could be determined."""
    points = pl.lit(pl.Series([getattr(each, side) for each in reversed(bands)], dtype=pl.Int64))
    return points.gather(band).fill_null(otherwise)
