"""The small parts of an edition: sources, rows of a limit, tests of points, bands."""

from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from pipeline.rules.thresholds import Threshold

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
    need: Threshold


class TotalTest(Strict):
    """The score total against a mark."""

    at_least: Threshold | None = None
    more_than: Threshold | None = None

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
    def need(self) -> Fraction:
        """The mark."""
        need = self.at_least if self.at_least is not None else self.more_than
        return need if need is not None else Fraction(0)


class PointsTest(TotalTest):
    """The points of one score item against a mark."""

    item: str


class Band(Strict):
    """Points from a threshold upwards; a range is for an expert to settle; the last band has no threshold."""

    at_least: Threshold | None = None
    more_than: Threshold | None = None
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
    def floor(self) -> Fraction | None:
        """The threshold, whichever way it is compared."""
        return self.at_least if self.at_least is not None else self.more_than


def check_bands(bands: tuple[Band, ...]) -> None:
    """Thresholds fall, points fall, and only the last band is open."""
    if any(band.at_least is not None and band.more_than is not None for band in bands):
        raise ValueError("a band has at_least or more_than, not both")
    floors = [band.floor for band in bands]
    if floors[-1] is not None or any(floor is None for floor in floors[:-1]):
        raise ValueError("the last band, and only the last, has no threshold")
    falling = [floor for floor in floors if floor is not None]
    if any(above <= below for above, below in pairwise(falling)):
        raise ValueError("the thresholds of the bands must fall")
    if any(band.low > band.high for band in bands):
        raise ValueError("the points of a band go from low to high")
    if any(above.low <= below.high for above, below in pairwise(bands)):
        raise ValueError("the points of two bands overlap")
