"""人工判定: who ruled what on which basis, until when it holds, what replaced it, how often two people agree."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from console import pages
from console.exports.cells import Column
from console.exports.filtered import filtered_workbook
from console.filtering import chips, without
from console.rulings.filters import SOON, RulingFilter
from enterprises import deadlines
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import conditions
from pipeline.domain.rulings import agreements
from pipeline.models import Ruling
from pipeline.models.assessment import RulingQuerySet

COLUMNS: Final = (
    Column("企业"), Column("责任单位"), Column("认定方向"), Column("条件"), Column("条件内容"), Column("判定"),
    Column("判定人"), Column("判定日", kind="date"), Column("依据"), Column("文号"), Column("依据材料"),
    Column("有效期至", kind="date"), Column("状态"),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A ruling as the list and the workbook show it."""

    ruling: Ruling
    says: str
    answer: str
    ends_on: datetime.date | None
    state: str
    tone: str


def asked_for(request: HttpRequest) -> tuple[RulingFilter, RulingQuerySet]:
    """The filters of the address and the rulings they leave, the latest first."""
    seen = Ruling.objects.filter(enterprise__in=Enterprise.objects.visible_to(request.user)).with_standing()
    filterset = RulingFilter(request.GET, queryset=seen, request=request, on=timezone.localdate())
    found = cast(RulingQuerySet, filterset.qs) if filterset.is_valid() else seen.none()
    return filterset, found.select_related("enterprise__region", "by", "material").order_by("-ruled_on", "-pk")


@require_GET
def ruling_list(request: HttpRequest) -> HttpResponse:
    """A page of rulings, and on which criteria people agreed; a filter that makes no sense says why."""
    filterset, found = asked_for(request)
    page = pages.numbered(found.order_by().count(), request.GET.dict())
    start = page.first - 1
    context = {
        "filter": filterset,
        "chips": list(chips(filterset, request.GET)),
        "rows": list(rows(found[start : start + pages.SIZE])),
        "page": page,
        "query": without(request.GET),
        "agreements": agreements(found.select_related(None)),
    }
    return render(request, "console/rulings/list.html", context)


@require_GET
def ruling_export(request: HttpRequest) -> HttpResponse:
    """Exactly the rulings of the filters."""
    filterset, found = asked_for(request)
    lines = map(cells, rows(found.iterator(500)))
    return filtered_workbook(
        request, filterset, found, what="ruling_list", title="人工判定", columns=COLUMNS, rows=lines
    )


def rows(rulings: Any) -> Iterator[Row]:
    """Rulings with the words of their criterion and how they stand today."""
    words, on = conditions.wording(), timezone.localdate()
    for one in rulings:
        state, tone = standing(one, on)
        yield Row(one, words.get((one.track, one.criterion), ""), answer(one), one.ends_on, state, tone)


def answer(one: Ruling) -> str:
    """符合, 不符合, or points."""
    if one.points is not None:
        return f"{one.points} 分"
    return "符合" if one.value else "不符合"


def standing(one: Any, on: datetime.date) -> tuple[str, str]:
    """How a ruling stands, and the colour of the word."""
    if one.is_superseded:
        return "已改判", ""
    if one.material and one.material.withdrawn_at:
        return "材料已作废", "no"
    if deadlines.is_past(one.ends_on, on):
        return "已到期", "no"
    if deadlines.is_within(one.ends_on, on, SOON):
        return "即将到期", "wait"
    return "有效", "ok"


def cells(row: Row) -> Sequence[Any]:
    """What the list says of a ruling."""
    one = row.ruling
    return (
        one.enterprise.name, one.enterprise.region.name, TRACK_BY_KEY[one.track].label, one.criterion, row.says,
        row.answer, one.by.name, one.ruled_on, one.basis, one.document, one.material.kind if one.material else None,
        row.ends_on, row.state,
    )  # fmt: skip
