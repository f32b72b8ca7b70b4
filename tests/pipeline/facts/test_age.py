"""The age of a firm at its anniversaries, 29 February included."""

from datetime import date

import pytest

from pipeline.facts.assemble import assemble
from pipeline.facts.catalogue import facts
from pipeline.facts.register import from_rows
from pipeline.facts.registry import Amount

DAYS = [
    (date(2021, 5, 1), date(2026, 4, 30), 5),
    (date(2021, 5, 1), date(2026, 5, 1), 5),
    (date(2021, 5, 1), date(2026, 5, 2), 6),
    (date(2026, 5, 1), date(2026, 5, 1), 0),
    (date(2026, 4, 30), date(2026, 5, 1), 1),
    (date(2024, 2, 29), date(2025, 2, 28), 1),
    (date(2024, 2, 29), date(2025, 3, 1), 2),
    (date(2020, 2, 29), date(2024, 2, 29), 4),
    (None, date(2026, 5, 1), None),
]


@pytest.mark.parametrize(("born", "on", "years"), DAYS)
def test_the_year_begun_counts(born: date | None, on: date, years: int | None) -> None:
    fact = facts()["age_years"]
    frame = assemble(from_rows({"firms": [{"firm": 1, "registered_on": born}]}), on, fact.columns)

    assert isinstance(fact.measure, Amount)
    assert frame.select(fact.measure.value).item() == years
