"""一企一档: looking at it changes nothing; printing it for somebody freezes receipts and stands in 操作日志."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import policy, request_id
from accounts.models import AuditEvent, User
from console.dossier.content import dossier
from console.firms.acts import firm_in_sight
from enterprises.models import Enterprise
from pipeline.domain import dossiers


@require_GET
def dossier_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a firm in sight; ``?printed=`` names the printing whose receipts stand on it."""
    user, on = cast(User, request.user), timezone.localdate()
    firms = Enterprise.objects.visible_to(user).select_related("region", "officer", "position")
    firm = get_object_or_404(firms, pk=pk)
    context = {
        "dossier": dossier(firm, user, on, printing(firm, request.GET.get("printed", ""))),
        "firm": firm,
        "on": on,
        "by": user,
        "at": timezone.localtime(),
        "request_id": request_id.current.get(),
        "may_print": policy.may_open(user, "console:dossier_print"),
    }
    return render(request, "console/dossier/page.html", context)


def printing(firm: Enterprise, pk: str) -> AuditEvent | None:
    """A printing of this firm's sheet."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    printings = AuditEvent.objects.filter(what="dossier.print", enterprise_id=firm.pk)
    return printings.select_related("by").filter(pk=int(pk)).first()


@require_POST
def dossier_print(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Freeze what the sheet says, then show it with its numbers and the browser's print dialog."""
    firm_in_sight(request, pk)
    printed = dossiers.hand_out(enterprise_id=pk, by=cast(User, request.user), on=timezone.localdate())
    return redirect(f"{reverse('console:dossier', args=[pk])}?printed={printed.pk}")
