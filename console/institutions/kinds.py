"""种类和级别: which institutions there are, on which levels, who recognises them; kept by the city's officers."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Line, User
from console.errors import answers_refusals
from enterprises.domain import institution_grades
from enterprises.domain.institution_grades import GradeGiven
from enterprises.models import InstitutionGrade
from enterprises.models.institution import LEVELS


class GradeForm(forms.Form):
    """A kind on a level."""

    kind = forms.CharField(label="种类", max_length=40)
    level = forms.ChoiceField(label="级别", choices=LEVELS)
    line = forms.ChoiceField(label="业务线", choices=Line.choices, help_text="登记认定由这条业务线办理。")
    authority = forms.CharField(label="认定机关", max_length=120, required=False)
    asks = forms.CharField(
        label="条件", required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text="一行一条，照文件写。"
    )
    valid_years = forms.IntegerField(label="有效年数", min_value=1, max_value=20, required=False)
    source = forms.CharField(label="依据文件", max_length=300, required=False)
    is_retired = forms.BooleanField(label="停用，不再登记新的", required=False)
    verified = forms.BooleanField(
        label="已核实", required=False, help_text="已与文件逐项核对。取消勾选，重新显示“待核实”。"
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)

    def given(self) -> GradeGiven:
        """What the door takes."""
        return GradeGiven(**{name: self.cleaned_data[name] for name in GradeGiven.__dataclass_fields__})


@require_GET
def institution_kinds(request: HttpRequest) -> HttpResponse:
    """Every kind on every level."""
    rows = list(InstitutionGrade.objects.select_related("verified_by"))
    context = {
        "rows": rows,
        "n_waiting": sum(row.verified_on is None for row in rows),
        "may_keep": institution_grades.may_keep(cast(User, request.user)),
        "tab": "kinds",
    }
    return render(request, "console/institutions/kinds.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:institution_kinds"))
def institution_kind_create(request: HttpRequest) -> HttpResponse:
    """Enter a kind on a level."""
    return kind_page(request, None)


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request, **_: reverse("console:institution_kinds"))
def institution_kind_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Correct a kind on a level."""
    return kind_page(request, get_object_or_404(InstitutionGrade, pk=pk))


def kind_page(request: HttpRequest, row: InstitutionGrade | None) -> HttpResponse:
    """The form of a kind, on its own page."""
    form = GradeForm(request.POST or None, initial=known(row))
    if request.method == "POST" and form.is_valid() and fits(form, row, cast(User, request.user)):
        saved = institution_grades.save(
            grade_id=row.pk if row else None, given=form.given(), verified=form.cleaned_data["verified"],
            version=form.cleaned_data["version"], by=cast(User, request.user), on=timezone.localdate(),
        )  # fmt: skip
        messages.success(request, f"“{saved}”已保存。")
        return redirect("console:institution_kinds")
    context = {"form": form, "row": row}
    return render(request, "console/institutions/kind_form.html", context, status=422 if form.errors else 200)


def known(row: InstitutionGrade | None) -> dict[str, Any]:
    """What stands of a row."""
    if row is None:
        return {}
    names = [*GradeGiven.__dataclass_fields__, "version"]
    return {name: getattr(row, name) for name in names} | {"verified": row.verified_on is not None}


def fits(form: GradeForm, row: InstitutionGrade | None, by: User) -> bool:
    """Say beside its field what the door would refuse; a right that is missing is the door's to say."""
    verified = form.cleaned_data["verified"]
    for reason in institution_grades.against(form.given(), grade_id=row.pk if row else None, by=by, verified=verified):
        if reason.criterion in form.fields:
            form.add_error(reason.criterion, f"{reason.says}。")
    return not form.errors
