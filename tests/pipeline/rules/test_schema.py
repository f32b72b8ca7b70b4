"""What an edition may say besides plain limits: points of a block, a title not held, a number nobody knows yet."""

from datetime import date
from typing import Any, get_args

import pytest

from pipeline.facts.register import from_rows
from pipeline.facts.registry import FactUnit
from pipeline.rules import outline
from pipeline.rules.amounts import HINTS
from pipeline.rules.edition import Edition, load
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import Finding, findings
from pipeline.rules.wording import SUFFIX
from tests.policies.reference import Judge
from tests.policies.reference_firm import Firm

ON = date(2026, 5, 1)
HEAD = """
id: X
title: 试
track: srdi
document: 试
effective_from: 2020-01-01
applies_to: [apply]
confidence: unconfirmed
"""
SCORE = """
score:
  blocks:
    - key: new
      says: 创新能力
      cap: 40
      items:
        - {key: I, says: 一类, who: enterprise, fact: class_one, bands: [{at_least: 1, points: 20}, {points: 0}]}
        - {key: S, says: 职工, who: enterprise, fact: staff_headcount, bands: [{at_least: 9, points: 15}, {points: 5}]}
"""
BLOCK = HEAD + "gates: {G: {says: 分项, who: enterprise, points: {block: new, at_least: 20}}}" + SCORE
TITLE = HEAD + "gates: {G: {says: 未获冠军, who: enterprise, title: champion_national, is: false}}\n"
NUMBER = HEAD + "gates: {G: {says: 研发占比, who: bureau, fact: rd_to_sales_tsme, at_least: 待定}}\n"
TOTAL = HEAD + "gates: {G: {says: 总分, who: bureau, total: {at_least: 待定}}}" + SCORE
ROWS = """
gates:
  G:
    says: 分档
    who: bureau
    fact: rd_to_sales_tsme
    by: sales_last_year
    at_least: [{up_to: 100, need: "5%"}, {need: 待定}]
"""
BANDS = (
    HEAD
    + """
gates: {G: {says: 总分, who: bureau, total: {at_least: 10}}}
score:
  blocks:
    - key: b
      says: 块
      cap: 10
      items:
        - key: A
          says: 占比
          who: bureau
          fact: rd_to_sales_tsme
          bands: [{at_least: 待定, points: 10}, {at_least: "1%", points: 4}, {points: 0}]
"""
)


def judged(text: str, rulings: list[dict[str, Any]] | None = None, **known: Any) -> dict[str, Any]:
    """The row of one firm of which last year's figures, and perhaps its titles, are known."""
    titles = known.pop("titles", None)
    rows: dict[str, list[dict[str, Any]]] = {
        "firms": [{"firm": 1, "registered_on": date(2010, 1, 1), "titles_known": titles is not None}],
        "years": [{"firm": 1, "year": 2025, **known}],
        "titles": [{"firm": 1, **title} for title in titles or []],
        "rulings": [{"firm": 1, "track": "srdi", **ruling} for ruling in rulings or []],
    }
    return evaluate(load(text), from_rows(rows), ON).row(0, named=True)


def finding(text: str, row: dict[str, Any], key: str = "G") -> Finding:
    """One finding of the row."""
    return next(each for each in findings(load(text), row) if each.key == key)


def test_the_points_of_a_block_are_tested() -> None:
    over = judged(BLOCK, class_one_count=1, staff_headcount=8)
    under = judged(BLOCK, class_one_count=0, staff_headcount=9)
    either = judged(BLOCK, class_one_count=None, staff_headcount=9)

    assert [row["G.ok"] for row in (over, under, either)] == [True, False, None]
    assert finding(BLOCK, under).gap_text == "最高15分，还差 5 分"
    assert set(either["wants"]) == {"class_one_count", "property"}
    assert outline.gates(load(BLOCK))["G"][0].figure == "“创新能力”得分≥20分"


def test_a_title_must_not_be_held() -> None:
    held = {"track": "champion_national", "valid_from": date(2024, 1, 1), "valid_until": date(2026, 12, 31)}
    lapsed = {**held, "valid_until": date(2026, 4, 30)}

    outcomes = [judged(TITLE, titles=titles)["G.ok"] for titles in ([held], [lapsed], [], None)]

    assert outcomes == [False, True, True, None]
    assert finding(TITLE, judged(TITLE, titles=[held])).actual_text == "是"
    assert outline.gates(load(TITLE))["G"][0].figure == "无有效期内的制造业单项冠军（国家）资格"


def test_a_number_that_nobody_knows_is_answered_by_hand() -> None:
    figures = {"rd_cost_deduction_cny": 5, "sales_cny": 100}
    open_, ruled = judged(NUMBER, **figures), judged(NUMBER, [{"criterion": "G", "value": True}], **figures)

    assert (open_["verdict"], open_["n_manual"], open_["wants"]) == ("undecided", 1, [])
    assert finding(NUMBER, open_).outcome == "manual"
    assert finding(NUMBER, open_).actual_text == "5%（待核定）"
    assert finding(NUMBER, open_).required_text == "数值待核实"
    assert (ruled["verdict"], finding(NUMBER, ruled).actual_text) == ("eligible", "5%（已核定符合）")
    assert outline.gates(load(NUMBER))["G"][0].figure == "数值待核实"


