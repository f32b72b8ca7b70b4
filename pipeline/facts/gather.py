"""Lists to numbers: how the rows of a list become one count a firm, on a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from enterprises import six_haves
from enterprises.vocabulary import PROPERTY_ALIASES, PROPERTY_CLASSES, TRACKS

ACCIDENTS: Final = ("安全事故", "质量事故", "环境违法")
INCIDENTS: Final = (*ACCIDENTS, "网络与数据安全事件")
SERIOUS_EVENTS: Final = (*ACCIDENTS, "弄虚作假", "科研失信")
# Entries rather than events: without an end they have not ended.
STANDING: Final = ("科研失信",)
BAD_LISTS: Final = ("经营异常", "严重违法失信")
NATIONAL_PRIZES: Final = ("国家级科技奖励", "国家科技奖励", "国家科学技术奖")
ANY_PRIZE: Final = ("科技奖励", "科学技术奖")
MODEL_FIRMS: Final = ("国家技术创新示范企业", "知识产权优势企业", "知识产权示范企业")
STANDARD_LEVELS: Final = ("国际", "国家", "行业")

Condition = Callable[[date], pl.Expr]


@dataclass(frozen=True)
class Gathered:
    """A count a firm: the list it is made from and the condition on a row; rows in doubt do not count.

    What is on record only by the bureau's own act is none where the list is unknown: asking for the list first would
    leave every firm of a plain ledger open on it.
    """

    subject: str
    condition: Condition
    is_own_act: bool = False


GATHERED: Final[dict[str, Gathered]] = {}


def gathered(subject: str) -> Callable[[Condition], Condition]:
    """Declare a condition on the rows of a list; its count bears the function's name."""

    def declare(condition: Condition) -> Condition:
        GATHERED[condition.__name__] = Gathered(subject, condition)
        return condition

    return declare


def years_before(on: date, years: int) -> date:
    """The same day some years earlier; 29 February becomes the 28th."""
    if (on.month, on.day) == (2, 29):
        return date(on.year - years, 2, 28)
    return on.replace(year=on.year - years)


def in_force(on: date, start: str, end: str) -> pl.Expr:
    """Whether the day lies in the period, both ends included; an open end does not end."""
    return (pl.col(start) <= on) & (pl.col(end).is_null() | (pl.col(end) >= on))


def valid(on: date) -> pl.Expr:
    """Granted by the day, not expired, and neither unrelated to the main products nor out of use.

    A row without a grant day is in doubt; an unset flag does not speak against the row.
    """
    no_objection = pl.col("main_product").fill_null(value=True) & pl.col("in_use").fill_null(value=True)
    return in_force(on, "granted_on", "expires_on") & no_objection


def of_class(number: str) -> pl.Expr:
    """Of that class, and of a kind that belongs to it; a 商标 belongs to none, a row without its kind is believed."""
    kinds = PROPERTY_CLASSES[number]
    words = (*kinds, *(word for word, kind in PROPERTY_ALIASES.items() if kind in kinds))
    return (pl.col("class") == number) & pl.col("kind").is_in(words).fill_null(value=True)


def class_one(on: date) -> pl.Expr:
    """Valid class I property in the list."""
    return valid(on) & of_class("I")


def class_two(on: date) -> pl.Expr:
    """Valid class II property in the list."""
    return valid(on) & of_class("II")


def unspent() -> pl.Expr:
    """Class I, or class II that no 高企 filing has used yet."""
    return of_class("I") | (of_class("II") & ~pl.col("used_for_hnte").fill_null(value=False))


def class_two_unspent(on: date) -> pl.Expr:
    """Valid class II property that no 高企 filing has used yet."""
    return valid(on) & of_class("II") & unspent()


def self_developed(on: date) -> pl.Expr:
    """Valid usable property the firm developed itself; how a right was obtained may not be known."""
    return valid(on) & unspent() & (pl.col("obtained") == "自主研发")


def self_developed_class_one(on: date) -> pl.Expr:
    """Valid class I property the firm developed itself."""
    return class_one(on) & (pl.col("obtained") == "自主研发")


def class_one_own(on: date) -> pl.Expr:
    """Valid class I property the firm applied for itself, standing among its first three owners."""
    return self_developed_class_one(on) & (pl.col("owner_rank") <= 3)


