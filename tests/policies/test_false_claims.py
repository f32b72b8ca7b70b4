"""Claims found on the net that contradict the rules are not adopted (`rule_conflicts`, by their numbers)."""

import json
import re
from datetime import date
from typing import Any

import pytest

from notifications.yearly import SEEDS
from pipeline import seeds as seed_files
from pipeline.domain import titles
from pipeline.facts.statement import read
from pipeline.lists import words
from pipeline.rules.choose import NoEdition, choose
from pipeline.rules.edition import Criterion, Edition, walk_gates
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


def test_q08_a_number_of_last_year_opens_nothing_this_year() -> None:
    srdi = choose(seeds(), track="srdi", on=date(2026, 4, 1), kind="apply").edition
    assert titles.lapses_on("tsme", date(2025, 8, 1)) == date(2025, 12, 31)
    held = {"track": "tsme", "valid_from": "2025-08-01", "valid_until": "2025-12-31"}
    register = read(json.dumps({"titles": [held]}), track="srdi", rulable={"srdi": srdi.rulable}).register

    assert outcome(evaluate(srdi, register, date(2026, 3, 31)).row(0, named=True), "S1.tsme") == "unmet"


def test_q09_no_edition_rests_on_a_notice_of_another_province() -> None:
    assert not [edition.id for edition in seeds() if re.search("粤|深圳|广东", edition.document)]
    assert len([edition for edition in seeds() if edition.track == "hnte"]) == 1


def test_q10_the_evaluation_of_tsme_is_no_longer_the_old_platforms() -> None:
    tsme = choose(seeds(), track="tsme", on=ON, kind="apply").edition

    assert any("旧平台" in dispute.claim and "2024年起" in dispute.taken for dispute in tsme.disputes)


def test_q11_the_former_provincial_little_giant_is_no_little_giant() -> None:
    assert words.about("湖北省级专精特新“小巨人”企业").tracks == frozenset()


def test_q12_a_hidden_champion_is_no_national_champion() -> None:
    assert "champion_national" not in words.about("湖北省支柱产业细分领域隐形冠军示范企业").tracks


def test_q13_the_annual_report_and_the_torch_statistics_are_two_duties() -> None:
    duties = {
        duty["slug"]: (duty["month"], duty["day"]) for duty in seed_files.read(SEEDS) if duty.get("track") == "hnte"
    }

    assert len(duties) == len(set(duties.values())) == 2


@pytest.mark.parametrize("edition", [pytest.param(edition, id=edition.id) for edition in seeds()])
def test_no_edition_adopts_the_invented_old_line_of_little_giants(edition: Edition) -> None:
    """4000万元 and 800万元 stand in no text (policy-facts 6.1); they may be named as a claim only."""
    numbers = {str(value) for _, gate in walk_gates(edition) for value in limits(gate)}

    assert not ({"40000000", "8000000"} <= numbers)


def limits(gate: Criterion) -> list[object]:
    """The plain thresholds of a criterion."""
    return [gate.at_least, gate.at_most, gate.more_than, gate.less_than]


def test_the_block_minimums_of_isme_are_twenty_fifteen_fifteen() -> None:
    isme = choose(seeds(), track="isme", on=ON, kind="apply").edition
    marks = {gate.points.block: gate.points.need for _, gate in walk_gates(isme) if gate.points}

    assert marks == {"innovation": 20, "growth": 15, "focus": 15}
