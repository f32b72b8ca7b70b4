"""Knife edges: on a threshold, beside it, beyond sight; planted growth crosses it in the quarter it should."""

from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.facts.register import Register, from_rows
from pipeline.rules.choose import choose
from pipeline.rules.edges import edges
from pipeline.rules.seeds import seeds
from tests.examples import examples

ON = date(2026, 5, 1)
TSME = choose(seeds(), track="tsme", on=ON, kind="apply").edition
HNTE = choose(seeds(), track="hnte", on=ON, kind="apply").edition


def register(*firms: dict[int, dict[str, Any]]) -> Register:
    """Firms registered long ago, with these figures by year."""
    rows = [{"firm": n, "registered_on": date(2010, 1, 1)} for n, _ in enumerate(firms)]
    years = [{"firm": n, "year": y, **figures} for n, firm in enumerate(firms) for y, figures in firm.items()]
    return from_rows({"firms": rows, "years": years})  # type: ignore[dict-item]


def sides(
    name: str, criterion: str, *values: Any, edition: Any = TSME, within: int = 10
) -> list[tuple[str, int] | None]:
    """What is said of each value of one figure of last year."""
    found = edges(edition, register(*({2025: {name: value}} for value in values)), ON, within)
    rows = {row["firm"]: row for row in found.iter_rows(named=True) if row["criterion"] == criterion}
    return [(rows[n]["side"], rows[n]["distance"]) if n in rows else None for n in range(len(values))]


@pytest.mark.feature("N8")
def test_a_ceiling_is_seen_from_both_sides() -> None:
    assert sides("staff_headcount", "T2.staff", 449, 450, 500, 501, 550, 551, None) == [
        None,
        ("outgrow", -1000),
        ("outgrow", 0),
        ("gain", 20),
        ("gain", 1000),
        None,
        None,
    ]


@pytest.mark.feature("N8")
def test_the_rd_band_changes_at_its_sales() -> None:
    found = sides("sales_cny", "H5.intensity", 44_999_999, 45_000_000, 50_000_000, 50_000_001, 55_000_001, edition=HNTE)

    assert found == [None, ("band", -1000), ("band", 0), ("band", 0), None]


@pytest.mark.feature("N8")
def test_a_ratio_is_near_by_its_share_of_the_threshold() -> None:
    def one(tech: int, staff: int) -> dict[int, dict[str, Any]]:
        return {2025: {"tech_staff_hnte_headcount": tech, "staff_hnte_headcount": staff}}

    firms = [one(8_999, 100_000), one(9_000, 100_000), one(9_999, 100_000), one(10_000, 100_000), one(11_001, 100_000)]
    rows = {row["firm"]: row for row in edges(HNTE, register(*firms), ON, 10).iter_rows(named=True)}

    assert set(rows) == {1, 2, 3}
    assert [rows[n]["side"] for n in (1, 2, 3)] == ["gain", "gain", "lose"]
    assert (rows[2]["value"], rows[2]["need"]) == ("9999/100000", "0.1")


@pytest.mark.feature("N8")
def test_only_the_threshold_of_the_firm_own_row_is_watched() -> None:
    def firm(sales: int, cost: int) -> dict[int, dict[str, Any]]:
        last = {"sales_cny": sales, "rd_cost_hnte_cny": cost}
        return {
            2025: last,
            2024: {"sales_cny": 0, "rd_cost_hnte_cny": 0},
            2023: {"sales_cny": 0, "rd_cost_hnte_cny": 0},
        }

    found = edges(HNTE, register(firm(10_000_000, 490_000), firm(100_000_000, 4_900_000)), ON, 10)
    rows = [(row["firm"], row["side"], row["need"]) for row in found.iter_rows(named=True) if "rd_int" in row["fact"]]

    assert rows == [(0, "gain", "0.05")]


def quarter_of(before: int, last: int, name: str = "staff_headcount") -> tuple[str, int | None] | None:
    """What is said of the ceiling of staff for a firm that grew so."""
    found = edges(TSME, register({2024: {name: before}, 2025: {name: last}}), ON, 1)
    rows = [row for row in found.iter_rows(named=True) if row["criterion"] == "T2.staff"]
    return (rows[0]["side"], rows[0]["quarter"]) if rows else None


@pytest.mark.feature("N8")
@pytest.mark.parametrize(
    ("before", "last", "said"),
    [
        (400, 460, ("outgrow", 3)),  # 475, 490, 505
        (300, 400, None),  # 500 after four quarters is still within
        (299, 400, ("outgrow", 4)),
        (100, 499, ("outgrow", 1)),
        (460, 400, None),
        (600, 540, ("gain", 3)),  # 525, 510, 495
        (640, 560, ("gain", 3)),  # on 500 itself
        (540, 600, None),
    ],
)
def test_planted_growth_is_said_in_its_quarter(before: int, last: int, said: tuple[str, int] | None) -> None:
    assert quarter_of(before, last) == said


@examples(60)
@given(st.integers(1, 900), st.integers(1, 900))
def test_near_and_quarter_agree_with_plain_fractions(before: int, last: int) -> None:
    apart, pace = Fraction(last - 500), Fraction(last - before)
    is_near = abs(apart) * 100 <= 500
    count = None
    if apart <= 0 < pace:
        count = floor(-4 * apart / pace) + 1
    elif pace < 0 < apart:
        count = max(1, ceil(4 * apart / -pace))
    count = count if count is not None and count <= 4 else None
    expected = ("outgrow" if last <= 500 else "gain", count) if is_near or count else None

    assert quarter_of(before, last) == expected
