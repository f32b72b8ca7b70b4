"""投入价目 under 设置: what this bureau holds one unit of a lever to cost; empty is 待核实, never zero."""

from dataclasses import dataclass
from typing import Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import policy
from accounts.models import User
from console.errors import answers_refusals
from pipeline.domain import routes
from pipeline.models import LeverPrice
from pipeline.models.lever_price import Risk
from pipeline.rules.levers import LEVER_BY_KEY, LEVERS, Lever

MOST: Final = 10_000_000_000


class PriceForm(forms.Form):
    """One unit's price."""

    money = forms.IntegerField(
        label="每单位费用（元）",
        min_value=1,
        max_value=MOST,
        required=False,
        help_text="不知道就留空，方案中显示“价格待核实”，不按零计算。",
    )
    months = forms.IntegerField(label="所需月数", min_value=0, max_value=120, required=False)
    risk = forms.ChoiceField(label="风险", choices=[("", "未评估"), *Risk.choices], required=False)
    note = forms.CharField(
        label="依据", max_length=200, required=False, help_text="例如：2026年本市代理机构报价，三家平均。"
    )
    is_offered = forms.BooleanField(label="列入方案", required=False)


@dataclass(frozen=True)
class Line:
    """A lever and its price, if the bureau has one."""

    lever: Lever
    row: LeverPrice | None


@require_GET
def price_list(request: HttpRequest) -> HttpResponse:
    """Every lever with its price."""
    rows = {row.lever: row for row in LeverPrice.objects.select_related("changed_by")}
    context = {
        "lines": [Line(lever, rows.get(lever.key)) for lever in LEVERS],
        "n_unknown": sum(lever.key not in rows or rows[lever.key].money is None for lever in LEVERS),
        "may_edit": policy.may_open(cast(User, request.user), "console:settings_price_edit"),
    }
    return render(request, "console/setup/prices.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:settings_prices"))
def price_edit(request: HttpRequest, *, lever: str) -> HttpResponse:
    """Change one price."""
    known = LEVER_BY_KEY.get(lever)
    if known is None:
        raise Http404
    row = LeverPrice.objects.filter(lever=lever).first()
    shown = {name: getattr(row, name) for name in routes.GIVEN} if row else {"is_offered": True}
    form = PriceForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        routes.set_price(lever=lever, given=form.cleaned_data, by=cast(User, request.user), on=timezone.localdate())
        messages.success(request, f"“{known.label}”的价目已保存，方案随之更新。")
        return redirect("console:settings_prices")
    context = {"form": form, "lever": known, "row": row}
    return render(request, "console/setup/price_form.html", context, status=422 if form.errors else 200)
