"""On which rung titles carry a firm on a day, and since when: a pure function of spans of days."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A stretch of days on which some title carries the rung of that order; ``ends`` is its last day."""

    order: int
    begins: datetime.date
    ends: datetime.date | None

    def holds(self, on: datetime.date) -> bool:
        """Whether the day lies in the span."""
        return self.begins <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True)
class Place:
    """The order of a rung (0 is below the first) and the first day of standing there."""

    order: int = 0
    since: datetime.date | None = None


def height(spans: Sequence[Span], on: datetime.date) -> int:
    """The highest order carried on that day; gaps below do not matter."""
    return max((span.order for span in spans if span.holds(on)), default=0)


def place(spans: Sequence[Span], on: datetime.date) -> Place:
    """Where the firm stands on the day, and since when without a break; a firm no title ever carried stands nowhere."""
    turns = sorted(
        {day for span in spans for day in (span.begins, span.ends + DAY if span.ends else span.begins) if day <= on},
        reverse=True,
    )
    now = height(spans, on)
    for day in turns:
        if height(spans, day - DAY) != now:
            return Place(now, day)
    return Place()
