"""The cheapest routes to a recognition: which levers, how far, until nothing but people's judgement stands open.

The search tries sums of options in the order of their cost and judges each by the one evaluator; the first that passes
is the cheapest. Conditions that no lever moves stay outside and are named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

import polars as pl

from pipeline.facts.assemble import assemble
from pipeline.facts.catalogue import facts
from pipeline.facts.register import Register
from pipeline.rules.edition import Criterion, Edition, walk
from pipeline.rules.evaluate import prepared
from pipeline.rules.levers import Lever, Prices, offered
from pipeline.rules.marks import marks
from pipeline.rules.options import Amounts, Cost, Option, Tariff, amounts, grouped, in_order, moved, scale
from pipeline.rules.program import Open, Program

MOST: Final = 3  # routes shown
LOOKED_AT: Final = 100_000  # sums of options tried for the first route
FOR_OTHERS: Final = 2_000  # and for the others

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Route:
    """One way: units of each lever, what they cost in the order of the search, and the firm's row judged so."""

    amounts: Amounts
    cost: Cost
    row: Row


@dataclass(frozen=True)
class Routes:
    """What was found: the routes, the cheapest first, and the conditions no route can move, by gate.

    ``is_fit`` says that nothing is lacking that a lever could bring; ``is_whole`` that the search saw everything there
    was to see or ended at a route.
    """

    routes: Sequence[Route]
    base: Row
    frame: pl.DataFrame = field(repr=False)
    blocked: Sequence[str]
    unknown: Sequence[str]
    by_money: bool
    is_fit: bool
    is_whole: bool = True


def routes(edition: Edition, register: Register, on: date, prices: Prices) -> Routes:
    """The routes of the one firm of a register."""
    program, frame = prepared(edition, register, on)
    levers = [lever for lever in offered(prices) if lever.adds.keys() & program.raw]
    has = scale(assemble(register, on, {column for lever in levers for column in lever.adds}), levers)
    groups, order = groups_of(edition, frame, levers, Tariff(prices, has))
    used = [lever for lever in levers if any(lever.key in option.amounts for group in groups for option in group)]
    return Search(edition, program, frame, used, groups, order).result()


def groups_of(
    edition: Edition, frame: pl.DataFrame, levers: Sequence[Lever], order: Tariff
) -> tuple[list[list[Option]], Tariff]:
    """The options of each group in order of cost; levers with nothing to reach do not decide how costs are counted."""
    edges = marks(edition)
    found = [amounts(frame, group, edges) for group in grouped(levers, edges)]
    order = order.counting({key for several in found for each in several for key in each})
    costed = [[Option(each, order.cost(each)) for each in several] for several in found if len(several) > 1]
    return [sorted(several, key=lambda option: option.cost) for several in costed], order


@dataclass
class Search:
    """One firm's search."""

    edition: Edition
    program: Program
    frame: pl.DataFrame
    levers: Sequence[Lever]
    groups: Sequence[Sequence[Option]]
    order: Tariff

    def result(self) -> Routes:
        """Judge as it is, see what can be reached at all, then the cheapest ways to all of that."""
        base = self.judged([{}])
        lacking = [key for key in self.edition.gate_keys if not base[f"{key}.fine"][0]]
        reachable = self.reachable(lacking) if lacking else []
        goal = [key for key in self.edition.gate_keys if key not in lacking or key in reachable]
        found, is_whole = self.cheapest(goal) if reachable else ([], True)
        row = base.row(0, named=True)
        left = [key for key in lacking if key not in reachable]
        return Routes(
            routes=found,
            base=row,
            frame=self.frame,
            blocked=[key for key in left if row[f"{key}.ok"] is False],
            unknown=[key for key in left if row[f"{key}.ok"] is None],
            by_money=self.order.by_money,
            is_fit=not lacking,
            is_whole=is_whole,
        )

    def judged(self, amounts: Sequence[Amounts]) -> pl.DataFrame:
        """The firm as it would be; `<gate>.fine` says whether a gate is met or waits for people's judgement only."""
        rows = self.program.run(moved(self.frame, amounts, self.levers))
        return rows.with_columns(
            (
                pl.col(f"{key}.ok").fill_null(value=False)
                | pl.col(f"{key}.open").is_between(int(Open.EXPERT), int(Open.MANUAL))
            ).alias(f"{key}.fine")
            for key in self.edition.gate_keys
        )

    def reachable(self, lacking: Sequence[str]) -> list[str]:
        """Which of the gates some choice of options meets: each group alone and beside all the others at their most."""
        tops = [max(group, key=lambda option: sum(option.amounts.values())) for group in self.groups]
        tried: list[Amounts] = []
        for number, group in enumerate(self.groups):
            others = {k: v for n, top in enumerate(tops) if n != number for k, v in top.amounts.items()}
            tried += [each for option in group for each in (option.amounts, {**others, **option.amounts})]
        if not tried:
            return []
        rows = self.judged(tried)
        found = [key for key in lacking if rows[f"{key}.fine"].any()]
        rest = [key for key in lacking if key not in found and self.is_moved(key)]
        return found + [key for key in rest if self.cheapest([key])[0]]

    def is_moved(self, key: str) -> bool:
        """Whether a lever moves a figure below this gate."""
        columns = gate_columns(self.edition, key)
        return any(columns & lever.adds.keys() for lever in self.levers)

    def cheapest(self, goal: Sequence[str]) -> tuple[list[Route], bool]:
        """The cheapest choice that meets these gates, then others of other levers; whether nothing was left out."""
        found: list[Route] = []
        walk_on, size, looked = in_order(self.groups), 256, 0
        while looked < (FOR_OTHERS if found else LOOKED_AT):
            batch = list(islice(walk_on, size))
            if not batch:
                return found, True
            looked += len(batch)
            size = min(4 * size, 8192)
            self.take(found, batch, goal)
            if len(found) == MOST:
                return found, True
        return found, bool(found)

    def take(self, found: list[Route], batch: Sequence[Option], goal: Sequence[str]) -> None:
        """Add those of a batch that meet the goal and use no more levers than a route already found does."""
        fresh = [option for option in batch if not covered(option.amounts, found)]
        if not fresh:
            return
        rows = self.judged([option.amounts for option in fresh])
        passing = rows.select(pl.all_horizontal(pl.col(f"{key}.fine") for key in goal)).to_series()
        for place in passing.arg_true():
            option = fresh[place]
            if len(found) < MOST and not covered(option.amounts, found):
                found.append(Route(option.amounts, option.cost, rows.row(place, named=True)))


def covered(amounts: Amounts, found: Sequence[Route]) -> bool:
    """Whether a route already found does with some of these levers."""
    return any(route.amounts.keys() <= amounts.keys() for route in found)


def gate_columns(edition: Edition, key: str) -> frozenset[str]:
    """The raw columns that a gate rests on, those of score items included."""
    names = {name for _, criterion in walk(key, edition.gates[key]) for name in fact_names(edition, criterion)}
    return frozenset(column for name in names if name in facts() for column in facts()[name].columns)


def fact_names(edition: Edition, criterion: Criterion) -> Iterator[str]:
    """The facts of one criterion; of a total or of points those of the score."""
    yield from (name for name in (criterion.fact, criterion.by) if name)
    if edition.score and (criterion.total or criterion.points):
        yield from (item.fact for item in edition.score.items() if item.fact)
