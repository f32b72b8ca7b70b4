"""Findings say what is, what must be, what is missing and what the firm can do, exactly and in words."""

import json
from datetime import date
from fractions import Fraction
from typing import Any

from pipeline.facts.catalogue import facts
from pipeline.facts.register import from_rows
from pipeline.facts.statement import read
from pipeline.rules.choose import choose
from pipeline.rules.evaluate import evaluate, verdicts
from pipeline.rules.explain import Finding, findings
from pipeline.rules.gaps import counts_from, fact_of, share
from pipeline.rules.readings import Reading, of_ratio
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

    assert (gate.outcome, gate.actual, gate.actual_exact, gate.required) == ("unmet", "3.38%", "27/800", "5%")
    assert gate.gap == 325_000
    assert gate.gap_text == "差 32.5万元（近三年研发费用再增加32.5万元，或近三年销售收入合计不超过1,350万元）"
    assert gate.levers == ("近三年研发费用再增加32.5万元", "近三年销售收入合计不超过1,350万元")


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
    assert item.asks == "下一档 ≥25%"


def test_an_item_without_points_and_the_highest_band_ask_for_no_next_one() -> None:
    def asked(tech_staff: int) -> str:
        return found("tsme", {"years": {"2025": {"staff_headcount": 100, "tech_staff_tsme_headcount": tech_staff}}})[
            "A"
        ].asks

    assert [asked(9), asked(30)] == ["要求 ≥10%", "要求 ≥30%"]


def test_no_points_for_staff_name_the_people_that_are_missing() -> None:
    years = {"2025": {"staff_headcount": 100, "tech_staff_tsme_headcount": 7}}

    assert found("tsme", {"years": years})["T5.score.staff"].levers == ("科技人员再增加3人", "职工总数不超过70人")


def test_shares_round_half_up_but_never_onto_the_threshold() -> None:
    def shown(part: int) -> str:
        years = {"2025": {"staff_hnte_headcount": 100_000, "tech_staff_hnte_headcount": part}}
        return found("hnte", {"years": years})["H4"].actual_text

    assert [shown(12_345), shown(12_344), shown(9_996), shown(10_001)] == ["12.35%", "12.34%", "9.99%", "10.001%"]


def test_standing_still_must_become_growth() -> None:
    years = {str(year): {"sales_cny": 100} for year in (2023, 2024, 2025)}
    item = found("hnte", {"enterprise": {"registered_on": "2010-01-01"}, "years": years})["growth_sales"]

    assert (item.actual_text, item.gap_text) == ("0%", "须大于0%")


def test_a_small_gap_is_never_shown_as_none() -> None:
    years = {"2025": {"sales_cny": 104_999_999}, "2024": {"sales_cny": 100_000_000}}
    item = found("hnte", {"enterprise": {"registered_on": "2024-02-01"}, "years": years})["growth_sales"]

    assert (item.actual_text, item.gap_text) == ("4.99%", "差 0.01 个百分点")


def test_a_negative_base_is_for_the_expert() -> None:
    years = {str(year): {"net_assets_cny": assets} for year, assets in ((2023, -1), (2024, 5), (2025, 9))}
    item = found("hnte", {"years": years})["growth_net_assets"]

    assert (item.outcome, item.actual_text) == ("manual", "基数为负，由专家核定")


def test_rows_in_doubt_are_named_beside_the_sure_ones() -> None:
    part = found("hnte", {"property": [{"class": "I"}]})["H2.count"]

    assert (part.outcome, part.actual_text, part.gap_text) == ("unknown", "0件，另有1件待核实", "")


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


def wants(track: str, **frames: list[dict[str, Any]]) -> list[str]:
    """The names that would decide one firm of the register."""
    edition = choose(seeds(), track=track, on=ON, kind="apply").edition
    wanted: list[str] = verdicts(edition, from_rows(frames), ON)["wants"][0].to_list()
    return wanted


def test_an_unreadable_industry_is_wanted_as_a_missing_one() -> None:
    for code in ("制造业", "F5", None):
        assert "industry_code" in wants("tsme", firms=[{"firm": 1, "industry_code": code}])
    for code in ("C35", "f", "3525"):
        assert "industry_code" not in wants("tsme", firms=[{"firm": 1, "industry_code": code}])


def test_a_list_with_rows_in_doubt_is_wanted() -> None:
    firm = {"firm": 1, "property_known": True}

    assert "property" in wants("hnte", firms=[firm], property=[{"firm": 1, "class": "I", "kind": "发明专利"}])
    assert "property" not in wants(
        "hnte", firms=[firm], property=[{"firm": 1, "class": "I", "kind": "发明专利", "granted_on": ON}]
    )


def test_a_gate_that_is_decided_wants_nothing() -> None:
    edition = choose(seeds(), track="tsme", on=ON, kind="apply").edition
    firm = {"years": {"2025": {"staff_headcount": 501}}}
    row = verdicts(edition, read(json.dumps(firm), track="tsme", rulable=RULABLE).register, ON).row(0, named=True)

    assert "total_assets_cny" not in row["wants"]
    assert "negatives" in row["wants"]


def test_a_ratio_that_must_fall_names_its_own_levers() -> None:
    base = Reading(required_text="≤10%")
    fact = facts()["tech_staff_share_tsme"]

    reading = of_ratio(base, 30, 100, fact, "at_most", Fraction(1, 10))

    assert (reading.gap, reading.gap_text) == (20, "超出 20人（科技人员减少20人，或职工总数不低于300人）")


def test_a_gap_says_its_share_and_from_when_figures_count() -> None:
    gates = found("tsme", {"years": {"2025": {"staff_headcount": 512, "sales_cny": 1, "total_assets_cny": 1}}})
    edition = choose(seeds(), track="tsme", on=ON, kind="apply").edition

    assert share(gates["T2.staff"]) == "相当于要求的 2.4%"
    assert fact_of(edition)["T2.staff"] == ("staff_headcount",)
    assert counts_from(("staff_headcount",), ON) == "按 2025 年数判定；2026 年内实际发生的，2027 年起申报时计入"
    assert counts_from(("rd_intensity_hnte",), ON).startswith("按 2023—2025 年数判定")
    assert counts_from(("class_one",), ON) == "申报前取得并登记即计入"
    assert counts_from(("days_registered",), ON) == ""


def test_a_ratio_gap_is_also_said_in_percentage_points() -> None:
    gate = found("hnte", {"years": {"2025": {"hi_tech_income_cny": 39, "total_income_cny": 100}}})["H6"]

    assert share(gate) == "差 21 个百分点"
