"""Facts about size: large, medium, small or micro by 工信部联企业〔2011〕300号, from trade, staff and revenue."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

import polars as pl

from pipeline.facts.columns import last_year, outside
from pipeline.facts.registry import Amount, fact

CLASSES: Final = ("微型", "小型", "中型", "大型")
LARGE: Final = CLASSES.index("大型")


@dataclass(frozen=True)
class Floors:
    """Of one trade, the least staff and revenue (yuan) of small, medium and large; none where it is not tested."""

    staff: tuple[int, int, int] | None = None
    revenue: tuple[int, int, int] | None = None


FLOORS: Final[Mapping[str, Floors]] = {
    "工业": Floors((20, 300, 1000), (3_000_000, 20_000_000, 400_000_000)),
    "软件和信息技术服务": Floors((10, 100, 300), (500_000, 10_000_000, 100_000_000)),
    "信息传输": Floors((10, 100, 2000), (1_000_000, 10_000_000, 1_000_000_000)),
    "农林牧渔": Floors(revenue=(500_000, 5_000_000, 200_000_000)),
    "其他未列明": Floors(staff=(10, 100, 300)),
}


def reached(figure: str, floors: tuple[int, int, int] | None) -> pl.Expr:
    """How many of the floors a figure reaches; all of them where the trade does not test it."""
    if floors is None:
        return pl.lit(LARGE)
    return reduce(add, ((last_year(figure) >= floor).cast(pl.Int32) for floor in floors))


def by_trade(staff: bool) -> pl.Expr:
    """The class that one of the two figures allows in the firm's trade; a trade not stated allows no word on it."""
    rank = pl.lit(None, dtype=pl.Int32)
    for trade, floors in FLOORS.items():
        one = reached("staff_headcount", floors.staff) if staff else reached("operating_revenue_cny", floors.revenue)
        rank = pl.when(pl.col("size_trade") == trade).then(one).otherwise(rank)
    return rank


def rank() -> pl.Expr:
    """The class as a number: the lower of the two, since a class wants all its floors.

    One figure below every floor settles the class without the other; else both must be known.
    """
    staff, revenue = by_trade(staff=True), by_trade(staff=False)
    settled = pl.when((staff == 0) | (revenue == 0)).then(0)
    both = pl.when(staff.is_not_null() & revenue.is_not_null()).then(pl.min_horizontal(staff, revenue))
    return pl.coalesce(settled, both)


@fact(label="企业规模类型", unit="text", basis="工信部联企业〔2011〕300号，上一会计年度从业人员和营业收入")
def size_class() -> Amount:
    """The firm's class: 大型, 中型, 小型 or 微型 (工信部联企业〔2011〕300号)."""
    names = pl.lit(pl.Series(CLASSES))
    return Amount(names.gather(rank()), outside(1))


@fact(label="属于中小企业（含小型、微型）", unit="flag", basis="工信部联企业〔2011〕300号，上一会计年度")
def is_sme() -> Amount:
    """Whether the firm is not large; one figure below the floor of large settles it (工信部联企业〔2011〕300号)."""
    return Amount((by_trade(staff=True) < LARGE) | (by_trade(staff=False) < LARGE), outside(1))
