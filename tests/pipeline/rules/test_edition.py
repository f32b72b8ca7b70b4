"""An edition that could judge wrongly is refused when it is read or by `manage.py check`."""

from pathlib import Path

import pytest
from django.core.checks import run_checks

from pipeline.rules.edition import EditionError, load, walk_gates
from pipeline.rules.seeds import paths, seeds
from pipeline.rules.soundness import faults

HEAD = """
id: X
title: 试
track: tsme
document: 试
effective_from: 2020-01-01
applies_to: [apply]
confidence: unconfirmed
"""
GATE = "gates: {G: {says: 试, who: enterprise, fact: staff_headcount, at_most: 500}}\n"


def refusal(text: str) -> str:
    """Why a policy file is refused."""
    with pytest.raises(EditionError) as refused:
        load(text, name="x.yaml")
    return str(refused.value)


def gate(test: str) -> str:
    """A policy file with one gate."""
    return HEAD + f"gates: {{G: {{says: 试, who: enterprise, {test}}}}}\n"


def scored(bands: str) -> str:
    """A policy file with one banded item."""
    item = f"{{key: A, says: 试, fact: class_one, bands: {bands}}}"
    return HEAD + GATE + f"score: {{blocks: [{{key: b, says: 试, cap: 10, items: [{item}]}}]}}\n"


UNREADABLE = {
    "an unknown key": (HEAD + GATE + "gate: {}\n", "Extra inputs"),
    "an unknown track": ((HEAD + GATE).replace("tsme", "tsmee"), "unknown track tsmee"),
    "a float": (gate("fact: class_one, at_least: 0.6"), "not 0.6"),
    "text that is no number": (gate('fact: class_one, at_least: "5 %%"'), "cannot read the threshold"),
    "two comparisons": (gate("fact: class_one, at_least: 1, at_most: 2"), "exactly one of at_least"),
    "no comparison": (gate("fact: class_one"), "exactly one of at_least"),
    "two tests": (gate("fact: class_one, at_least: 1, manual: 试"), "exactly one of fact, manual"),
    "rows without by": (gate("fact: class_one, at_least: [{need: 1}]"), "needs `by`"),
    "rows with a gap at the top": (
        gate("fact: class_one, by: sales_last_year, at_least: [{up_to: 5, need: 1}]"),
        "only the last, has no up_to",
    ),
    "rows that fall": (
        gate("fact: class_one, by: sales_last_year, at_least: [{up_to: 5, need: 1}, {up_to: 5, need: 2}, {need: 3}]"),
        "must rise",
    ),
    "bands with a gap at the bottom": (scored("[{at_least: 1, points: 5}]"), "only the last, has no threshold"),
    "bands that rise": (
        scored("[{at_least: 1, points: 5}, {at_least: 2, points: 3}, {points: 0}]"),
        "thresholds of the bands must fall",
    ),
    "points that overlap": (
        scored("[{at_least: 2, points: [4, 6]}, {at_least: 1, points: [3, 4]}, {points: 0}]"),
        "points of two bands overlap",
    ),
    "a confirmed rule without its source": (
        gate("fact: class_one, at_least: 1, confidence: secondary, clause: 第一条"),
        "confidence must be unconfirmed",
    ),
    "a confirmed part without its source": (
        gate("all: [{says: 试, manual: 试, confidence: official}]"),
        "confidence must be unconfirmed",
    ),
    "a confirmed number that nobody knows": (
        gate("fact: class_one, at_least: 待定, confidence: secondary, clause: 一, quotation: 二, address: 三"),
        "a threshold is 待定",
    ),
    "a confirmed part that nobody knows": (
        gate("confidence: secondary, clause: 一, quotation: 二, address: 三, all: [{fact: class_one, at_least: 待定}]"),
        "a threshold is 待定",
    ),
    "points of both an item and a block": (
        gate("points: {item: A, block: b, at_least: 1}"),
        "give either item or block",
    ),
    "a title compared": (gate("title: hnte, at_least: 1"), "is: true or is: false"),
    "a title that is a word": (gate("title: hnte, is: 有"), "is: true or is: false"),
    "a dispute without its reason": (
        HEAD + GATE + "disputes: [{claim: 一, source: 二, taken: 三}]\n",
        "Field required",
    ),
    "an end before the start": (HEAD + GATE + "effective_to: 2019-01-01\n", "before effective_from"),
    "no mapping": ("- 1\n", "mapping"),
    "no YAML": ("a: [", "x.yaml"),
}


