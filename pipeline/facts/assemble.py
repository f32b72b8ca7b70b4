"""Register to one wide frame: one row a firm, the raw columns that the facts at hand read."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from enterprises.vocabulary import LISTS
from pipeline.facts.columns import COMPUTED, WINDOW, YEARLY
from pipeline.facts.gather import GATHERED
from pipeline.facts.register import FIRMS, Register


def assemble(register: Register, on: date, columns: Iterable[str]) -> pl.DataFrame:
    """One row a firm in the order of `register.firms`, with the asked raw columns as of the day."""
    wanted = set(columns)
    frame = calendar(register.firms, on, wanted)
    for back in range(1, WINDOW + 1):
        frame = with_year(frame, register.years, on.year - back, back, wanted)
    for subject in LISTS:
        frame = with_counts(frame, register, subject, on, wanted)
    return frame.select("firm", *sorted(wanted))


def calendar(firms: pl.DataFrame, on: date, wanted: set[str]) -> pl.DataFrame:
    """The firm's own columns, and which years of the window lie before its registration."""
    existed = {
        back: (pl.col("registered_on").dt.year() > on.year - back).fill_null(value=False)
        for back in range(1, WINDOW + 1)
    }
    years_existed = pl.sum_horizontal((~before).cast(pl.Int64) for before in existed.values())
    computed = {"on": pl.lit(on), "years_existed": years_existed, **{f"outside_{k}": e for k, e in existed.items()}}
    own = [name for name in FIRMS if name in wanted or name.endswith("_known") or name == "firm"]
    return firms.select(*own, *(computed[name].alias(name) for name in COMPUTED if name in wanted))


def with_year(frame: pl.DataFrame, years: pl.DataFrame, year: int, back: int, wanted: set[str]) -> pl.DataFrame:
    """Join the wanted figures of one calendar year."""
    found = (YEARLY.fullmatch(column) for column in wanted)
    names = sorted(match["name"] for match in found if match and int(match["back"]) == back)
    names = [name for name in names if name in years.columns]
    if not names:
        return frame
    one = years.filter(pl.col("year") == year).select("firm", *(pl.col(name).alias(f"{name}_{back}") for name in names))
    return frame.join(one, on="firm", how="left", maintain_order="left")


def with_counts(frame: pl.DataFrame, register: Register, subject: str, on: date, wanted: set[str]) -> pl.DataFrame:
    """Join the wanted counts of one list: zero where the list is known and has no such row, null where unknown.

    A list that nobody checked still proves what stands in it: its sure rows count, its silence says nothing.
    """
    names = sorted(name for name in wanted if name in GATHERED and GATHERED[name].subject == subject)
    if not names:
        return frame
    counts = (
        register.rows_of(subject)
        .lazy()
        .select("firm", *(GATHERED[name].condition(on).alias(name) for name in names))
        .group_by("firm")
        .agg(pl.col(name).sum().cast(pl.Int64) for name in names)
        .collect()
    )
    return frame.join(counts, on="firm", how="left", maintain_order="left").with_columns(
        pl.when(counts_for(name, subject)).then(pl.col(name).fill_null(0)).alias(name) for name in names
    )


def counts_for(name: str, subject: str) -> pl.Expr:
    """Whether the count of a list says anything: the list is known, or the rows surely prove something."""
    if GATHERED[name].is_own_act:
        return pl.lit(value=True)
    known = pl.col(f"{subject}_known")
    return known | (pl.col(name) > 0) if name.endswith("_sure") else known
