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

from enterprises.vocabulary import RULED_BY_KEY, TRACKS
from pipeline.domain import editions
from pipeline.rules import graph
from pipeline.rules.edition import Edition
from pipeline.rules.graph import Edge

WIDE, HIGH, GAP, STEP = 148, 34, 14, 236  # a box, the gap below it, the distance of two columns
MARGIN: Final = 8
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
        "days": [("2026年3月31日", TURN - datetime.timedelta(1)), ("2026年4月1日", TURN), ("今天", today)],
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
    """A box for each recognition that an edge touches: a column a step, in the order of the recognitions."""
    order = list(RULED_BY_KEY)
    steps = sorted(graph.steps(found).items(), key=lambda each: (each[1], order.index(each[0])))
    boxes = {}
    for step, several in groupby(steps, key=lambda each: each[1]):
        for place, (track, _) in enumerate(several):
            boxes[track] = Box(track, MARGIN + step * STEP, MARGIN + place * (HIGH + GAP))
    return boxes


def drawn(edge: Edge, boxes: Mapping[str, Box]) -> list[Line]:
    """The lines of an edge, one a title."""
    target = boxes.get(edge.target)
    ends = [boxes[title] for title in edge.titles if title in boxes]
    return [Line(edge.bond, curve(start, target), says(edge, start, target)) for start in ends if target]


def says(edge: Edge, start: Box, target: Box) -> str:
    """The line in words, for whoever cannot see it."""
    return f"{target.label}：{edge.says} {start.label}"


def curve(start: Box, end: Box) -> str:
    """From the right side of a box to the left of the next column, or along the left side within a column."""
    y1, y2 = start.middle[1], end.middle[1]
    if end.x > start.x:
        x1, x2 = start.x + WIDE, end.x
        bend = (x2 - x1) // 2
        return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    x1, x2 = start.x + WIDE, end.x + WIDE
    bend = 24 + abs(y2 - y1) // 4
    return f"M{x1} {y1} C{x1 + bend} {y1} {x2 + bend} {y2} {x2} {y2}"


def rows(in_force: Sequence[Edition], found: Sequence[Edge]) -> list[Row]:
    """The table: each recognition that has a text on the day."""
    return [
        Row(each, RULED_BY_KEY[each.track].label, [edge for edge in found if edge.target == each.track])
        for each in in_force
        if each.track in {track.key for track in TRACKS}
    ]
