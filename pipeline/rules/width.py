"""How wide whole numbers must be: products of figures and thresholds stay exact, in 64 bits wherever these suffice.

A program multiplies figures by the terms of thresholds. Where every figure is small enough for that, 64 bits hold each
product; else the figures are widened to 128 bits before the program runs, and everything computed from them is wide.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm
from typing import Final

import polars as pl

from pipeline.facts.columns import YEARLY
from pipeline.rules.compare import is_ratio
from pipeline.rules.edition import Edition, walk_gates
from pipeline.rules.schema import known

# What a fact may make of figures before a threshold multiplies it: sums of a few years, hundredths. A fact that
# multiplies figures by figures (growth) widens them itself.
BY_FACTS: Final = 1000
LARGEST: Final = 2**63 - 1


def limit(edition: Edition) -> int:
    """The largest figure for which 64 bits hold every product that the edition's program forms."""
    return LARGEST // (max((factor(*each) for each in thresholds(edition)), default=1) * BY_FACTS)


def thresholds(edition: Edition) -> Iterator[tuple[str, Sequence[Fraction]]]:
    """Every fact with the thresholds it is scaled for in one comparison; a pending one compares nothing."""
    for _, criterion in walk_gates(edition):
        if criterion.is_pending:
            continue
        if criterion.fact and criterion.rows:
            yield criterion.fact, [known(row.need) for row in criterion.rows]
            yield criterion.by or "", [row.up_to for row in criterion.rows if row.up_to is not None]
        elif criterion.fact and criterion.comparison:
            yield criterion.fact, [criterion.need]
    for item in edition.score.items() if edition.score else ():
        if not item.is_pending:
            yield item.fact or "", [known(band.floor) for band in item.bands if band.floor is not None]


def factor(name: str, needs: Sequence[Fraction]) -> int:
    """By how much the comparison multiplies: the common denominator, and over a ratio's whole the numerators too."""
    shared = lcm(*(need.denominator for need in needs))
    scaled = [abs(int(need * shared)) for need in needs] if name and is_ratio(name) else []
    return max(shared, *scaled, 1)


def widened(frame: pl.DataFrame, most: int) -> pl.DataFrame:
    """The frame, its yearly figures as 128 bits where one of them is beyond `most`."""
    figures = [name for name, kind in frame.schema.items() if kind == pl.Int64 and YEARLY.fullmatch(name)]
    if not figures:
        return frame
    least, largest = (
        frame.select(across(getattr(pl.col(name), side)() for name in figures)).item()
        for across, side in ((pl.min_horizontal, "min"), (pl.max_horizontal, "max"))
    )
    if (least is None or least >= -most) and (largest is None or largest <= most):
        return frame
    return frame.with_columns(pl.col(figures).cast(pl.Int128))
