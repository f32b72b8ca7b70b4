"""Statements are read strictly: what is not understood is refused with its place and the names that exist."""

import json
from datetime import date
from typing import Any

import pytest

from pipeline.facts.register import Register
from pipeline.facts.statement import read
from pipeline.facts.values import StatementError

RULABLE: dict[str, dict[str, tuple[int, int] | None]] = {"hnte": {"H3": None, "ip_core": (0, 8)}, "tsme": {"T1": None}}


def registered(content: Any, track: str = "hnte") -> Register:
    """The register of a file with this content."""
    return read(json.dumps(content), track=track, rulable=RULABLE).register


def refusal(content: Any) -> str:
    """What the refusal of this content says."""
    with pytest.raises(StatementError) as refused:
        registered(content)
    return str(refused.value)


def test_a_firm_as_the_figure_list_shows_it() -> None:
    firm = {
        "enterprise": {"name": "云泽精密装备有限公司", "registered_on": "2015-03-01", "market_share_ratio": "0.12"},
        "years": {"2025": {"sales_cny": 48_000_000, "srdi_platform_score": "82.50"}},
        "property": [{"class": "I", "granted_on": "2022-05-01", "obtained": "自主研发"}],
        "negatives": [{"kind": "经营异常", "from": "2024-01-05", "to": "2024-03-01"}],
        "manual": {"H3": True, "ip_core": 7},
    }

    register = registered(firm)

    assert register.firms["registered_on"].to_list() == [date(2015, 3, 1)]
    assert register.firms["market_share"].to_list() == ["0.12"]
    assert register.years.select("year", "sales_cny").rows() == [(2025, 48_000_000)]
    assert register.property["obtained"].to_list() == ["自主研发"]
    assert register.negatives["to_on"].to_list() == [date(2024, 3, 1)]
    assert register.rulings.select("criterion", "value", "points").rows() == [("H3", True, None), ("ip_core", None, 7)]


def test_an_absent_list_is_unknown_and_an_empty_one_is_known() -> None:
    register = registered([{}, {"property": []}])

    assert register.firms["property_known"].to_list() == [False, True]


def test_null_is_not_known() -> None:
    register = registered({"years": {"2025": {"sales_cny": None}}, "property": None})

    assert register.years["sales_cny"].to_list() == [None]
    assert register.firms["property_known"].to_list() == [False]


def test_expert_scores_stand_together_or_one_by_one() -> None:
    together = {"years": {"2025": {"hnte_expert_scores": {"property": 24}}}}
    alone = {"years": {"2025": {"hnte_expert_property": 24}}}

    register = registered([together, alone])

    assert register.years["hnte_expert_property"].to_list() == [24, 24]


def test_rulings_on_another_track_are_left_aside() -> None:
    assert registered({"manual": {"H3": True}}, track="tsme").rulings.is_empty()


def test_other_words_for_the_same() -> None:
    firm = {"property": [{"class": "Ⅱ"}], "negatives": [{"kind": "严重环境违法", "from": "2025-01-01"}]}

    register = registered(firm)

    assert register.property["class"].to_list() == ["II"]
    assert register.negatives["kind"].to_list() == ["环境违法"]


