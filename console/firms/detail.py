"""企业详情: everything known of one firm, what it lacks for each recognition, and the steps that can be taken."""

import datetime
from typing import Any, cast

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import policy
from accounts.models import AuditEvent, User
from console import events
from console.firms import cases, conditions, duties, figures, forms, holdings
from console.institutions import rows as institution_rows
from enterprises.domain import conflicts, statements
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import control, editions, evidence, ladder_history
from pipeline.models import MaterialRequirement

TIMELINE = 40


@require_GET
def enterprise_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a firm in sight."""
    return page(request, pk)


def page(
    request: HttpRequest, pk: int, *, bound: dict[str, django_forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    """The page, with forms that were sent and refused put back into their dialogs (``bound``)."""
    user = cast(User, request.user)
    firms = Enterprise.objects.visible_to(user).select_related("region", "officer", "deputy", "position")
    enterprise = get_object_or_404(firms, pk=pk)
    context = context_of(enterprise, user, timezone.localdate(), request.GET.get("track", ""))
    context["bound"] = bound or {}
    context["opened"] = next(iter(bound), "") if bound else request.GET.get("dialog", "")
    return render(request, "console/firms/detail.html", context, status=status)


def context_of(enterprise: Enterprise, user: User, on: datetime.date, asked: str) -> dict[str, Any]:
    """What the page shows."""
    track = asked if asked in editions.judged_tracks() else track_of_interest(enterprise)
    current = statements.current_figures(enterprise)
    of_firm = cases.cases(enterprise, user, on)
    may_rule = user.has_line(TRACK_BY_KEY[track].line)
    return {
        "firm": enterprise,
        "on": on,
        "stairs": holdings.stairs(enterprise, on),
        "controller": control.controller(enterprise, user, on),
        "history": ladder_history.history(enterprise, on),
        "titles": holdings.titles(enterprise, on),
        "former_names": enterprise.former_names.all(),
        "facts": figures.firm_facts(enterprise),
        "track": track,
        "tracks": [(key, TRACK_BY_KEY[key].label) for key in editions.judged_tracks()],
        "may_price": policy.may_open(user, "console:settings_prices"),
        "sheet": conditions.sheet(enterprise, track, on, may_rule=may_rule),
        "table": figures.table(current, on.year),
        "pending": figures.pending(enterprise, current),
        "conflicts": conflicts.of_firm(enterprise),
        "cases": of_firm,
        "proofs": evidence.proofs(enterprise, on),
        "papers": forms.papers_of(enterprise, on) if may_rule else (),
        "material_kinds": MaterialRequirement.objects.values_list("kind", flat=True).distinct(),
        "contacts": enterprise.contacts.order_by("pk"),
        "timeline": [events.line(event) for event in trail(enterprise)],
        "may_write": user.may_write,
        "rd": institution_rows.of_firm(enterprise, on),
        "duties": duties.of_firm(enterprise, timezone.localtime(), user),
        "forms": {
            "case": forms.case_form(track, cases.open_tracks(of_firm)),
            "material": forms.MaterialForm(),
            "contact": forms.ContactForm(),
            "officer": forms.OfficerForm(
                enterprise=enterprise, initial={"officer": enterprise.officer_id, "deputy": enterprise.deputy_id}
            ),
            "decline": forms.DeclineForm(),
            "accept_material": forms.AcceptMaterialForm(),
            "withdraw_material": forms.WithdrawMaterialForm(),
        },
    }


def track_of_interest(enterprise: Enterprise) -> str:
    """The judged track the firm has a case for, else 高企."""
    tracks = enterprise.candidacies.order_by("-pk").values_list("track", flat=True)
    judged = editions.judged_tracks()
    return next((track for track in tracks if track in judged), "hnte")


def trail(enterprise: Enterprise) -> list[AuditEvent]:
    """The latest acts on the firm."""
    return list(AuditEvent.objects.filter(enterprise_id=enterprise.pk).select_related("by")[:TIMELINE])
