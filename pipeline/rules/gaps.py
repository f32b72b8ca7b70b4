"""What a gap is in percent, from when a figure counts, and what the next band of a score item takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

import polars as pl

from pipeline.facts.catalogue import facts
from pipeline.facts.columns import YEARLY
from pipeline.facts.gather import GATHERED
from pipeline.rules.edition import Edition, walk_gates
from pipeline.rules.explain import Finding
from pipeline.rules.levers import Lever, Prices, offered
from pipeline.rules.marks import Mark, edges
from pipeline.rules.options import amounts_for
from pipeline.rules.readings import measured_value, next_band, reaches
from pipeline.rules.schema import Comparison, Item, known
from pipeline.rules.thresholds import exactly
from pipeline.rules.wording import limit, money, percent, points_range, rounded_up

UNPRICED: Final = "价格待核实"


def fact_of(edition: Edition) -> dict[str, tuple[str, ...]]:
    """The facts that each criterion, part and score item itself tests."""
    found = {key: tuple(n for n in (each.fact, each.by) if n in facts()) for key, each in walk_gates(edition)}
    for item in edition.score.items() if edition.score else ():
        found[item.key] = (item.fact,) if item.fact in facts() else ()
    return {key: tuple(name for name in names if name) for key, names in found.items()}


def share(finding: Finding) -> str:
    """The gap in percent: of an amount as a share of what is required, of a ratio in percentage points."""
    required = threshold(finding.required)
    if not finding.gap or required is None:
        return ""
    if finding.actual_exact is not None and isinstance(finding.actual, str):
        distance = abs(required - Fraction(finding.actual_exact)) * 100
        return f"差 {rounded_up(distance)} 个百分点" if distance and finding.levers else ""
    if isinstance(finding.actual, int) and not isinstance(finding.actual, bool) and isinstance(finding.gap, int):
        return f"相当于要求的 {percent(Fraction(finding.gap) / required)}" if required > 0 else ""
    return ""


def threshold(required: int | str | bool | None) -> Fraction | None:
    """What is required as a number, where it is one."""
    if required is None or isinstance(required, bool):
        return None
    try:
        return exactly(required)
    except ValueError:
        return None


def counts_from(names: tuple[str, ...], on: date) -> str:
    """Which year's figures were read, and from when those of the year under way are; of lists, by which day."""
    columns = {column for name in names for column in facts()[name].columns}
    backs = sorted({int(found["back"]) for column in columns if (found := YEARLY.fullmatch(column))})
    listed = any(column in GATHERED for column in columns)
    if not backs and not listed:
        return ""
    if listed:
        return "申报前取得并登记即计入"
    read = f"{on.year - backs[0]}" if len(backs) == 1 else f"{on.year - backs[-1]}—{on.year - backs[0]}"
    return f"按 {read} 年数判定；{on.year} 年内实际发生的，{on.year + 1} 年起申报时计入"


@dataclass(frozen=True)
class Climb:
    """A score item's band and the next: points now and there, its edge in words, units of each lever that get there."""

    now: str
    then: str
    edge: str
    more: int
    moves: tuple[tuple[Lever, int, str], ...]


def climbs(edition: Edition, row: Mapping[str, Any], frame: pl.DataFrame, prices: Prices) -> dict[str, Climb]:
    """The next band of each banded item whose fact is known and whose highest band is not reached."""
    found = ((item.key, climb(item, row, frame, prices)) for item in banded(edition))
    return {key: step for key, step in found if step is not None}


def banded(edition: Edition) -> Iterator[Item]:
    """The items with bands."""
    yield from (item for item in (edition.score.items() if edition.score else ()) if item.fact)


def climb(item: Item, row: Mapping[str, Any], frame: pl.DataFrame, prices: Prices) -> Climb | None:
    """The next band of one item."""
    fact = facts()[item.fact or ""]
    value = measured_value(row, fact)
    if item.is_pending or value is None or reaches(value, item.bands[0]):
        return None
    here = next(band for band in item.bands if band.floor is None or reaches(value, band))
    above = next_band(row, item, fact)
    comparison: Comparison = "at_least" if above.at_least is not None else "more_than"
    slack = next(edges(fact.name, comparison, known(above.floor)))
    mark = Mark(slack, frozenset(slack.meta.root_names()))
    return Climb(
        points_range(here.low, here.high),
        points_range(above.low, above.high),
        limit(comparison, known(above.floor), fact),
        above.low - here.low,
        tuple(moves(frame, mark, prices)),
    )


def moves(frame: pl.DataFrame, mark: Mark, prices: Prices) -> Iterator[tuple[Lever, int, str]]:
    """The levers that reach a mark alone, how many units each takes, and its price."""
    for lever in offered(prices):
        if lever.most is None and lever.adds.keys() & mark.columns:
            units = amounts_for(frame, [{}], [lever], lever, [mark], [False])[0]
            if units:
                yield lever, min(units), price_of(lever, min(units), prices)


def price_of(lever: Lever, units: int, prices: Prices) -> str:
    """What so many units cost, as far as anybody said."""
    price = prices.get(lever.key)
    return UNPRICED if price is None or price.money is None else f"约 {money(price.money * units)}"
