"""What an officer does on 企业详情: each act is one POST, taken by one use case, answered by the page again."""

from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.machine import StepRefused
from accounts.models import User
from console.board import moves
from console.errors import answers_refusals
from console.firms import cases, detail, duties, forms
from enterprises.domain import care, materials, statements
from enterprises.models import Enterprise, Material, YearFigures
from notifications import deciding
from notifications.models import Obligation
from pipeline.domain import candidacies, rulings, touch
from pipeline.models import Candidacy


def firm_page(pk: int) -> str:
    """The address of a firm's page."""
    return reverse("console:enterprise_detail", args=[pk])


def back_to_firm(request: HttpRequest, *, pk: int) -> str:
    """Where a refusal of an act on a firm leads back to."""
    return firm_page(pk)


def back_from(model: Any) -> Any:
    """Where a refusal of an act on something of a firm leads back to: the firm's page."""
    return lambda request, *, pk: firm_page(firm_of(request, model, pk))


def firm_in_sight(request: HttpRequest, pk: int) -> Enterprise:
    """The firm, which must be in sight."""
    firm = Enterprise.objects.visible_to(request.user).select_related("region").filter(pk=pk).first()
    if firm is None:
        raise Http404
    return firm


def firm_of(request: HttpRequest, model: Any, pk: int) -> int:
    """The firm of an object in sight."""
    in_sight = model.objects.filter(enterprise__in=Enterprise.objects.visible_to(request.user), pk=pk)
    firm: int | None = in_sight.values_list("enterprise_id", flat=True).first()
    if firm is None:
        raise Http404
    return firm


def again(request: HttpRequest, firm: int, dialog: str, form: Form) -> HttpResponse:
    """The firm's page with the form as it was sent and what is wrong with it."""
    return detail.page(request, firm, bound={dialog: form}, status=422)


def corrected(request: HttpRequest, firm: int, dialog: str, form: Form, refusal: StepRefused) -> HttpResponse:
    """The form again where every reason against it lies in what was typed; any other refusal is the door's own."""
    if any(reason.criterion not in form.fields for reason in refusal.reasons):
        raise refusal
    for reason in refusal.reasons:
        form.add_error(reason.criterion, reason.says)
    return again(request, firm, dialog, form)


def done(request: HttpRequest, firm: int, says: str) -> HttpResponse:
    """The firm's page again, saying what was done."""
    messages.success(request, says)
    return redirect(firm_page(firm))


