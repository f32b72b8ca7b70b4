"""The size of a firm at every bound of 工信部联企业〔2011〕300号, and what a missing figure still allows to say."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from pipeline.facts.assemble import assemble
from pipeline.facts.catalogue import facts
from pipeline.facts.register import from_rows
from tests.policies.reference_facts import Facts
from tests.policies.reference_firm import UNKNOWN, Firm

ON = date(2026, 5, 1)
MICRO, SMALL, MEDIUM, LARGE = "微型", "小型", "中型", "大型"
PLENTY = 10**12

# Trade, figure, bound, the class just below and the class on it, the other figure being above every bound.
BOUNDS = [
    ("工业", "staff_headcount", 20, MICRO, SMALL),
    ("工业", "staff_headcount", 300, SMALL, MEDIUM),
    ("工业", "staff_headcount", 1000, MEDIUM, LARGE),
    ("工业", "operating_revenue_cny", 3_000_000, MICRO, SMALL),
    ("工业", "operating_revenue_cny", 20_000_000, SMALL, MEDIUM),
    ("工业", "operating_revenue_cny", 400_000_000, MEDIUM, LARGE),
    ("软件和信息技术服务", "staff_headcount", 10, MICRO, SMALL),
    ("软件和信息技术服务", "staff_headcount", 100, SMALL, MEDIUM),
    ("软件和信息技术服务", "staff_headcount", 300, MEDIUM, LARGE),
    ("软件和信息技术服务", "operating_revenue_cny", 500_000, MICRO, SMALL),
    ("软件和信息技术服务", "operating_revenue_cny", 10_000_000, SMALL, MEDIUM),
    ("软件和信息技术服务", "operating_revenue_cny", 100_000_000, MEDIUM, LARGE),
    ("信息传输", "staff_headcount", 10, MICRO, SMALL),
    ("信息传输", "staff_headcount", 100, SMALL, MEDIUM),
    ("信息传输", "staff_headcount", 2000, MEDIUM, LARGE),
    ("信息传输", "operating_revenue_cny", 1_000_000, MICRO, SMALL),
    ("信息传输", "operating_revenue_cny", 10_000_000, SMALL, MEDIUM),
    ("信息传输", "operating_revenue_cny", 1_000_000_000, MEDIUM, LARGE),
    ("农林牧渔", "operating_revenue_cny", 500_000, MICRO, SMALL),
    ("农林牧渔", "operating_revenue_cny", 5_000_000, SMALL, MEDIUM),
    ("农林牧渔", "operating_revenue_cny", 200_000_000, MEDIUM, LARGE),
    ("其他未列明", "staff_headcount", 10, MICRO, SMALL),
    ("其他未列明", "staff_headcount", 100, SMALL, MEDIUM),
    ("其他未列明", "staff_headcount", 300, MEDIUM, LARGE),
]


def firm(trade: str | None, staff: int | None, revenue: int | None, born: date | None = None) -> Firm:
    """A firm of a trade with two figures of the year just closed."""
    figures = {"staff_headcount": staff, "operating_revenue_cny": revenue}
    return Firm(own={"size_trade": trade, "registered_on": born}, years={2025: figures})


def by_product(many: list[Firm]) -> list[tuple[Any, Any, bool]]:
    """Class, flag and whether the facts do not apply, as the product finds them."""
    rows = {
        "firms": [{"firm": number, **each.own} for number, each in enumerate(many)],
        "years": [{"firm": number, "year": 2025, **each.years[2025]} for number, each in enumerate(many)],
    }
    both = [facts()[name] for name in ("size_class", "is_sme")]
    frame = assemble(from_rows(rows), ON, {column for fact in both for column in fact.columns})
    chosen = [fact.measure.value.alias(fact.name) for fact in both]
    return frame.select(*chosen, both[0].measure.inapplicable).rows()


@pytest.mark.parametrize(("trade", "figure", "bound", "below", "at"), BOUNDS)
def test_a_bound_belongs_to_the_higher_class(trade: str, figure: str, bound: int, below: str, at: str) -> None:
    def with_figure(value: int) -> Firm:
        return firm(trade, *((value, PLENTY) if figure == "staff_headcount" else (PLENTY, value)))

    found = by_product([with_figure(bound - 1), with_figure(bound)])

    assert [(size, sme) for size, sme, _ in found] == [(below, True), (at, at != LARGE)]


def test_a_class_wants_both_floors_and_the_lower_figure_decides() -> None:
    found = by_product([firm("工业", 1000, 2_999_999), firm("工业", 19, PLENTY), firm("工业", 300, 20_000_000)])

    assert [size for size, _, _ in found] == [MICRO, MICRO, MEDIUM]


def test_a_missing_figure_leaves_open_only_what_it_could_change() -> None:
    found = by_product(
        [
            firm("工业", 19, None),
            firm("工业", 999, None),
            firm("工业", 1000, None),
            firm("工业", None, 399_999_999),
            firm("农林牧渔", None, 5_000_000),
            firm("其他未列明", 300, None),
            firm("农林牧渔", 5000, None),
            firm(None, 19, 0),
        ]
    )

    assert [(size, sme) for size, sme, _ in found] == [
        (MICRO, True),
        (None, True),
        (None, None),
        (None, True),
        (MEDIUM, True),
        (LARGE, False),
        (None, None),
        (None, None),
    ]


def test_a_firm_of_this_year_has_no_closed_year_to_be_measured_by() -> None:
    assert by_product([firm("工业", 20, PLENTY, born=date(2026, 1, 1))]) == [(None, None, True)]


def test_the_reference_finds_the_same_around_every_bound() -> None:
    staff = [None, *(bound + step for bound in (20, 10, 100, 300, 1000, 2000) for step in (-1, 0))]
    revenue = [None, *(bound + step for _, name, bound, *_ in BOUNDS if "revenue" in name for step in (-1, 0))]
    trades = (None, *dict.fromkeys(trade for trade, *_ in BOUNDS))
    many = [firm(*each) for each in product(trades, staff, revenue)]

    expected = [(Facts(each, ON).size_class(), Facts(each, ON).is_sme()) for each in many]

    found = [tuple(UNKNOWN if value is None else value for value in row[:2]) for row in by_product(many)]
    assert found == expected
