"""What an officer does on 企业详情 about a firm's research institutions and its 规上 spells."""

from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.machine import StepRefused
from accounts.models import User
from console.errors import answers_refusals
from console.firms.acts import again, back_from, back_to_firm, corrected, done, firm_in_sight, firm_of
from console.institutions.forms import SpellEndForm, SpellForm
from enterprises.domain import institutions, scale
from enterprises.models import AboveScaleSpell
from pipeline.domain import touch


@require_POST
@answers_refusals(back_to_firm)
def institution_confirm(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Say that the firm's list of institutions is complete as of today."""
    firm_in_sight(request, pk)
    by, on = cast(User, request.user), timezone.localdate()
    with transaction.atomic():
        institutions.confirm_list(enterprise_id=pk, by=by, on=on)
        touch.judge_firm(enterprise_id=pk, on=on)
    return done(request, pk, "研发机构清单已记为核对完整。")


@require_POST
@answers_refusals(back_to_firm)
def spell_create(request: HttpRequest, *, pk: int) -> HttpResponse:
    """The firm enters 规上."""
    firm_in_sight(request, pk)
    form = SpellForm(request.POST, auto_id="id_spell_%s")
    if not form.is_valid():
        return again(request, pk, "spell", form)
    try:
        scale.begin(enterprise_id=pk, by=cast(User, request.user), on=timezone.localdate(), **form.cleaned_data)
    except StepRefused as refusal:
        return corrected(request, pk, "spell", form, refusal)
    return done(request, pk, "入规已登记；没有研发机构的，已列入应办事项。")


@require_POST
@answers_refusals(back_from(AboveScaleSpell))
def spell_end(request: HttpRequest, *, pk: int) -> HttpResponse:
    """The firm leaves 规上."""
    firm = firm_of(request, AboveScaleSpell, pk)
    form = SpellEndForm(request.POST)
    if not form.is_valid():
        return again(request, firm, f"spell-end-{pk}", form)
    try:
        scale.end(spell_id=pk, by=cast(User, request.user), on=timezone.localdate(), **form.cleaned_data)
    except StepRefused as refusal:
        return corrected(request, firm, f"spell-end-{pk}", form, refusal)
    return done(request, firm, "退规已登记。")
