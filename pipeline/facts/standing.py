"""Facts about the firm itself: its age, trade, field, record, honours, institutions and titles."""

from typing import Final

import polars as pl

from enterprises import six_haves
from enterprises.vocabulary import HI_TECH_FIELDS, TRACKS
from pipeline.facts.columns import WHOLLY_EXCLUDED, last_year
from pipeline.facts.registry import Amount, Fact, fact, register

# GB/T 4754-2017: sections B, C and D are industry; every other trade has its own floor, or one by its kind of service.
SCALE_TRADES: Final = {
    **{f"{number:02}": "工业" for number in range(6, 47)},
    "51": "批发业",
    "52": "零售业",
    "61": "住宿业",
    "62": "餐饮业",
}


def proven(sure: str, possible: str) -> pl.Expr:
    """True when one row surely counts, false when none even possibly does, else unknown."""
    return pl.when(pl.col(sure) > 0).then(statement=True).when(pl.col(possible) == 0).then(statement=False)


def division() -> pl.Expr:
    """The two digits of the industry code, with or without its leading letter."""
    return pl.col("industry_code").str.to_uppercase().str.extract(r"^[A-T]?([0-9]{2})[0-9]{0,2}$")


@fact(label="注册成立天数", unit="days", clause="第十一条")
def days_registered() -> Amount:
    """Days from registration to the day of the action (国科发火〔2016〕32号: 365 days)."""
    return Amount((pl.col("on") - pl.col("registered_on")).dt.total_days())


@fact(label="成立年限", unit="years", basis="截至办理之日，不足一年按一年计")
def age_years() -> Amount:
    """Years begun since registration: five on the fifth anniversary, six the day after."""
    on, born = pl.col("on").dt, pl.col("registered_on").dt
    # Month and day as one number; a firm of 29 February has its anniversary that day or on the eve of 1 March.
    past = on.month().cast(pl.Int64) * 100 + on.day() > born.month().cast(pl.Int64) * 100 + born.day()
    return Amount(on.year().cast(pl.Int64) - born.year() + past.cast(pl.Int64))


@fact(label="已上市", unit="flag")
def is_listed() -> Amount:
    """Whether the firm says it is listed."""
    return Amount(pl.col("is_listed"))


@fact(label="规上统计行业", unit="text", basis="GB/T 4754-2017")
def scale_trade() -> Amount:
    """The trade whose floor of 规上 the firm is measured by, from the division of its industry code."""
    trade = division().replace_strict(SCALE_TRADES, default="其他", return_dtype=pl.String)
    return Amount(pl.when(division().is_not_null()).then(trade))


@fact(label="境内注册的居民企业", unit="flag")
def is_resident() -> Amount:
    """Whether the firm is a resident enterprise registered in mainland China."""
    return Amount(pl.col("is_resident"))


@fact(label="国民经济行业大类", unit="text", basis="GB/T 4754-2017")
def industry_division() -> Amount:
    """The two-digit division of the industry code, with or without its leading letter.

    The bare letter of a section that is excluded as a whole stands for its first division; another code without a
    division says nothing.
    """
    whole = (
        pl.col("industry_code").str.to_uppercase().replace_strict(WHOLLY_EXCLUDED, default=None, return_dtype=pl.String)
    )
    return Amount(pl.coalesce(division(), whole))


@fact(label="填报领域属于国家重点支持的高新技术领域", unit="flag", clause="第十一条")
def hi_tech_field_stated() -> Amount:
    """Whether the field the firm states is one of the eight; whether that is right is for people to say."""
    return Amount(pl.col("hi_tech_field").is_in(HI_TECH_FIELDS))


@fact(label="上年及当年的事故、环境违法、弄虚作假和科研失信", unit="count")
def serious_events_two_years() -> Amount:
    """Accidents, environmental breaches, fraud and research dishonesty since 1 January of last year, events."""
    return Amount(pl.col("serious_events_since_last_january"))


@fact(label="列入经营异常名录或严重违法失信名单", unit="count")
def on_bad_lists() -> Amount:
    """Entries of 经营异常 and 严重违法失信 that stand on the day."""
    return Amount(pl.col("bad_lists_today"))


@fact(label="申报前一年内的事故和环境违法", unit="count", clause="第十一条")
def accidents_one_year() -> Amount:
    """Safety and quality accidents and environmental breaches within the year before the day, events."""
    return Amount(pl.col("accidents_past_year"))


@fact(label="近五年国家级科技奖励（前三名）", unit="flag")
def national_prize() -> Amount:
    """A national science prize given in the last five years with a rank of at most three."""
    return Amount(proven("national_prizes_sure", "national_prizes_possible"))


@fact(label="近五年主导制定国际、国家或行业标准", unit="flag")
def led_standard() -> Amount:
    """A led international, national or industry standard of the last five years, with a rank of at most five."""
    return Amount(proven("led_standards_sure", "led_standards_possible"))


@fact(label="省部级以上研发机构", unit="flag")
def provincial_institution() -> Amount:
    """A research institution recognised at provincial, ministerial or national level, standing on the day."""
    return Amount(proven("provincial_institutions_sure", "provincial_institutions_possible"))


@fact(label="规上企业", unit="flag", basis="规上名录，当日在列")
def is_above_scale() -> Amount:
    """Whether a spell of 规上 status of any trade stands on the day."""
    return Amount(pl.col("above_scale_today") > 0)


@fact(label="规上工业企业", unit="flag", basis="规上名录，当日在列")
def is_above_scale_industry() -> Amount:
    """Whether a spell of 规上工业 stands on the day."""
    return Amount(pl.col("above_scale_industry_today") > 0)


@fact(label="同一研发机构六项齐备", unit="flag", basis="现场核查，以最近一次为准")
def six_complete() -> Amount:
    """Whether one institution has all six of the 六有 by the last check of each."""
    return Amount(proven("six_complete_sure", "six_complete_possible"))


@fact(label="专家评分：知识产权", unit="score")
def expert_property() -> Amount:
    """Points the experts gave for intellectual property, as kept with the year just closed."""
    return Amount(last_year("hnte_expert_property"))


@fact(label="专家评分：科技成果转化能力", unit="score")
def expert_conversion() -> Amount:
    """Points the experts gave for turning results into products, as kept with the year just closed."""
    return Amount(last_year("hnte_expert_conversion"))


@fact(label="专家评分：研究开发组织管理水平", unit="score")
def expert_organisation() -> Amount:
    """Points the experts gave for the organisation of R&D, as kept with the year just closed."""
    return Amount(last_year("hnte_expert_organisation"))


def declare_title_facts() -> None:
    """Declare `title_<track>` for every track: whether the firm holds that title in force on the day."""
    for track in TRACKS:
        held = proven(f"titles_{track.key}_sure", f"titles_{track.key}_possible")
        register(Fact(f"title_{track.key}", f"{track.label}资格在有效期内", "flag", "", "", Amount(held)))


def declare_six_facts() -> None:
    """Declare `six_<key>` for each of the 六有: whether some institution of the firm was found to have it."""
    for item in six_haves.ITEMS:
        held = proven(f"six_{item.key}_sure", f"six_{item.key}_possible")
        register(Fact(f"six_{item.key}", item.label, "flag", "现场核查，以最近一次为准", "", Amount(held)))


declare_title_facts()
declare_six_facts()
