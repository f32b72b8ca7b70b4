"""The gates and bands of both tracks written by hand, without reading the policy files: a changed number fails by name.

Every threshold below is copied from the dossier. The product judges firms on it and just past it.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from pipeline.facts.statement import read
from pipeline.rules.choose import choose
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import outcome
from pipeline.rules.seeds import seeds

ON = date(2026, 5, 1)
RULABLE = {edition.track: edition.rulable for edition in seeds()}


def judged(track: str, firms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of these firms."""
    edition = choose(seeds(), track=track, on=ON, kind="apply").edition
    register = read(json.dumps(firms), track=track, rulable=RULABLE).register
    return list(evaluate(edition, register, ON).iter_rows(named=True))


def year_one(**figures: int) -> dict[str, Any]:
    """A firm of which the year just closed is known."""
    return {"enterprise": {"registered_on": "2010-01-01"}, "years": {"2025": figures}}


def three_years(**figures: tuple[int, int, int]) -> dict[str, Any]:
    """A firm of which three years are known, the latest first."""
    years = {str(2025 - n): {name: values[n] for name, values in figures.items()} for n in range(3)}
    return {"enterprise": {"registered_on": "2010-01-01"}, "years": years}


# Gates with one number: track, key, how a firm with that value is made, the value, and which side passes.


@dataclass(frozen=True)
class Gate:
    """One threshold as the dossier has it: the last value that passes and the first that fails."""

    track: str
    key: str
    passes: dict[str, Any]
    fails: dict[str, Any]


def born(days: int) -> dict[str, Any]:
    """A firm registered so many days before the day."""
    return {"enterprise": {"registered_on": (ON - timedelta(days)).isoformat()}}


def rd(sales: int, cost: int) -> dict[str, Any]:
    """A firm with this R&D cost on these sales, both in the latest of three years."""
    return three_years(sales_cny=(sales, 0, 0), rd_cost_hnte_cny=(cost, 0, 0))


def counted(one: int, two: int) -> dict[str, Any]:
    """A firm with so many properties of class I and II."""
    return year_one(class_one_count=one, class_two_count=two)


def accident(day: str) -> dict[str, Any]:
    """A firm with one accident."""
    return {"negatives": [{"kind": "安全事故", "from": day}]}


def division(code: str) -> dict[str, Any]:
    """A firm of one industry."""
    return {"enterprise": {"industry_code": code}}


GATES = {
    "T2 staff 500": Gate("tsme", "T2.staff", year_one(staff_headcount=500), year_one(staff_headcount=501)),
    "T2 sales 2亿": Gate("tsme", "T2.sales", year_one(sales_cny=200_000_000), year_one(sales_cny=200_000_001)),
    "T2 assets 2亿": Gate(
        "tsme", "T2.assets", year_one(total_assets_cny=200_000_000), year_one(total_assets_cny=200_000_001)
    ),
    "T4 events since last January": Gate("tsme", "T4.events", accident("2024-12-31"), accident("2025-01-01")),
    "T4 lists": Gate(
        "tsme", "T4.lists", {"negatives": []}, {"negatives": [{"kind": "经营异常", "from": "2026-01-01"}]}
    ),
    "T5 staff points": Gate(
        "tsme",
        "T5.score.staff",
        year_one(staff_headcount=1000, tech_staff_tsme_headcount=100),
        year_one(staff_headcount=1000, tech_staff_tsme_headcount=99),
    ),
    "H1 365 days": Gate("hnte", "H1", born(365), born(364)),
    "H2 one property": Gate("hnte", "H2.count", counted(0, 1), counted(0, 0)),
    "H4 10%": Gate(
        "hnte",
        "H4",
        year_one(staff_hnte_headcount=1000, tech_staff_hnte_headcount=100),
        year_one(staff_hnte_headcount=1000, tech_staff_hnte_headcount=99),
    ),
    "H5 5% up to 5000万": Gate("hnte", "H5.intensity", rd(50_000_000, 2_500_000), rd(50_000_000, 2_499_999)),
    "H5 4% above 5000万": Gate("hnte", "H5.intensity", rd(50_000_001, 2_000_001), rd(50_000_001, 2_000_000)),
    "H5 4% up to 2亿": Gate("hnte", "H5.intensity", rd(200_000_000, 8_000_000), rd(200_000_000, 7_999_999)),
    "H5 3% above 2亿": Gate("hnte", "H5.intensity", rd(200_000_001, 6_000_001), rd(200_000_001, 6_000_000)),
    "H5 60% domestic": Gate(
        "hnte",
        "H5.domestic",
        three_years(rd_cost_hnte_cny=(1000, 0, 0), rd_cost_hnte_domestic_cny=(600, 0, 0)),
        three_years(rd_cost_hnte_cny=(1000, 0, 0), rd_cost_hnte_domestic_cny=(599, 0, 0)),
    ),
    "H6 60%": Gate(
        "hnte",
        "H6",
        year_one(hi_tech_income_cny=600, total_income_cny=1000),
        year_one(hi_tech_income_cny=599, total_income_cny=1000),
    ),
    "H8 one year": Gate("hnte", "H8", accident("2025-04-30"), accident("2025-05-01")),
}


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_gate(gate: Gate) -> None:
    passing, failing = judged(gate.track, [gate.passes, gate.fails])

    assert (outcome(passing, gate.key), outcome(failing, gate.key)) == ("met", "unmet")