@require_POST
@answers_refusals(back_to_firm)
def ruling_create(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Rule a manual criterion or give an expert item its points."""
    firm, on = firm_in_sight(request, pk), timezone.localdate()
    form = forms.RulingForm(request.POST, papers=forms.papers_of(firm, on))
    if not form.is_valid():
        return again(request, pk, f"rule-{request.POST.get('criterion', '').replace('.', '-')}", form)
    user = cast(User, request.user)
    ruling = rulings.rule(enterprise_id=pk, by=user, on=on, **form.cleaned_data)
    messages.success(request, "判定已记录，评估已重新计算。")
    return redirect(f"{firm_page(pk)}?track={ruling.track}")


@require_POST
@answers_refusals(back_to_firm)
def candidacy_open(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Take the firm into the reserve of a track."""
    firm_in_sight(request, pk)
    form = forms.OpenCaseForm(request.POST)
    if not form.is_valid():
        return again(request, pk, "case", form)
    user = cast(User, request.user)
    track = form.cleaned_data["track"]
    candidacies.open_case(enterprise_id=pk, track=track, by=user, on=timezone.localdate())
    return done(request, pk, "已纳入储备。")


@require_POST
def candidacy_move(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Take a case one step further, or back, or out; who asks from the board is answered on the board."""
    firm = firm_of(request, Candidacy, pk)
    return moves.answer(request, pk) if "board" in request.GET else moved(request, pk=pk, firm=firm)


@answers_refusals(lambda request, *, pk, firm: firm_page(firm))
def moved(request: HttpRequest, *, pk: int, firm: int) -> HttpResponse:
    """The step, answered by the firm's page."""
    form = forms.MoveForm(request.POST)
    if not form.is_valid():
        return again(request, firm, f"move-{pk}-{request.POST.get('step', '')}", form)
    cases.take(pk, form, cast(User, request.user), timezone.localdate())
    return done(request, firm, f"已办理“{candidacies.STEPS[form.cleaned_data['step']]}”。")


@require_POST
@answers_refusals(back_from(YearFigures))
def statement_accept(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Let what a firm stated count; its assessment follows at once."""
    firm = firm_of(request, YearFigures, pk)
    touch.accept_figures(statement_id=pk, by=cast(User, request.user), at=timezone.now())
    return done(request, firm, "填报已采纳，评估已重新计算。")


@require_POST
@answers_refusals(back_from(YearFigures))
def statement_decline(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Send what a firm stated back with the reason."""
    firm = firm_of(request, YearFigures, pk)
    form = forms.DeclineForm(request.POST)
    if not form.is_valid():
        return again(request, firm, f"decline-{pk}", form)
    reason = form.cleaned_data["reason"]
    statements.decline(statement_id=pk, by=cast(User, request.user), at=timezone.now(), reason=reason)
    return done(request, firm, "填报未采纳，理由已告知企业。")


@require_POST
@answers_refusals(back_to_firm)
def material_hand_in(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Note that a paper was handed in."""
    firm_in_sight(request, pk)
    form = forms.MaterialForm(request.POST)
    if not form.is_valid():
        return again(request, pk, "material", form)
    materials.hand_in(enterprise_id=pk, by=cast(User, request.user), at=timezone.now(), **form.cleaned_data)
    return done(request, pk, "材料已登记，核收后生效。")


@require_POST
@answers_refusals(back_from(Material))
def material_accept(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Accept a paper."""
    firm = firm_of(request, Material, pk)
    form = forms.AcceptMaterialForm(request.POST)
    if not form.is_valid():
        return again(request, firm, f"accept-{pk}", form)
    user, until = cast(User, request.user), form.cleaned_data["valid_until"]
    touch.accept_material(material_id=pk, by=user, at=timezone.now(), valid_until=until)
    return done(request, firm, "材料已核收。")


@require_POST
@answers_refusals(back_from(Material))
def material_withdraw(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Declare a paper void; what it proved is open again."""
    firm = firm_of(request, Material, pk)
    form = forms.WithdrawMaterialForm(request.POST)
    if not form.is_valid():
        return again(request, firm, f"withdraw-{pk}", form)
    reason = form.cleaned_data["reason"]
    touch.withdraw_material(material_id=pk, by=cast(User, request.user), at=timezone.now(), reason=reason)
    return done(request, firm, "材料已作废，依据它的条件已重新评估。")


@require_POST
@answers_refusals(back_to_firm)
def officer_assign(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Say who looks after the firm."""
    form = forms.OfficerForm(request.POST, enterprise=firm_in_sight(request, pk))
    if not form.is_valid():
        return again(request, pk, "officer", form)
    care.assign_officer(enterprise_id=pk, by=cast(User, request.user), on=timezone.localdate(), **form.cleaned_data)
    return done(request, pk, "责任人已更新。")


@require_POST
@answers_refusals(back_to_firm)
def contact_create(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Note whom to call at the firm."""
    firm_in_sight(request, pk)
    form = forms.ContactForm(request.POST)
    if not form.is_valid():
        return again(request, pk, "contact", form)
    care.add_contact(enterprise_id=pk, by=cast(User, request.user), on=timezone.localdate(), **form.cleaned_data)
    return done(request, pk, "联络员已登记。")


def duty_in_sight(request: HttpRequest, pk: int) -> Obligation:
    """The obligation, which must be in sight."""
    return get_object_or_404(Obligation.objects.visible_to(request.user), pk=pk)


def back_from_duty(request: HttpRequest, *, pk: int) -> str:
    """Where a refusal of a decision leads back to: the firm's page, for what is a unit's own the list."""
    duty = duty_in_sight(request, pk)
    return firm_page(duty.enterprise_id) if duty.enterprise_id else reverse("console:calendar_duties")


@require_POST
@answers_refusals(back_from_duty)
def duty_decide(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Waive an obligation, say that it was done, or take that back."""
    duty, form, act = duty_in_sight(request, pk), duties.DecideForm(request.POST), request.POST.get("act", "")
    if not form.is_valid() and duty.enterprise_id:
        return again(request, duty.enterprise_id, f"{act}-{pk}", form)
    door = deciding.DOORS.get(act)
    if door is None:
        raise Http404
    reason = form.cleaned_data.get("reason", "")  # without one the door says why not
    duty = door(obligation_id=pk, by=cast(User, request.user), at=timezone.localtime(), reason=reason)
    says = f"“{duty.says}”：{dict(duties.ACTS)[act]}已登记。"
    if duty.enterprise_id:
        return done(request, duty.enterprise_id, says)
    messages.success(request, says)
    return redirect(reverse("console:calendar_duties") + f"?kind={duty.kind}")
