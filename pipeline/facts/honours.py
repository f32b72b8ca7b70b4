"""Facts about honours and institutions as the tracks of 经信 read them."""

import polars as pl

from pipeline.facts.registry import Amount, fact
from pipeline.facts.standing import proven


def held(name: str) -> Amount:
    """Whether a row surely counts, surely none does, or neither."""
    return Amount(proven(f"{name}_sure", f"{name}_possible"))


def number(name: str) -> Amount:
    """How many rows surely count, and how many may."""
    return Amount(pl.col(f"{name}_sure"), most=pl.col(f"{name}_possible"))


@fact(label="近三年国家级或省级科技奖励", unit="flag")
def provincial_prize() -> Amount:
    """A national or provincial science prize of the last three years, whatever the rank."""
    return held("provincial_prizes")


@fact(label="近三年省部级以上科技奖励（前三名）", unit="flag")
def provincial_prize_top_three() -> Amount:
    """A provincial or higher science prize of the last three years with a rank of at most three."""
    return held("provincial_prizes_top")


@fact(label="近三年国家级科技奖励（前三名）", unit="flag")
def national_prize_top_three() -> Amount:
    """A national science prize of the last three years with a rank of at most three."""
    return held("national_prizes_top_three")


@fact(label="近三年国家级科技奖励（前五名）", unit="flag")
def national_prize_top_five() -> Amount:
    """A national science prize of the last three years with a rank of at most five."""
    return held("national_prizes_top_five")


@fact(label="近三年“创客中国”全国50强", unit="flag")
def maker_top_fifty() -> Amount:
    """A place among the first fifty of the national 创客中国 in the last three years."""
    return held("maker_fifty")


@fact(label="近三年“创客中国”全国500强", unit="flag")
def maker_top_five_hundred() -> Amount:
    """A place among the first five hundred of the national 创客中国 in the last three years."""
    return held("maker_five_hundred")


@fact(label="国家级技术创新示范企业、知识产权优势或示范企业", unit="flag")
def model_firm() -> Amount:
    """Whether the firm was named 国家技术创新示范企业, 知识产权优势企业 or 知识产权示范企业."""
    return held("model_firms")


@fact(label="国家级研发机构", unit="bodies")
def institutions_national() -> Amount:
    """Research institutions of national level that stand on the day."""
    return number("institutions_national")


@fact(label="省部级研发机构", unit="bodies")
def institutions_provincial() -> Amount:
    """Research institutions of provincial or ministerial level that stand on the day."""
    return number("institutions_provincial")


@fact(label="市级研发机构", unit="bodies")
def institutions_city() -> Amount:
    """Research institutions of city level that stand on the day."""
    return number("institutions_city")


@fact(label="研发机构（自建或与他方共建）", unit="bodies")
def institutions_of_any_level() -> Amount:
    """Research institutions of any level, self-run ones included, that have not ended."""
    return number("institutions_of_any_level")
