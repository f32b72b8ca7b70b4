"""The parts of an edition: sources, rows of a limit, tests of points, the score with its blocks, items and bands."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from pipeline.rules.thresholds import PENDING, Pending, Threshold

Confidence = Literal["official", "secondary", "unconfirmed"]
Who = Literal["enterprise", "bureau", "expert", "authority"]
Comparison = Literal["at_least", "at_most", "more_than", "less_than"]
COMPARISONS: Final[tuple[Comparison, ...]] = ("at_least", "at_most", "more_than", "less_than")


class Strict(BaseModel):
    """A frozen part of an edition; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Source(Strict):
    """What a criterion says and where that stands; a part inherits from its gate what it leaves out."""

    says: str = ""
    who: Who | None = None
    clause: str | None = None
    quotation: str | None = None
    address: str | None = None
    confidence: Confidence | None = None

    def sourced(self) -> bool:
        """Whether clause, quotation and address are all there."""
        return bool(self.clause and self.quotation and self.address)


class Row(Strict):
    """One row of a limit that depends on another fact; `up_to` is inclusive, the last row has none."""

    up_to: Threshold | None = None
    need: Threshold | Pending


class TotalTest(Strict):
    """The score total against a mark."""

    at_least: Threshold | Pending | None = None
    more_than: Threshold | Pending | None = None

    @model_validator(mode="after")
    def one_mark(self) -> Self:
        """Exactly one comparison."""
        if (self.at_least is None) == (self.more_than is None):
            raise ValueError("give either at_least or more_than")
        return self

    @property
    def comparison(self) -> Comparison:
        """Which comparison it is."""
        return "at_least" if self.at_least is not None else "more_than"

    @property
    def is_pending(self) -> bool:
        """Whether nobody knows the mark yet."""
        return PENDING in (self.at_least, self.more_than)

    @property
    def need(self) -> Fraction:
        """The mark; only where it is known."""
        return known(self.at_least if self.at_least is not None else self.more_than)


class PointsTest(TotalTest):
    """The points of one score item, or of one block, against a mark."""

    item: str | None = None
    block: str | None = None

    @model_validator(mode="after")
    def one_subject(self) -> Self:
        """Either an item or a block."""
        if (self.item is None) == (self.block is None):
            raise ValueError("give either item or block")
        return self

    @property
    def column(self) -> str:
        """The columns of its range bear this name."""
        return f"i.{self.item}" if self.item else f"b.{self.block}"


class Band(Strict):
    """Points from a threshold on; a range is for an expert to settle; the last band has no threshold.

    Where less is better the threshold is at_most, and the bands stand from the lowest threshold upwards.
    """

    at_least: Threshold | Pending | None = None
    more_than: Threshold | Pending | None = None
    at_most: Threshold | Pending | None = None
    points: int | tuple[int, int]

    @property
    def low(self) -> int:
        """The fewest points of the band."""
        return self.points if isinstance(self.points, int) else self.points[0]

    @property
    def high(self) -> int:
        """The most points of the band."""
        return self.points if isinstance(self.points, int) else self.points[1]

    @property
    def floor(self) -> Fraction | Pending | None:
        """The threshold, whichever way it is compared."""
        return next((each for each in (self.at_least, self.more_than, self.at_most) if each is not None), None)

    @property
    def comparison(self) -> Comparison:
        """Which way it is compared."""
        if self.at_most is not None:
            return "at_most"
        return "more_than" if self.more_than is not None else "at_least"


class Dispute(Strict):
    """Sources that disagree: what was claimed and where, what the edition took instead, and why."""

    claim: str
    source: str
    taken: str
    why: str


def known(threshold: Fraction | Pending | None) -> Fraction:
    """A threshold as a number; asking for one that nobody knows is a slip of the program."""
    if not isinstance(threshold, Fraction):
        raise ValueError(f"the threshold {threshold} is no number")
    return threshold


def check_bands(bands: tuple[Band, ...]) -> None:
    """Thresholds fall (rise where less is better), points fall, and only the last band is open."""
    if any((band.at_least, band.more_than, band.at_most).count(None) < 2 for band in bands):
        raise ValueError("a band has one of at_least, more_than, at_most")
    floors = [band.floor for band in bands]
    if floors[-1] is not None or any(floor is None for floor in floors[:-1]):
        raise ValueError("the last band, and only the last, has no threshold")
    down = {band.comparison == "at_most" for band in bands[:-1]}
    if len(down) > 1:
        raise ValueError("at_most does not stand beside other bands")
    falling = [-floor if True in down else floor for floor in floors if isinstance(floor, Fraction)]
    if any(above <= below for above, below in pairwise(falling)):
        raise ValueError("the thresholds of the bands must fall, those of at_most rise")
    if any(band.low > band.high for band in bands):
        raise ValueError("the points of a band go from low to high")
    if any(above.low <= below.high for above, below in pairwise(bands)):
        raise ValueError("the points of two bands overlap")


class Item(Source):
    """One scored item: bands over a fact, an expert's range, or the best of several items."""

    key: str
    fact: str | None = None
    if_zero: Literal["met", "unmet"] | None = None
    bands: tuple[Band, ...] = ()
    expert: tuple[int, int] | None = None
    best_of: tuple["Item", ...] = ()

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """Exactly one way to score, and bands that leave no gap and do not overlap."""
        if sum((self.fact is not None, self.expert is not None, bool(self.best_of))) != 1:
            raise ValueError("an item has exactly one of fact with bands, expert, best_of")
        if bool(self.bands) != bool(self.fact):
            raise ValueError("fact and bands go together")
        if self.expert and self.expert[0] > self.expert[1]:
            raise ValueError("an expert range goes from low to high")
        if self.bands:
            check_bands(self.bands)
        return self

    @property
    def is_pending(self) -> bool:
        """Whether nobody knows a threshold of its bands yet."""
        return any(band.floor == PENDING for band in self.bands)

    @property
    def least(self) -> int:
        """The fewest points the item can give."""
        if self.expert:
            return self.expert[0]
        return min([band.low for band in self.bands] + [choice.least for choice in self.best_of])

    @property
    def most(self) -> int:
        """The most points the item can give."""
        if self.expert:
            return self.expert[1]
        return max([band.high for band in self.bands] + [choice.most for choice in self.best_of])


class Block(Source):
    """Items added up under a cap; where experts gave the block's points these take the place of its items."""

    key: str
    cap: int
    given: str | None = None
    items: tuple[Item, ...]


class Score(Strict):
    """The score: its blocks, added up."""

    blocks: tuple[Block, ...]

    def items(self) -> Iterator[Item]:
        """All items, a choice after its group."""
        for block in self.blocks:
            for item in block.items:
                yield item
                yield from item.best_of

    def item(self, key: str | None) -> Item | None:
        """The item of that key."""
        return next((item for item in self.items() if item.key == key), None)

    def block(self, key: str | None) -> Block | None:
        """The block of that key."""
        return next((block for block in self.blocks if block.key == key), None)
