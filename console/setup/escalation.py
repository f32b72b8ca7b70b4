"""逾期上报 under 设置: after how many working days the head of the unit and the bureau hear of what is left undone."""

from dataclasses import dataclass
from typing import Final, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import policy
from accounts.models import User
from console.errors import answers_refusals
from notifications import escalation
from notifications.models import Escalation, Obligation

LEVELS: Final = ("unit_after", "bureau_after")


class RuleForm(forms.Form):
    """The working days of one kind."""

    unit_after = forms.IntegerField(label="提请单位负责人", min_value=1, max_value=escalation.MOST, required=False)
    bureau_after = forms.IntegerField(label="提请市级", min_value=1, max_value=escalation.MOST, required=False)

    def clean(self) -> dict[str, int | None]:
        """The unit hears before the bureau."""
        given = super().clean() or self.cleaned_data
        for reason in escalation.against_rule(given.get("unit_after"), given.get("bureau_after")):
            self.add_error(reason.criterion, f"{reason.says}。")
        return given


@dataclass(frozen=True)
class Line:
    """One kind with its form."""

    kind: Obligation.Kind
    form: RuleForm


def lines(data: object = None) -> list[Line]:
    """Every kind, as kept or as sent."""
    known = {rule.kind: rule for rule in Escalation.objects.all()}
    return [
        Line(
            kind,
            RuleForm(
                data,  # type: ignore[arg-type]
                prefix=kind.value,
                initial={name: getattr(known.get(kind.value), name, None) for name in LEVELS},
            ),
        )
        for kind in Obligation.Kind
    ]


def page(request: HttpRequest, shown: list[Line], status: int = 200) -> HttpResponse:
    """The table."""
    may_save = policy.may_open(cast(User, request.user), "console:settings_escalation_save")
    return render(request, "console/setup/escalation.html", {"lines": shown, "may_save": may_save}, status=status)


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rule of every kind."""
    return page(request, lines())


@require_POST
@answers_refusals(lambda request: reverse("console:settings_escalation"))
def rules_save(request: HttpRequest) -> HttpResponse:
    """Keep the whole table."""
    sent, by, on = lines(request.POST), cast(User, request.user), timezone.localdate()
    if any(line.form.errors for line in sent):
        return page(request, sent, status=422)
    with transaction.atomic():
        for line in sent:
            escalation.save_rule(kind=line.kind.value, **line.form.cleaned_data, by=by, on=on)
        escalation.raise_levels(on=on)
    messages.success(request, "逾期上报规则已保存，现有事项已按新规则更新。")
    return redirect("console:settings_escalation")