def test_an_entered_number_takes_its_place() -> None:
    row = judged(NUMBER.replace("待定", '"6%"'), rd_cost_deduction_cny=5, sales_cny=100)

    assert row["verdict"] == "ineligible"


def test_a_mark_that_nobody_knows_is_answered_by_hand() -> None:
    row = judged(TOTAL, class_one_count=1, staff_headcount=9)

    assert finding(TOTAL, row).outcome == "manual"
    assert finding(TOTAL, row).required_text == "数值待核实"


def test_one_unknown_row_of_several_leaves_the_whole_to_somebody() -> None:
    row = judged(HEAD + ROWS, rd_cost_deduction_cny=5, sales_cny=100)

    assert finding(HEAD + ROWS, row).outcome == "manual"
    steps = outline.gates(load(HEAD + ROWS))["G"][0].steps
    assert [step.asks for step in steps] == ["≥5%", "数值待核实"]


def test_bands_with_an_unknown_threshold_are_a_range_until_ruled() -> None:
    figures = {"rd_cost_deduction_cny": 5, "sales_cny": 100}
    row, ruled = judged(BANDS, **figures), judged(BANDS, [{"criterion": "A", "points": 10}], **figures)

    assert (row["score_low"], row["score_high"], finding(BANDS, row, "A").outcome) == (0, 10, "manual")
    assert finding(BANDS, row).outcome == "manual"
    assert (ruled["verdict"], ruled["score_low"]) == ("eligible", 10)
    steps = outline.score(load(BANDS))[0].items[0].steps
    assert [step.reach for step in steps] == ["数值待核实", "≥1%", "其他"]


def test_the_reference_reads_the_same() -> None:
    firm = Firm(
        own={"registered_on": date(2010, 1, 1)},
        years={2025: {"rd_cost_deduction_cny": 5, "sales_cny": 100, "class_one_count": 1, "staff_headcount": 8}},
        titles=[],
    )
    figures = {**firm.years[2025], "titles": []}

    for text in (BLOCK, TITLE, NUMBER, TOTAL, HEAD + ROWS, BANDS):
        edition: Edition = load(text)
        assert Judge(edition, firm, ON).outcomes["G"][0] == judged(text, **figures)["G.ok"], text


def test_sources_that_disagree_are_kept_with_what_was_taken() -> None:
    dispute = "disputes: [{claim: 70分合格, source: 某页, taken: 大于70分, why: 办法原文}]\n"

    assert load(TITLE + dispute).disputes[0].taken == "大于70分"


def test_every_unit_has_its_word_and_its_hint() -> None:
    assert set(get_args(FactUnit)) == set(SUFFIX) == set(HINTS)


FALLING = """
gates: {G: {says: 总分, who: bureau, total: {at_least: 10}}}
score:
  blocks:
    - key: b
      says: 块
      cap: 10
      items:
        - key: A
          says: 负债率
          who: bureau
          fact: debt_ratio
          bands: [{at_most: "55%", points: 10}, {at_most: "75%", points: 5}, {points: 0}]
"""
GROWTH = HEAD + 'gates: {G: {says: 增长, who: bureau, fact: revenue_compound_growth, at_least: "5%"}}\n'


@pytest.mark.parametrize(("liabilities", "points"), [(550, 10), (551, 5), (750, 5), (751, 0), (0, 10)])
def test_where_less_is_better_the_edge_takes_the_better_band(liabilities: int, points: int) -> None:
    row = judged(HEAD + FALLING, liabilities_cny=liabilities, total_assets_cny=1000)

    assert (row["score_low"], row["score_high"]) == (points, points)


def test_a_falling_band_names_what_the_next_one_takes() -> None:
    found = finding(HEAD + FALLING, judged(HEAD + FALLING, liabilities_cny=600, total_assets_cny=1000), "A")

    assert (found.asks, found.gap_text) == (
        "下一档 ≤55%",
        "超出 0.005万元（负债总额减少0.005万元，或资产总额不低于0.1091万元）",
    )
    steps = outline.score(load(HEAD + FALLING))[0].items[0].steps
    assert [step.reach for step in steps] == ["≤55%", "≤75%", "其他"]


def growing(last: int) -> dict[str, Any]:
    """The row of a firm whose revenue two years ago was 100 million and is now the given."""
    years = [(2025, last), (2023, 100_000_000)]
    rows = {
        "firms": [{"firm": 1, "registered_on": date(2010, 1, 1)}],
        "years": [{"firm": 1, "year": year, "operating_revenue_cny": revenue} for year, revenue in years],
    }
    return evaluate(load(GROWTH), from_rows(rows), ON).row(0, named=True)


def test_a_compound_rate_is_compared_squared_and_never_shown_as_the_threshold_it_misses() -> None:
    on_it, under = growing(110_250_000), growing(110_249_999)

    assert [row["G.ok"] for row in (on_it, under)] == [True, False]
    assert [finding(GROWTH, row).actual_text for row in (on_it, under)] == ["5%", "4.99%"]
    assert finding(GROWTH, under).gap_text == "差 0.01 个百分点"
