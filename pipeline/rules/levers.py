"""Levers: what a firm can really do about its figures, each with the raw columns that one unit of it raises.

A lever raises everything that moves with it: who hires for research has more staff, who spends on research has more
cost. What a lever leaves alone (tax, profit, net assets) is written in docs/decisions/0011.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Basis = Literal["year", "day"]
Risk = Literal["", "low", "medium", "high"]

TEN_THOUSAND: Final = 10_000


@dataclass(frozen=True)
class Lever:
    """One act, counted in whole units; ``adds`` gives for each raw column what one unit puts to it.

    ``lead`` is the column whose value a reader knows it by. What counts by year is read with the year's figures, what
    counts by day as soon as it is there. ``most`` bounds what there can be only so many of; one that is not ``common``
    is somebody else's to give and enters a plan only where the bureau put a price on it.
    """

    key: str
    label: str
    unit: str
    adds: Mapping[str, int]
    lead: str
    basis: Basis = "year"
    most: int | None = None
    is_common: bool = True


@dataclass(frozen=True)
class Price:
    """What the bureau holds one unit of a lever to cost: yuan, months, risk; None and empty are not known."""

    money: int | None = None
    months: int | None = None
    risk: Risk = ""
    note: str = ""
    is_offered: bool = True


Prices = Mapping[str, Price]


def last_years(*names: str, each: int = 1) -> dict[str, int]:
    """The figures of the year just closed, each raised by so much a unit."""
    return {f"{name}_1": each for name in names}


def listed(*names: str) -> dict[str, int]:
    """Counts made from a list, with and without the rows in doubt."""
    return {f"{name}_listed{side}": 1 for name in names for side in ("", "_most")}


def proofs(name: str) -> dict[str, int]:
    """A list that proves something: one sure row more."""
    return {f"{name}_sure": 1, f"{name}_possible": 1}


# Of two levers in one ratio the one that makes it harder stands first: the search reads marks in this order.
LEVERS: Final = (
    Lever(
        "hi_tech_income",
        "高新技术产品（服务）收入",
        "万元",
        last_years(
            "hi_tech_income_cny",
            "total_income_cny",
            "sales_cny",
            "operating_revenue_cny",
            "main_revenue_cny",
            each=TEN_THOUSAND,
        ),
        "hi_tech_income_cny_1",
    ),
    Lever(
        "capital",
        "股东实缴增资",
        "万元",
        last_years("net_assets_cny", "total_assets_cny", each=TEN_THOUSAND),
        "net_assets_cny_1",
    ),
    Lever(
        "research",
        "境内研发费用",
        "万元",
        last_years(
            "rd_cost_deduction_cny",
            "rd_cost_hnte_cny",
            "rd_cost_hnte_domestic_cny",
            "rd_cost_audit_cny",
            "rd_spend_stat_cny",
            "cost_expense_cny",
            each=TEN_THOUSAND,
        ),
        "rd_cost_hnte_cny_1",
    ),
    Lever(
        "tech_staff",
        "新聘科技人员",
        "人",
        last_years(
            "tech_staff_tsme_headcount",
            "tech_staff_hnte_headcount",
            "rd_staff_headcount",
            "staff_headcount",
            "staff_hnte_headcount",
        ),
        "tech_staff_tsme_headcount_1",
    ),
    Lever(
        "class_one",
        "自主研发取得Ⅰ类知识产权（如发明专利）",
        "件",
        {**listed("class_one", "self_developed"), **last_years("class_one_count")},
        "class_one_listed",
        "day",
    ),
    Lever(
        "class_two",
        "自主研发取得Ⅱ类知识产权",
        "件",
        {**listed("class_two", "class_two_unspent", "self_developed"), **last_years("class_two_count")},
        "class_two_listed",
        "day",
    ),
    Lever("conversion", "科技成果转化", "项", last_years("result_conversions"), "result_conversions_1"),
    Lever(
        "institution",
        "获认定省部级以上研发机构",
        "家",
        proofs("provincial_institutions"),
        "provincial_institutions_sure",
        "day",
        1,
        is_common=False,
    ),
    Lever(
        "standard",
        "主导制定国际、国家或行业标准",
        "项",
        proofs("led_standards"),
        "led_standards_sure",
        "day",
        1,
        is_common=False,
    ),
)
LEVER_BY_KEY: Final[Mapping[str, Lever]] = {lever.key: lever for lever in LEVERS}


def offered(prices: Prices) -> list[Lever]:
    """The levers a plan may use: the common ones unless the bureau left them out, the others where it priced them."""
    return [lever for lever in LEVERS if is_offered(lever, prices.get(lever.key))]


def is_offered(lever: Lever, price: Price | None) -> bool:
    """Whether a plan may use the lever."""
    if price is None or not price.is_offered:
        return lever.is_common and price is None
    return lever.is_common or price.money is not None
