"""The peer: the same editions judged by vectorised numpy, in whole numbers, three-valued logic by masks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.numpy_facts import Facts, Flags, Ints, Share
from pipeline.rules.edition import Criterion, Edition
from pipeline.rules.schema import Item

EXPERT, MANUAL, ABSENT, UNKNOWN = 1, 2, 3, 4


@dataclass
class Range:
    """Points from low to high and why they differ."""

    low: Ints
    high: Ints
    why: npt.NDArray[np.int8]


@dataclass
class Outcome:
    """True, false, or neither, and then why."""

    yes: Flags
    no: Flags
    why: npt.NDArray[np.int8]


def ordered(left: Any, name: str, right: Any) -> Flags:
    """One comparison, element by element."""
    match name:
        case "at_least":
            return np.asarray(left >= right)
        case "at_most":
            return np.asarray(left <= right)
        case "more_than":
            return np.asarray(left > right)
    return np.asarray(left < right)


class Judge:
    """A register under one edition."""

    def __init__(self, edition: Edition, facts: Facts) -> None:
        self.edition, self.facts = edition, facts
        self.items: dict[str, Range] = {}
        self.blocks: dict[str, Range] = {}
        self.outcomes: dict[int, Outcome] = {}
        self.wants: dict[str, Flags] = {}
        self.missing: dict[str, dict[str, Flags]] = {}
        self.total_wanted = facts.never.copy()
        self.total = self.score()

    def verdicts(self) -> dict[str, npt.NDArray[Any]]:
        """Verdict, score range, counts, masks and wants, as the product's compact answer has them."""
        gates = [self.criterion(gate) for gate in self.edition.gates.values()]
        for gate, outcome in zip(self.edition.gates.values(), gates, strict=True):
            self.want(gate, outcome.why == UNKNOWN)
        self.want_items()
        yes, no = np.logical_and.reduce([gate.yes for gate in gates]), np.logical_or.reduce([g.no for g in gates])
        why = np.maximum.reduce([gate.why for gate in gates])
        unmet, unknown = [gate.no for gate in gates], [gate.why == UNKNOWN for gate in gates]
        manual = [(gate.why == EXPERT) | (gate.why == MANUAL) for gate in gates]
        return {
            "verdict": np.where(yes, "eligible", np.where(no, "ineligible", "undecided")),
            "score_low": self.total.low,
            "score_high": self.total.high,
            "n_unmet": np.sum(unmet, axis=0),
            "n_unknown": np.sum(unknown, axis=0),
            "n_manual": np.sum(manual, axis=0),
            "n_na": np.sum([gate.why == ABSENT for gate in gates], axis=0),
            "unmet_mask": mask(unmet),
            "unknown_mask": mask(unknown),
            "manual_mask": mask(manual),
            "expert_open": why == EXPERT,
            "wants_mask": mask([self.wants[name] for name in sorted(self.wants)]),
        }

    # Wants: which missing figure keeps a gate unknown

    def want(self, criterion: Criterion, wanted: Flags) -> None:
        for part in criterion.parts:
            self.want(part, wanted & (self.outcomes[id(part)].why == UNKNOWN))
        if criterion.total:
            self.total_wanted |= wanted
        if criterion.points and self.edition.score:
            item = self.edition.score.item(criterion.points.item)
            self.want_item(item, wanted) if item else None
        for name in (criterion.fact, criterion.by, f"title_{criterion.title}" if criterion.title else None):
            self.want_fact(name, wanted) if name else None

    def want_items(self) -> None:
        for block in self.edition.score.blocks if self.edition.score else ():
            for item in block.items:
                self.want_item(item, self.total_wanted & (self.blocks[block.key].why == UNKNOWN))

    def want_item(self, item: Item, wanted: Flags) -> None:
        mine = self.items[item.key]
        flag = wanted & (mine.why == UNKNOWN)
        for choice in item.best_of:
            each = self.items[choice.key]
            self.want_item(choice, flag & (np.where(each.why == ABSENT, 0, each.high) > mine.low))
        if item.fact:
            self.want_fact(item.fact, flag)

    def want_fact(self, fact: str, wanted: Flags) -> None:
        if fact not in self.missing:
            self.missing[fact] = self.facts.missing(fact)
        for name, missing in self.missing[fact].items():
            self.wants[name] = self.wants.get(name, self.facts.never) | (wanted & missing)

    def criterion(self, criterion: Criterion) -> Outcome:
        if criterion.parts:
            parts = [self.criterion(part) for part in criterion.parts]
            self.outcomes |= {id(part): each for part, each in zip(criterion.parts, parts, strict=True)}
            every, some = (np.logical_and, np.logical_or) if criterion.all_ else (np.logical_or, np.logical_and)
            yes, no = every.reduce([part.yes for part in parts]), some.reduce([part.no for part in parts])
            why = np.maximum.reduce([part.why for part in parts])
            return Outcome(yes, no, np.where(yes | no, 0, why).astype(np.int8))
        if criterion.manual:
            never = self.facts.never
            return Outcome(never, never, np.full(never.shape, MANUAL, np.int8))
        if test := criterion.total or criterion.points:
            points = self.items[criterion.points.item] if criterion.points else self.total
            yes = ordered(points.low, test.comparison, int(test.need))
            no = ~ordered(points.high, test.comparison, int(test.need))
            return Outcome(yes, no, np.where(yes | no, 0, points.why).astype(np.int8))
        return self.tested(criterion)

    def tested(self, criterion: Criterion) -> Outcome:
        fact = self.facts.get(criterion.fact or f"title_{criterion.title}")
        passed = self.passed(criterion, fact)
        if getattr(fact, "most", None) is not None:
            sure = passed == self.passed(criterion, replace(fact, value=fact.most))
            fact = replace(fact, known=fact.known & sure)
        yes, no = fact.known & passed, fact.known & ~passed
        why = np.where(fact.known, 0, np.where(fact.absent, ABSENT, UNKNOWN)).astype(np.int8)
        return Outcome(yes, no, why)

    def passed(self, criterion: Criterion, fact: Any) -> Flags:
        if criterion.title:
            return np.asarray(fact.value)
        if criterion.not_in is not None:
            return ~np.isin(fact.value, criterion.not_in)
        if criterion.is_ is not None:
            return np.asarray(fact.value == criterion.is_)
        name = criterion.comparison or ""
        if criterion.rows:
            return self.passed_by_rows(criterion, fact)
        need = criterion.need
        if isinstance(fact, Share):
            return ordered(fact.part * need.denominator, name, fact.whole * need.numerator)
        return ordered(fact.value * need.denominator, name, need.numerator)

    def passed_by_rows(self, criterion: Criterion, fact: Share) -> Flags:
        chooser = self.facts.get(criterion.by or "").value
        shared = lcm(*(row.need.denominator for row in criterion.rows))
        need = np.zeros(chooser.shape, np.int64)
        for row in reversed(criterion.rows):
            wanted = int(row.need * shared)
            need = (
                np.full_like(need, wanted) if row.up_to is None else np.where(chooser <= int(row.up_to), wanted, need)
            )
        return ordered(fact.part * shared, criterion.comparison or "", fact.whole * need)

    # Scores

    def score(self) -> Range:
        for block in self.edition.score.blocks if self.edition.score else ():
            self.blocks[block.key] = self.block(block)
        return added(list(self.blocks.values()), 10**9)

    def block(self, block: Any) -> Range:
        whole = added([self.item(item) for item in block.items], block.cap)
        if not block.given:
            return whole
        given = self.facts.get(block.given)
        fits = given.known & (given.value >= 0) & (given.value <= block.cap)
        low, high = np.where(fits, given.value, whole.low), np.where(fits, given.value, whole.high)
        return Range(low, high, np.where(fits, 0, whole.why).astype(np.int8))

    def item(self, item: Item) -> Range:
        choices = [self.item(each) for each in item.best_of]
        self.items[item.key] = best(choices, item.most) if choices else self.scored(item)
        return self.items[item.key]

    def scored(self, item: Item) -> Range:
        shape = self.facts.never.shape
        if item.expert:
            low, high = (np.full(shape, points, np.int64) for points in item.expert)
            return Range(low, high, np.full(shape, EXPERT, np.int8))
        fact = self.facts.get(item.fact or "")
        known = fact.known
        if isinstance(fact, Share) and item.if_zero == "unmet":
            known = known | fact.zero
        low, top = self.reached(item, fact)
        sure = known
        if getattr(fact, "most", None) is not None:
            least, high = self.reached(item, replace(fact, value=fact.most))
            sure, top = known & (least == low), high
        low, high = np.where(known, low, item.least), np.where(known, top, item.most)
        missing = np.full(shape, EXPERT if item.who == "expert" else UNKNOWN)
        if isinstance(fact, Share) and fact.by_expert is not None:
            missing = np.where(fact.by_expert, EXPERT, missing)
        why = np.where(sure, EXPERT, np.where(fact.absent, ABSENT, missing))
        return Range(low, high, np.where(low == high, 0, why).astype(np.int8))

    def reached(self, item: Item, fact: Any) -> tuple[Ints, Ints]:
        low, high = (np.full(self.facts.never.shape, getattr(item.bands[-1], side)) for side in ("low", "high"))
        for band, reached in reversed(list(self.bands(item, fact))):
            low, high = np.where(reached, band.low, low), np.where(reached, band.high, high)
        return low, high

    def bands(self, item: Item, fact: Any) -> Iterator[tuple[Any, Flags]]:
        for band in item.bands[:-1]:
            need = band.floor or Fraction(0)
            name = "at_least" if band.at_least is not None else "more_than"
            if isinstance(fact, Share):
                reached = ordered(fact.part * need.denominator, name, fact.whole * need.numerator)
                yield band, reached & (fact.whole > 0)
            else:
                yield band, ordered(fact.value, name, int(need))


