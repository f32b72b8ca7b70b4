"""Knife edges: firms near a threshold on either side, or on their way across it within a year at the pace of the last.

Each numeric condition is watched, and each row of a limit that depends on another figure (销售收入 decides which R&D
share is asked). The pace is the change of the same fact between the day a year before and the day; quarters are those
after the year just closed, a fourth of that change each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

import polars as pl

from pipeline.facts.gather import years_before
from pipeline.facts.register import Register
from pipeline.rules.compare import has_expert, is_ratio, ordered
from pipeline.rules.edition import Criterion, Edition, walk_gates
from pipeline.rules.evaluate import prepared
from pipeline.rules.schema import Comparison
from pipeline.rules.wording import machine

Side = Literal["gain", "lose", "outgrow", "band"]
WIDEST: Final = 20  # percent of a threshold beyond which nobody looks
QUARTERS: Final = 4  # how far ahead a pace is followed
SCHEMA: Final = {
    "firm": pl.Int64,
    "criterion": pl.String,
    "fact": pl.String,
    "side": pl.String,
    "need": pl.String,
    "value": pl.String,
    "before": pl.String,
    "distance": pl.Int64,
    "quarter": pl.Int64,
}


@dataclass(frozen=True)
class Watch:
    """One threshold of one condition; ``floor`` and ``ceiling`` bound the figure ``by`` for which it is the one."""

    key: str
    fact: str
    comparison: Comparison
    need: Fraction
    is_band: bool = False
    by: str = ""
    floor: Fraction | None = None
    ceiling: Fraction | None = None


def watches(edition: Edition) -> list[Watch]:
    """Every threshold of an edition that a number can come near to."""
    return [watch for key, criterion in walk_gates(edition) for watch in of_criterion(key, criterion)]


def of_criterion(key: str, criterion: Criterion) -> Iterator[Watch]:
    """The thresholds of one condition: its own, or those of its rows and the edges between these."""
    if not criterion.fact or criterion.comparison is None:
        return
    limit = getattr(criterion, criterion.comparison)
    if isinstance(limit, Fraction) and limit > 0:
        yield Watch(key, criterion.fact, criterion.comparison, limit)
    floor: Fraction | None = None
    for row in criterion.rows:
        if isinstance(row.need, Fraction) and row.need > 0:
            by = criterion.by or ""
            yield Watch(key, criterion.fact, criterion.comparison, row.need, by=by, floor=floor, ceiling=row.up_to)
        if row.up_to is not None:
            yield Watch(key, criterion.by or "", "more_than", row.up_to, is_band=True)
        floor = row.up_to


def edges(edition: Edition, register: Register, on: date, within: int = WIDEST) -> pl.DataFrame:
    """One row for each firm and threshold that it stands near to, or reaches within four quarters at its pace.

    ``distance`` is the value's distance from the threshold in hundredths of a percent of it, below zero for less;
    ``quarter`` counts from one, null where the pace leads nowhere near.
    """
    found = watches(edition)
    if not found or register.firms.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    program, frame = prepared(edition, register, on)
    _, earlier = prepared(edition, register, years_before(on, 1))
    names = sorted({name for watch in found for name in columns(watch)})
    now = program.run(frame).select("firm", *names)
    was = program.run(earlier).select(pl.col(name).alias(f"was.{name}") for name in names)
    both = now.hstack(was)
    return pl.concat([near(both, watch, within) for watch in found]).unique(
        ["firm", "criterion", "side"], keep="first", maintain_order=True
    )


def columns(watch: Watch) -> list[str]:
    """The columns that a threshold looks at."""
    own = [f"f.{watch.fact}.part", f"f.{watch.fact}.whole"] if is_ratio(watch.fact) else [f"f.{watch.fact}"]
    return own + ([f"f.{watch.by}"] if watch.by else [])


def pair(watch: Watch, prefix: str) -> tuple[pl.Expr, pl.Expr]:
    """The fact as part and whole, now or a year before."""
    if is_ratio(watch.fact):
        return tuple(pl.col(f"{prefix}f.{watch.fact}.{side}").cast(pl.Int128) for side in ("part", "whole"))  # type: ignore[return-value]
    return pl.col(f"{prefix}f.{watch.fact}").cast(pl.Int128), pl.lit(1, dtype=pl.Int128)


def near(frame: pl.DataFrame, watch: Watch, within: int) -> pl.DataFrame:
    """The firms near one threshold, or on their way to it."""
    (part, whole), (was, was_whole) = pair(watch, ""), pair(watch, "was.")
    left, right = part * watch.need.denominator, whole * watch.need.numerator
    rows = frame.filter((whole > 0) & left.is_not_null() & applies(watch)).with_columns(
        (left - right).alias("apart"),
        right.alias("right"),
        ordered(left, watch.comparison, right).alias("met"),
        pl.when(was_whole > 0).then(part * was_whole - was * whole).alias("pace") if follows(watch) else NO_PACE,
        was_whole.alias("was_whole"),
        pl.format("{}/{}", part, whole).alias("value"),
        pl.when(was_whole > 0).then(pl.format("{}/{}", was, was_whole)).fill_null("").alias("before"),
    )
    rows = rows.with_columns(quarter(watch).alias("quarter"))
    close = pl.col("apart").abs() * 100 <= pl.col("right") * within
    return rows.filter(close | pl.col("quarter").is_not_null()).select(
        pl.col("firm"),
        pl.lit(watch.key).alias("criterion"),
        pl.lit(watch.fact).alias("fact"),
        side(watch).alias("side"),
        pl.lit(str(machine(watch.need))).alias("need"),
        pl.col("value"),
        pl.col("before"),
        (pl.col("apart") * 10_000 // pl.col("right")).cast(pl.Int64).alias("distance"),
        pl.col("quarter").cast(pl.Int64),
    )


NO_PACE: Final = pl.lit(None, dtype=pl.Int128).alias("pace")


def follows(watch: Watch) -> bool:
    """Whether the pace of a fact means anything: growth is a pace itself."""
    return not has_expert(watch.fact)


def applies(watch: Watch) -> pl.Expr:
    """Whether the threshold is the one of the row that another figure picks."""
    if not watch.by:
        return pl.lit(value=True)
    chooser = pl.col(f"f.{watch.by}").cast(pl.Int128)
    above = pl.lit(value=True) if watch.floor is None else chooser * watch.floor.denominator > watch.floor.numerator
    if watch.ceiling is None:
        return above & chooser.is_not_null()
    return above & (chooser * watch.ceiling.denominator <= watch.ceiling.numerator)


def side(watch: Watch) -> pl.Expr:
    """What crossing would mean: a change of band; else to qualify, to lose, or to outgrow a ceiling."""
    if watch.is_band:
        return pl.lit("band")
    met = "lose" if watch.comparison in ("at_least", "more_than") else "outgrow"
    return pl.when(pl.col("met")).then(pl.lit(met)).otherwise(pl.lit("gain"))


def quarter(watch: Watch) -> pl.Expr:
    """In which quarter the pace crosses the threshold, null beyond the fourth or where it leads away."""
    met, pace = pl.col("met"), pl.col("pace")
    upward = met if watch.comparison in ("at_most", "less_than") else ~met
    # Whether standing on the threshold is already to have crossed it
    on_it = ~met if watch.comparison in ("at_least", "at_most") else met
    way = pl.col("apart").abs() * 4 * pl.col("was_whole")
    a_quarter = pace.abs() * watch.need.denominator
    count = (
        pl.when(on_it).then(pl.max_horizontal((way + a_quarter - 1) // a_quarter, 1)).otherwise(way // a_quarter + 1)
    )
    towards = pl.when(upward).then(pace > 0).otherwise(pace < 0)
    return pl.when(towards & (count <= QUARTERS)).then(count)
