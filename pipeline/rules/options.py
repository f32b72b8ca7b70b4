"""Options: the amounts of each lever worth trying, in groups that share a mark, and their sums in order of cost."""

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pipeline.rules.levers import Lever, Prices
from pipeline.rules.marks import Mark

Amounts = Mapping[str, int]  # units by lever, none of them zero
Cost = tuple[int, int, int]

EACH_UP_TO: Final = 50  # where two levers reach one mark together, every split of so many units is tried
FREE: Final[Cost] = (0, 0, 0)


@dataclass(frozen=True)
class Option:
    """Amounts of the levers of one group, and what they cost."""

    amounts: Amounts
    cost: Cost


@dataclass(frozen=True)
class Tariff:
    """How options are put in order: by money where every lever at hand has a price, else by steps.

    By steps counts the levers used, then by how much they raise what the firm has, in millionths; money is never a
    zero that nobody gave.
    """

    prices: Prices
    scale: Mapping[str, int]
    by_money: bool = False

    def counting(self, useful: Collection[str]) -> "Tariff":
        """The same for these levers: by money if each of them has a price."""
        known = (key in self.prices and self.prices[key].money is not None for key in useful)
        return replace(self, by_money=bool(useful) and all(known))

    def cost(self, amounts: Amounts) -> Cost:
        """What these amounts cost."""
        rise = sum(-(-units * 1_000_000 // self.scale[key]) for key, units in amounts.items())
        if not self.by_money:
            return (len(amounts), rise, 0)
        return (sum((self.prices[key].money or 0) * units for key, units in amounts.items()), len(amounts), rise)


def scale(frame: pl.DataFrame, levers: Sequence[Lever]) -> dict[str, int]:
    """How many units of each lever the firm has, at least one; the frame has every column that a lever raises."""
    row = frame.row(0, named=True)
    found = {}
    for lever in levers:
        name = next((name for name in (lever.lead, *lever.adds) if row[name] is not None), lever.lead)
        found[lever.key] = max(1, (row[name] or 0) // lever.adds[name])
    return found


def moved(frame: pl.DataFrame, many: Sequence[Amounts], levers: Sequence[Lever]) -> pl.DataFrame:
    """The firm once for each of these amounts, its raw columns as they would then be."""
    units = pl.DataFrame(
        {f"x.{lever.key}": [each.get(lever.key, 0) for each in many] for lever in levers},
        schema={f"x.{lever.key}": pl.Int64 for lever in levers},
    )
    crossed = frame.join(units, how="cross") if levers else frame
    changed: dict[str, pl.Expr] = {}
    for lever in levers:
        for name, each in lever.adds.items():
            if name in frame.columns:
                changed[name] = changed.get(name, pl.col(name)) + pl.col(f"x.{lever.key}") * each
                if name.endswith("_sure"):  # one sure row proves something whatever else the list may hold
                    changed[name] = pl.when(pl.col(f"x.{lever.key}") > 0).then(1).otherwise(changed[name])
    return crossed.with_columns(expr.alias(name) for name, expr in changed.items())


def grouped(levers: Sequence[Lever], marks: Sequence[Mark]) -> list[list[Lever]]:
    """The levers in groups, those in one group that move a common mark."""
    groups: list[list[Lever]] = [[lever] for lever in levers]
    for mark in marks:
        touched = [group for group in groups if any(mark.columns & lever.adds.keys() for lever in group)]
        if len(touched) > 1:
            merged = [lever for lever in levers if any(lever in group for group in touched)]
            groups = [group for group in groups if group not in touched] + [merged]
    return groups


def amounts(frame: pl.DataFrame, group: Sequence[Lever], marks: Sequence[Mark]) -> list[dict[str, int]]:
    """Every choice of amounts in one group that ends on marks.

    Lever after lever takes no unit or just as many as reach a mark beside what the levers before it do: more would
    cost more and reach nothing further, fewer would miss the mark.
    """
    chosen: list[dict[str, int]] = [{}]
    for place, lever in enumerate(group):
        later = group[place + 1 :]
        shared = shares(frame, lever, later, marks)
        found = amounts_for(frame, chosen, group, lever, marks, shared)
        chosen = [
            {**before, lever.key: units} if units else before
            for before, several in zip(chosen, found, strict=True)
            for units in (0, *sorted(several))
        ]
    return chosen


def shares(frame: pl.DataFrame, lever: Lever, later: Sequence[Lever], marks: Sequence[Mark]) -> list[bool]:
    """For each mark whether a later lever brings it nearer as well."""
    if not later:
        return [False] * len(marks)
    slacks = [mark.slack.alias(str(number)) for number, mark in enumerate(marks)]
    at = moved(frame, [{}, *({one.key: 1} for one in later)], later).select(slacks).rows()
    return [
        any(at[0][n] is not None and row[n] is not None and row[n] > at[0][n] for row in at[1:])
        for n in range(len(marks))
    ]


def amounts_for(
    frame: pl.DataFrame,
    chosen: Sequence[Mapping[str, int]],
    group: Sequence[Lever],
    lever: Lever,
    marks: Sequence[Mark],
    shared: Sequence[bool],
) -> list[set[int]]:
    """For each choice of the levers before, the amounts of this one that reach a mark."""
    if lever.most is not None:
        spare = frame[lever.lead][0] in (0, None) if lever.lead in frame.columns else False
        return [set(range(1, lever.most + 1)) if spare else set() for _ in chosen]
    if not marks:  # an edition without any threshold: no amount reaches anything
        return [set() for _ in chosen]
    slacks = [mark.slack.alias(str(number)) for number, mark in enumerate(marks)]
    here = moved(frame, chosen, group).select(slacks).rows()
    one_more = [{**before, lever.key: 1} for before in chosen]
    there = moved(frame, one_more, group).select(slacks).rows()
    return [reaching(now, then, shared) for now, then in zip(here, there, strict=True)]


def reaching(now: Sequence[int | None], then: Sequence[int | None], shared: Sequence[bool]) -> set[int]:
    """The amounts at which a slack comes to zero; slacks are linear in a lever, so one unit tells the rest."""
    found: set[int] = set()
    for slack, after, with_others in zip(now, then, shared, strict=True):
        if slack is None or after is None or slack >= 0 or after <= slack:
            continue
        units = -(slack // (after - slack))
        found.update(range(1, units + 1) if with_others and units <= EACH_UP_TO else [units])
    return found


def in_order(groups: Sequence[Sequence[Option]]) -> Iterator[Option]:
    """One option of each group together, the cheapest sum first: a best-first walk over sorted lists."""
    start = (0,) * len(groups)
    heap: list[tuple[Cost, tuple[int, ...]]] = [(summed(groups, start), start)]
    seen = {start}
    while heap:
        cost, places = heapq.heappop(heap)
        yield Option({k: v for g, p in zip(groups, places, strict=True) for k, v in g[p].amounts.items()}, cost)
        for number, group in enumerate(groups):
            following = (*places[:number], places[number] + 1, *places[number + 1 :])
            if following[number] < len(group) and following not in seen:
                seen.add(following)
                heapq.heappush(heap, (summed(groups, following), following))


def summed(groups: Sequence[Sequence[Option]], places: Sequence[int]) -> Cost:
    """The cost of these options together."""
    costs = [group[place].cost for group, place in zip(groups, places, strict=True)]
    return tuple(sum(side) for side in zip(FREE, *costs, strict=True))