@pytest.mark.parametrize(("text", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unsound_file_is_refused(text: str, says: str) -> None:
    assert says in refusal(text)


FAULTY = {
    "an unknown fact": (gate("fact: class_zero, at_least: 1"), "G: unknown fact class_zero"),
    "a missing prerequisite": (gate("title: hntee"), "G: the prerequisite hntee is no track"),
    "a total without a score": (gate("total: {at_least: 60}"), "G: tests a total, but the edition has no score"),
    "points of no item": (gate("points: {item: Z, more_than: 0}"), "G: tests the points of Z"),
    "points of no block": (gate("points: {block: Z, more_than: 0}"), "G: tests the points of Z, which is no block"),
    "a flag compared": (gate("fact: is_resident, at_least: 1"), "G: is_resident is no number"),
    "a number without comparison": (gate("fact: class_one, is: true"), "G: class_one is a number"),
}


@pytest.mark.parametrize(("text", "says"), FAULTY.values(), ids=FAULTY)
def test_a_file_that_reads_well_but_names_what_does_not_exist(text: str, says: str) -> None:
    assert any(fault.startswith(says) for fault in faults(load(text)))


def test_the_editions_of_the_product_are_sound() -> None:
    assert {edition.id: faults(edition) for edition in seeds()} == {edition.id: [] for edition in seeds()}
    assert run_checks(tags=["policies"]) == []


# As they stand in the sources, word for word; a quotation put together from table cells proves nothing.
QUOTED = {
    "若企业成立于2023年3月,则2024年3月后即可申报",
    "科技人员…不低于10%",
    "最近一年销售收入在2亿元以上的企业,比例不低于3%",
    ">70(不含70);各级指标按整数打分",
    "职工总数不超过500人、年销售收入不超过2亿元、资产总额不超过2亿元",
    "科技人员…30%(含)以上",
    "6%(含)以上",
    "1项以上的Ⅰ类知识产权",
}


def test_nothing_is_quoted_that_no_source_says() -> None:
    sources = [criterion for edition in seeds() for _, criterion in walk_gates(edition)]
    items = [item for edition in seeds() for item in (edition.score.items() if edition.score else ())]

    assert {source.quotation for source in (*sources, *items) if source.quotation} == QUOTED


def test_the_conditions_say_what_the_texts_ask() -> None:
    says = {key: criterion.says for edition in seeds() for key, criterion in walk_gates(edition)}

    assert "5000万元以下（含）5%；5000万元以上至2亿元（含）4%；2亿元以上3%" in says["H5.intensity"]
    assert "在中国境内授权并在有效期内；共有知识产权仅由一个权利人使用" in says["H2.core"]
    assert says["T5.standard"].endswith("（排名前5）")


def test_check_names_the_file_at_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "hnte"
    folder.mkdir()
    (folder / "x.yaml").write_text(gate("fact: class_zero, at_least: 1"), "utf-8")
    monkeypatch.setattr("pipeline.rules.seeds.POLICIES", tmp_path)

    messages = [str(message.msg) for message in run_checks(tags=["policies"])]

    assert messages == [
        "hnte/x.yaml: lies in the folder of another track than tsme",
        "hnte/x.yaml: G: unknown fact class_zero",
    ]


def test_each_policy_file_begins_with_the_day_it_takes_effect() -> None:
    for path, edition in zip(paths(), seeds(), strict=True):
        assert path.name.startswith(edition.effective_from.isoformat())


def test_the_same_text_has_the_same_hash_and_another_text_another() -> None:
    text = gate("fact: class_one, at_least: 1")

    assert load(text).sha256 == load(text).sha256
    assert load(text).sha256 != load(text.replace("at_least: 1", "at_least: 2")).sha256
