"""Facts about growth: yearly, mean of two years, compound over two years; each an exact pair."""

import polars as pl

from pipeline.facts.columns import figure, outside
from pipeline.facts.registry import Ratio, fact


def mean_growth(name: str) -> Ratio:
    """½(Y2/Y1 + Y3/Y2) − 1 as the exact pair (Y2² + Y1·Y3 − 2·Y1·Y2) / (2·Y1·Y2); Y3 is the year just closed.

    Two years in existence, or a first year of zero: the pair of the last two years, Y3/Y2 − 1. A second year of
    zero leaves a whole of zero, which the edition reads as no points. One year only: not applicable. A negative
    base has no rule in the texts at hand: with all figures known, an expert decides.
    """
    third, second, first = (figure(name, back).cast(pl.Int128) for back in (1, 2, 3))
    two_years = ~outside(2) & (outside(3) | (first == 0))
    three_years = ~outside(2) & (first > 0) & (second >= 0)
    part = (
        pl.when(two_years)
        .then(third - second)
        .when(three_years)
        .then(second * second + first * third - first * second * 2)
    )
    whole = pl.when(two_years & (second >= 0)).then(second).when(three_years).then(first * second * 2)
    known = third.is_not_null() & second.is_not_null() & (outside(3) | first.is_not_null())
    below_zero = (second < 0) | (~outside(3) & (first < 0)).fill_null(value=False)
    return Ratio(part, whole, outside(2), by_expert=~outside(2) & known & below_zero.fill_null(value=False))


@fact(label="净资产增长率", unit="ratio", basis="近三个会计年度年末数")
def growth_net_assets() -> Ratio:
    """Mean growth of year-end net assets over three fiscal years (国科发火〔2016〕195号); see `mean_growth`."""
    return mean_growth("net_assets_cny")


@fact(label="销售收入增长率", unit="ratio", basis="近三个会计年度")
def growth_sales() -> Ratio:
    """Mean growth of sales over three fiscal years (国科发火〔2016〕195号); see `mean_growth`."""
    return mean_growth("sales_cny")


@fact(label="主营业务收入增长率", unit="ratio", basis="上一会计年度比前一年度")
def main_revenue_growth() -> Ratio:
    """Growth of main revenue in the year just closed over the year before (工信部企业〔2022〕63号)."""
    last, before = (figure("main_revenue_cny", back) for back in (1, 2))
    return Ratio(pl.when(~outside(2)).then(last - before), pl.when(~outside(2)).then(before), outside(2))


@fact(label="近两年主营业务收入平均增长率", unit="ratio", basis="近两个会计年度增长率的平均数")
def main_revenue_mean_growth() -> Ratio:
    """Mean growth of main revenue over the last two fiscal years (工信部企业〔2022〕63号); see `mean_growth`."""
    return mean_growth("main_revenue_cny")


@fact(label="近两年营业收入复合增长率", unit="ratio", basis="上一会计年度比两年之前")
def revenue_compound_growth() -> Ratio:
    """Compound yearly growth of operating revenue over two years (工信部企业〔2026〕2号): compared squared."""
    last, before = (figure("operating_revenue_cny", back) for back in (1, 3))
    return Ratio(pl.when(~outside(3)).then(last), pl.when(~outside(3)).then(before), outside(3), periods=2)
