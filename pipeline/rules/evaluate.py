"""Judge a register by an edition on a day: one evaluator for one firm or three hundred thousand."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipeline.facts.assemble import assemble
from pipeline.facts.register import Register
from pipeline.rules.compile import VERDICT, compiled
from pipeline.rules.edition import Edition
from pipeline.rules.program import Program


def evaluate(edition: Edition, register: Register, on: date) -> pl.DataFrame:
    """Everything found out, one row a firm in the order of the register.

    Per criterion `<key>.ok` (true, false, null) and `<key>.open` (why null, see `program.Open`), per score item
    `i.<key>.low/.high/.open`, per fact `f.<name>` or `f.<name>.part/.whole`, and the columns of `verdicts`.
    """
    program, frame = prepared(edition, register, on)
    return with_wants(program.run(frame), program.wants)


def prepared(edition: Edition, register: Register, on: date) -> tuple[Program, pl.DataFrame]:
    """The program of an edition and the raw columns it reads, one row a firm in the order of the register."""
    rulings = current_rulings(register, edition.track, on)
    program = compiled(edition, ruled=not rulings.is_empty())
    raw = {column for column in program.raw if not column.startswith(("r.", "rp."))}
    frame = assemble(register, on, raw)
    return program, with_rulings(frame, rulings, sorted(program.raw - raw))


def verdicts(edition: Edition, register: Register, on: date) -> pl.DataFrame:
    """The compact answer, one row a firm: verdict, score range, counts and masks over gates, wanted figures.

    Bit n of a mask is the n-th of `edition.gate_keys`. `wants` names the figures and lists whose absence keeps a gate
    unknown. `expert_open` is true when the verdict is open only through experts' score ranges.
    """
    return evaluate(edition, register, on).select("firm", *VERDICT)


def current_rulings(register: Register, track: str, on: date) -> pl.DataFrame:
    """The rulings on this track that hold on the day."""
    lasting = pl.col("valid_until").is_null() | (pl.col("valid_until") >= on)
    return register.rulings.filter((pl.col("track") == track) & lasting)


def with_rulings(frame: pl.DataFrame, rulings: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Join the last ruling on each criterion: `r.<key>` its answer, `rp.<key>` its points."""
    if not columns:
        return frame
    given = rulings.group_by("firm", maintain_order=True).agg(ruled(column) for column in columns)
    return frame.join(given, on="firm", how="left", maintain_order="left")


def with_wants(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Spell out `wants_mask` as the list `wants`; there are far fewer masks than firms."""
    masks = frame["wants_mask"].unique()
    spelt = [[name for bit, name in enumerate(names) if mask >> bit & 1] for mask in masks]
    words = pl.DataFrame({"wants_mask": masks, "wants": pl.Series(spelt, dtype=pl.List(pl.String))})
    return frame.join(words, on="wants_mask", how="left", maintain_order="left")


def ruled(column: str) -> pl.Expr:
    """The last value given for one criterion."""
    kind, key = column.split(".", 1)
    value = pl.col("value" if kind == "r" else "points")
    return value.filter(pl.col("criterion") == key).last().alias(column)