MISSPELT = {
    "part": ({"enterprize": {}}, "firm: 没有“enterprize”", "enterprise, years, property"),
    "name": ({"enterprise": {"nmae": "x"}}, "firm, enterprise: 没有“nmae”", "is_resident"),
    "figure": ({"years": {"2025": {"sales_cyn": 1}}}, "firm, years.2025: 没有“sales_cyn”", "operating_revenue_cny"),
    "score": (
        {"years": {"2025": {"hnte_expert_scores": {"growth": 1}}}},
        "hnte_expert_scores: 没有“growth”",
        "property",
    ),
    "row": ({"property": [{"class": "I"}, {"clas": "I"}]}, "firm, property[2]: 没有“clas”", "granted_on"),
    "ruling": ({"manual": {"H33": True}}, "firm, manual: 没有“H33”", "ip_core"),
    "kind": (
        {"negatives": [{"kind": "经营异", "from": "2025-01-01"}]},
        "negatives[1].kind: 没有“经营异”",
        "严重违法失信",
    ),
    "track": ({"titles": [{"track": "hntee"}]}, "titles[1].track: 没有“hntee”", "tsme"),
    "level": ({"institutions": [{"level": "省"}]}, "institutions[1].level: 没有“省”", "省部"),
    "obtained": ({"property": [{"class": "I", "obtained": "购买"}]}, "property[1].obtained", "受让"),
    "property kind": ({"property": [{"class": "II", "kind": "商标"}]}, "property[1].kind: 没有“商标”", "软件著作权"),
    "honour kind": ({"honours": [{"kind": "国家奖"}]}, "honours[1].kind: 没有“国家奖”", "国家级科技奖励"),
    "honour level": ({"honours": [{"kind": "质量奖", "level": "全国"}]}, "honours[1].level: 没有“全国”", "国际"),
    "field": ({"enterprise": {"hi_tech_field": "新材科"}}, "enterprise.hi_tech_field: 没有“新材科”", "新材料"),
    "trade": ({"enterprise": {"size_trade": "工商业"}}, "enterprise.size_trade: 没有“工商业”", "农林牧渔"),
    "industry": ({"enterprise": {"industry_code": "制造业"}}, "enterprise.industry_code: “制造业”", "C3525"),
    "half an industry": ({"enterprise": {"industry_code": "F5"}}, "enterprise.industry_code: “F5”", "F、H、K、L"),
}


@pytest.mark.parametrize(("content", "where", "listed"), MISSPELT.values(), ids=MISSPELT)
def test_a_misspelt_name_is_refused_with_its_place_and_the_names_that_exist(
    content: Any, where: str, listed: str
) -> None:
    message = refusal(content)

    assert where in message
    assert listed in message


def test_the_nearest_name_is_suggested_and_the_firm_is_counted() -> None:
    message = refusal([{}, {}, {"years": {"2025": {"sales_cyn": 1}}}])

    assert message.startswith("firm 3, years.2025: ")
    assert "是否指“sales_cny”？" in message


WRONG = {
    "money as a float": ({"years": {"2025": {"sales_cny": 48_000_000.0}}}, "years.2025.sales_cny"),
    "money as text": ({"years": {"2025": {"sales_cny": "48000000"}}}, "years.2025.sales_cny"),
    "a flag as a number": ({"enterprise": {"is_resident": 1}}, "enterprise.is_resident"),
    "a number as a flag": ({"years": {"2025": {"staff_headcount": True}}}, "years.2025.staff_headcount"),
    "a negative count": ({"years": {"2025": {"staff_headcount": -1}}}, "years.2025.staff_headcount"),
    "too large": ({"years": {"2025": {"sales_cny": 2**63}}}, "years.2025.sales_cny"),
    "a ratio as a float": ({"enterprise": {"market_share_ratio": 0.12}}, "enterprise.market_share_ratio"),
    "a score as a float": ({"years": {"2025": {"srdi_platform_score": 82.5}}}, "years.2025.srdi_platform_score"),
    "no such day": ({"enterprise": {"registered_on": "2015-02-30"}}, "enterprise.registered_on"),
    "another style of day": ({"enterprise": {"registered_on": "2015/2/3"}}, "enterprise.registered_on"),
    "a year of two digits": ({"years": {"25": {}}}, "firm, years"),
    "a year of full-width digits": ({"years": {"２０２５": {}}}, "firm, years"),
    "a year of Arabic-Indic digits": ({"years": {"٢٠٢٥": {}}}, "firm, years"),
    "a year that is not plain digits": ({"years": {"²⁰²⁵": {}}}, "firm, years"),
    "years as a list": ({"years": []}, "firm, years"),
    "a list as an object": ({"property": {}}, "firm, property"),
    "points out of range": ({"manual": {"ip_core": 9}}, "manual.ip_core"),
    "points for a condition": ({"manual": {"H3": 1}}, "manual.H3"),
    "yes for points": ({"manual": {"ip_core": True}}, "manual.ip_core"),
    "no class": ({"property": [{"kind": "发明专利"}]}, "property[1]"),
    "a kind of the other class": ({"property": [{"class": "I", "kind": "软件著作权"}]}, "property[1]"),
    "an end before its start": (
        {"titles": [{"track": "hnte", "valid_from": "2025-01-01", "valid_until": "2024-01-01"}]},
        "titles[1]",
    ),
    "a firm as text": (["云泽"], "firm 1"),
    "a file as text": ("云泽", "file"),
}


