"""操作日志: who did what, when, on which firm, for what reason; by filters, page after page, and as a workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import AuditEvent, User
from console.audit.filters import AuditFilter, acts
from console.audit.rows import Row, rows
from console.exports.cells import Column
from console.exports.filtered import filtered_workbook
from console.filtering import chips, without
from enterprises.domain.trail import in_sight

SIZE: Final = 50
AT_ONCE: Final = 500
COLUMNS: Final = (
    Column("时间", kind="moment"),
    Column("操作人"),
    Column("代表"),
    Column("事项"),
    Column("企业"),
    Column("对象"),
    Column("内容"),
    Column("变更"),
    Column("理由"),
    Column("文号"),
    Column("生效日", kind="date"),
    Column("请求号"),
)


@dataclass(frozen=True)
class Slice:
    """A page of acts and the way to its neighbours."""

    events: Sequence[AuditEvent]
    newer: str
    older: str


@require_GET
def audit_list(request: HttpRequest) -> HttpResponse:
    """A page of acts, the latest first; a filter that makes no sense lists nothing and says why."""
    user = cast(User, request.user)
    filterset, found = asked_for(request)
    part = slice_of(found, in_sight(user), request.GET.get("after", ""), request.GET.get("before", ""))
    context = {
        "filter": filterset,
        "acts": acts(),
        "chips": list(chips(filterset, request.GET)),
        "rows": rows(part.events, user),
        "part": part,
        "query": without(request.GET),
    }
    return render(request, "console/audit/list.html", context)


def asked_for(request: HttpRequest) -> tuple[AuditFilter, QuerySet[AuditEvent]]:
    """The filters of the address and the acts they leave: for the list and its export alike."""
    seen = in_sight(cast(User, request.user))
    filterset = AuditFilter(request.GET, queryset=seen, request=request)
    found: QuerySet[AuditEvent] = filterset.qs if filterset.is_valid() else seen.none()
    return filterset, found.select_related("by", "on_behalf_of").order_by("-recorded_at", "-pk")


def slice_of(found: QuerySet[AuditEvent], seen: QuerySet[AuditEvent], after: str, before: str) -> Slice:
    """Fifty acts from where the last page ended; nobody counts a million rows to show fifty."""
    lower, upper = edge(seen, after), edge(seen, before)
    if upper and not lower:
        newer = later_than(found, upper).order_by("recorded_at", "pk")[: SIZE + 1]
        listed = list(reversed(newer))
        has_newer, events, has_older = len(listed) > SIZE, listed[-SIZE:], True
    else:
        listed = list((earlier_than(found, lower) if lower else found)[: SIZE + 1])
        has_newer, events, has_older = lower is not None, listed[:SIZE], len(listed) > SIZE
    if not events:
        return Slice(events, "", "")
    return Slice(
        events,
        newer=f"before={events[0].pk}" if has_newer else "",
        older=f"after={events[-1].pk}" if has_older else "",
    )


def edge(seen: QuerySet[AuditEvent], pk: str) -> AuditEvent | None:
    """The act at which a page begins or ends."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    return seen.filter(pk=int(pk)).only("pk", "recorded_at").first()


def earlier_than(found: QuerySet[AuditEvent], edge: AuditEvent) -> QuerySet[AuditEvent]:
    """What follows an act in the list."""
    beyond = Q(recorded_at__lt=edge.recorded_at) | Q(pk__lt=edge.pk)
    return found.filter(beyond, recorded_at__lte=edge.recorded_at)


def later_than(found: QuerySet[AuditEvent], edge: AuditEvent) -> QuerySet[AuditEvent]:
    """What comes before an act in the list."""
    beyond = Q(recorded_at__gt=edge.recorded_at) | Q(pk__gt=edge.pk)
    return found.filter(beyond, recorded_at__gte=edge.recorded_at)


@require_GET
def audit_export(request: HttpRequest) -> HttpResponse:
    """Exactly the acts of the filters; this export is itself the next line."""
    filterset, found = asked_for(request)
    rows = cells(found, cast(User, request.user))
    return filtered_workbook(request, filterset, found, what="audit_list", title="操作日志", columns=COLUMNS, rows=rows)


def cells(found: QuerySet[AuditEvent], reader: User) -> Iterator[Sequence[Any]]:
    """One row an act, some hundred fetched together."""
    rest = found.iterator(AT_ONCE)
    while some := list(islice(rest, AT_ONCE)):
        yield from map(cells_of, rows(some, reader))


def cells_of(row: Row) -> Sequence[Any]:
    """What the list says of an act."""
    event = row.event
    return (
        event.recorded_at,
        row.who,
        event.on_behalf_of.name if event.on_behalf_of else None,
        row.act,
        row.firm.name if row.firm else None,
        row.thing,
        row.says,
        "；".join(f"{change.label}：{change.before} → {change.after}" for change in row.changes),
        event.reason,
        event.document,
        event.effective_on,
        event.request_id,
    )