def test_the_industries_of_the_negative_list() -> None:
    excluded = ("16", "51", "52", "61", "62", "70", "71", "72", "90")
    every = [f"{code:02}" for code in range(1, 98)]

    rows = judged("tsme", [division(code) for code in every])

    unmet = tuple(code for code, row in zip(every, rows, strict=True) if outcome(row, "T3.industry") == "unmet")
    assert unmet == excluded


def test_the_score_marks_60_and_70() -> None:
    scores = {"property": 30, "conversion": 30, "organisation": 10}
    firm = three_years(net_assets_cny=(1, 1, 1), sales_cny=(1, 1, 1))
    firm["years"]["2025"]["hnte_expert_scores"] = scores
    seventy, seventy_one = judged("hnte", [firm, with_points(firm, 11)])
    tsme = {"staff_headcount": 10, "tech_staff_tsme_headcount": 1, "sales_cny": 100, "rd_cost_deduction_cny": 6}
    sixty = year_one(**tsme, class_one_count=0, class_two_count=1)
    fifty_four = year_one(**tsme, class_one_count=0, class_two_count=0)

    marks = [outcome(seventy, "H7"), outcome(seventy_one, "H7")]
    marks += [outcome(row, "T5.score.total") for row in judged("tsme", [fifty_four, sixty])]

    assert marks == ["unmet", "met", "unmet", "met"]


def with_points(firm: dict[str, Any], organisation: int) -> dict[str, Any]:
    """The same firm with other points for its organisation."""
    years = json.loads(json.dumps(firm["years"]))
    years["2025"]["hnte_expert_scores"]["organisation"] = organisation
    return {**firm, "years": years}


# Bands: thresholds and points as the dossier has them, the last row what is left below.

STAFF = [("30%", 20), ("25%", 16), ("20%", 12), ("15%", 8), ("10%", 4), (None, 0)]
RD_SALES = [("6%", 50), ("5%", 40), ("4%", 30), ("3%", 20), ("2%", 10), (None, 0)]
RD_COST = [("30%", 50), ("25%", 40), ("20%", 30), ("15%", 20), ("10%", 10), (None, 0)]
GROWTH = [("35%", (9, 10)), ("25%", (7, 8)), ("15%", (5, 6)), ("5%", (3, 4)), ("0%", (1, 2)), (None, (0, 0))]
CONVERSIONS = [(5, (25, 30)), (4, (19, 24)), (3, (13, 18)), (2, (7, 12)), (1, (1, 6)), (None, (0, 0))]
CLASS_ONE_TSME = [(1, 30), (None, 0)]
CLASS_TWO_TSME = [(4, 24), (3, 18), (2, 12), (1, 6), (None, 0)]
CLASS_ONE_HNTE = [(1, (7, 8)), (None, (0, 0))]
CLASS_TWO_HNTE = [(5, (5, 6)), (3, (3, 4)), (1, (1, 2)), (None, (0, 0))]
WHOLE = 1_000_000


def share(part: str, whole: str) -> Any:
    """A maker of firms with so many millionths of a whole."""
    return lambda millionths: year_one(**{part: millionths, whole: WHOLE})


