"""Every edge of every edition: on it, one unit of the stored scale either side, unknown, zero, below zero.

What is expected follows from the threshold alone; beside it the reference evaluator says the same of the whole firm,
and nothing else of the firm may change but what follows from that finding. Editions and facts are found, not listed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from pipeline.facts.catalogue import facts
from pipeline.facts.columns import COMPUTED, YEARLY
from pipeline.facts.gather import raw_subject
from pipeline.rules.choose import covers
from pipeline.rules.compile import Compiler
from pipeline.rules.edition import Criterion, Edition, walk_gates
from pipeline.rules.evaluate import evaluate
from pipeline.rules.schema import Comparison, Item
from pipeline.rules.seeds import seeds
from tests.policies.compared import by_product, by_reference
from tests.policies.dials import Column, Dial, blank, dial, erase, whole, write, yearly
from tests.policies.firms import register_of
from tests.policies.reference_facts import Facts
from tests.policies.reference_firm import Firm, Span

EDITIONS = {edition.id: edition for edition in seeds()}
ON = date(2026, 5, 1)
LESS = ("at_most", "less_than")


def day_of(edition: Edition) -> date:
    """A day on which the edition is in force."""
    return ON if covers(edition, ON) else edition.effective_from


def passes(value: Fraction, comparison: Comparison, need: Fraction) -> bool:
    """One comparison, written out."""
    return {
        "at_least": value >= need,
        "at_most": value <= need,
        "more_than": value > need,
        "less_than": value < need,
    }[comparison]


@dataclass(frozen=True)
class Edge:
    """One edge of one finding: where its fact's dial has to stand, and what is found for each stand of it."""

    key: str
    dial: Dial
    threshold: Fraction
    expected: Callable[[Fraction], Any]  # of a criterion met or unmet, of an item its points
    unknown: Any
    fixed: dict[Column, int] = field(default_factory=dict)


def edges(edition: Edition) -> Iterator[Edge]:
    """All edges of an edition: thresholds, rows, the ceilings between rows, bands."""
    on = day_of(edition)
    for key, criterion in walk_gates(edition):
        if criterion.fact and criterion.comparison and not criterion.is_pending:
            yield from of_rows(key, criterion, on) if criterion.rows else of_limit(key, criterion, on)
    for item in edition.score.items() if edition.score else ():
        if item.fact and not item.is_pending:
            yield from of_item(item, on)


def of_limit(key: str, criterion: Criterion, on: date) -> Iterator[Edge]:
    """The edge of a plain limit."""
    turned, comparison = dial(criterion.fact or "", on), criterion.comparison or "at_least"
    need = turned.need(criterion.need)

    def expected(value: Fraction) -> str:
        return "met" if passes(value, comparison, need) else "unmet"

    yield Edge(key, turned, criterion.need, expected, "unknown")


def of_rows(key: str, criterion: Criterion, on: date) -> Iterator[Edge]:
    """The edge of each row, the chooser standing on the ceiling of the row, and one above the ceiling before."""
    (chooser,) = yearly(facts()[criterion.by or ""].measure.value)
    comparison, below = criterion.comparison or "at_least", Fraction(0)
    for row in criterion.rows:
        assert isinstance(row.need, Fraction)
        need = row.need

        def expected(value: Fraction, need: Fraction = need) -> str:
            return "met" if passes(value, comparison, need) else "unmet"

        for stand in (int(below) + 1, int(row.up_to or below + 1)):
            fixed = {chooser: stand}
            yield Edge(key, dial(criterion.fact or "", on, fixed), need, expected, "unknown", fixed)
        below = row.up_to or below


def of_item(item: Item, on: date) -> Iterator[Edge]:
    """The edges between the bands of an item."""
    turned = dial(item.fact or "", on)

    def expected(value: Fraction) -> tuple[int, int]:
        for band in item.bands:
            limits = [(name, getattr(band, name, None)) for name in ("at_least", "more_than", "at_most")]
            given: list[Any] = [(name, turned.need(need)) for name, need in limits if need is not None]
            if not given or passes(value, *given[0]):
                return band.low, band.high
        raise AssertionError("the last band is open")

    for band in item.bands:
        if band.floor is not None:
            yield Edge(item.key, turned, band.floor, expected, (item.least, item.most))


@dataclass(frozen=True)
class Stand:
    """One firm for one edge: where its dial stands, in units from zero; a word where it stands nowhere."""

    edge: Edge
    at: int | str
    firm: Firm


def stands(edge: Edge, on: date, base: Callable[[], Firm]) -> Iterator[Stand]:
    """The firms of one edge: below, on, above, unknown, zero, below zero, and over a whole of zero."""
    on_it = edge.dial.edge(edge.threshold)
    for units in (on_it - 1, on_it, on_it + 1, 0, -1):
        if units >= 0 or edge.dial.is_signed:
            firm = base()
            for column, value in edge.fixed.items():
                write(firm, column, value, on)
            edge.dial.put(firm, units)
            yield Stand(edge, units, firm)
    firm = base()
    erase(firm, edge.dial.columns, on)
    yield Stand(edge, "unknown", firm)
    if edge.dial.wholes:
        firm = base()
        edge.dial.put(firm, on_it)
        for column in edge.dial.wholes:
            write(firm, column, 0, on)
        yield Stand(edge, "over nothing", firm)


