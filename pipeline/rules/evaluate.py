"""Judge a register by an edition on a day: one evaluator for one firm or three hundred thousand."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from pipeline.facts.assemble import assemble
from pipeline.facts.register import Register
from pipeline.rules.compile import VERDICT, compiled
from pipeline.rules.edition import Edition
from pipeline.rules.program import Program
from pipeline.rules.width import limit, widened

AT_ONCE: Final = 100_000  # firms; measured: of fewer each call costs more than its work, of more nothing stays in reach


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
    raw = {column for column in program.raw if not is_ruled(column)}
    frame = widened(assemble(register, on, raw), limit(edition))
    return program, with_rulings(frame, rulings, sorted(program.raw - raw))


def verdicts(edition: Edition, register: Register, on: date) -> pl.DataFrame:
    """The compact answer, one row a firm: verdict, score range, counts and masks over gates, wanted figures.

    Bit n of a mask is the n-th of `edition.gate_keys`. `wants` names the figures and lists whose absence keeps a gate
    unknown. `expert_open` is true when the verdict is open only through experts' score ranges.
    """
    [found] = many([edition], register, on)
    return found


def many(
    editions: Sequence[Edition], register: Register, on: date, among: Sequence[pl.Series | None] | None = None
) -> list[pl.DataFrame]:
    """The compact answers by each of several editions: raw columns are assembled once, each fact is measured once.

    `among` names for each edition the firms that it judges, or none where it judges all. Slices of the register keep
    what a program defines within the processor's reach and the memory small.
    """
    given = [current_rulings(register, edition.track, on) for edition in editions]
    programs = [compiled(edition, ruled=not ruled.is_empty()) for edition, ruled in zip(editions, given, strict=True)]
    facts, rests = shared(programs)
    frame = assemble(register, on, facts.raw | {name for rest in rests for name in rest.raw if is_raw(name, facts)})
    frame = widened(frame, min(map(limit, editions)))
    judges = [
        None if firms is None else pl.col("firm").is_in(firms.implode()) for firms in among or [None] * len(given)
    ]
    found: list[list[pl.DataFrame]] = [[] for _ in editions]
    for start in range(0, max(frame.height, 1), AT_ONCE):
        measured = facts.run(frame[start : start + AT_ONCE])
        for place, (program, rest) in enumerate(zip(programs, rests, strict=True)):
            some = judges[place]
            seen = measured if some is None else measured.filter(some)
            ruled = with_rulings(seen, given[place], sorted(name for name in rest.raw if is_ruled(name)))
            found[place].append(with_wants(rest.run(ruled), program.wants).select("firm", *VERDICT))
    return [pl.concat(each) for each in found]


def is_ruled(name: str) -> bool:
    """Whether a column holds what somebody ruled."""
    return name.startswith(("r.", "rp."))


def is_raw(name: str, facts: Program) -> bool:
    """Whether a column that an edition reads comes from the register."""
    return name not in facts.levels and not is_ruled(name)


def shared(programs: Sequence[Program]) -> tuple[Program, list[Program]]:
    """The program of all facts that the editions measure, and of each edition what follows from them."""
    facts, rests = Program(), []
    for program in programs:
        rest = Program()
        for expr in program.in_order():
            name = expr.meta.output_name()
            is_fact = name.startswith("f.") and not name.endswith(".wanted")
            (facts if is_fact else rest).define(name, expr)
        rests.append(rest)
    return facts, rests


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
