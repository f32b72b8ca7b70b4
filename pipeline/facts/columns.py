"""The raw columns of the assembled frame: yearly figures by distance from the day, sums over the window."""

import re
from functools import reduce
from operator import add
from typing import Final

import polars as pl

WINDOW: Final = 3  # fiscal years that any rule looks back
YEARLY: Final = re.compile(rf"(?P<name>[a-z_]+)_(?P<back>[1-{WINDOW}])")
# Columns the frame computes itself; they are never missing, so nobody is asked for them.
COMPUTED: Final = frozenset({"on", "years_existed", *(f"outside_{back}" for back in range(1, WINDOW + 1))})

# GB/T 4754-2017: sections of which 财税〔2015〕119号 excludes every division, each with its first one; whoever is in
# one of these is excluded whatever the rest of the code.
WHOLLY_EXCLUDED: Final = {"F": "51", "H": "61", "K": "70", "L": "71"}
INDUSTRY: Final = re.compile(rf"[A-T]?[0-9]{{2,4}}|[{''.join(WHOLLY_EXCLUDED)}]")


def figure(name: str, back: int = 1) -> pl.Expr:
    """A yearly figure, `back` calendar years before the year of the day; 1 is the year just closed."""
    return pl.col(f"{name}_{back}")


def outside(back: int) -> pl.Expr:
    """Whether that year lies before the year the firm was registered in; false while that day is unknown."""
    return pl.col(f"outside_{back}")


def window_sum(name: str, years: int = WINDOW) -> pl.Expr:
    """The sum over the years the firm existed; unknown as soon as one of these is."""
    terms = (pl.when(outside(back)).then(0).otherwise(figure(name, back)) for back in range(1, years + 1))
    return reduce(add, terms)


def last_year(name: str) -> pl.Expr:
    """The figure of the year just closed, null where the firm did not exist then."""
    return pl.when(~outside(1)).then(figure(name))


def raw_name(column: str) -> str | None:
    """The name under which somebody can supply this column, or nothing for computed ones."""
    if column in COMPUTED:
        return None
    yearly = YEARLY.fullmatch(column)
    return yearly["name"] if yearly else column
