"""Scores: every item a range [low, high], lows and highs summed apart, blocks capped, the total a range too."""

from collections.abc import Sequence
from functools import reduce
from operator import add, and_

import polars as pl

from pipeline.rules.compare import band_points, band_reached, has_expert, has_most, is_ratio, measured
from pipeline.rules.program import Open, Program, is_open, reason, weightiest
from pipeline.rules.schema import Block, Item, Score


def total(program: Program, score: Score, *, ruled: bool) -> None:
    """Define `t.low`, `t.high` and `t.open`, and on the way every item (`i.`) and block (`b.`)."""
    for each in score.blocks:
        block(program, each, ruled=ruled)
    names = [f"b.{each.key}" for each in score.blocks]
    program.define("t.low", summed(names, "low"))
    program.define("t.high", summed(names, "high"))
    program.define("t.open", undecided("t", names))


def summed(names: Sequence[str], side: str) -> pl.Expr:
    """The sum of one side of several ranges; these are never null."""
    return reduce(add, (pl.col(f"{name}.{side}") for name in names))


def undecided(name: str, parts: Sequence[str]) -> pl.Expr:
    """Why a range is open: the weightiest reason among its parts, none where low meets high.

    An item that does not apply has no points by any text, so somebody must say what it counts in the sum.
    """
    settled = pl.col(f"{name}.low") == pl.col(f"{name}.high")
    return pl.when(settled).then(reason(Open.DECIDED)).otherwise(weightiest(in_sum(f"{part}.open") for part in parts))


def in_sum(column: str) -> pl.Expr:
    """A reason as it keeps a sum open."""
    return pl.when(is_open(column, Open.NOT_APPLICABLE)).then(reason(Open.MANUAL)).otherwise(pl.col(column))


def block(program: Program, each: Block, *, ruled: bool) -> None:
    """Define the range of a block: its items under the cap, or the points experts gave for the whole block."""
    for one in each.items:
        item(program, one, ruled=ruled)
    names = [f"i.{one.key}" for one in each.items]
    sides = {side: pl.min_horizontal(summed(names, side), pl.lit(each.cap)) for side in ("low", "high")}
    if each.given:
        measured(program, each.given)
        # Points beyond the cap are no points an expert could have given: the items stand.
        given = program.define(f"b.{each.key}.given", within(pl.col(f"f.{each.given}"), pl.lit(0), pl.lit(each.cap)))
        sides = {side: pl.coalesce(given, points) for side, points in sides.items()}
    for side, points in sides.items():
        program.define(f"b.{each.key}.{side}", points)
    program.define(f"b.{each.key}.open", undecided(f"b.{each.key}", names))


def within(points: pl.Expr, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """The points where they lie in the range, else null."""
    return pl.when(points.is_between(low, high)).then(points)


def item(program: Program, each: Item, *, ruled: bool) -> None:
    """Define the range of an item; points somebody ruled count where they lie inside the range it still has."""
    for choice in each.best_of:
        item(program, choice, ruled=ruled)
    suffix = "0" if ruled else ""
    low, high, why = scored(program, each)
    low = program.define(f"i.{each.key}.low{suffix}", low)
    high = program.define(f"i.{each.key}.high{suffix}", high)
    if ruled:
        points = program.define(f"i.{each.key}.ruled", within(pl.col(f"rp.{each.key}"), low, high))
        low = program.define(f"i.{each.key}.low", pl.coalesce(points, low))
        high = program.define(f"i.{each.key}.high", pl.coalesce(points, high))
    if each.best_of:
        program.define(f"i.{each.key}.open", best_open(each))
    else:
        program.define(f"i.{each.key}.open", pl.when(low == high).then(reason(Open.DECIDED)).otherwise(why))


def scored(program: Program, each: Item) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Low, high and the reason why they may differ, before anybody ruled."""
    if each.expert:
        low, high = (pl.lit(points, dtype=pl.Int64) for points in each.expert)
        return low, high, reason(Open.EXPERT)
    if each.best_of:
        return best(each, "low"), best(each, "high"), reason(Open.DECIDED)
    if each.is_pending:
        measured(program, each.fact or "")
        least, most = (pl.lit(points, dtype=pl.Int64) for points in (each.least, each.most))
        return least, most, reason(Open.MANUAL)
    return by_bands(program, each)


def by_bands(program: Program, each: Item) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """A banded item: its band where the fact is known, its whole range where not."""
    name = each.fact or ""
    measured(program, name)
    band = band_reached(program, each.key, name, each.bands)
    if each.if_zero == "unmet" and is_ratio(name):
        zero = pl.when(pl.col(f"f.{name}.whole") == 0).then(pl.lit(0, dtype=pl.UInt8))
        band = program.define(f"i.{each.key}.band_or_zero", pl.coalesce(band, zero))
    top = band_reached(program, each.key, name, each.bands, ".most") if has_most(name) else band
    low, high = (band_points(band, each.bands, "low", each.least), band_points(top, each.bands, "high", each.most))
    missing = pl.when(pl.col(f"f.{name}.na")).then(reason(Open.NOT_APPLICABLE)).otherwise(absent(each))
    return low, high, pl.when(band == top).then(reason(Open.EXPERT)).otherwise(missing)


def absent(each: Item) -> pl.Expr:
    """Why a banded item is open without its band.

    What experts settle anyway stays theirs when nobody handed in a list, and so do figures without a rule; anything
    else must be supplied.
    """
    why = reason(Open.EXPERT if each.who == "expert" else Open.UNKNOWN)
    if not has_expert(each.fact or ""):
        return why
    return pl.when(pl.col(f"f.{each.fact}.by_expert")).then(reason(Open.EXPERT)).otherwise(why)


def counted(choice: Item, side: str) -> pl.Expr:
    """One side of a choice; a choice that does not apply gives nothing."""
    return (
        pl.when(is_open(f"i.{choice.key}.open", Open.NOT_APPLICABLE))
        .then(0)
        .otherwise(pl.col(f"i.{choice.key}.{side}"))
    )


def best(each: Item, side: str) -> pl.Expr:
    """The best of one side among the choices; the whole range where none of them applies."""
    found = pl.max_horizontal(counted(choice, side) for choice in each.best_of)
    return pl.when(none_applies(each)).then(each.least if side == "low" else each.most).otherwise(found)


def none_applies(each: Item) -> pl.Expr:
    """Whether no choice applies."""
    return reduce(and_, (is_open(f"i.{choice.key}.open", Open.NOT_APPLICABLE) for choice in each.best_of))


def best_open(each: Item) -> pl.Expr:
    """Why a choice of items is open: only choices that could still beat the best low keep it so."""
    low, high = pl.col(f"i.{each.key}.low"), pl.col(f"i.{each.key}.high")
    reasons = [
        pl.when(counted(choice, "high") > low).then(pl.col(f"i.{choice.key}.open")).otherwise(reason(Open.DECIDED))
        for choice in each.best_of
    ]
    why = pl.when(none_applies(each)).then(reason(Open.NOT_APPLICABLE)).otherwise(weightiest(reasons))
    return pl.when(low == high).then(reason(Open.DECIDED)).otherwise(why)
