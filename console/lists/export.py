"""The reconciliation as a workbook: every row of a list, which firm it means, what was decided and what came of it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.exports.writer import Column, workbook_response
from console.lists import rows as list_rows
from console.lists import views as lists
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import list_plans, list_totals
from pipeline.domain.list_plans import Outcome

COLUMNS: Final = (
    Column("位置"),
    Column("名单上的名称"),
    Column("名单原文"),
    Column("核对"),
    Column("依据"),
    Column("企业"),
    Column("统一社会信用代码"),
    Column("责任单位"),
    Column("候选企业"),
    Column("证书编号"),
    Column("认定日期", kind="date"),
    Column("核定"),
    Column("理由"),
    Column("结果"),
    Column("说明"),
)


@require_GET
def list_export(request: HttpRequest, pk: int) -> HttpResponse:
    """All rows of a list, as the page has them."""
    published, by = lists.in_sight(request, pk), lists.person(request)
    outcomes = list_plans.plan(published, by=by, on=timezone.localdate())
    says = list_totals.totals(published, [one.row for one in outcomes]).says
    kind = published.get_kind_display() or "种类未判明"
    return workbook_response(
        request,
        what="list",
        title=f"名单核对：{published.title or published.filename}"[:100],
        columns=COLUMNS,
        rows=cells(outcomes, list_rows.firms_of(outcomes, by)),
        filters=f"{TRACK_BY_KEY[published.track].label}，{kind}；{says}",
        count=len(outcomes),
    )


def cells(outcomes: Sequence[Outcome], firms: dict[int, Enterprise]) -> Iterator[Sequence[Any]]:
    """One row a firm of the list."""
    for one in outcomes:
        row, shown = one.row, list_rows.shown(one, firms, None)
        firm = shown.firm
        yield (
            f"{row.sheet} 第{row.line}行", row.name, row.text, row.get_match_display(), row.why,
            firm.name if firm else None, firm.uscc if firm else None, firm.region.name if firm else None,
            "；".join(f"{candidate.name}（{how}）" for candidate, how in shown.candidates), row.number,
            row.issued_on or one.day, row.get_decision_display(), row.reason, shown.says, one.says or row.says,
        )  # fmt: skip
