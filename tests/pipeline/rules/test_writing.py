"""Editions written as canonical YAML, thresholds as they are typed, and every message in Chinese."""

import ast
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rules import amounts, edition, messages, revise, schema, soundness, thresholds, writing
from pipeline.rules.edition import load
from pipeline.rules.seeds import seeds

EACH = pytest.mark.parametrize("seed", seeds(), ids=lambda each: each.id)


@EACH
def test_what_is_written_reads_back_to_the_same_edition(seed) -> None:
    again = load(writing.write(seed))

    assert again.model_copy(update={"sha256": ""}) == seed.model_copy(update={"sha256": ""})
    assert writing.write(again) == writing.write(seed)


decimals = st.builds(lambda n, places: Fraction(n, 10**places), st.integers(-(10**12), 10**12), st.integers(0, 6))


@given(decimals)
def test_any_threshold_is_written_exactly(value: Fraction) -> None:
    assert thresholds.exactly(writing.threshold(value)) == value


@given(st.integers(-(10**14), 10**14), st.sampled_from(["cny", "headcount", "count", "days", "score"]))
def test_any_amount_is_typed_as_it_is_shown(value: int, unit) -> None:
    assert amounts.read(amounts.shown(Fraction(value), unit), unit) == value


@given(decimals, st.sampled_from(["ratio", "mean"]))
def test_any_ratio_is_typed_as_it_is_shown(value: Fraction, unit) -> None:
    assert amounts.read(amounts.shown(value, unit), unit) == value


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("6%", "ratio", Fraction(6, 100)),
        ("6.25％", "ratio", Fraction(1, 16)),
        ("5000万元", "cny", 50_000_000),
        ("５,０００ 万元", "cny", 50_000_000),
        ("2亿元", "cny", 200_000_000),
        ("0.5万元", "cny", 5_000),
        ("150人", "headcount", 150),
        ("3", "count", 3),
        ("2.5", "mean", Fraction(5, 2)),
        ("待定", "ratio", "待定"),
    ],
)
def test_thresholds_are_typed_in_the_readers_unit(typed: str, unit, value) -> None:
    assert amounts.read(typed, unit) == value


@pytest.mark.parametrize(
    ("typed", "unit", "says"),
    [
        ("6", "ratio", "写成百分数"),
        ("5000", "cny", "没有写明金额单位"),
        ("0.00001万元", "cny", "不足一元"),
        ("150件", "headcount", "以“人”计"),
        ("1.5", "count", "应为整数"),
        ("约6%", "ratio", "看不懂“约6%”"),
        ("", "cny", "看不懂"),
    ],
)
def test_what_cannot_be_a_threshold_says_how_to_write_it(typed: str, unit, says: str) -> None:
    with pytest.raises(amounts.Unreadable, match=says):
        amounts.read(typed, unit)


def words(node: ast.expr) -> str:
    """A message as the source writes it, with X for what is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr), ast.dump(node)
    return "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)


def sayings() -> list[str]:
    """Every message with which schema, thresholds and facts refuse an edition."""
    found = []
    for module in (edition, schema, thresholds):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "ValueError":
                found.append(words(call.args[0]))
    for node in ast.walk(ast.parse(Path(soundness.__file__).read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr) and ": " in words(node):
            found.append(words(node))
    return found


def test_every_message_of_the_schema_has_its_chinese() -> None:
    said = sayings()

    assert len(said) > 20
    for message in said:
        complaint = messages.in_chinese(message)
        assert "填写的内容不符合要求" not in complaint.says, message
        assert not re.search("[a-wyz]{4}", complaint.says), complaint


def hnte() -> dict:
    return writing.plain(next(seed for seed in seeds() if seed.id == "HNTE-2016-32-195"))


def test_a_complaint_names_its_field() -> None:
    content = revise.put(hnte(), "H4", revise.node(hnte(), "H4") | {"confidence": "official", "quotation": None})

    with pytest.raises(messages.Unsound) as refused:
        messages.checked(content)

    assert refused.value.complaints == [
        messages.Complaint("confidence", "H4：条款、原文摘句、网址没有填齐，可信程度只能选“待核实”")
    ]


def test_a_condition_that_an_item_needs_is_not_left_dangling() -> None:
    tsme = writing.plain(next(seed for seed in seeds() if seed.id == "TSME-2017-115"))

    with pytest.raises(messages.Unsound, match="没有评分项“A”"):
        messages.checked(revise.remove(tsme, "block:staff"))


def test_parts_are_found_put_added_and_removed() -> None:
    new = {"says": "新增条件", "who": "bureau", "manual": "由科技局核定"}

    added, place = revise.add(hnte(), "", new, taken=["H9", "H2.core"])
    below, part = revise.add(added, "H5", new)

    assert (place, part) == ("H10", "H5.p1")
    assert revise.node(below, "H5.p1")["says"] == "新增条件"
    assert [*revise.remove(below, "H4")["gates"]] == ["H1", "H2", "H3", "H5", "H6", "H7", "H8", "H9", "H10"]
    assert revise.node(hnte(), "item:ip_quantity_one")["fact"] == "class_one"
    assert "H4" in hnte()["gates"]
    with pytest.raises(revise.NoSuchPlace):
        revise.node(hnte(), "H99")
    with pytest.raises(revise.NoSuchPlace):
        revise.add(hnte(), "H4", new)
