"""消息: what one was sent, in the product itself; each line as it stands now, and only while one may see it."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role, User
from console import pages
from notifications import notices
from notifications.models import Obligation, Recipient
from notifications.where import page_of


@dataclass(frozen=True)
class Line:
    """One thing of a notice, and the page where it is done."""

    row: Obligation
    url: str


def base_of(user: User) -> str:
    """The frame of somebody's pages."""
    return "base_portal.html" if user.role == Role.ENTERPRISE else "base.html"


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """One's notices, the latest first."""
    user = cast(User, request.user)
    found = notices.of(user)
    page = pages.numbered(found.count(), request.GET.dict())
    shown = found[page.first - 1 : page.first - 1 + pages.SIZE]
    context: dict[str, Any] = {"notices": shown, "page": page, "query": "", "base": base_of(user)}
    return render(request, "console/reminders/notices.html", context)


@require_GET
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, which is read thereby; what was done meanwhile is said, what one may no longer see is gone."""
    user = cast(User, request.user)
    notice: Recipient = get_object_or_404(notices.of(user), message=pk)
    notices.read(notice, timezone.now())
    told = notices.told(notice)
    lines = [Line(row, page_of(row, user)) for row in told] if told is not None else None
    context = {"notice": notice, "lines": lines, "base": base_of(user)}
    return render(request, "console/reminders/notice.html", context)


@require_POST
def notice_read(request: HttpRequest) -> HttpResponse:
    """All of one's notices are read."""
    notices.read_all(cast(User, request.user), timezone.now())
    return redirect("reminders:notices")