def within(on: date, start: date) -> pl.Expr:
    """An event between two days; one without an end happened on its first day, an entry without an end still stands."""
    ended = pl.coalesce("to_on", "from_on") >= start
    return (pl.col("from_on") <= on) & (ended | (pl.col("kind").is_in(STANDING) & pl.col("to_on").is_null()))


@gathered("negatives")
def serious_events_since_last_january(on: date) -> pl.Expr:
    """Serious events of last year and this year up to the day."""
    return pl.col("kind").is_in(SERIOUS_EVENTS) & within(on, date(on.year - 1, 1, 1))


@gathered("negatives")
def accidents_past_year(on: date) -> pl.Expr:
    """Accidents and environmental breaches within the year before the day."""
    return pl.col("kind").is_in(ACCIDENTS) & within(on, years_before(on, 1))


@gathered("negatives")
def incidents_past_three_years(on: date) -> pl.Expr:
    """Accidents, environmental breaches and network or data incidents within the three years before the day."""
    return pl.col("kind").is_in(INCIDENTS) & within(on, years_before(on, 3))


@gathered("negatives")
def frauds_past_three_years(on: date) -> pl.Expr:
    """Untrue filings within the three years before the day."""
    return (pl.col("kind") == "弄虚作假") & within(on, years_before(on, 3))


@gathered("negatives")
def bad_lists_today(on: date) -> pl.Expr:
    """Entries on a list of dishonest or abnormal firms that stand on the day, the day of removal included."""
    return pl.col("kind").is_in(BAD_LISTS) & in_force(on, "from_on", "to_on")


def national_prize_row() -> pl.Expr:
    """A national science prize, by its kind or by its level."""
    named = pl.col("kind").is_in(NATIONAL_PRIZES)
    return named | (pl.col("kind").is_in(ANY_PRIZE) & (pl.col("level") == "国家"))


def provincial_prize_row() -> pl.Expr:
    """A national or provincial science prize, by its kind or by its level."""
    named = pl.col("kind") == "省级科技奖励"
    return national_prize_row() | named | (pl.col("kind").is_in(ANY_PRIZE) & (pl.col("level") == "省"))


def maker_row() -> pl.Expr:
    """A place in the national final of 创客中国."""
    return (pl.col("kind") == "创客中国") & (pl.col("level") == "国家")


def led_standard_row() -> pl.Expr:
    """A led standard of international, national or industry reach."""
    return (pl.col("kind") == "主导标准") & pl.col("level").is_in(STANDARD_LEVELS)


def recent(on: date, years: int) -> pl.Expr:
    """Given in so many years before the day."""
    return pl.col("given_on").is_between(years_before(on, years), on)


def honour(what: pl.Expr, rank: pl.Expr, years: int = 5) -> Callable[[date], pl.Expr]:
    """An honour of that kind, recent and ranked well enough."""
    return lambda on: what & recent(on, years) & rank


def model_firm(on: date) -> pl.Expr:
    """An honour as a model firm, given by the day."""
    return pl.col("kind").is_in(MODEL_FIRMS) & (pl.col("given_on") <= on)


def possible(condition: Condition) -> Condition:
    """The same condition, a row in doubt counted too."""
    return lambda on: condition(on).fill_null(value=True)


def institution(*levels: str) -> Condition:
    """An institution recognised at one of these levels and standing on the day."""

    def standing(on: date) -> pl.Expr:
        recognised = pl.col("recognised").fill_null(value=True)
        return recognised & pl.col("level").is_in(levels) & in_force(on, "recognised_on", "valid_until")

    return standing


def begun(on: date) -> pl.Expr:
    """An institution that has not ended; one being built has no day of recognition yet."""
    started = pl.col("recognised_on").is_null() | (pl.col("recognised_on") <= on)
    return started & (pl.col("valid_until").is_null() | (pl.col("valid_until") >= on))


def having(*keys: str) -> Condition:
    """An institution of which the last checks found all these of the 六有; one nobody checked is in doubt."""
    return lambda on: begun(on) & pl.all_horizontal(f"six_{key}" for key in keys)


