"""A second evaluator, plain Python on fractions: it reads the edition and shares no code with the product's own."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.policies.reference_facts import Facts
from tests.policies.reference_firm import ABSENT, UNKNOWN, Firm, Span

MANUAL, EXPERT = "manual", "expert"
WEIGHT = {EXPERT: 1, MANUAL: 2, ABSENT: 3, UNKNOWN: 4}


def by_hand(criterion: Any) -> bool:
    """Whether somebody answers: by the text, or because a number of it is not known."""
    limits = [criterion.at_least, criterion.at_most, criterion.more_than, criterion.less_than]
    rows = [row.need for limit in limits if isinstance(limit, tuple) for row in limit]
    marks = [mark for test in (criterion.total, criterion.points) if test for mark in (test.at_least, test.more_than)]
    return criterion.manual is not None or "待定" in [*limits, *rows, *marks]


@dataclass
class Range:
    """Points from low to high, and why they differ."""

    low: int
    high: int
    why: str | None


class Judge(Facts):
    """One firm under one edition on one day."""

    def __init__(self, edition: Any, firm: Firm, on: date) -> None:
        super().__init__(firm, on)
        self.edition = edition
        self.items: dict[str, Range] = {}
        self.blocks: dict[str, Range] = {}
        self.total = self.score()
        self.outcomes: dict[str, tuple[bool | None, str | None]] = {}
        self.gates = {key: self.criterion(key, gate, ()) for key, gate in edition.gates.items()}

    @property
    def verdict(self) -> str:
        results = [ok for ok, _ in self.gates.values()]
        if False in results:
            return "ineligible"
        return "undecided" if None in results else "eligible"

    def count(self, *reasons: str) -> int:
        return sum(why in reasons for _, why in self.gates.values())

    @property
    def unmet(self) -> int:
        return sum(ok is False for ok, _ in self.gates.values())

    # Criteria: (true, false or None, and why None)

    def criterion(self, key: str, criterion: Any, above: tuple[str, ...]) -> tuple[bool | None, str | None]:
        ok, why = self.outcome(key, criterion, above)
        if ok is None and key in self.firm.values:
            ok = self.firm.values[key]
        if ok is None and by_hand(criterion):
            ok = next((self.firm.values[one] for one in above if one in self.firm.values), None)
        self.outcomes[key] = (ok, why if ok is None else None)
        return self.outcomes[key]

    def outcome(self, key: str, criterion: Any, above: tuple[str, ...]) -> tuple[bool | None, str | None]:
        if criterion.parts:
            parts = [
                self.criterion(f"{key}.{part.key or number}", part, (key, *above))
                for number, part in enumerate(criterion.parts, 1)
            ]
            decisive = bool(criterion.any_)
            results = [ok for ok, _ in parts]
            if decisive in results:
                return decisive, None
            if None not in results:
                return not decisive, None
            return None, max((why for _, why in parts if why), key=WEIGHT.__getitem__)
        if by_hand(criterion):
            return None, MANUAL
        if criterion.total:
            return self.against(self.total, criterion.total)
        if criterion.points:
            one, whole = criterion.points.item, criterion.points.block
            return self.against(self.items[one] if one else self.blocks[whole], criterion.points)
        return self.tested(criterion)

    def against(self, points: Range, test: Any) -> tuple[bool | None, str | None]:
        def passes(value: int) -> bool:
            return value >= test.at_least if test.at_least is not None else value > test.more_than

        if passes(points.low):
            return True, None
        return (None, points.why) if passes(points.high) else (False, None)

    def tested(self, criterion: Any) -> tuple[bool | None, str | None]:
        value = self.fact(f"title_{criterion.title}" if criterion.title else criterion.fact)
        if value == "zero":
            return (None, ABSENT) if criterion.if_zero is None else (criterion.if_zero == "met", None)
        if value == EXPERT:  # figures without a rule: a gate on them stays open
            return None, UNKNOWN
        if value in (UNKNOWN, ABSENT):
            return None, value
        if criterion.title:
            return value != (criterion.is_ is False), None
        if criterion.not_in is not None:
            return value not in criterion.not_in, None
        if criterion.is_ is not None:
            return value == criterion.is_, None
        if isinstance(value, Span):
            ends = [self.compare(Fraction(end), criterion) for end in (value.low, value.high)]
            return ends[0] if ends[0] == ends[1] else (None, UNKNOWN)
        return self.compare(value, criterion)

    def compare(self, value: Fraction, criterion: Any) -> tuple[bool | None, str | None]:
        name, limit = next(
            (name, getattr(criterion, name))
            for name in ("at_least", "at_most", "more_than", "less_than")
            if getattr(criterion, name) is not None
        )
        if isinstance(limit, tuple):
            by = self.fact(criterion.by)
            if by in (UNKNOWN, ABSENT):
                return None, UNKNOWN
            limit = next(row.need for row in limit if row.up_to is None or by <= row.up_to)
        if criterion.fact == "revenue_compound_growth":
            limit = (1 + limit) ** 2
        return {
            "at_least": value >= limit,
            "at_most": value <= limit,
            "more_than": value > limit,
            "less_than": value < limit,
        }[name], None

    # Scores

    def score(self) -> Range:
        if not self.edition.score:
            return Range(0, 0, None)
        self.blocks = {block.key: self.block(block) for block in self.edition.score.blocks}
        return self.added(list(self.blocks.values()), 10**9)

    def added(self, ranges: list[Range], cap: int) -> Range:
        low, high = (min(cap, sum(getattr(each, side) for each in ranges)) for side in ("low", "high"))
        reasons = [MANUAL if each.why == ABSENT else each.why for each in ranges if each.why]
        return Range(low, high, max(reasons, key=WEIGHT.__getitem__) if low != high else None)

    def block(self, block: Any) -> Range:
        whole = self.added([self.item(item) for item in block.items], block.cap)
        given = self.fact(block.given) if block.given else UNKNOWN
        if given not in (UNKNOWN, ABSENT) and 0 <= given <= block.cap:
            return Range(int(given), int(given), None)
        return whole

    def item(self, item: Any) -> Range:
        found = self.best(item, [self.item(choice) for choice in item.best_of]) if item.best_of else self.scored(item)
        ruled = self.firm.points.get(item.key)
        if ruled is not None and found.low <= ruled <= found.high:
            found = Range(ruled, ruled, None)
        self.items[item.key] = found
        return found

    def best(self, item: Any, choices: list[Range]) -> Range:
        if all(choice.why == ABSENT for choice in choices):
            return Range(0, item.most, ABSENT)
        choices = [Range(0, 0, None) if choice.why == ABSENT else choice for choice in choices]
        low, high = max(choice.low for choice in choices), max(choice.high for choice in choices)
        reasons = [choice.why for choice in choices if choice.why and choice.high > low]
        return Range(low, high, max(reasons, key=WEIGHT.__getitem__) if low != high else None)

    def scored(self, item: Any) -> Range:
        if any("待定" in (band.at_least, band.more_than) for band in item.bands):
            points = [
                at for band in item.bands for at in ([band.points] if isinstance(band.points, int) else band.points)
            ]
            return Range(min(points), max(points), MANUAL)
        if item.expert:
            return Range(*item.expert, EXPERT if item.expert[0] != item.expert[1] else None)
        value = self.fact(item.fact)
        ends = [(band.points, band.points) if isinstance(band.points, int) else band.points for band in item.bands]
        if value == "zero":
            value = None if item.if_zero == "unmet" else ABSENT
        if isinstance(value, Span):
            least, most = (self.banded(item, Fraction(end)) for end in (value.low, value.high))
            why = EXPERT if item.who == "expert" or (least.low, least.high) == (most.low, most.high) else UNKNOWN
            return Range(least.low, most.high, why if least.low != most.high else None)
        if value in (UNKNOWN, ABSENT, EXPERT):
            why = EXPERT if value == UNKNOWN and item.who == "expert" else value
            return Range(min(low for low, _ in ends), max(high for _, high in ends), why)
        return self.banded(item, value)

    def banded(self, item: Any, value: Fraction | None) -> Range:
        for band in item.bands:
            low, high = (band.points, band.points) if isinstance(band.points, int) else band.points
            is_last = band.at_least is None and band.more_than is None and band.at_most is None
            reached = value is not None and (
                (band.at_least is not None and value >= band.at_least)
                or (band.more_than is not None and value > band.more_than)
                or (band.at_most is not None and value <= band.at_most)
            )
            if is_last or reached:
                return Range(low, high, EXPERT if low != high else None)
        raise AssertionError("the last band is open")