def added(ranges: list[Range], cap: int) -> Range:
    """Lows and highs summed apart under a cap."""
    low = np.minimum(cap, np.sum([each.low for each in ranges], axis=0))
    high = np.minimum(cap, np.sum([each.high for each in ranges], axis=0))
    why = np.maximum.reduce([np.where(each.why == ABSENT, MANUAL, each.why) for each in ranges])
    return Range(low, high, np.where(low == high, 0, why).astype(np.int8))


def best(choices: list[Range], ceiling: int) -> Range:
    """The best of the lows and of the highs; a choice that does not apply gives nothing, unless none does."""
    none_applies = np.logical_and.reduce([each.why == ABSENT for each in choices])
    lows = [np.where(each.why == ABSENT, 0, each.low) for each in choices]
    highs = [np.where(each.why == ABSENT, 0, each.high) for each in choices]
    low, high = np.maximum.reduce(lows), np.maximum.reduce(highs)
    reasons = [np.where(top > low, each.why, 0) for each, top in zip(choices, highs, strict=True)]
    high = np.where(none_applies, ceiling, high)
    why = np.where(none_applies, ABSENT, np.maximum.reduce(reasons))
    return Range(low, high, np.where(low == high, 0, why).astype(np.int8))


def mask(flags: list[Flags]) -> Ints:
    """Bit n is the n-th flag."""
    return np.asarray(sum(flag.astype(np.int64) << n for n, flag in enumerate(flags)))


COMPARED: Final = (
    "verdict",
    "score_low",
    "score_high",
    "n_unmet",
    "n_unknown",
    "n_manual",
    "n_na",
    "unmet_mask",
    "unknown_mask",
    "manual_mask",
    "expert_open",
    "wants_mask",
)
