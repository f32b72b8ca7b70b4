"""公示名单: an official list is handed in, matched, decided row by row, applied once."""

from typing import Any, Final, cast

import django_filters as filters
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from accounts.machine import StepRefused
from accounts.models import User
from console import pages
from console.errors import answers_refusals, error_page
from console.firms.forms import TRACK_LABELS
from console.lists import rows as list_rows
from console.lists.forms import CompleteForm, ConfirmForm, CorrectForm, DecideForm, UploadForm, correct_form
from enterprises.imports.archive import LARGEST_FILE
from pipeline import tasks
from pipeline.domain import list_apply, list_decisions, list_work, published_lists
from pipeline.models import ListRow, PublishedList

Match = ListRow.Match
NO_QUEUE: Final = "后台任务队列暂时不可用，没有开始办理；请稍后再试，或由管理员用命令 reconcile_list 办理。"


class ListFilter(filters.FilterSet):
    """Which lists to show."""

    track = filters.ChoiceFilter(choices=TRACK_LABELS, label="认定方向", empty_label="全部方向")
    kind = filters.ChoiceFilter(choices=PublishedList.Kind.choices, label="名单种类", empty_label="全部种类")
    state = filters.ChoiceFilter(choices=PublishedList.State.choices, label="状态", empty_label="全部状态")

    class Meta:
        model = PublishedList
        fields: list[str] = []  # every filter is declared above, none is implied


def person(request: HttpRequest) -> User:
    """Who asks."""
    return cast(User, request.user)


def lists(request: HttpRequest) -> QuerySet[PublishedList]:
    """The lists in sight with their counts; a firm that stands twice counts once."""
    once = Q(rows__repeats__isnull=True)
    open_rows = once & Q(rows__decision="", rows__result="")
    return (
        PublishedList.objects.visible_to(request.user)
        .select_related("by", "region")
        .annotate(
            n_rows=Count("rows"),
            n_sure=Count("rows", filter=once & Q(rows__match=Match.SURE)),
            n_doubtful=Count("rows", filter=open_rows & Q(rows__match=Match.DOUBTFUL)),
            n_unknown=Count("rows", filter=open_rows & Q(rows__match=Match.UNKNOWN)),
        )
        .order_by("-pk")
    )


def in_sight(request: HttpRequest, pk: int) -> PublishedList:
    """The list, which must be in sight."""
    seen = PublishedList.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("by", "region"), pk=pk)


def row_in_sight(request: HttpRequest, pk: int) -> ListRow:
    """The row, which must be in sight."""
    found = ListRow.objects.visible_to(request.user).select_related("published_list").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def page_of(pk: int) -> str:
    """The address of a list."""
    return reverse("console:list_detail", args=[pk])


def back_to_list(request: HttpRequest, *, pk: int) -> str:
    """Where a refusal leads back to."""
    return page_of(pk)


def back_from_row(request: HttpRequest, *, pk: int) -> str:
    """Where a refusal about a row leads back to."""
    return page_of(row_in_sight(request, pk).published_list_id)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request: reverse("console:list_list"))
def list_list(request: HttpRequest) -> HttpResponse:
    """The lists in sight, and the form for the next one."""
    if request.method == "POST":
        return upload(request)
    return listing(request, UploadForm())


def upload(request: HttpRequest) -> HttpResponse:
    """Read and match a list; one that is none is refused beside the file."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return listing(request, form, status=422)
    file = form.cleaned_data["workbook"]
    if file.size > LARGEST_FILE:
        return error_page(413)
    known = PublishedList.objects.visible_to(request.user).order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        published = published_lists.upload(
            filename=file.name, content=file.read(), track=form.cleaned_data["track"], by=person(request),
            given=form.given(),
        )  # fmt: skip
    except StepRefused as refusal:
        if any(reason.criterion == "right" for reason in refusal.reasons):
            raise
        for reason in refusal.reasons:
            form.add_error("workbook", f"{reason.says}。")
        return listing(request, form, status=422)
    if published.pk <= known:
        messages.info(request, "这份名单已经上传过：打开的是原来的一份，尚未办理的行已重新核对。")
    return redirect("console:list_detail", published.pk)


def listing(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    """The list of lists with the form."""
    asked = ListFilter(request.GET, queryset=lists(request))
    found = asked.qs
    page = pages.numbered(found.count(), request.GET.dict())
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "filter": asked,
        "lists": found[page.first - 1 : page.first - 1 + pages.SIZE],
        "page": page,
        "query": f"{query.urlencode()}&" if query else "",
        "may_write": person(request).may_write,
        "is_filtered": any(request.GET.get(name) for name in ListFilter.base_filters),
    }
    return render(request, "console/lists/list.html", context, status=status)


@require_GET
def list_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: totals, columns, what applying would do."""
    return shown(request, in_sight(request, pk))