def growth(name: str) -> Any:
    """A maker of firms that stood still for a year and then grew by twice the mean growth asked for."""
    return lambda millionths: three_years(**{name: (WHOLE + 2 * millionths, WHOLE, WHOLE)})


BANDS = {
    "A": ("tsme", "A", STAFF, share("tech_staff_tsme_headcount", "staff_headcount")),
    "B1": ("tsme", "B1", RD_SALES, share("rd_cost_deduction_cny", "sales_cny")),
    "B2": ("tsme", "B2", RD_COST, share("rd_cost_deduction_cny", "cost_expense_cny")),
    "C class I": ("tsme", "C1", CLASS_ONE_TSME, lambda count: counted(count, 0)),
    "C class II": ("tsme", "C2", CLASS_TWO_TSME, lambda count: counted(0, count)),
    "quantity class I": ("hnte", "ip_quantity_one", CLASS_ONE_HNTE, lambda count: counted(count, 0)),
    "quantity class II": ("hnte", "ip_quantity_two", CLASS_TWO_HNTE, lambda count: counted(0, count)),
    "conversions": ("hnte", "conversion", CONVERSIONS, lambda n: three_years(result_conversions=(n, n, n))),
    "growth of net assets": ("hnte", "growth_net_assets", GROWTH, growth("net_assets_cny")),
    "growth of sales": ("hnte", "growth_sales", GROWTH, growth("sales_cny")),
}


def edge(threshold: str | int) -> int:
    """The whole number at which a band begins: a count, or millionths of the whole."""
    return threshold if isinstance(threshold, int) else int(Fraction(threshold.rstrip("%")) * WHOLE / 100)


@pytest.mark.parametrize(("track", "key", "bands", "firm"), BANDS.values(), ids=BANDS)
def test_bands(track: str, key: str, bands: list[tuple[Any, Any]], firm: Any) -> None:
    firms, expected = [], []
    for (threshold, points), (_, below) in pairwise(bands):
        # "Above zero" begins one step higher than "from zero".
        first = edge(threshold) + (1 if threshold == "0%" else 0)
        firms += [firm(first), firm(first - 1)]
        expected += [points, below]

    rows = judged(track, firms)

    pairs = [points if isinstance(points, tuple) else (points, points) for points in expected]
    assert [(row[f"i.{key}.low"], row[f"i.{key}.high"]) for row in rows] == pairs


RANGES = {
    "ip_advanced": (0, 8),
    "ip_core": (0, 8),
    "ip_standards": (0, 2),
    "org_management": (0, 6),
    "org_institution": (0, 6),
    "org_incentive": (0, 4),
    "org_talent": (0, 4),
}


@pytest.mark.parametrize(("key", "limits"), RANGES.items())
def test_expert_ranges(key: str, limits: tuple[int, int]) -> None:
    row = judged("hnte", [{}])[0]

    assert (row[f"i.{key}.low"], row[f"i.{key}.high"]) == limits


def test_self_developed_gives_up_to_six_and_only_acquired_up_to_three() -> None:
    def owned(how: str) -> dict[str, Any]:
        return {"property": [{"class": "I", "granted_on": "2020-01-01", "obtained": how}]}

    own, bought = judged("hnte", [owned("自主研发"), owned("受让")])

    ranges = [(row["i.ip_obtained.low"], row["i.ip_obtained.high"]) for row in (own, bought)]
    assert ranges == [(1, 6), (1, 3)]


def test_block_caps() -> None:
    row = judged("hnte", [{}])[0]

    blocks = {key: row[f"b.{key}.high"] for key in ("property", "conversion", "organisation", "growth")}
    assert blocks == {"property": 30, "conversion": 30, "organisation": 20, "growth": 20}


def test_a_national_prize_counts_to_the_third_rank_and_for_five_years() -> None:
    def prize(rank: int, given_on: str) -> dict[str, Any]:
        return {"honours": [{"kind": "国家级科技奖励", "level": "国家", "rank": rank, "given_on": given_on}]}

    rows = judged("tsme", [prize(3, "2021-05-01"), prize(4, "2021-05-01"), prize(3, "2021-04-30")])

    assert [outcome(row, "T5.prize") for row in rows] == ["met", "unmet", "unmet"]
