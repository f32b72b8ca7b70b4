"""资格关系: which title opens which recognition on a day, as a picture and as a table."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from enterprises import deadlines
from enterprises.vocabulary import RULED_BY_KEY, TRACKS
from pipeline.domain import editions
from pipeline.rules import graph
from pipeline.rules.edition import Edition
from pipeline.rules.graph import Edge

WIDE, HIGH, GAP, STEP = 148, 34, 14, 236  # a box, the gap below it, the distance of two columns
MARGIN: Final = 8
ASIDE, DIP = 9, 56  # below the middle of a box: where an exclusion begins, how deep a long line goes
TURN: Final = datetime.date(2026, 4, 1)  # 工信部企业〔2026〕2号: 科小 joins the ladder


@dataclass(frozen=True)
class Box:
    """One recognition in the picture."""

    track: str
    x: int
    y: int

    @property
    def label(self) -> str:
        """Its short name."""
        return RULED_BY_KEY[self.track].short

    @property
    def middle(self) -> tuple[int, int]:
        """Where its name stands."""
        return self.x + WIDE // 2, self.y + HIGH // 2


@dataclass(frozen=True)
class Line:
    """One line of the picture, from a title to what asks for it."""

    bond: str
    path: str
    says: str


@dataclass(frozen=True)
class Row:
    """One recognition of the table, its text on that day and what that asks for."""

    edition: Edition
    label: str
    edges: Sequence[Edge]


@require_GET
def rule_graph(request: HttpRequest) -> HttpResponse:
    """The graph on a day; a day that is none is today."""
    today = timezone.localdate()
    on = asked_day(request.GET.get("on", "")) or today
    known = editions.standing(on)
    found = graph.edges(known, on)
    boxes = placed(found)
    context = {
        "on": on,
        "days": [("2026年3月31日", deadlines.days_after(TURN, -1)), ("2026年4月1日", TURN), ("今天", today)],
        "boxes": boxes.values(),
        "lines": [line for edge in found for line in drawn(edge, boxes)],
        "wide": max((box.x for box in boxes.values()), default=0) + WIDE + MARGIN,
        "high": max((box.y for box in boxes.values()), default=0) + HIGH + MARGIN,
        "box": {"wide": WIDE, "high": HIGH},
        "bonds": graph.BONDS,
        "rows": rows(graph.in_force(known, on), found),
        "without": [track.label for track in TRACKS if track.key not in {each.track for each in known}],
    }
    return render(request, "console/rules/graph.html", context)


def asked_day(text: str) -> datetime.date | None:
    """The day of the address, if it is one."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def placed(found: Sequence[Edge]) -> dict[str, Box]:
    """A box for each recognition that an edge touches: right of whatever helps towards it, in their usual order."""
    order, at = list(RULED_BY_KEY), columns(found)
    boxes = {}
    for column, several in groupby(sorted(at, key=lambda track: (at[track], order.index(track))), key=at.__getitem__):
        for place, track in enumerate(several):
            boxes[track] = Box(track, MARGIN + column * STEP, MARGIN + place * (HIGH + GAP))
    return boxes


def columns(found: Sequence[Edge]) -> dict[str, int]:
    """The column of each recognition; as many rounds as there are recognitions suffice, and end a circle too."""
    at = dict.fromkeys((track for edge in found for track in (*edge.titles, edge.target)), 0)
    helping = [edge for edge in found if edge.bond != "excluded"]
    for _ in at:
        for edge in helping:
            at[edge.target] = max(at[edge.target], min(at[title] for title in edge.titles) + 1)
        if all(at[edge.target] > min(at[title] for title in edge.titles) for edge in helping):
            break
    return at


def drawn(edge: Edge, boxes: Mapping[str, Box]) -> list[Line]:
    """The lines of an edge, one a title."""
    target = boxes.get(edge.target)
    ends = [boxes[title] for title in edge.titles if title in boxes]
    return [Line(edge.bond, curve(start, target, edge.bond), says(edge, start, target)) for start in ends if target]


def says(edge: Edge, start: Box, target: Box) -> str:
    """The line in words, for whoever cannot see it."""
    return f"{target.label}：{edge.says} {start.label}"


def curve(one: Box, other: Box, bond: str) -> str:
    """From the right side of a box to the left of one further right; beside each other in a column, round the right.

    An exclusion runs below the middle, where no other line does; a line past a column dips below its first box.
    """
    start, end = sorted((one, other), key=lambda box: box.x)
    y1, y2 = ((box.middle[1] + (ASIDE if bond == "excluded" else 0)) for box in (start, end))
    if start.x == end.x:
        bend = 24 + abs(y2 - y1) // 4
        return f"M{start.x + WIDE} {y1} C{start.x + WIDE + bend} {y1} {end.x + WIDE + bend} {y2} {end.x + WIDE} {y2}"
    x1, x2 = start.x + WIDE, end.x
    bend, dip = (x2 - x1) // 2, DIP if x2 - x1 > STEP else 0
    return f"M{x1} {y1} C{x1 + bend} {y1 + dip} {x2 - bend} {y2 + dip} {x2} {y2}"


def rows(in_force: Sequence[Edition], found: Sequence[Edge]) -> list[Row]:
    """The table: each recognition that has a text on the day."""
    return [
        Row(each, RULED_BY_KEY[each.track].label, [edge for edge in found if edge.target == each.track])
        for each in in_force
        if each.track in {track.key for track in TRACKS}
    ]
