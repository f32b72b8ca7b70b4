"""A year's figures as people type them: 万元 become yuan once, and nothing is guessed."""

import pytest
from django.core.exceptions import ValidationError

from enterprises.vocabulary import FIGURE_BY_NAME
from portal.forms import STATED, FigureField, FiguresForm, shown


def typed(name: str, text: str) -> int | None:
    return FigureField(FIGURE_BY_NAME[name]).clean(text)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("6000", 60_000_000),
        ("1,234.5", 12_345_000),
        ("1，234.5", 12_345_000),
        ("１２３４．５６７８", 12_345_678),
        (" 0.0001 ", 1),
        ("300万元", 3_000_000),
        ("0", 0),
        ("", None),
        ("  ", None),
    ],
)
def test_money_is_typed_in_wan_and_kept_in_yuan(text: str, yuan: int | None):
    assert typed("sales_cny", text) == yuan


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("sales_cny", "12o", "不是数字"),
        ("sales_cny", "约300", "不是数字"),
        ("sales_cny", "1e5", "不是数字"),
        ("sales_cny", "1.2.3", "不是数字"),
        ("sales_cny", "0.00001", "最多四位小数"),
        ("sales_cny", "-1", "不能为负数"),
        ("sales_cny", "3亿元", "换算为万元"),
        ("sales_cny", "30000元", "换算为万元"),
        ("sales_cny", "1000000001", "请核对单位"),
        ("staff_headcount", "12.5", "须为整数"),
        ("staff_headcount", "2000000", "请核对单位"),
    ],
)
def test_what_cannot_stand_is_refused_with_what_to_do(name: str, text: str, says: str):
    with pytest.raises(ValidationError, match=says):
        typed(name, text)


def test_a_loss_is_a_number():
    assert typed("net_profit_cny", "-12.3") == -123_000


def test_what_is_shown_and_typed_again_is_the_same_yuan():
    for figure in STATED:
        assert typed(figure.name, shown(figure, 12_345)) == 12_345


def test_experts_scores_are_not_the_firms_to_state():
    assert not [figure.name for figure in STATED if "expert" in figure.name or figure.unit == "score"]


def test_only_what_was_typed_is_stated():
    form = FiguresForm({"sales_cny": "6000", "staff_headcount": "0"}, known={}, waiting={})

    assert form.is_valid()
    assert form.figures() == {"sales_cny": 60_000_000, "staff_headcount": 0}


def test_an_empty_form_states_nothing():
    form = FiguresForm({}, known={}, waiting={})

    assert not form.is_valid()
    assert "没有填写任何数据" in str(form.non_field_errors())
