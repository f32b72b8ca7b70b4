"""来源不一致: what sources say of one figure side by side, and the officer's word for one of them."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from console import pages
from console.errors import answers_refusals, error_page
from console.exports.writer import Column, workbook_response
from console.quality import views as quality
from enterprises.domain import conflicts
from enterprises.models import Enterprise, FigureConflict
from enterprises.vocabulary import FIGURE_BY_NAME
from pipeline.domain import touch

COLUMNS: Final = (
    Column("企业"),
    Column("统一社会信用代码"),
    Column("责任单位"),
    Column("责任人"),
    Column("年度"),
    Column("指标"),
    Column("单位"),
    Column("来源"),
    Column("数值", kind="text"),
    Column("是否计入"),
    Column("获知时间", kind="moment"),
    Column("填报或确认"),
    Column("导入文件"),
)
AT_ONCE: Final = 500


class SettleForm(forms.Form):
    """Which source's word is to stand, and which one counted when the officer looked."""

    year = forms.IntegerField(min_value=1990, max_value=2100)
    figure = forms.ChoiceField(choices=[(name, name) for name in FIGURE_BY_NAME])
    statement = forms.IntegerField(min_value=1)
    seen = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=200, required=False)


def listed(request: HttpRequest) -> tuple[quality.Scope, Any]:
    """The open conflicts of the firms that the address leaves, in the order of the page."""
    scope, firms = quality.narrowed(request, timezone.localdate())
    rows = FigureConflict.objects.filter(enterprise__in=firms.order_by()).select_related(
        "enterprise__region", "enterprise__officer"
    )
    return scope, rows.order_by("enterprise__name", "enterprise", "-year", "figure")


@require_GET
def conflict_list(request: HttpRequest) -> HttpResponse:
    """Figures on which sources differ and nobody has decided yet."""
    scope, rows = listed(request)
    page = pages.numbered(rows.order_by().count(), request.GET.dict())
    context = {
        "scope": scope,
        "conflicts": conflicts.of_rows(rows[page.first - 1 : page.last]),
        "page": page,
        "query": "".join(f"{name}={value}&" for name, value in scope.only.items()),
        "may_write": cast(User, request.user).may_write,
        "here": request.get_full_path(),
    }
    return render(request, "console/quality/conflict/list.html", context)


@require_GET
def conflict_export(request: HttpRequest) -> HttpResponse:
    """The same, one row for each source's word."""
    scope, rows = listed(request)
    return workbook_response(
        request, what="conflict_list", title="来源不一致", columns=COLUMNS, rows=words(rows),
        filters=quality.scope_words(scope),
    )  # fmt: skip


def words(rows: Any) -> Iterator[Sequence[Any]]:
    """Each word of each conflict, some hundred conflicts at a time."""
    for start in range(0, rows.order_by().count(), AT_ONCE):
        for one in conflicts.of_rows(rows[start : start + AT_ONCE]):
            firm, figure = one.enterprise, FIGURE_BY_NAME[one.figure]
            for word in one.words:
                yield (
                    firm.name, firm.uscc or "", firm.region.name, firm.officer.name if firm.officer else "",
                    str(one.year), figure.label, figure.unit_label, word.known.source_label, str(word.known.value),
                    "计入" if word.counts else "", word.known.known_at, word.known.by.name if word.known.by else "",
                    word.batch,
                )  # fmt: skip


def back(request: HttpRequest, pk: int) -> str:
    """Where the officer came from, else the firm."""
    asked = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        return asked
    return reverse("console:enterprise_detail", args=[pk]) + "#conflicts"


@require_POST
@answers_refusals(back)
def conflict_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one source's value stand (以此为准)."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return error_page(422, "没有选定以哪个来源为准，请返回后重选。")
    given = form.cleaned_data
    statement = touch.settle_conflict(
        enterprise_id=firm.pk, year=given["year"], figure=given["figure"], statement_id=given["statement"],
        seen=given["seen"], by=cast(User, request.user), at=timezone.now(), reason=given["reason"],
    )  # fmt: skip
    label = FIGURE_BY_NAME[given["figure"]].label
    says = f"{firm.name} {statement.year} 年{label}已核定，{statement.note}。其余来源的数保留，可查。"
    messages.success(request, says)
    return redirect(back(request, pk))
