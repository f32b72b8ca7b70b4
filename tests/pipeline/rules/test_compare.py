"""Limits that are no whole numbers, on figures that are."""

from datetime import date

from pipeline.facts.register import from_rows
from pipeline.rules.evaluate import evaluate
from tests.pipeline.rules.test_kleene import edition


def test_half_a_head_is_compared_exactly() -> None:
    rules = edition(
        {"fact": "staff_headcount", "at_least": "2.5"},
        {"fact": "staff_headcount", "at_most": "2.5"},
        {"fact": "staff_headcount", "more_than": "3.0"},
    )
    years = [{"firm": n, "year": 2025, "staff_headcount": heads} for n, heads in enumerate((2, 3, 5, None))]
    register = from_rows({"firms": [{"firm": n} for n in range(4)], "years": years})

    frame = evaluate(rules, register, date(2026, 5, 1))

    assert frame["G0.ok"].to_list() == [False, True, True, None]
    assert frame["G1.ok"].to_list() == [True, False, False, None]
    assert frame["G2.ok"].to_list() == [False, False, True, None]
