"""On which rung titles carry a firm on a day, and since when: a pure function of spans of days.

A span belongs to one text of a ladder and ends with it, so the order of a day is always that of the text of that day.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from enterprises.deadlines import days_after


@dataclass(frozen=True)
class Span:
    """A stretch of days on which some title carries a rung of a ladder's text; ``ends`` is its last day."""

    order: int
    begins: datetime.date
    ends: datetime.date | None
    rung: str
    ladder: str

    def holds(self, on: datetime.date) -> bool:
        """Whether the day lies in the span."""
        return self.begins <= on and not self.ended(on)

    def ended(self, on: datetime.date) -> bool:
        """Whether the span lies wholly before the day."""
        return self.ends is not None and self.ends < on

    def within(self, begins: datetime.date | None, ends: datetime.date | None) -> "Span | None":
        """The part of the span between two days, of which either may be open."""
        first = max(self.begins, begins) if begins else self.begins
        last = min(self.ends, ends) if self.ends and ends else self.ends or ends
        return None if last and last < first else replace(self, begins=first, ends=last)


def after(span: Span) -> datetime.date:
    """The first day after a span; of one that has no end its own first."""
    return days_after(span.ends, 1) if span.ends else span.begins


@dataclass(frozen=True)
class Place:
    """The order and key of a rung (0 and none are below the first) and the first day of standing there."""

    order: int = 0
    since: datetime.date | None = None
    rung: str = ""


@dataclass(frozen=True)
class Stretch:
    """Days on which a firm stood on one rung of one text, or on none; ``ends`` is nothing while it still stands."""

    order: int
    rung: str
    ladder: str
    begins: datetime.date
    ends: datetime.date | None

    def meets(self, span: Span) -> bool:
        """Whether a span carries this rung on one of these days."""
        begins_in_time = self.ends is None or span.begins <= self.ends
        return (span.ladder, span.rung) == (self.ladder, self.rung) and begins_in_time and not span.ended(self.begins)


Standing = tuple[int, str, str]  # order, rung, ladder
NOWHERE: Standing = (0, "", "")


def standing(spans: Sequence[Span], on: datetime.date) -> Standing:
    """The highest rung carried on that day; gaps below do not matter."""
    return max(((span.order, span.rung, span.ladder) for span in spans if span.holds(on)), default=NOWHERE)


def stretches(spans: Sequence[Span], on: datetime.date) -> Iterator[Stretch]:
    """Where the firm stood until the day, latest first, since its first title."""
    turns = sorted(
        {day for span in spans for day in (span.begins, after(span)) if day <= on},
        reverse=True,
    )
    now, ends = standing(spans, on), None
    for day in turns:
        before = standing(spans, days_after(day, -1))
        if before != now:
            yield Stretch(*now, begins=day, ends=ends)
            now, ends = before, days_after(day, -1)


def place(spans: Sequence[Span], on: datetime.date) -> Place:
    """Where the firm stands on the day, and since when without a break; a firm no title ever carried stands nowhere.

    A new text that keeps the rung is no break, whatever number it gives it.
    """
    latest, since = None, None
    for stretch in stretches(spans, on):
        if latest and stretch.rung != latest.rung:
            break
        latest, since = latest or stretch, stretch.begins
    return Place(latest.order, since, latest.rung) if latest else Place()