@gathered("above_scale")
def above_scale_today(on: date) -> pl.Expr:
    """Spells of 规上 status, of whatever trade, that stand on the day."""
    return in_force(on, "from_on", "to_on")


@gathered("above_scale")
def above_scale_industry_today(on: date) -> pl.Expr:
    """Spells of 规上工业 that stand on the day."""
    return in_force(on, "from_on", "to_on") & (pl.col("kind") == "规上工业")


def title(track: str) -> Condition:
    """A title of that track in force on the day; without an end day it is in doubt."""

    def held(on: date) -> pl.Expr:
        dates = (pl.col("valid_from") <= on) & (pl.col("valid_until") >= on)
        stopped = pl.col("revoked").fill_null(value=False) | pl.col("suspended").fill_null(value=False)
        return (pl.col("track") == track) & dates & ~stopped

    return held


def revoked_this_year(track: str) -> Condition:
    """A title of that track revoked in the calendar year of the day; without the day of it in doubt."""

    def revoked(on: date) -> pl.Expr:
        this_year = pl.col("revoked_on").is_between(date(on.year, 1, 1), on)
        return (pl.col("track") == track) & pl.col("revoked").fill_null(value=False) & this_year

    return revoked


def both(name: str, subject: str, condition: Condition, *, is_own_act: bool = False) -> None:
    """Declare the count of sure rows and the count of possible ones."""
    GATHERED[f"{name}_sure"] = Gathered(subject, condition, is_own_act)
    GATHERED[f"{name}_possible"] = Gathered(subject, possible(condition), is_own_act)


def counted(name: str, condition: Condition) -> None:
    """Declare the count of sure property rows and, under `…_most`, of those with the rows in doubt."""
    GATHERED[f"{name}_listed"] = Gathered("property", condition)
    GATHERED[f"{name}_listed_most"] = Gathered("property", possible(condition))


counted("class_one", class_one)
counted("class_two", class_two)
counted("class_two_unspent", class_two_unspent)
counted("self_developed", self_developed)
counted("class_one_self", self_developed_class_one)
counted("class_one_own", class_one_own)
both("national_prizes", "honours", honour(national_prize_row(), pl.col("rank") <= 3))
# 主导 itself says that the firm led; a known rank beyond the fifth contradicts it.
both("led_standards", "honours", honour(led_standard_row(), pl.col("rank").fill_null(1) <= 5))
both("provincial_prizes", "honours", honour(provincial_prize_row(), pl.lit(value=True), 3))
both("provincial_prizes_top", "honours", honour(provincial_prize_row(), pl.col("rank") <= 3, 3))
both("national_prizes_top_three", "honours", honour(national_prize_row(), pl.col("rank") <= 3, 3))
both("national_prizes_top_five", "honours", honour(national_prize_row(), pl.col("rank") <= 5, 3))
both("maker_fifty", "honours", honour(maker_row(), pl.col("rank") <= 50, 3))
both("maker_five_hundred", "honours", honour(maker_row(), pl.col("rank") <= 500, 3))
both("model_firms", "honours", model_firm)
both("provincial_institutions", "institutions", institution("国家", "省部"))
both("institutions_national", "institutions", institution("国家"))
both("institutions_provincial", "institutions", institution("省部"))
both("institutions_city", "institutions", institution("市"))
both("institutions_of_any_level", "institutions", begun)
both("tsme_revoked", "titles", revoked_this_year("tsme"), is_own_act=True)
both("hnte_revoked", "titles", revoked_this_year("hnte"), is_own_act=True)
both("parents_little_giant", "parents", title("little_giant"))
both("six_complete", "institutions", having(*six_haves.KEYS))
for _key in six_haves.KEYS:
    both(f"six_{_key}", "institutions", having(_key))
for _track in TRACKS:
    both(f"titles_{_track.key}", "titles", title(_track.key))


def twin(column: str) -> str | None:
    """The count of sure rows beside one that has the rows in doubt too."""
    if column.endswith("_possible"):
        return f"{column.removesuffix('_possible')}_sure"
    return column.removesuffix("_most") if column.endswith("_most") else None


def raw_subject(column: str) -> str:
    """The list a gathered column is made from, or the column itself: the name somebody can supply it under."""
    return GATHERED[column].subject if column in GATHERED else column
