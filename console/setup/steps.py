"""准备步骤 under 设置: what a filing takes before it is handed in, and how many working days each step needs."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from console.errors import answers_refusals
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from notifications import plans
from notifications.models import PlanStep
from notifications.plans import StepGiven

FIELDS = tuple(StepGiven.__dataclass_fields__)


class StepForm(forms.Form):
    """One step."""

    track = forms.ChoiceField(label="认定方向", required=False, help_text="方向有自己的步骤时，不再用通用步骤。")
    name = forms.CharField(label="步骤", max_length=60)
    workdays = forms.IntegerField(label="需几个工作日", min_value=1, max_value=plans.MOST)
    order = forms.IntegerField(label="次序", min_value=0, max_value=999, initial=1, help_text="从先到后。")
    by_bureau = forms.BooleanField(
        label="由各级审核公示", required=False, help_text="在企业交出之后办理；批次定了分级截止的，不再另计。"
    )
    paper = forms.CharField(
        label="对应材料", max_length=80, required=False, help_text="已核收这份材料的企业跳过此步，名称与申报材料一致。"
    )
    source = forms.CharField(label="依据", max_length=200, required=False)
    verified = forms.BooleanField(label="已核实", required=False)

    def __init__(self, *args: Any, row: PlanStep | None, by: User, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.row = row
        mine = [(track.key, track.label) for track in TRACKS if plans.may_keep(by, track.key)]
        cast(forms.ChoiceField, self.fields["track"]).choices = [("", "各方向通用"), *mine]
        if row:
            self.initial = {name: getattr(row, name) for name in FIELDS} | {"verified": row.verified_on is not None}

    def given(self) -> StepGiven:
        """What the door takes."""
        return StepGiven(**{name: self.cleaned_data[name] for name in FIELDS})

    def clean(self) -> dict[str, Any]:
        """What the door would refuse is said beside its field."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            pk = self.row.pk if self.row else None
            for reason in plans.against_step(self.given(), pk, verified=cleaned["verified"]):
                self.add_error(reason.criterion, f"{reason.says}。")
        return cleaned


def person(request: HttpRequest) -> User:
    """Who asks."""
    return cast(User, request.user)


@require_GET
def step_list(request: HttpRequest) -> HttpResponse:
    """Every step, those of every track first."""
    by = person(request)
    rows = [
        (row, TRACK_BY_KEY[row.track].label if row.track else "各方向通用", plans.may_keep(by, row.track))
        for row in PlanStep.objects.all()
    ]
    context = {
        "rows": rows,
        "n_waiting": sum(row.verified_on is None for row, _, _ in rows),
        "may_add": plans.may_keep(by, ""),
    }
    return render(request, "console/setup/steps/list.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:settings_steps"))
def step_create(request: HttpRequest) -> HttpResponse:
    """Enter a step."""
    return step_page(request, None)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:settings_steps"))
def step_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Correct a step."""
    return step_page(request, get_object_or_404(PlanStep, pk=pk))


def step_page(request: HttpRequest, row: PlanStep | None) -> HttpResponse:
    """The form of a step, on its own page."""
    by = person(request)
    plans.refuse_unless_may_keep(by, row.track if row else "")
    form = StepForm(request.POST or None, row=row, by=by)
    if request.method == "POST" and form.is_valid():
        saved = plans.save_step(
            step_id=row.pk if row else None, given=form.given(), verified=form.cleaned_data["verified"], by=by,
            on=timezone.localdate(),
        )  # fmt: skip
        messages.success(request, f"“{saved.name}”已保存，倒排计划随之更新。")
        return redirect("console:settings_steps")
    return render(
        request, "console/setup/steps/form.html", {"form": form, "row": row}, status=422 if form.errors else 200
    )


@require_POST
@answers_refusals(lambda request, **_: reverse("console:settings_steps"))
def step_remove(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Strike a step out."""
    get_object_or_404(PlanStep, pk=pk)
    name = plans.remove_step(step_id=pk, by=person(request), on=timezone.localdate())
    messages.success(request, f"“{name}”已删去，倒排计划随之更新。")
    return redirect("console:settings_steps")
