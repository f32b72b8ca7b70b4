"""企业库: firms in the reader's units, by name, unit, rung, verdict and what they lack; the address holds the state."""

import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from console import pages
from console.filtering import chips, without
from console.firms import columns as enterprise_columns
from console.firms import view_tabs
from console.firms.filters import EnterpriseFilter
from console.firms.rows import rows
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet


@require_GET
def enterprise_list(request: HttpRequest) -> HttpResponse:
    """A page of firms; a filter that makes no sense lists nothing and says why."""
    on = timezone.localdate()
    seen, filterset, firms = asked_for(request, on)
    if filterset.is_open and request.htmx:  # type: ignore[attr-defined]
        return render(request, "console/firms/more.html", {"filter": filterset})
    page, ids = pages.firms_page(firms, seen, request.GET.dict())
    context = {
        "filter": filterset,
        "chips": list(chips(filterset, request.GET)),
        "rows": rows(seen, ids, on),
        "page": page,
        "query": without(request.GET),
        "on": on,
        "may_write": cast(User, request.user).may_write,
        "views": view_tabs.tabs(request),
        "export": enterprise_columns.dialog(request),
    }
    return render(request, "console/firms/list.html", context)


def asked_for(
    request: HttpRequest, on: datetime.date
) -> tuple[EnterpriseQuerySet, EnterpriseFilter, EnterpriseQuerySet]:
    """The firms in sight, the filters of the address, and the firms they leave: for the list and its export alike."""
    seen = Enterprise.objects.visible_to(request.user)
    filterset = EnterpriseFilter(request.GET, queryset=seen, request=request, on=on)
    return seen, filterset, cast(EnterpriseQuerySet, filterset.qs) if filterset.is_valid() else seen.none()
