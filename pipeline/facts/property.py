"""Facts about intellectual property and the results turned into products."""

import polars as pl

from pipeline.facts.columns import last_year, window_sum
from pipeline.facts.registry import Amount, Ratio, fact


def listed_or_stated(listed: str, stated: str) -> tuple[pl.Expr, pl.Expr]:
    """The sure count and the one with rows in doubt, from the list where there is one, else the number stated."""
    number = last_year(stated)
    return pl.coalesce(pl.col(listed), number), pl.coalesce(pl.col(f"{listed}_most"), number)


def count(listed: str, stated: str) -> Amount:
    """A count of property."""
    value, most = listed_or_stated(listed, stated)
    return Amount(value, most=most)


@fact(label="有效Ⅰ类知识产权", unit="count", basis="与主要产品（服务）相关")
def class_one() -> Amount:
    """Valid class I property, pieces (国科发政〔2017〕115号, 国科发火〔2016〕195号)."""
    return count("class_one_listed", "class_one_count")


@fact(label="有效Ⅱ类知识产权", unit="count", basis="与主要产品（服务）相关")
def class_two() -> Amount:
    """Valid class II property, pieces (国科发政〔2017〕115号)."""
    return count("class_two_listed", "class_two_count")


@fact(label="未用于高企认定的有效Ⅱ类知识产权", unit="count", basis="高企口径，Ⅱ类仅限使用一次")
def class_two_hnte() -> Amount:
    """Valid class II property not yet spent on a 高企 filing, pieces: it may be used once (国科发火〔2016〕195号)."""
    return count("class_two_unspent_listed", "class_two_count")


@fact(label="可用于高企认定的知识产权", unit="count", basis="高企口径", clause="第十一条")
def property_hnte() -> Amount:
    """Valid property of both classes that a 高企 filing may use, pieces; one known class can already suffice."""
    one, one_most = listed_or_stated("class_one_listed", "class_one_count")
    two, two_most = listed_or_stated("class_two_unspent_listed", "class_two_count")
    # A known positive count of one class proves "at least one"; otherwise both classes must be known.
    proven = pl.max_horizontal(one, two)
    both_known = one.is_not_null() & two.is_not_null()
    value = pl.when(both_known).then(one + two).when(proven > 0).then(proven)
    most = pl.when(both_known).then(one_most + two_most).when(proven > 0).then(proven)
    return Amount(value, most=most)


@fact(label="自主研发的知识产权", unit="count", basis="高企口径")
def property_self_developed() -> Amount:
    """Valid usable property the firm developed itself, pieces; known from a list, or where there is none at all."""
    none_at_all = pl.when(property_hnte().value == 0).then(0)
    value = pl.coalesce(pl.col("self_developed_listed"), none_at_all)
    return Amount(value, most=pl.coalesce(pl.col("self_developed_listed_most"), none_at_all))


def own_class_one(listed: str) -> Amount:
    """A count of class I property by how it was obtained; a mere number of pieces says at most how many there are."""
    stated = last_year("class_one_count")
    none_for_sure = pl.when(stated.is_not_null()).then(0)
    return Amount(
        pl.coalesce(pl.col(f"{listed}_listed"), none_for_sure),
        most=pl.coalesce(pl.col(f"{listed}_listed_most"), stated),
    )


@fact(label="自主研发的有效Ⅰ类知识产权", unit="count", basis="与主要产品（服务）相关")
def class_one_self_developed() -> Amount:
    """Valid class I property the firm developed itself, pieces (工信部企业〔2022〕63号)."""
    return own_class_one("class_one_self")


@fact(label="自行申请的有效Ⅰ类知识产权", unit="count", basis="与主导产品相关，企业为前三名权利人")
def class_one_own() -> Amount:
    """Valid class I property applied for by the firm, among the first three owners (工信部企业〔2026〕2号)."""
    return own_class_one("class_one_own")


@fact(label="年平均科技成果转化", unit="mean", basis="近三年，项/年")
def conversions_mean() -> Ratio:
    """Results turned into products a year, over the years of the last three that the firm existed."""
    return Ratio(window_sum("result_conversions"), pl.col("years_existed"))