@pytest.mark.parametrize(("content", "where"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_refused_with_its_place(content: Any, where: str) -> None:
    assert where in refusal(content)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "不是 JSON"),
        ('{"years": {}, "years": {}}', "重复给出了 years"),
        ('{"years": {"2025": {"sales_cny": NaN}}}', "NaN 不是数字"),
    ],
)
def test_what_json_alone_would_let_pass(text: str, says: str) -> None:
    with pytest.raises(StatementError, match=says):
        read(text, track="hnte", rulable=RULABLE)


IMPOSSIBLE = {
    "tech staff": ({"staff_headcount": 100, "tech_staff_tsme_headcount": 101}, "101", "100"),
    "tech staff of 高企": ({"staff_hnte_headcount": 9, "tech_staff_hnte_headcount": 10}, "10", "9"),
    "domestic R&D": ({"rd_cost_hnte_cny": 50, "rd_cost_hnte_domestic_cny": 51}, "51", "50"),
    "hi-tech income": ({"total_income_cny": 60, "hi_tech_income_cny": 61}, "61", "60"),
    "points for property": ({"hnte_expert_property": 31}, "31", "30"),
    "points for conversion": ({"hnte_expert_scores": {"conversion": 31}}, "31", "30"),
    "points for organisation": ({"hnte_expert_organisation": 21}, "21", "20"),
}


@pytest.mark.parametrize(("figures", "given", "limit"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_figure_is_refused_with_both_values(figures: dict[str, Any], given: str, limit: str) -> None:
    message = refusal({"years": {"2025": figures}})

    assert "firm, years.2025" in message
    assert f" {given}" in message
    assert f" {limit}" in message


def test_a_part_may_be_its_whole() -> None:
    figures = {"staff_headcount": 100, "tech_staff_tsme_headcount": 100, "hnte_expert_organisation": 20}

    assert registered({"years": {"2025": figures}}).years["staff_headcount"].to_list() == [100]


def test_names_that_ledgers_use() -> None:
    firm = {
        "enterprise": {"size_trade": "制造", "industry_code": "f"},
        "property": [{"class": "II", "kind": "实用新型"}],
        "honours": [{"kind": "国家科学技术奖", "level": "国家级"}],
    }

    register = registered(firm)

    assert register.firms.select("size_trade", "industry_code").rows() == [("工业", "F")]
    assert register.property["kind"].to_list() == ["实用新型专利"]
    assert register.honours.select("kind", "level").rows() == [("国家级科技奖励", "国家")]


def test_losses_are_figures() -> None:
    assert registered({"years": {"2025": {"net_profit_cny": -1}}}).years["net_profit_cny"].to_list() == [-1]


@pytest.mark.parametrize("inside", [True, False])
def test_spells_of_above_scale_stand_among_the_lists_or_with_the_firms_own_facts(inside: bool) -> None:
    spells = {"above_scale": [{"kind": "规上工业", "from": "2024-01-01", "to": None}]}
    firm = {"enterprise": spells} if inside else spells

    register = read(json.dumps(firm), track="tsme", rulable=RULABLE).register

    assert register.above_scale.rows() == [(1, "规上工业", date(2024, 1, 1), None)]
    assert register.firms["above_scale_known"].to_list() == [True]


def test_an_item_of_the_six_is_had_lacking_or_not_checked() -> None:
    firm = {"institutions": [{"level": "自建", "six_site": True, "six_staff": False}]}

    rows = read(json.dumps(firm), track="tsme", rulable=RULABLE).register.institutions

    assert rows.select("six_site", "six_staff", "six_rules").rows() == [(True, False, None)]
