"""研发机构: the registry of institutions, one institution with its 六有 and steps, and what is put on record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django import forms as django_forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import AuditEvent, User
from console import events
from console.errors import answers_refusals
from console.exports.filtered import filtered_workbook
from console.filtering import chips, without
from console.institutions import rows as institution_rows
from console.institutions import six
from console.institutions.filters import InstitutionFilter
from console.institutions.forms import InstitutionForm, RegisterForm, StepForm, step_form
from enterprises import six_haves
from enterprises.domain import institutions
from enterprises.models import Enterprise, InstitutionGrade, ResearchInstitution
from enterprises.models.institution import NEXT_LEVEL, InstitutionQuerySet, State
from pipeline.domain import touch

MATCHES = 12


def person(request: HttpRequest) -> User:
    """Who asks."""
    return cast(User, request.user)


def in_sight(request: HttpRequest, pk: int) -> ResearchInstitution:
    """The institution, which must be in sight."""
    rows = ResearchInstitution.objects.visible_to(request.user).select_related("enterprise__region", "grown_from")
    return get_object_or_404(rows, pk=pk)


def back_to(view: str) -> Callable[..., str]:
    """Where a refusal leads back to."""
    return lambda request, *, pk: reverse(view, args=[pk])


def asked_for(request: HttpRequest) -> tuple[InstitutionFilter, InstitutionQuerySet]:
    """The filter of the address and the institutions it lists, in their order."""
    seen = ResearchInstitution.objects.visible_to(request.user)
    filterset = InstitutionFilter(request.GET, queryset=seen, request=request, on=timezone.localdate())
    found = cast(InstitutionQuerySet, filterset.qs) if filterset.is_valid() else seen.none()
    return filterset, found.select_related("enterprise__region").order_by("enterprise__name", "pk")


@require_GET
def institution_list(request: HttpRequest) -> HttpResponse:
    """A page of institutions; a filter that makes no sense lists nothing and says why."""
    filterset, found = asked_for(request)
    page, shown = institution_rows.page_of(found, request.GET.dict())
    context = {
        "filter": filterset,
        "chips": list(chips(filterset, request.GET)),
        "rows": [institution_rows.row(one, timezone.localdate()) for one in shown],
        "page": page,
        "query": without(request.GET),
        "tab": "list",
    }
    return render(request, "console/institutions/list.html", context)


@require_GET
def institution_export(request: HttpRequest) -> HttpResponse:
    """Exactly the institutions that the filter lists."""
    filterset, found = asked_for(request)
    return filtered_workbook(
        request,
        filterset,
        found,
        what="institution_list",
        title="研发机构",
        columns=institution_rows.COLUMNS,
        rows=map(institution_rows.cells, found.iterator(chunk_size=2000)),
    )


@require_GET
def institution_new(request: HttpRequest) -> HttpResponse:
    """Find the firm of an institution to be put on record."""
    text = request.GET.get("q", "").strip()
    firms = Enterprise.objects.visible_to(request.user).select_related("region").named(text)
    found = list(firms.order_by("name", "pk")[: MATCHES + 1]) if text else []
    context = {"q": text, "firms": found[:MATCHES], "more": len(found) > MATCHES}
    return render(request, "console/institutions/new.html", context)


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to("console:enterprise_detail"))
def institution_create(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Put an institution of the firm on record."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("region"), pk=pk)
    form, on = RegisterForm(request.POST or None), timezone.localdate()
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            made = institutions.register(
                enterprise_id=pk, given=form.given(), recognition=form.recognition(), by=person(request), on=on
            )
            touch.judge_firm(enterprise_id=pk, on=on)
        messages.success(request, f"“{made}”已登记。")
        return redirect("console:institution_detail", made.pk)
    context = {"form": form, "firm": firm, "row": None}
    return render(request, "console/institutions/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to("console:institution_detail"))
def institution_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Correct what is on record of an institution."""
    row, on = in_sight(request, pk), timezone.localdate()
    form = InstitutionForm(request.POST or None, institution=row)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        with transaction.atomic():
            institutions.edit(institution_id=pk, given=form.given(), by=person(request), version=version, on=on)
            touch.judge_firm(enterprise_id=row.enterprise_id, on=on)
        messages.success(request, "登记信息已更新。")
        return redirect("console:institution_detail", pk)
    context = {"form": form, "firm": row.enterprise, "row": row}
    return render(request, "console/institutions/form.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Step:
    """A step as the page offers it, with the form of its dialog."""

    option: institutions.StepOption
    form: StepForm

    @property
    def dialog(self) -> str:
        """The name of its dialog."""
        return f"step-{self.option.step}"


@require_GET
def institution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One institution: what is on record, its 六有, its level, its steps, what was done."""
    return detail_page(request, in_sight(request, pk))


def detail_page(
    request: HttpRequest,
    row: ResearchInstitution,
    *,
    bound: dict[str, django_forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that was sent and refused put back into its dialog."""
    by, on = person(request), timezone.localdate()
    steps = [Step(one, step_form(one.step, row.version, on)) for one in institutions.options(row, by=by, on=on)]
    context = {
        "row": row,
        "firm": row.enterprise,
        "shown": institution_rows.row(row, on),
        "items": six.items(row, on),
        "history": six.history(row),
        "unconfirmed": six_haves.UNCONFIRMED,
        "steps": steps if by.may_write else [],
        "grade": InstitutionGrade.objects.filter(kind=row.kind, level=row.level).first(),
        "next_level": next_level(row),
        "grown_into": row.grown_into.order_by("pk"),
        "timeline": [events.line(event) for event in trail(row)],
        "may_write": by.may_write,
        "bound": bound or {},
        "opened": next(iter(bound), "") if bound else request.GET.get("dialog", ""),
    }
    return render(request, "console/institutions/detail.html", context, status=status)


def next_level(row: ResearchInstitution) -> str:
    """The level it may grow to now, or nothing."""
    if row.state != State.RECOGNISED or row.grown_into.exclude(state=State.ENDED).exists():
        return ""
    level = NEXT_LEVEL.get(row.level, "")
    return level if InstitutionGrade.objects.filter(kind=row.kind, level=level).exists() else ""


def trail(row: ResearchInstitution) -> list[AuditEvent]:
    """The latest acts on the institution, whose firm is in sight."""
    acts = AuditEvent.objects.filter(
        enterprise_id=row.enterprise_id, object_type="researchinstitution", object_id=row.pk
    )
    return list(acts.select_related("by").order_by("-pk")[:40])


@require_POST
@answers_refusals(back_to("console:institution_detail"))
def institution_move(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Take an institution one step further, or back, or out."""
    row, form, on = in_sight(request, pk), StepForm(request.POST), timezone.localdate()
    if not form.is_valid():
        return detail_page(request, row, bound={f"step-{request.POST.get('step', '')}": form}, status=422)
    step = form.cleaned_data["step"]
    with transaction.atomic():
        institutions.move(
            institution_id=pk, step=step, by=person(request), version=form.cleaned_data["version"], on=on,
            given=form.given(),
        )  # fmt: skip
        touch.judge_firm(enterprise_id=row.enterprise_id, on=on)
    messages.success(request, f"已办理“{institutions.STEPS[step]}”。")
    return redirect("console:institution_detail", pk)


@require_POST
@answers_refusals(back_to("console:institution_detail"))
def institution_raise(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Work towards the next level."""
    in_sight(request, pk)
    made = institutions.raise_level(institution_id=pk, by=person(request), on=timezone.localdate())
    messages.success(request, f"已开始培育“{made}”（{made.get_level_display()}），六有另行核查。")
    return redirect("console:institution_detail", made.pk)
