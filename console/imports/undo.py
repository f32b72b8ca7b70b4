"""撤回导入: what taking a ledger back would do and what stays, and why; then the act, done by the worker."""

from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from console import pages
from console.errors import answers_refusals
from console.imports.views import batches, queue
from enterprises.models import ImportBatch
from pipeline import tasks
from pipeline.domain import ledger_undo, ledgers

ITEMS: Final = (
    ("statements", "条企业情况和年度指标"),
    ("titles", "项资格"),
    ("spells", "条规上登记"),
    ("contacts", "位联络员"),
    ("changes", "处改动（名称、代码、责任单位、联络方式）"),
)


def back(request: HttpRequest, pk: int) -> str:
    """The batch."""
    return reverse("console:import_detail", args=[pk])


@require_http_methods(["GET", "POST"])
@answers_refusals(back)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be taken back and what stays; posted, the worker takes it back."""
    batch = get_object_or_404(batches(request).select_related("by__region"), pk=pk)
    if request.method == "POST":
        return undone(request, batch)
    if ledgers.is_at_work(batch):
        return redirect("console:import_detail", pk)
    return render(request, "console/imports/undo.html", planned(request, batch))


def undone(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Ask the worker; asking twice takes back once."""
    now = timezone.now()
    before = ledger_undo.ask(batch_id=batch.pk, by=cast(User, request.user), at=now)
    if before is not None:
        queue(request, before, now, tasks.undo_ledger)
    return redirect("console:import_detail", batch.pk)


def planned(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    """The counts and one page of the firms that go, or of those that stay."""
    plan = ledger_undo.plan(batch)
    counts = plan.counts()
    n_free = counts["removed"] + counts["restored"]
    kept = request.GET.get("only", "") == "kept" or (not n_free and bool(counts["kept"]))
    page = pages.numbered(counts["kept"] if kept else n_free, request.GET.dict())
    return {
        "batch": batch,
        "counts": counts,
        "n_free": n_free,
        "items": [(counts.get(kind, 0), words) for kind, words in ITEMS if counts.get(kind, 0)],
        "kept": kept,
        "rows": plan.rows(kept=kept, start=page.first - 1, size=pages.SIZE),
        "page": page,
        "query": "only=kept&" if kept else "only=free&",
    }
