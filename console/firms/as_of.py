"""按某日评估: what was known of a firm on a day by the edition in force then, and why today's answer is another."""

import datetime
from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from console.firms.conditions import CONFIDENCE, TONES
from console.firms.forms import day_field
from console.firms.units import UNITS, amount
from enterprises.models import Enterprise
from pipeline.domain import editions
from pipeline.domain.as_of import Comparison, Known, compare
from pipeline.domain.checklists import Checklist
from pipeline.models.assessment import Verdict
from pipeline.rules.choose import NoEdition

MOST = 60  # differences shown; more are counted


class AsOfForm(forms.Form):
    """Which track on which day; a day to come is not yet known."""

    track = forms.ChoiceField(choices=lambda: [(track, track) for track in editions.judged_tracks()], label="认定方向")
    on = day_field("按某日评估", required=True)

    def clean_on(self) -> datetime.date:
        """A day up to today."""
        on: datetime.date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError("请选择今天或以前的日期，以后的事实还不知道。")
        return on


@require_GET
def enterprise_as_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of a day beside today's; without a day, or with one that makes no sense, the form and why."""
    firms = Enterprise.objects.visible_to(cast(User, request.user)).select_related("region")
    firm = get_object_or_404(firms, pk=pk, deregistered_on=None)
    form = AsOfForm(request.GET)
    context: dict[str, object] = {"firm": firm, "form": form, "track": request.GET.get("track", "hnte")}
    context["day"] = request.GET.get("on", "")
    if form.is_valid():
        context |= answer(firm, form.cleaned_data["track"], form.cleaned_data["on"])
    return render(request, "console/firms/as_of/page.html", context)


def answer(firm: Enterprise, track: str, on: datetime.date) -> dict[str, object]:
    """What the page shows of a day."""
    try:
        found = compare(enterprise=firm, track=track, on=on, today=timezone.localdate())
    except NoEdition as reason:
        return {"on": on, "why_not": str(reason)}
    return {
        "on": on,
        "found": found,
        "sides": [side(found.then), *([side(found.now)] if found.now else [])],
        "known": [in_words(one) for one in found.facts[:MOST]],
        "more": max(0, len(found.facts) - MOST),
        "why": why(found),
    }


def side(checked: Checklist) -> tuple[Checklist, str, str, str]:
    """One answer with its verdict in words, the colour of it, and how sure the text of the rules is."""
    verdict = Verdict(checked.verdict)
    return checked, verdict.label, TONES[verdict], CONFIDENCE[checked.rules.confidence]


def in_words(one: Known) -> tuple[str, str, str]:
    """What was known otherwise: its name, then and now."""
    return one.label, value(one, one.then), value(one, one.now)


def value(one: Known, what: object) -> str:
    """A value with its unit; what nobody knew is said."""
    if what is None:
        return "没有" if one.label.startswith(("资格", "人工判定")) else "未知"
    if isinstance(what, bool):
        return "是" if what else "否"
    return f"{amount(what, one.unit)}{UNITS[one.unit]}" if one.unit in UNITS else str(what)


def why(found: Comparison) -> list[str]:
    """Why today's answer may be another, in sentences."""
    if found.now is None:
        return ["今天没有施行中的规则版本，不能比较。"]
    says = []
    if found.is_other_edition:
        says.append(f"规则版本不同：当日适用“{found.then.edition.title}”，今天适用“{found.now.edition.title}”。")
    if found.facts:
        says.append(f"此后知道的事实有 {len(found.facts)} 处不同。")
    if found.then.judged_on.year != found.now.judged_on.year:
        says.append("年度不同：近三年的指标随评估日所在年度推移。")
    return says or ["事实和规则版本与今天相同。"]
