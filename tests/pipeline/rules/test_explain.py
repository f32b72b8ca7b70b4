"""Findings say what is, what must be, what is missing and what the firm can do, exactly and in words."""

import json
from datetime import date
from typing import Any

from pipeline.facts.statement import read
from pipeline.rules.choose import choose
from pipeline.rules.evaluate import evaluate, verdicts
from pipeline.rules.explain import Finding, findings
from pipeline.rules.seeds import seeds

ON = date(2026, 5, 1)
RULABLE = {edition.track: edition.rulable for edition in seeds()}


def found(track: str, firm: dict[str, Any]) -> dict[str, Finding]:
    """The findings of one firm by key."""
    edition = choose(seeds(), track=track, on=ON, kind="apply").edition
    frame = evaluate(edition, read(json.dumps(firm), track=track, rulable=RULABLE).register, ON)
    return {finding.key: finding for finding in findings(edition, frame.row(0, named=True))}


def test_a_ratio_names_both_levers() -> None:
    figures = {"sales_cny": 20_000_000, "rd_cost_hnte_cny": 675_000, "rd_cost_hnte_domestic_cny": 675_000}
    later = {"sales_cny": 0, "rd_cost_hnte_cny": 0, "rd_cost_hnte_domestic_cny": 0}
    gate = found("hnte", {"years": {"2025": figures, "2024": later, "2023": later}})["H5"]

    assert (gate.outcome, gate.actual, gate.actual_exact, gate.required) == ("unmet", "3.37%", "27/800", "5%")
    assert gate.gap == 325_000
    assert gate.gap_text == "差 32.5万元（研发费用再增加32.5万元，或销售收入不超过1,350万元）"
    assert gate.levers == ("研发费用再增加32.5万元", "销售收入不超过1,350万元")


def test_following_a_lever_meets_the_condition() -> None:
    def firm(cost: int, sales: int) -> dict[str, Any]:
        zero = {"sales_cny": 0, "rd_cost_hnte_cny": 0}
        return {"years": {"2025": {"sales_cny": sales, "rd_cost_hnte_cny": cost}, "2024": zero, "2023": zero}}

    gap = found("hnte", firm(675_001, 20_000_013))["H5.intensity"].gap

    assert isinstance(gap, int)
    assert found("hnte", firm(675_001 + gap, 20_000_013))["H5.intensity"].outcome == "met"
    assert found("hnte", firm(675_000 + gap, 20_000_013))["H5.intensity"].outcome == "unmet"


def test_an_amount_says_by_how_much_it_is_over() -> None:
    gate = found("tsme", {"years": {"2025": {"staff_headcount": 512, "sales_cny": 1, "total_assets_cny": 1}}})["T2"]

    assert (gate.actual, gate.required, gate.gap) == (512, 500, 12)
    assert (gate.actual_text, gate.required_text, gate.gap_text) == ("512人", "≤500人", "超出 12人")


def test_a_share_just_below_is_not_shown_as_the_threshold() -> None:
    years = {"2025": {"staff_hnte_headcount": 1_000_000, "tech_staff_hnte_headcount": 99_999}}

    assert found("hnte", {"years": years})["H4"].actual_text == "9.99%"


def test_what_is_missing_is_unknown_and_never_zero() -> None:
    gate = found("hnte", {})["H4"]

    assert (gate.outcome, gate.actual, gate.gap, gate.actual_text) == ("unknown", None, None, "未知")
    assert gate.required_text == "≥10%"


def test_a_composite_shows_the_part_that_decides() -> None:
    years = {"2025": {"staff_headcount": 10, "sales_cny": 300_000_000, "total_assets_cny": 1}}
    gate = found("tsme", {"years": years})["T2"]

    assert (gate.actual, gate.gap_text) == (300_000_000, "超出 1亿元")


def test_parts_take_from_their_gate_what_they_do_not_say() -> None:
    part = found("hnte", {})["H5.domestic"]

    assert (part.part_of, part.kind, part.clause, part.confidence) == ("H5", "part", "第十一条", "unconfirmed")


def test_an_unconfirmed_rule_is_shown_as_such_and_a_sourced_one_with_its_words() -> None:
    gates = found("hnte", {})

    assert (gates["H6"].confidence, gates["H6"].quotation) == ("unconfirmed", None)
    assert (gates["H4"].confidence, gates["H4"].quotation) == ("secondary", "科技人员…不低于10%")


def test_a_ruling_is_shown_as_one() -> None:
    gates = found("hnte", {"enterprise": {"hi_tech_field": "新材料"}, "manual": {"H3": True, "H8": True}})

    assert gates["H3.core"].actual_text == "已核定符合"
    assert (gates["H8"].outcome, gates["H8"].actual_text) == ("met", "已核定符合")


def test_a_score_item_names_the_next_band() -> None:
    item = found("tsme", {"years": {"2025": {"staff_headcount": 120, "tech_staff_tsme_headcount": 24}}})["A"]

    assert (item.points, item.actual_text, item.required_text) == ((12, 12, 20), "20%", "≥25%")
    assert item.levers == ("科技人员再增加6人", "职工总数不超过96人")


def test_growth_lacks_percentage_points() -> None:
    years = {"2025": {"sales_cny": 110}, "2024": {"sales_cny": 100}, "2023": {"sales_cny": 100}}
    item = found("hnte", {"enterprise": {"registered_on": "2010-01-01"}, "years": years})["growth_sales"]

    assert (item.actual_text, item.required_text, item.gap_text) == ("5%", "≥15%", "差 10 个百分点")


def test_verdicts_name_the_figures_that_would_decide() -> None:
    edition = choose(seeds(), track="tsme", on=ON, kind="apply").edition
    firm = {
        "enterprise": {"registered_on": "2010-01-01", "is_resident": True, "industry_code": "C35"},
        "years": {"2025": {"staff_headcount": 10, "sales_cny": 1}},
        "titles": [{"track": "hnte", "valid_from": "2024-01-01", "valid_until": "2027-01-01"}],
        "negatives": [],
        "manual": {"T1": True, "T3": True},
    }
    row = verdicts(edition, read(json.dumps(firm), track="tsme", rulable=RULABLE).register, ON).row(0, named=True)

    assert (row["verdict"], row["n_unknown"], row["wants"]) == ("undecided", 1, ["total_assets_cny"])
    assert row["unknown_mask"] == 1 << edition.gate_keys.index("T2")


def test_a_gate_that_is_decided_wants_nothing() -> None:
    edition = choose(seeds(), track="tsme", on=ON, kind="apply").edition
    firm = {"years": {"2025": {"staff_headcount": 501}}}
    row = verdicts(edition, read(json.dumps(firm), track="tsme", rulable=RULABLE).register, ON).row(0, named=True)

    assert "total_assets_cny" not in row["wants"]
    assert "negatives" in row["wants"]
