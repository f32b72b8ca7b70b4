"""Who would be judged otherwise: the verdicts of one set of texts beside those of another, firm by firm."""

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from pipeline.facts.columns import YEARLY
from pipeline.facts.gather import raw_subject
from pipeline.rules.compile import compiled
from pipeline.rules.edition import Edition

NOBODY: Final = ""  # no text judges the firm


def beside(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Both verdicts of every firm; frames of `firm` and `verdict`, a firm in either or in both."""
    was, will = before.rename({"verdict": "before"}), after.rename({"verdict": "after"})
    both = was.join(will, on="firm", how="full", coalesce=True)
    return both.with_columns(pl.col("before", "after").fill_null(NOBODY)).sort("firm")


def flips(both: pl.DataFrame) -> pl.DataFrame:
    """The firms whose verdict differs."""
    return both.filter(pl.col("before") != pl.col("after"))


def counts(both: pl.DataFrame) -> Mapping[tuple[str, str], int]:
    """How many firms have which pair of verdicts, those that stay included."""
    return {(was, will): number for was, will, number in both.group_by("before", "after").len().iter_rows()}


def read_by(editions: Collection[Edition]) -> frozenset[str]:
    """The columns and lists of the register that these editions look at."""
    columns = {column for edition in editions for column in compiled(edition, ruled=True).raw}
    return frozenset(found["name"] if (found := YEARLY.fullmatch(each)) else raw_subject(each) for each in columns)
