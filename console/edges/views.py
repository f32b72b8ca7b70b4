"""临界预警: who is about to qualify, to lose, to outgrow a ceiling or to change band, as found in the night."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import F, QuerySet
from django.db.models.functions import Abs
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from console import pages
from console.edges.filters import EdgeFilter
from console.exports.cells import Column
from console.exports.filtered import filtered_workbook
from console.filtering import chips, without
from console.pages import COUNTED, SIZE
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import conditions
from pipeline.facts.catalogue import facts
from pipeline.models import Edge
from pipeline.models.outlook import Side
from pipeline.rules.wording import plain, quantity

TONES: Final = {Side.GAIN: "ok", Side.LOSE: "no", Side.OUTGROW: "no", Side.BAND: "wait"}
COLUMNS: Final = (
    Column("企业"),
    Column("统一社会信用代码"),
    Column("责任单位"),
    Column("认定方向"),
    Column("条件"),
    Column("预警"),
    Column("指标"),
    Column("现值", kind="text"),
    Column("门槛", kind="text"),
    Column("距门槛", kind="text"),
    Column("上年同期", kind="text"),
    Column("按增速越线", kind="text"),
    Column("评估日", kind="date"),
)


@dataclass(frozen=True)
class Line:
    """One edge in words."""

    edge: Edge
    track: str
    says: str
    label: str
    value: str
    need: str
    before: str
    distance: str
    crossing: str
    tone: str
    side: str


def asked_for(request: HttpRequest) -> tuple[EdgeFilter, QuerySet[Edge]]:
    """The filter of the address and the edges it lists: what comes first in time, then the nearest."""
    seen = Edge.objects.filter(enterprise__in=Enterprise.objects.visible_to(request.user).order_by())
    filterset = EdgeFilter(request.GET, queryset=seen, request=request)
    found = filterset.qs if filterset.is_valid() else seen.none()
    rows = found.select_related("enterprise__region")
    return filterset, rows.order_by(F("quarter").asc(nulls_last=True), Abs("distance"), "enterprise", "pk")


@require_GET
def edge_list(request: HttpRequest) -> HttpResponse:
    """A page of edges."""
    filterset, found = asked_for(request)
    counted = found.order_by()[: COUNTED + 1].count()
    page = pages.numbered(min(counted, COUNTED), request.GET.dict())
    start = (page.number - 1) * SIZE
    shown = list(lines(found[start : start + SIZE]))
    context = {
        "filter": filterset,
        "chips": list(chips(filterset, request.GET)),
        "lines": shown,
        "page": page,
        "is_capped": counted > COUNTED,
        "judged_on": shown[0].edge.judged_on if shown else None,
        "query": without(request.GET),
    }
    return render(request, "console/edges/list.html", context)


@require_GET
def edge_export(request: HttpRequest) -> HttpResponse:
    """Exactly the edges that the filter lists."""
    filterset, found = asked_for(request)
    rows = map(cells, lines(found.iterator(chunk_size=500)))
    return filtered_workbook(request, filterset, found, what="edge_list", title="临界预警", columns=COLUMNS, rows=rows)


def lines(found: Any) -> Iterator[Line]:
    """The edges in words."""
    says = conditions.wording()
    for edge in found:
        yield line(edge, says.get((edge.track, edge.criterion), edge.criterion))


def line(edge: Edge, says: str) -> Line:
    """One edge."""
    fact, need = facts()[edge.fact], Fraction(edge.need.replace(",", ""))
    value = Fraction(edge.value)
    shown = quantity(value if fact.unit in ("ratio", "mean") else int(value), fact, against=need)
    return Line(
        edge=edge,
        track=TRACK_BY_KEY[edge.track].short,
        says=says,
        label=fact.label,
        value=shown,
        need=quantity(need if fact.unit in ("ratio", "mean") else int(need), fact),
        before=earlier(edge, fact),
        distance=f"{'低' if edge.distance < 0 else '高'} {plain(abs(Decimal(edge.distance)) / 100)}%"
        if edge.distance
        else "正好",
        crossing=crossing(edge.judged_on, edge.quarter),
        tone=TONES[Side(edge.side)],
        side=Side(edge.side).label,
    )


def earlier(edge: Edge, fact: Any) -> str:
    """The value a year before, where it is known."""
    if not edge.before:
        return ""
    value = Fraction(edge.before)
    return quantity(value if fact.unit in ("ratio", "mean") else int(value), fact)


def crossing(judged_on: datetime.date, quarter: int | None) -> str:
    """The quarter in which last year's pace crosses the threshold."""
    if not quarter:
        return ""
    has_passed = quarter < (judged_on.month + 2) // 3
    return f"{judged_on.year} 年第 {quarter} 季度{'，应已越线' if has_passed else ''}"


def cells(one: Line) -> Sequence[Any]:
    """A line of the file."""
    firm = one.edge.enterprise
    return (
        firm.name, firm.uscc or "", firm.region.name, one.track, f"{one.edge.criterion} {one.says}", one.side,
        one.label, one.value, one.need, one.distance, one.before, one.crossing, one.edge.judged_on,
    )  # fmt: skip
