"""What changed a rate between two days, in parts that add up to the difference exactly; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

POINT: Final = 100  # hundredths of a percentage point in a percentage point
# How a move changes numerator and denominator; entrants come first, so that no step divides by zero
NUMERATOR: Final = {"gained": 1, "lost": -1}
DENOMINATOR: Final = {"entered": 1, "moved_in": 1, "left": -1, "moved_out": -1}


@dataclass(frozen=True)
class Part:
    """One move: how many firms, of them with an institution, by how many percentage points it moves the rate."""

    move: str
    firms: int
    having: int
    points: Fraction


def parts(before: tuple[int, int], moves: Mapping[str, tuple[int, int]]) -> list[Part]:
    """The moves one after the other; each part is the rate after it less the rate before it, in percentage points.

    ``before`` is (firms, having). Nothing where either day has no firm, for then one of the rates is no number.
    """
    whole, have = before
    found: list[Part] = []
    for move, (firms, having) in ordered(moves):
        sign = NUMERATOR.get(move, 0)
        next_have = have + (sign * firms if sign else DENOMINATOR[move] * having)
        next_whole = whole + DENOMINATOR.get(move, 0) * firms
        if not whole or not next_whole:
            return []
        change = Fraction(next_have, next_whole) - Fraction(have, whole)
        found.append(Part(move, firms, having, change * 100))
        whole, have = next_whole, next_have
    return found


def ordered(moves: Mapping[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    """The moves in the order in which they are counted."""
    return [(move, moves[move]) for move in (*NUMERATOR, *DENOMINATOR)]


def rounded(points: Sequence[Fraction]) -> list[Decimal]:
    """Percentage points to two decimals, such that they add up to their rounded sum (largest remainders)."""
    exact = [value * POINT for value in points]
    floors = [value.numerator // value.denominator for value in exact]
    missing = round(sum(exact, Fraction(0))) - sum(floors)
    by_remainder = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    up = set(by_remainder[:missing])
    return [Decimal(floor + (place in up)) / POINT for place, floor in enumerate(floors)]
