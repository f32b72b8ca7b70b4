"""What a heading means: one table for every spelling."""

from pathlib import Path

import pytest

from enterprises.imports.headings import meaning_below, meaning_of

COLLECTED = Path(__file__).with_name("headings_collected.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("heading", COLLECTED)
def test_every_collected_heading_is_known_or_put_aside_with_a_reason(heading: str) -> None:
    """The headings of real forms, one a line."""
    meaning = meaning_of(heading)

    assert meaning.is_used or (meaning.kind == "ignored" and meaning.note)


@pytest.mark.parametrize(
    ("heading", "column", "unit"),
    [
        ("2025年营业收入（万元）", "operating_revenue_cny@2025", "万元"),
        ("营业收入(万元)2025年", "operating_revenue_cny@2025", "万元"),
        ("营业收入_2024", "operating_revenue_cny@2024", ""),
        ("2023年度研究开发费用（千元）", "rd_cost_hnte_cny@2023", "千元"),
        ("2024年末资产总额(亿元)", "total_assets_cny@2024", "亿元"),
        ("研发费用（加计扣除口径）（万元）2025", "rd_cost_deduction_cny@2025", "万元"),
        ("2025年 R＆D经费支出／万元", "rd_spend_stat_cny@2025", "万元"),
        ("2025年职工总数（人）", "staff_headcount@2025", "人"),
        ("2025年Ⅰ类知识产权件数", "class_one_count@2025", ""),
        ("统一社会\n信用代码", "uscc", ""),
        ("高新技术企业证书编号", "title.hnte.number", ""),
        ("是否科技型中小企业", "title.tsme.held", ""),
    ],
)
def test_year_and_unit_are_taken_off_a_heading(heading: str, column: str, unit: str) -> None:
    """Wherever they stand, in whatever width."""
    meaning = meaning_of(heading)

    assert (meaning.column, meaning.unit) == (column, unit)


@pytest.mark.parametrize("heading", ["实用新型", "2025年外观设计（件）", "软著数", "软件著作权数（项）"])
def test_one_kind_of_class_two_is_not_taken_for_all_and_the_note_says_what_to_hand_in(heading: str) -> None:
    """Nothing is added up: a column may count applications, and a kind may be missing."""
    meaning = meaning_of(heading)

    assert (meaning.kind, meaning.note) == ("ignored", "各类不自动相加，请另列“Ⅱ类知识产权”合计（有效件数）")


def test_a_heading_means_what_it_says_below_another() -> None:
    """证书编号 alone is of no recognition; below 高新技术企业 it is."""
    assert meaning_of("证书编号").kind == "ignored"
    assert meaning_below(["高新技术企业"], "证书编号").column == "title.hnte.number"
    assert meaning_below(["营业收入（万元）"], "2023年").column == "operating_revenue_cny@2023"


def test_research_cost_without_a_basis_says_which_one_it_is_taken_for() -> None:
    """The four bases are four figures; a bare word is one of them, and the officer reads which."""
    bare, deduction = meaning_of("研发费用"), meaning_of("研发费用（加计扣除口径）")

    assert (bare.name, deduction.name) == ("rd_cost_audit_cny", "rd_cost_deduction_cny")
    assert "审计口径" in bare.note


def test_a_strange_heading_is_unknown_and_no_guess_is_made() -> None:
    """Not even when it holds a known word."""
    assert meaning_of("吉祥物").kind == "unknown"
    assert meaning_of("营业收入排名前十的产品").kind == "unknown"


@pytest.mark.parametrize(
    ("heading", "years_before"),
    [
        ("上年营业收入（万元）", 1),
        ("上一年度营业收入（万元）", 1),
        ("上年末资产总额（万元）", 1),
        ("本年营业收入（万元）", 0),
        ("今年营业收入（万元）", 0),
    ],
)
def test_last_year_and_this_year_are_told_by_the_year_of_the_ledger(heading: str, years_before: int) -> None:
    """Two columns, not one twice."""
    assert meaning_of(heading).years_before == years_before


def test_the_latest_year_is_taken_for_that_of_the_ledger_and_says_so() -> None:
    """Nobody knows whether the latest year was over when the form was filled in."""
    meaning = meaning_of("最近一年净利润（万元）")

    assert (meaning.name, meaning.years_before, meaning.note) == (
        "net_profit_cny",
        0,
        "“最近一年”按台账年度读入，请核对",
    )


def test_year_and_unit_of_what_stands_above_hold_where_a_figure_names_none() -> None:
    """Its own year and unit come first."""
    found = meaning_below(["2024年主要经济指标（万元）"], "营业收入")
    own = meaning_below(["2024年主要经济指标（亿元）"], "2023年净利润（万元）")

    assert (found.column, found.unit) == ("operating_revenue_cny@2024", "万元")
    assert (own.column, own.unit) == ("net_profit_cny@2023", "万元")


@pytest.mark.parametrize("heading", ["2023年-2025年营业收入", "2023-2025年营业收入", "2024年、2025年营业收入"])
def test_a_span_of_years_is_no_year(heading: str) -> None:
    """Neither its first year, nor its last, nor that of the ledger."""
    meaning = meaning_of(heading)

    assert (meaning.is_used, meaning.note) == (False, "不是一个年度的数，未读入")


@pytest.mark.parametrize("parent", ["2023-2025年", "近三年指标", "2026年1-6月", "2026年上半年", "2025年目标"])
def test_no_figure_of_a_year_stands_below_what_is_no_year(parent: str) -> None:
    """More than one, less than one, or one that was hoped for."""
    assert not meaning_below([parent], "营业收入（万元）").is_used
