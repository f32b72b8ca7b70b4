"""Facts about the niche a firm works in and what the national platform says of it."""

import polars as pl

from pipeline.facts.columns import figure, outside
from pipeline.facts.registry import Amount, Ratio, fact

PLACES = 12  # decimals of a market share; no ledger writes more


@fact(label="从事特定细分市场年限", unit="years", basis="截至上年末的周年数")
def niche_years() -> Amount:
    """Full years in the specific niche at the end of last year."""
    since, on = pl.col("niche_since").dt, pl.col("on").dt
    later = (since.month() > 1) | (since.day() > 1)
    return Amount(on.year().cast(pl.Int64) - since.year() - later.cast(pl.Int64))


@fact(label="主导产品细分市场占有率", unit="ratio", basis="企业申明")
def market_share() -> Ratio:
    """The share of the niche the firm states, exact as written: `0.12` or `12%`."""
    text = pl.col("market_share").str.strip_suffix("%")
    places = text.str.extract(r"\.([0-9]+)$").fill_null("").str.len_chars().cast(pl.Int64)
    digits = text.str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
    percent = pl.when(pl.col("market_share").str.ends_with("%")).then(100).otherwise(1)
    whole = pl.when(places <= PLACES).then(pl.lit(10, dtype=pl.Int64).pow(places) * percent)
    return Ratio(pl.when(whole.is_not_null()).then(digits), pl.when(digits.is_not_null()).then(whole))


@fact(label="主导产品全国排名", unit="rank", basis="企业申明")
def national_rank() -> Amount:
    """The firm's place in its niche in the country, as it states it."""
    return Amount(pl.col("national_rank"))


@fact(label="主导产品属于工业六基", unit="flag", basis="企业申明")
def is_six_bases() -> Amount:
    """Whether the leading product belongs to the six industrial bases."""
    return Amount(pl.col("is_six_bases"))


def platform_score(back: int) -> Ratio:
    """Hundredths of a point over one hundred, so that a score with decimals is compared exactly."""
    points = pl.when(~outside(back)).then((figure("srdi_platform_score", back) * 100).cast(pl.Int64))
    return Ratio(points, pl.when(points.is_not_null()).then(100), outside(back))


@fact(label="专精特新发展评价得分", unit="score", basis="全国平台给出，随上一会计年度的数据登记")
def platform_score_1() -> Ratio:
    """Points of 专精特新发展评价 kept with the year just closed, that is the evaluation of this year."""
    return platform_score(1)


@fact(label="上一次专精特新发展评价得分", unit="score", basis="全国平台给出，随前一会计年度的数据登记")
def platform_score_2() -> Ratio:
    """Points of 专精特新发展评价 kept with the year before, that is the evaluation of last year."""
    return platform_score(2)
