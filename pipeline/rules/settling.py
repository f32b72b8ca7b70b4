"""What one missing figure is worth: which undecided verdicts it would settle alone, whatever else stays unknown.

A figure settles a verdict if giving it its least or its greatest value leaves nothing unknown that could still turn
it: the verdict is decided, or open through people's judgement only. Both ways are tried by the one evaluator.
"""

import datetime
from typing import Final, Literal

import polars as pl

from enterprises.vocabulary import FIGURE_BY_NAME, HI_TECH_FIELDS, SIZE_TRADES
from pipeline.facts.columns import raw_name
from pipeline.facts.gather import GATHERED, raw_subject, twin
from pipeline.facts.register import Register
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import prepared, with_wants
from pipeline.rules.program import Program

Side = Literal["low", "high"]
SIDES: Final[tuple[Side, ...]] = ("low", "high")
GREAT: Final = 10**12  # above any figure of a firm, small enough for squares to stay exact
MANY: Final = 1_000  # rows of a list
LONG_AGO: Final = datetime.date(1990, 1, 1)
AT_ONCE: Final = 2_000  # firms tried in one frame; each makes as many rows as it wants figures, twice
# Words that stand for the two ends of what a rule may read in a text.
WORDS: Final = {
    "industry_code": ("C1620", "C3525"),
    "hi_tech_field": ("其他", HI_TECH_FIELDS[0]),
    "market_share": ("0", "1"),
    "size_trade": (SIZE_TRADES[0], SIZE_TRADES[-1]),
}


def settling(edition: Edition, register: Register, on: datetime.date) -> pl.DataFrame:
    """One row a firm with anything undecided for want of figures: `settles`, the names that would settle it alone."""
    program, frame = prepared(edition, register, on)
    parts = [of_some(program, some, on) for some in frame.iter_slices(AT_ONCE)]
    return pl.concat(parts) if parts else NONE


NONE: Final = pl.DataFrame(schema={"firm": pl.Int64, "settles": pl.List(pl.String)})


def of_some(program: Program, frame: pl.DataFrame, on: datetime.date) -> pl.DataFrame:
    """The same for some firms: each of them once for every figure it wants and either end, all judged in one frame."""
    judged = with_wants(program.run(frame), program.wants)
    waits = (judged["verdict"] == "undecided") & (judged["n_unknown"] > 0)
    wants, waiting = judged["wants"].filter(waits), frame.filter(waits)
    tried = [
        changed(waiting.filter(wants.list.contains(name)), name, side, on) for name in program.wants for side in SIDES
    ]
    rows = program.run(pl.concat(tried)) if tried else judged.head(0).with_columns(pl.lit("").alias("want"))
    is_settled = (pl.col("verdict") != "undecided") | (pl.col("n_unknown") == 0)
    found = rows.filter(is_settled).select("firm", "want").unique()
    return found.group_by("firm").agg(pl.col("want").sort().alias("settles")).sort("firm")


def changed(frame: pl.DataFrame, name: str, side: Side, on: datetime.date) -> pl.DataFrame:
    """The firms with what nobody knows of one figure or list set to one of its ends."""
    changes = [
        expr.cast(kind).alias(column)
        for column, kind in frame.schema.items()
        if raw_name(raw_subject(column)) == name
        for expr in [given(column, frame.columns, kind, side, on)]
    ]
    changes += born(frame.columns) if name == "registered_on" and side == "high" else []
    return frame.with_columns(changes).with_columns(pl.lit(name).alias("want"))


def given(column: str, columns: list[str], kind: pl.DataType, side: Side, on: datetime.date) -> pl.Expr:
    """One column with what nobody knows of it at one end; a word that cannot be read is as good as none."""
    if column in WORDS:
        return pl.lit(WORDS[column][side == "high"])
    if column in GATHERED:
        return of_list(column, columns, side)
    known = pl.col(column)
    if kind == pl.Boolean:
        return known.fill_null(side == "high")
    if kind == pl.Date:
        return known.fill_null(on if side == "high" else LONG_AGO)
    if kind == pl.String:
        return known
    return known.fill_null(greatest(kind) if side == "high" else least(column))


def greatest(kind: pl.DataType) -> int:
    """The most a yearly figure can be; a score, kept in few digits, is no greater than these can hold."""
    return int(10 ** (kind.precision - kind.scale)) - 1 if isinstance(kind, pl.Decimal) else GREAT


def least(column: str) -> int:
    """The least a yearly figure can be."""
    figure = FIGURE_BY_NAME.get(raw_name(column) or "")
    return -GREAT if figure is not None and figure.min is None else 0


def of_list(column: str, columns: list[str], side: Side) -> pl.Expr:
    """A count from a list: at the low end no row nobody is sure of counts, at the high end all of these do."""
    sure = twin(column)
    if side == "low":
        return pl.coalesce(pl.col(sure), 0) if sure in columns else pl.col(column).fill_null(0)
    doubtful = next((other for other in columns if twin(other) == column), column)
    return pl.coalesce(pl.col(doubtful), MANY)


def born(columns: list[str]) -> list[pl.Expr]:
    """What follows where a firm was registered on the day itself: no year lies behind it."""
    outside = [pl.lit(value=True).alias(name) for name in columns if name.startswith("outside_")]
    return outside + ([pl.lit(0, dtype=pl.Int64).alias("years_existed")] if "years_existed" in columns else [])
