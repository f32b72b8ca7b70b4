"""梯队对照: the ladders of several places and of the country side by side, each with its text and its days."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from enterprises.vocabulary import TRACKS, Track
from pipeline.models import Bureau, Ladder, Rung


@dataclass(frozen=True)
class Column:
    """One text of a ladder: its rungs, what it is today, whether the bureau works by it."""

    ladder: Ladder
    rungs: Sequence[Rung]
    says: str
    tone: str
    is_ours: bool

    def rung(self, track: str) -> Rung | None:
        """The rung a title of the track carries here."""
        return next((rung for rung in self.rungs if track in rung.tracks), None)


@dataclass(frozen=True)
class Row:
    """One recognition, and the rung it carries on each ladder."""

    track: Track
    cells: Sequence[tuple[Ladder, Rung | None]]


@require_GET
def rule_ladders(request: HttpRequest) -> HttpResponse:
    """All ladders there are; a recognition on none of them is named below."""
    bureau = Bureau.objects.select_related("ladder").first()
    family = bureau.ladder.family if bureau else ""
    ladders = Ladder.objects.prefetch_related("rungs").order_by("pk")
    columns = [column(each, family, timezone.localdate()) for each in ladders]
    rows = [Row(track, [(each.ladder, each.rung(track.key)) for each in columns]) for track in TRACKS]
    context = {
        "columns": columns,
        "rows": [row for row in rows if any(rung for _, rung in row.cells)],
        "without": [row.track.label for row in rows if not any(rung for _, rung in row.cells)],
    }
    return render(request, "console/rules/ladders.html", context)


def column(ladder: Ladder, family: str, on: datetime.date) -> Column:
    """A ladder as its column says it."""
    says, tone = state(ladder, on)
    is_ours = ladder.family == family and ladder.is_in_force(on)
    return Column(ladder, list(ladder.rungs.all()), says, tone, is_ours)


def state(ladder: Ladder, on: datetime.date) -> tuple[str, str]:
    """What its days make of a text today; where no day is known nothing is claimed."""
    if ladder.effective_to and ladder.effective_to < on:
        return "已废止", "no"
    if ladder.effective_from and ladder.effective_from > on:
        return "未施行", ""
    return ("施行中", "ok") if ladder.effective_from else ("施行日期待核实", "wait")
