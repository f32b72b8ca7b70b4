"""A program: named expressions in stages, each stage reading only columns that stand before it."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import reduce
from operator import or_

import polars as pl


class Open(IntEnum):
    """Why an outcome is not decided, the weightiest reason last."""

    DECIDED = 0
    EXPERT = 1  # an expert's range
    MANUAL = 2  # somebody has to rule
    NOT_APPLICABLE = 3  # a ratio over a known zero, a year the firm did not exist
    UNKNOWN = 4  # a needed figure is missing


class Program:
    """Columns defined once each; the stage of a column follows from the columns it reads."""

    def __init__(self) -> None:
        self.levels: dict[str, int] = {}
        self.stages: list[list[pl.Expr]] = []
        self.raw: set[str] = set()
        self.wants: tuple[str, ...] = ()

    def define(self, name: str, expr: pl.Expr) -> pl.Expr:
        """Define a column and return the reference to it; a second definition of one name changes nothing."""
        if name not in self.levels:
            roots = expr.meta.root_names()
            self.raw.update(root for root in roots if root not in self.levels)
            level = max((self.levels.get(root, -1) for root in roots), default=-1) + 1
            self.levels[name] = level
            while len(self.stages) <= level:
                self.stages.append([])
            self.stages[level].append(expr.alias(name))
        return pl.col(name)

    def in_order(self) -> Iterator[pl.Expr]:
        """Every definition, after those that it reads."""
        for stage in self.stages:
            yield from stage

    def run(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with every column of the program."""
        for stage in self.stages:
            frame = frame.with_columns(stage)
        return frame


def is_open(column: str, reason: Open) -> pl.Expr:
    """Whether a reason column holds just this reason."""
    return pl.col(column) == int(reason)


def reason(value: Open) -> pl.Expr:
    """A reason as a literal of the type that all reason columns have."""
    return pl.lit(int(value), dtype=pl.Int8)


def weightiest(reasons: Iterable[pl.Expr]) -> pl.Expr:
    """The weightiest of several reasons; reason columns are never null."""
    return pl.max_horizontal(*reasons)


def any_of(flags: Iterable[pl.Expr]) -> pl.Expr:
    """Whether any flag is set."""
    return reduce(or_, flags)