def value_of(stand: Stand, on: date) -> Fraction:
    """What the reference makes of the fact, which has to be what the dial was turned to."""
    value = Facts(stand.firm, on).fact(stand.edge.dial.fact.name)
    if isinstance(value, Span):
        assert value.low == value.high
        value = value.low
    assert value == int(stand.at) * stand.edge.dial.scale, stand.edge.dial.fact.name
    return Fraction(value)


def found(edge: Edge, answer: dict[str, Any]) -> Any:
    """What was found for the edge's own key."""
    return answer["outcomes"][edge.key] if edge.key in answer["outcomes"] else answer["items"][edge.key]


def flips(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The keys of criteria and items of which something else is found."""
    return {key for part in ("outcomes", "items") for key in before[part] if before[part][key] != after[part][key]}


def sources(name: str) -> set[str]:
    """The figures, fields and lists a fact is made from."""
    columns = facts()[name].columns - {"on"}
    return {"registered_on" if column in COMPUTED else raw_subject(column) for column in columns}


def has_years(name: str) -> bool:
    """Whether the dial of a fact writes yearly figures, and so leaves the day of registration alone."""
    return any(YEARLY.fullmatch(column) for column in facts()[name].columns - COMPUTED)


def follows(edition: Edition, edge: Edge) -> set[str]:
    """What may change with one finding: those that read the same figures, what they are part of, and the totals."""
    moved = sources(edge.dial.fact.name) - ({"registered_on"} if has_years(edge.dial.fact.name) else set())
    readers = set()
    for key, criterion in walk_gates(edition):
        names = [name for name in (criterion.fact, criterion.by) if name]
        if criterion.total or criterion.points or any(sources(name) & moved for name in names):
            readers |= {key, *(key.rsplit(".", n)[0] for n in range(1, key.count(".") + 1))}
    for item in edition.score.items() if edition.score else ():
        for each in (item, *item.best_of):
            if each.fact and sources(each.fact) & moved:
                readers |= {item.key, each.key}
    return readers


@pytest.mark.parametrize("known", [True, False], ids=["all else known", "all else unknown"])
@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_at_every_edge_exactly_that_finding_changes(edition: Edition, known: bool) -> None:
    on = day_of(edition)
    every = [s for edge in edges(edition) for s in stands(edge, on, (lambda: whole(on)) if known else blank)]
    if not every:
        assert not any(c.comparison and not c.is_pending for _, c in walk_gates(edition) if c.fact)
        return
    rows = evaluate(edition, register_of([stand.firm for stand in every], edition.track), on)
    answers = [by_product(edition, row) for row in rows.iter_rows(named=True)]

    for stand, answer in zip(every, answers, strict=True):
        assert answer == by_reference(edition, stand.firm, on), (stand.edge.key, stand.at)
        if isinstance(stand.at, int):
            assert found(stand.edge, answer) == stand.edge.expected(value_of(stand, on)), (stand.edge.key, stand.at)
        elif stand.at == "unknown":
            assert found(stand.edge, answer) == stand.edge.unknown, stand.edge.key
    for (one, before), (other, after) in pairwise(zip(every, answers, strict=True)):
        if one.edge is other.edge:
            changed = flips(before, after)
            assert changed <= follows(edition, one.edge), (one.edge.key, one.at, other.at)
    for edge in {id(stand.edge): stand.edge for stand in every}.values():
        sides = {found(edge, answer) for stand, answer in zip(every, answers, strict=True) if stand.edge is edge}
        assert len(sides - {edge.unknown, "not_applicable"}) > 1, f"{edge.key} is the same on both sides of its edge"


MARKS = [
    pytest.param(edition, key, test, id=f"{edition.id}-{key}")
    for edition in EDITIONS.values()
    for key, criterion in walk_gates(edition)
    for test in (criterion.total, criterion.points)
    if test and not test.is_pending
]


@pytest.mark.parametrize(("edition", "key", "test"), MARKS)
def test_points_against_a_mark(edition: Edition, key: str, test: Any) -> None:
    mark = int(test.need)
    ranges = [(low, high) for low in range(mark - 2, mark + 3) for high in range(low, mark + 3)]
    frame = pl.DataFrame({"x.low": [low for low, _ in ranges], "x.high": [high for _, high in ranges], "x.open": 1})

    ok, _ = Compiler(edition, ruled=False).against_range(test, "x")

    sides = [[passes(Fraction(end), test.comparison, test.need) for end in each] for each in ranges]
    assert frame.select(ok.alias("ok"))["ok"].to_list() == [low if low == high else None for low, high in sides]
