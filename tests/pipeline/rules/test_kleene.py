"""Composites obey Kleene's logic: whole truth tables of random composites, and what they say once more is known."""

from datetime import date
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.facts.register import from_rows
from pipeline.rules.compile import Compiler
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import evaluate
from pipeline.rules.program import Open
from tests.examples import examples

ON = date(2026, 5, 1)
FLAGS = ("is_resident", "is_listed", "is_six_bases")
TABLE = list(product((True, False, None), repeat=len(FLAGS)))
REGISTER = from_rows(
    {"firms": [{"firm": n, **dict(zip(FLAGS, values, strict=True))} for n, values in enumerate(TABLE)]}
)
Spec = dict[str, Any]

leaves = st.builds(lambda name, wanted: {"fact": name, "is": wanted}, st.sampled_from(FLAGS), st.booleans())
trees = st.recursive(
    leaves,
    lambda parts: st.builds(
        lambda join, several: {join: several},
        st.sampled_from(["all", "any"]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


def edition(*gates: Spec) -> Edition:
    """An edition of these gates."""
    return Edition.model_validate(
        {
            "id": "KLEENE",
            "title": "逻辑",
            "track": "tsme",
            "document": "无",
            "effective_from": date(2020, 1, 1),
            "applies_to": ["apply"],
            "confidence": "unconfirmed",
            "gates": {f"G{n}": {**gate, "says": "条件", "who": "enterprise"} for n, gate in enumerate(gates)},
            "sha256": repr(gates),
        }
    )


def column(*gates: Spec) -> list[list[bool | None]]:
    """What each gate says for each line of the truth table."""
    rules = edition(*gates)
    frame = evaluate(rules, REGISTER, ON)
    return [frame[f"{key}.ok"].to_list() for key in rules.gate_keys]


def by_hand(tree: Spec, values: dict[str, bool | None]) -> bool | None:
    """Kleene's tables, written out."""
    if "fact" in tree:
        value = values[tree["fact"]]
        return None if value is None else value is tree["is"]
    (join, parts), decisive = next(iter(tree.items())), "any" in tree
    found = [by_hand(part, values) for part in parts]
    if decisive in found:
        return decisive
    return None if None in found else join == "all"


def turned(tree: Spec) -> Spec:
    """The same composite with its parts in the other order, all the way down."""
    if "fact" in tree:
        return tree
    ((join, parts),) = tree.items()
    return {join: [turned(part) for part in reversed(parts)]}


def denied(tree: Spec) -> Spec:
    """By de Morgan what the composite denies."""
    if "fact" in tree:
        return {**tree, "is": not tree["is"]}
    ((join, parts),) = tree.items()
    return {"any" if join == "all" else "all": [denied(part) for part in parts]}


@examples(60)
@given(trees)
def test_composites_are_kleenes(tree: Spec) -> None:
    (found,) = column(tree)

    assert found == [by_hand(tree, dict(zip(FLAGS, values, strict=True))) for values in TABLE]


@examples(40)
@given(trees, trees)
def test_order_twice_nesting_and_denial(one: Spec, other: Spec) -> None:
    both, either = {"all": [one, other]}, {"any": [one, other]}
    first, around, twice, absorbed, spread, not_both, either_not = column(
        both,
        turned(both),
        {"all": [one, one]},
        {"any": [one, both]},
        {"all": [one, either]},
        denied(both),
        {"any": [denied(one), denied(other)]},
    )
    (alone,) = column(one)

    assert first == around
    assert alone == twice == absorbed == spread
    assert not_both == either_not == [None if value is None else not value for value in first]


@examples(60)
@given(trees)
def test_more_knowledge_never_flips_what_is_decided(tree: Spec) -> None:
    (found,) = column(tree)

    for values, said in zip(TABLE, found, strict=True):
        fuller = [
            later
            for other, later in zip(TABLE, found, strict=True)
            if all(known in (None, value) for known, value in zip(values, other, strict=True))
        ]
        assert said is None or set(fuller) == {said}


@examples(20)
@given(trees)
def test_what_is_open_says_why_and_the_verdict_counts_it(tree: Spec) -> None:
    rules = edition(tree, {"fact": "is_resident", "is": True})
    frame = evaluate(rules, REGISTER, ON)

    for row in frame.iter_rows(named=True):
        gates = [row[f"{key}.ok"] for key in rules.gate_keys]
        assert [row[f"{key}.open"] for key in rules.gate_keys] == [
            Open.UNKNOWN if ok is None else Open.DECIDED for ok in gates
        ]
        word = "ineligible" if False in gates else "undecided" if None in gates else "eligible"
        assert (row["verdict"], row["n_unmet"], row["n_unknown"]) == (word, gates.count(False), gates.count(None))
        assert [row["unmet_mask"] >> n & 1 for n in range(2)] == [ok is False for ok in gates]
        assert [row["unknown_mask"] >> n & 1 for n in range(2)] == [ok is None for ok in gates]


def test_a_program_defines_a_column_once() -> None:
    rules = edition({"all": [{"fact": FLAGS[0], "is": True}, {"fact": FLAGS[0], "is": False}]})

    levels = Compiler(rules, ruled=False).compile().levels

    assert len([name for name in levels if name == f"f.{FLAGS[0]}"]) == 1
    assert levels[f"f.{FLAGS[0]}"] < levels["G0.1.ok"] < levels["G0.ok"] < levels["allowed"] < levels["verdict"]
