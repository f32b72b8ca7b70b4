"""Facts that keep a firm out for a time: incidents, untrue filings, a title revoked this year, whoever controls it."""

import polars as pl

from pipeline.facts.registry import Amount, fact
from pipeline.facts.standing import proven


@fact(label="近三年的事故、环境违法和网络与数据安全事件", unit="count")
def incidents_three_years() -> Amount:
    """Accidents, environmental breaches and network or data incidents of the last three years, events."""
    return Amount(pl.col("incidents_past_three_years"))


@fact(label="近三年申报弄虚作假", unit="count")
def frauds_three_years() -> Amount:
    """Untrue filings found in the last three years, events."""
    return Amount(pl.col("frauds_past_three_years"))


@fact(label="当年被撤销科技型中小企业登记编号", unit="flag", basis="以本局登记的撤销为准")
def tsme_revoked_this_year() -> Amount:
    """Whether the number of 科技型中小企业 was revoked in the calendar year of the day."""
    return Amount(proven("tsme_revoked_sure", "tsme_revoked_possible"))


@fact(label="当年被取消高新技术企业资格", unit="flag", basis="以本局登记的取消为准")
def hnte_revoked_this_year() -> Amount:
    """Whether the title of 高新技术企业 was cancelled in the calendar year of the day."""
    return Amount(proven("hnte_revoked_sure", "hnte_revoked_possible"))


@fact(label="控股企业为专精特新“小巨人”企业", unit="flag")
def parent_is_little_giant() -> Amount:
    """Whether whoever controls the firm holds 小巨人 in force on the day; a firm that nobody controls: no."""
    return Amount(proven("parents_little_giant_sure", "parents_little_giant_possible"))
