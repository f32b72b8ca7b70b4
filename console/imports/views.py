"""导入: a ledger is handed in, recognised, previewed, and written by the worker while a bar shows how far it is."""

import datetime
from collections.abc import Mapping
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from accounts.models import User
from console import pages
from console.errors import answers_refusals, error_page
from enterprises.domain import mappings
from enterprises.imports import undo
from enterprises.imports.archive import LARGEST_FILE
from enterprises.models import HeadingMapping, ImportBatch
from pipeline import tasks
from pipeline.domain import ledgers

State = ImportBatch.State
TABS: Final = (
    ("", "全部", "total"),
    ("new", "新增", "new"),
    ("changed", "变更", "changed"),
    ("unchanged", "无变化", "unchanged"),
    ("warned", "有提醒", "warned"),
    ("refused", "不能写入", "refused"),
)
MOST_MAPPINGS: Final = 50
NO_QUEUE: Final = "后台任务队列暂时不可用，没有开始处理；请稍后再试。文件已保存，不必重新上传。"


class UploadForm(forms.Form):
    """A workbook, and the year of figures whose headings name none."""

    workbook = forms.FileField(
        label="台账文件",
        help_text="Excel 工作簿（.xlsx）或 CSV，30 MB 以内。按表头识别各列，与文件名、工作表名无关。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    figures_year = forms.IntegerField(
        label="指标年度",
        min_value=1990,
        max_value=2100,
        required=False,
        help_text="表头没有写明年度的指标归入这一年；不填为上一年。",
    )
    sender = forms.CharField(
        label="报送单位",
        max_length=60,
        required=False,
        help_text="谁填的表。更正过的列对应按报送单位记住；不填为本单位。",
    )


def batches(request: HttpRequest) -> QuerySet[ImportBatch]:
    """The reader's own batches: a ledger may name firms that others may not see."""
    own = ImportBatch.objects.filter(by=cast(User, request.user)).select_related("by")
    return own.defer("content", "frame", "preview")


TASKS: Final[Mapping[str, Any]] = {
    State.UPLOADED: tasks.read_ledger,
    State.UNDOING: tasks.undo_ledger,
    State.UNDONE: tasks.undo_ledger,
}


def queue(request: HttpRequest, before: ImportBatch, at: datetime.datetime, task: Any = None) -> None:
    """Hand the batch to the worker once it is saved; without a broker it stands as before, and the page says so."""
    task = task or TASKS.get(before.state, tasks.apply_ledger)

    def hand_over() -> None:
        try:
            task.apply_async((before.pk,), retry=False)
        except OperationalError:
            ledgers.put_back(before, at=at)
            messages.error(request, NO_QUEUE)

    transaction.on_commit(hand_over)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request: reverse("console:import_list"))
def import_list(request: HttpRequest) -> HttpResponse:
    """What was handed in, and the form for the next one."""
    if request.method == "POST":
        return upload(request)
    return listing(request, UploadForm())


def upload(request: HttpRequest) -> HttpResponse:
    """Keep a workbook and have it read."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return listing(request, form, status=422)
    workbook = form.cleaned_data["workbook"]
    if workbook.size > LARGEST_FILE:
        return error_page(413)
    batch = ledgers.upload(
        filename=workbook.name,
        content=workbook.read(),
        by=cast(User, request.user),
        figures_year=form.cleaned_data["figures_year"],
        sender=form.cleaned_data["sender"],
    )
    queue(request, batch, batch.moved_at)
    return redirect("console:import_detail", batch.pk)


def listing(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    """The list with the form."""
    page = pages.numbered(batches(request).count(), request.GET.dict())
    shown = batches(request)[page.first - 1 : page.first - 1 + pages.SIZE]
    remembered = HeadingMapping.objects.visible_to(request.user).select_related("region", "by")[:MOST_MAPPINGS]
    context = {"form": form, "batches": shown, "page": page, "mappings": remembered}
    return render(request, "console/imports/list.html", context, status=status)


@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: being read, its preview, being written, or written."""
    batch = get_object_or_404(batches(request), pk=pk)
    context: dict[str, Any] = {"batch": batch, "is_at_work": ledgers.is_at_work(batch)}
    context["is_stuck"] = ledgers.is_stuck(batch, at=timezone.now())
    if not context["is_at_work"]:
        context |= previewed(batch, request)
    return render(request, "console/imports/detail.html", context)


def previewed(batch: ImportBatch, request: HttpRequest) -> dict[str, Any]:
    """The preview: sheets, counts, one page of rows."""
    only = asked_tab(request)
    number = pages.number_asked(request.GET.dict())
    preview = ledgers.preview(batch, only=only, start=(number - 1) * pages.SIZE, size=pages.SIZE)
    return {
        "preview": preview,
        "only": only,
        "tabs": [(key, label, getattr(preview.counts, count)) for key, label, count in TABS],
        "page": pages.numbered(preview.n_rows, request.GET.dict()),
        "query": f"only={only}&" if only else "",
        "is_mappable": mappings.is_mappable(batch),
        "standing": standing(batch, [row.firm for row in preview.rows if row.firm]),
        "may_apply": batch.state in {State.READ, State.FAILED} and preview.counts.new + preview.counts.changed > 0,
    }


def asked_tab(request: HttpRequest) -> Any:
    """Which rows are asked for; nonsense means all."""
    asked = request.GET.get("only", "")
    return asked if asked in {key for key, _, _ in TABS} else ""


def standing(batch: ImportBatch, ids: list[int]) -> set[int] | None:
    """Of a batch that was taken back, in part or wholly, the firms of this page in which it still stands."""
    return undo.still_standing(batch.pk, ids) if batch.undone_at else None


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the worker write what the preview shows, or take up again what got stuck; asking twice writes once."""
    get_object_or_404(batches(request), pk=pk)
    by, now = cast(User, request.user), timezone.now()
    before = ledgers.confirm(batch_id=pk, by=by, at=now) or ledgers.resubmit(batch_id=pk, by=by, at=now)
    if before is not None:
        queue(request, before, now)
    return redirect("console:import_detail", pk)


@require_GET
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is, asked every second; when it is done the page is loaded anew."""
    batch = get_object_or_404(batches(request), pk=pk)
    context = {"batch": batch, "is_stuck": ledgers.is_stuck(batch, at=timezone.now())}
    response = render(request, "console/imports/progress.html", context)
    if not ledgers.is_at_work(batch):
        response["HX-Refresh"] = "true"
    return response
