"""Pages of the enterprise: where it stands, a year's figures, papers handed in."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.machine import StepRefused
from accounts.models import User
from enterprises.domain import materials, statements
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import editions, ladder, touch
from pipeline.models import MaterialRequirement
from portal import conditions, duties, events, institutions, titles
from portal.forms import FiguresForm
from portal.progress import bureau, liaison, progress, steps


def own(request: HttpRequest, pk: int) -> Enterprise:
    """The firm of this address, if it is one of the reader's."""
    firms = Enterprise.objects.visible_to(cast(User, request.user)).select_related("officer", "region")
    return get_object_or_404(firms, pk=pk)


def page(request: HttpRequest, enterprise: Enterprise, here: str) -> dict[str, Any]:
    """What every page of the portal shows: the firm, the reader's other firms, where one is."""
    firms = Enterprise.objects.visible_to(cast(User, request.user)).order_by("name", "pk")
    return {
        "enterprise": enterprise,
        "enterprises": list(firms),
        "here": here,
        "last_year": timezone.localdate().year - 1,
    }


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To one's firm, the first by name where there are several."""
    firm = Enterprise.objects.visible_to(cast(User, request.user)).order_by("name", "pk").first()
    if firm is None:
        return render(request, "portal/no_firm.html")
    return redirect("portal:status", pk=firm.pk)


@require_GET
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the firm stands: what is missing, by when, on which stair, and whom to call."""
    enterprise, on = own(request, pk), timezone.localdate()
    stairs = ladder.standings(enterprise=enterprise, on=on)
    found = progress(enterprise, stairs, request.GET.get("track", ""), on)
    context = page(request, enterprise, "status") | {
        "progress": found,
        "score": conditions.score(found.checklist) if found.checklist else None,
        "steps": steps(stairs, found.track, found.case),
        "titles": titles.held(enterprise, on),
        "research": institutions.research(enterprise, on),
        "duties": duties.of_firm(enterprise, timezone.localtime()),
        "events": events.recent(enterprise),
        "liaison": liaison(enterprise, found.case),
        "bureau": bureau(),
        "waiting": statements.pending(enterprise).values_list("year", flat=True).distinct().order_by("-year"),
        "tracks": [(track, TRACK_BY_KEY[track].label) for track in editions.judged_tracks()],
    }
    return render(request, "portal/status.html", context)


@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """State a year's figures; an officer accepts them, then they count."""
    enterprise, on = own(request, pk), timezone.localdate()
    if year not in conditions.closed_years(on):
        raise Http404
    form = FiguresForm(
        request.POST if request.method == "POST" else None,
        known=statements.current_figures(enterprise).get(year, {}),
        waiting=stated(enterprise, year),
    )
    if request.method == "POST" and form.is_valid() and submitted(request, form, enterprise, year):
        messages.success(request, f"{year} 年数据已提交，待科技部门采纳后更新评估。")
        for doubt in form.doubts():
            messages.warning(request, f"{year} 年{doubt}；确有差错的，请重新填报。")
        return redirect("portal:status", pk=pk)
    context = page(request, enterprise, "figures") | {
        "form": form,
        "year": year,
        "years": conditions.closed_years(on),
    }
    return render(request, "portal/figures.html", context)


def stated(enterprise: Enterprise, year: int) -> dict[str, Any]:
    """What the firm stated of that year and nobody decided on yet."""
    values: dict[str, Any] = {}
    for statement in statements.pending(enterprise).filter(year=year).order_by("pk"):
        values |= statements.given_in(statement)
    return values


def submitted(request: HttpRequest, form: FiguresForm, enterprise: Enterprise, year: int) -> bool:
    """Hand the figures in; what the register refuses is said at the form, nothing typed is lost."""
    try:
        touch.state_figures(
            enterprise_id=enterprise.pk,
            year=year,
            figures=form.figures(),
            by=cast(User, request.user),
            at=timezone.now(),
        )
    except StepRefused as refusal:
        for reason in refusal.reasons:
            form.add_error(reason.criterion if reason.criterion in form.fields else None, str(reason))
        return False
    return True


@require_POST
def material_hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a paper was handed in; only papers of the bureau's list."""
    enterprise, now = own(request, pk), timezone.now()
    asked = {name: request.POST.get(name, "") for name in ("track", "kind")}
    requirement = get_object_or_404(MaterialRequirement, **asked)
    if not enterprise.materials.filter(kind=requirement.kind, accepted_at=None).exists():
        year = timezone.localdate(now).year - 1
        by = cast(User, request.user)
        materials.hand_in(enterprise_id=enterprise.pk, kind=requirement.kind, year=year, by=by, at=now)
    messages.success(request, f"已登记上交“{requirement.kind}”，等待核收。")
    return redirect(f"{reverse('portal:status', args=[pk])}?track={requirement.track}")