def shown(
    request: HttpRequest,
    published: PublishedList,
    *,
    bound: tuple[int, Form] | None = None,
    correction: CorrectForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a list, with a form that came back with errors."""
    context = list_rows.context(request, published, person(request), bound)
    context |= {
        "correct_form": correct_form(published),
        "bound": {"correct": correction} if correction else {},
        "opened": "correct" if correction else request.GET.get("dialog", ""),
        "query": request.GET.urlencode(),
    }
    return render(request, "console/lists/detail.html", context, status=status)


@require_POST
@answers_refusals(back_to_list)
def list_correct(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Say what the list is."""
    published = in_sight(request, pk)
    form = CorrectForm(request.POST, auto_id="correct-%s")
    if not form.is_valid():
        return shown(request, published, correction=form, status=422)
    published_lists.correct(
        list_id=pk, by=person(request), version=form.cleaned_data["version"], given=form.given()
    )  # fmt: skip
    messages.success(request, "名单信息已更正。")
    return redirect("console:list_detail", pk)


@require_POST
@answers_refusals(back_to_list)
def list_rematch(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Match the open rows with the register as it now stands."""
    in_sight(request, pk)
    published_lists.rematch(list_id=pk, by=person(request))
    messages.success(request, "尚未核定和办理的行已按现在的登记簿重新核对。")
    return redirect("console:list_detail", pk)


@require_POST
@answers_refusals(back_to_list)
def list_apply_view(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Apply what is sure or decided."""
    published = in_sight(request, pk)
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
    if published.asked_at is not None or list_work.is_large(published):
        return handed_over(request, pk, version)
    done = list_apply.apply(list_id=pk, by=person(request), version=version, on=timezone.localdate())
    counted = sum(one.acts or bool(one.code) for one in done)
    refused = sum(one.result == ListRow.Result.REFUSED for one in done)
    says = f"已办理 {counted} 行" + (f"，{refused} 行不能办理，原因见各行" if refused else "") + "。"
    messages.success(request, says if counted or refused else "没有需要办理的行，没有任何变化。")
    return redirect("console:list_detail", pk)


def handed_over(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Have the worker apply a long list; asking twice applies once."""
    now = timezone.now()
    is_at_work = PublishedList.objects.filter(pk=pk, asked_at__isnull=False).exists()
    wanted = list_work.ask(list_id=pk, by=person(request), version=None if is_at_work else version, at=now)

    def hand_over() -> None:
        try:
            tasks.apply_list.apply_async((pk,), retry=False)
        except OperationalError:
            list_work.give_back(pk, at=now)
            messages.error(request, NO_QUEUE)

    if wanted:
        transaction.on_commit(hand_over)
    return redirect("console:list_detail", pk)


@require_GET
def list_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is with a list; when it is done the page is loaded anew."""
    published = in_sight(request, pk)
    is_stuck = published_lists.is_stuck(published, at=timezone.now())
    response = render(request, "console/lists/progress.html", {"list": published, "is_stuck": is_stuck})
    if published.asked_at is None:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@answers_refusals(back_from_row)
def list_decide(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Decide which firm a row means."""
    row = row_in_sight(request, pk)
    form = DecideForm(request.POST, by=person(request))
    if not form.is_valid():
        return shown(request, row.published_list, bound=(pk, form), status=422)
    list_decisions.decide(
        row_id=pk, by=person(request), version=form.cleaned_data["version"], at=timezone.now(), **form.decision()
    )
    return back_to_row(request, row, f"已核定“{row.name}”。")


@require_POST
@answers_refusals(back_from_row)
def list_confirm(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Confirm for a row what a list of 未通过 or 撤销 offers."""
    row = row_in_sight(request, pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return shown(request, row.published_list, bound=(pk, form), status=422)
    list_decisions.confirm(
        row_id=pk,
        by=person(request),
        version=form.cleaned_data["version"],
        at=timezone.now(),
        reason=form.said("reason"),
    )
    return back_to_row(request, row, f"已确认“{row.name}”，办理名单时一并处理。")


@require_POST
@answers_refusals(back_from_row)
def list_complete(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Complete number and day of a row."""
    row = row_in_sight(request, pk)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        return shown(request, row.published_list, bound=(pk, form), status=422)
    list_decisions.complete(
        row_id=pk, by=person(request), version=form.cleaned_data["version"], number=form.said("number"),
        issued_on=form.day(),
    )  # fmt: skip
    return back_to_row(request, row, f"已补填“{row.name}”。")


def back_to_row(request: HttpRequest, row: ListRow, says: str) -> HttpResponse:
    """The list again, where the row stands."""
    messages.success(request, says)
    kept: Any = "&".join(f"{m.value}={request.GET[m.value]}" for m in Match if request.GET.get(m.value, "").isdigit())
    return redirect(f"{page_of(row.published_list_id)}{'?' + kept if kept else ''}#{row.match}")
