"""Claims found on the net that contradict the rules are not adopted (`rule_conflicts`, by their numbers)."""

import json
from datetime import date
from typing import Any

import pytest

from pipeline.facts.statement import read
from pipeline.rules.choose import NoEdition, choose
from pipeline.rules.edition import walk_gates
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import findings, outcome
from pipeline.rules.seeds import seeds

ON = date(2026, 5, 1)
HNTE = choose(seeds(), track="hnte", on=ON, kind="apply").edition


def row_of(firm: dict[str, Any]) -> dict[str, Any]:
    """The row of one firm as 高企."""
    rulable = {edition.track: edition.rulable for edition in seeds()}
    return evaluate(HNTE, read(json.dumps(firm), track="hnte", rulable=rulable).register, ON).row(0, named=True)


def most(key: str) -> int:
    """The most points of a score item."""
    found = next(finding for finding in findings(HNTE, row_of({})) if finding.key == key)
    assert found.points is not None
    return found.points[2]


def test_q01_growth_is_ten_and_ten_and_nothing_for_profit() -> None:
    assert (most("growth_net_assets"), most("growth_sales")) == (10, 10)
    assert not [key for key in HNTE.rulable if "profit" in key]


def test_q01_five_conversions_a_year_are_the_highest_band() -> None:
    firm = {"years": {str(year): {"result_conversions": 5} for year in (2023, 2024, 2025)}}

    assert row_of(firm)["i.conversion.high"] == 30


def test_q02_organisation_is_six_six_four_four() -> None:
    keys = ("org_management", "org_institution", "org_incentive", "org_talent")

    assert [most(key) for key in keys] == [6, 6, 4, 4]


def test_q03_ten_class_two_properties_do_not_make_the_highest_band() -> None:
    firm = {"years": {"2025": {"class_one_count": 0, "class_two_count": 10}}}

    assert row_of(firm)["i.ip_quantity.high"] == 6


def test_q04_there_is_no_gate_on_growth_or_profit() -> None:
    assert HNTE.gate_keys == ("H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9")
    assert not [key for key, gate in walk_gates(HNTE) if "growth" in (gate.fact or "") or "margin" in (gate.fact or "")]


def test_q05_seventy_fails_as_whole_points_make_seventy_one_the_first_to_pass() -> None:
    def scored(organisation: int) -> dict[str, Any]:
        scores = {"property": 30, "conversion": 30, "organisation": organisation}
        still = {"net_assets_cny": 1, "sales_cny": 1}
        years = {"2025": {**still, "hnte_expert_scores": scores}, "2024": still, "2023": still}
        return {"enterprise": {"registered_on": "2010-01-01"}, "years": years}

    assert [outcome(row_of(scored(points)), "H7") for points in (10, 11)] == ["unmet", "met"]


def test_q06_five_per_cent_suffices_since_2016_and_the_older_rules_judge_nobody() -> None:
    figures = {"sales_cny": 1000, "rd_cost_hnte_cny": 50}
    firm = {"years": {str(year): figures for year in (2023, 2024, 2025)}}

    assert outcome(row_of(firm), "H5.intensity") == "met"
    with pytest.raises(NoEdition, match="2015-12-31没有施行中"):
        choose(seeds(), track="hnte", on=date(2015, 12, 31), kind="apply")


def test_q07_there_is_no_review_of_a_high_tech_enterprise() -> None:
    with pytest.raises(NoEdition, match="重新认定按申报办理"):
        choose(seeds(), track="hnte", on=ON, kind="review")
