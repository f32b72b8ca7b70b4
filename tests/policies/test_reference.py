"""Two evaluators, one answer: the product's own against plain fractions, on random firms and beside every edge."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rules.edition import Edition, walk_gates
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import outcome
from pipeline.rules.seeds import seeds
from tests.policies.firms import ON, firms, register_of
from tests.policies.reference import EXPERT, MANUAL, Judge
from tests.policies.reference_facts import Firm

EDITIONS = {edition.id: edition for edition in seeds()}


def by_product(edition: Edition, row: dict[str, Any]) -> dict[str, Any]:
    """What the product found out about one firm."""
    items = edition.score.items() if edition.score else ()
    return {
        "verdict": row["verdict"],
        "score": (row["score_low"], row["score_high"]),
        "counts": (row["n_unmet"], row["n_unknown"], row["n_manual"], row["n_na"]),
        "expert_open": row["expert_open"],
        "outcomes": {key: outcome(row, key) for key, _ in walk_gates(edition)},
        "items": {item.key: (row[f"i.{item.key}.low"], row[f"i.{item.key}.high"]) for item in items},
    }


def by_reference(edition: Edition, firm: Firm) -> dict[str, Any]:
    """What the reference found out about the same firm."""
    judge = Judge(edition, firm, ON)
    words = {True: "met", False: "unmet"}
    reasons = [why for _, why in judge.gates.values() if why]
    return {
        "verdict": judge.verdict,
        "score": (judge.total.low, judge.total.high) if edition.score else (None, None),
        "counts": (judge.unmet, judge.count("unknown"), judge.count(EXPERT, MANUAL), judge.count("not_applicable")),
        "expert_open": bool(reasons) and set(reasons) == {EXPERT},
        "outcomes": {
            key: words[ok] if ok is not None else str(why).replace("expert", "manual")
            for key, (ok, why) in judge.outcomes.items()
        },
        "items": {key: (points.low, points.high) for key, points in judge.items.items()},
    }


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_both_evaluators_agree_on_every_outcome(edition: Edition, seed: int) -> None:
    many = firms(seed, 120)

    frame = evaluate(edition, register_of(many, edition.track), ON)

    for firm, row in zip(many, frame.iter_rows(named=True), strict=True):
        assert by_product(edition, row) == by_reference(edition, firm), firm


def test_the_random_firms_reach_every_verdict_and_every_reason() -> None:
    verdicts, reasons = set(), set()
    for edition in EDITIONS.values():
        for firm in (each for seed in range(40) for each in firms(seed, 60)):
            judge = Judge(edition, firm, ON)
            verdicts.add(judge.verdict)
            reasons |= {why for _, why in judge.outcomes.values()}

    assert verdicts == {"eligible", "ineligible", "undecided"}
    assert reasons == {None, EXPERT, MANUAL, "unknown", "not_applicable"}
