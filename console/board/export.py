"""推进看板 as a workbook: the cases of the filters, column after column, the most urgent first."""

import datetime
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, cast

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from console.board.cards import Card, cards
from console.board.columns import URGENCY
from console.board.filters import Cases, filtered
from console.exports.cells import Column
from console.exports.filtered import filtered_workbook
from enterprises.vocabulary import TRACK_BY_KEY
from notifications.casework import Rounds
from pipeline.models.candidacy import OPEN

AT_ONCE: Final = 500  # cases fetched together
COLUMNS: Final = (
    Column("环节"),
    Column("企业名称"),
    Column("统一社会信用代码"),
    Column("责任单位"),
    Column("认定方向"),
    Column("类型"),
    Column("申报批次"),
    Column("时限", kind="date"),
    Column("时限事项"),
    Column("时限依据"),
    Column("超期", unit="天", kind="count"),
    Column("缺"),
    Column("已核收材料", unit="份", kind="count"),
    Column("应有材料", unit="份", kind="count"),
    Column("责任人"),
    Column("最近流转", kind="date"),
)


@require_GET
def board_export(request: HttpRequest) -> HttpResponse:
    """Exactly the cases the board counts under the same address."""
    rounds = Rounds.known(timezone.localdate())
    asked, found = filtered(request, OPEN, rounds)
    rows = map(row, in_order(found, cast(User, request.user), rounds))
    return filtered_workbook(request, asked, found, what="board", title="推进看板", columns=COLUMNS, rows=rows)


def in_order(found: Cases, user: User, rounds: Rounds) -> Iterator[Card]:
    """The cards in the order of the columns, some hundred at a time."""
    place = Case(
        *(When(state=state, then=Value(number)) for number, state in enumerate(OPEN)), output_field=IntegerField()
    )
    rest = found.alias(column=place).order_by("column", *URGENCY).values_list("pk", flat=True).iterator(AT_ONCE)
    while some := list(islice(rest, AT_ONCE)):
        yield from cards(some, user, rounds)


def row(card: Card) -> Sequence[Any]:
    """One case; what nobody knows stays empty."""
    case, due, papers = card.case, card.due, card.papers
    day: tuple[datetime.date | None, str, str, int | None] = (None, "", "", None)
    if due:
        basis = "已核实" if due.named.is_verified else "待核实"
        day = (due.named.day, due.named.name, basis, due.days_late if card.is_late else None)
    return (
        case.get_state_display(),
        case.enterprise.name,
        case.enterprise.uscc or "",
        case.enterprise.region.name,
        TRACK_BY_KEY[case.track].label,
        case.get_kind_display(),
        case.round.name if case.round else "",
        *day,
        card.lacks_in_full,
        len(papers.accepted) if papers else None,
        len(papers.needed) if papers else None,
        card.owner.name if card.owner else "",
        timezone.localdate(case.moved_at),
    )
