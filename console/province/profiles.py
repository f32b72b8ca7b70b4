"""Profiles of firms: which figures each has and, by hand from the policy texts, what must follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BARE: Final = "names_only"

# What the gates of each track ask a firm for; of a firm of which only the name is known all of it is wanted.
PROPERTY: Final = frozenset({"property", "class_one_count", "class_two_count"})
HNTE_OWN: Final = frozenset({"registered_on", "hi_tech_field", "negatives", "titles"}) | PROPERTY
HNTE_FIGURES: Final = frozenset({
    "tech_staff_hnte_headcount", "staff_hnte_headcount", "rd_cost_hnte_cny", "sales_cny", "rd_cost_hnte_domestic_cny",
    "hi_tech_income_cny", "total_income_cny", "result_conversions", "net_assets_cny",
})  # fmt: skip
TSME_OWN: Final = (
    frozenset({"is_resident", "industry_code", "negatives", "titles", "honours", "institutions"}) | PROPERTY
)
TSME_FIGURES: Final = frozenset({
    "staff_headcount", "sales_cny", "total_assets_cny", "tech_staff_tsme_headcount", "rd_cost_deduction_cny",
    "cost_expense_cny",
})  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One sort of firm against 高企: gates it fails, gates nobody can decide, figures that are wanted for it."""

    weight: int
    unmet: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    wants: frozenset[str] = frozenset()


def profile(weight: int, unmet: str = "", unknown: str = "", wants: str = "") -> Profile:
    """A profile in few words."""
    return Profile(weight, *(frozenset(words.split()) for words in (unmet, unknown, wants)))


PROFILES: Final[Mapping[str, Profile]] = {
    "fit": profile(22),
    "thin_research": profile(15, "H5"),
    "few_scientists": profile(8, "H4"),
    "little_hi_tech_income": profile(7, "H6"),
    "thin_and_few": profile(9, "H4 H5"),
    "income_unknown": profile(9, "", "H6", "hi_tech_income_cny"),
    "domestic_unknown": profile(6, "", "H5", "rd_cost_hnte_domestic_cny"),
    "few_and_income_unknown": profile(6, "H4", "H6", "hi_tech_income_cny"),
    "stale": Profile(6, unknown=frozenset({"H4", "H5", "H6", "H7"}), wants=HNTE_FIGURES),
    BARE: Profile(
        12, unknown=frozenset({"H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9"}), wants=HNTE_OWN | HNTE_FIGURES
    ),
}
# Sorts of firm against 科小, drawn beside the profile, with their weights.
TSME: Final[Mapping[str, int]] = {"good": 60, "many_staff": 8, "retailer": 7, "assets_unknown": 10, "low_score": 15}

FIELDS: Final = ("先进制造与自动化", "新材料", "电子信息", "资源与环境")
INDUSTRIES: Final = {"先进制造与自动化": "C3421", "新材料": "C3252", "电子信息": "C3974", "资源与环境": "C3511"}
RETAIL: Final = "F5272"


def figures(profile_name: str, tsme: str, scale: int, back: int) -> dict[str, int]:
    """The figures of the year so many years back; every ratio stays clear of its threshold at every size."""
    sales = scale * 9_000_000 * (11 - back) // 10  # 9 to 180 million yuan in the year just closed
    staff = 20 * (30 + scale if tsme == "many_staff" else scale)
    thin, few = "thin" in profile_name, "few" in profile_name
    found = {
        "operating_revenue_cny": sales,
        "sales_cny": sales,
        "total_income_cny": sales,
        "hi_tech_income_cny": sales * (4 if profile_name == "little_hi_tech_income" else 7) // 10,
        "cost_expense_cny": sales * 9 // 10,
        "rd_cost_deduction_cny": sales * 65 // 1000,
        "rd_cost_hnte_cny": sales * (2 if thin else 6) // 100,
        "rd_cost_hnte_domestic_cny": sales * (2 if thin else 6) // 100,
        "net_profit_cny": sales // 20,
        "total_assets_cny": sales * 8 // 10,
        "net_assets_cny": sales * 4 // 10,
        "staff_headcount": staff,
        "tech_staff_tsme_headcount": staff // 20 if tsme == "low_score" else staff * 7 // 20,
        "staff_hnte_headcount": staff,
        "tech_staff_hnte_headcount": staff // 20 if few else staff // 5,
        "result_conversions": 6,
    }
    return {name: value for name, value in found.items() if name not in lacking(profile_name, tsme, back)}


def lacking(profile_name: str, tsme: str, back: int) -> set[str]:
    """Figures that nobody stated."""
    gone = set()
    if profile_name.endswith("income_unknown") and back == 1:
        gone.add("hi_tech_income_cny")
    if profile_name == "domestic_unknown":
        gone.add("rd_cost_hnte_domestic_cny")
    if tsme == "assets_unknown":
        gone.add("total_assets_cny")
    return gone


def years(profile_name: str) -> tuple[int, ...]:
    """How many years back figures were stated for."""
    if profile_name == BARE:
        return ()
    return (2, 3) if profile_name == "stale" else (1, 2, 3)
