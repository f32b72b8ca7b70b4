"""Two evaluators, one answer: the product's own against plain fractions, on random firms and beside every edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import evaluate
from pipeline.rules.seeds import seeds
from tests.examples import examples
from tests.policies.compared import by_product, by_reference
from tests.policies.firms import ON, firms, register_of
from tests.policies.reference import EXPERT, MANUAL, Judge

EDITIONS = {edition.id: edition for edition in seeds()}


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
@examples(20)
@given(seed=st.integers(0, 10**9))
def test_both_evaluators_agree_on_every_outcome(edition: Edition, seed: int) -> None:
    many = firms(seed, 120)

    frame = evaluate(edition, register_of(many, edition.track), ON)

    for firm, row in zip(many, frame.iter_rows(named=True), strict=True):
        assert by_product(edition, row) == by_reference(edition, firm, ON), firm


def test_the_random_firms_reach_every_verdict_and_every_reason() -> None:
    verdicts, reasons = set(), set()
    wanted = {None, EXPERT, MANUAL, "unknown", "not_applicable"}
    for seed, edition in enumerate(list(EDITIONS.values()) * 4):
        for judge in (Judge(edition, firm, ON) for firm in firms(seed, 60)):
            verdicts.add(judge.verdict)
            reasons |= {why for _, why in judge.outcomes.values()}
        if len(verdicts) == 3 and reasons == wanted:
            break

    assert verdicts == {"eligible", "ineligible", "undecided"}
    assert reasons == wanted
