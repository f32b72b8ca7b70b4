"""下周一预览: who will get what next Monday, by the digest's own code, and who gets nothing; nothing is kept."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.models import Role, User
from console import pages
from enterprises import deadlines
from enterprises.models import Enterprise
from notifications import digest, silence
from notifications.contents import Contents, Part
from notifications.digest import Digest, Mailbox


@dataclass(frozen=True)
class Line:
    """What one mailbox will get."""

    key: str
    to: str
    names: Sequence[str]
    parts: Sequence[Part]

    @property
    def count(self) -> int:
        """How many things stand in the letter."""
        return sum(part.count for part in self.parts)

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return sum(part.overdue for part in self.parts)


def next_monday(on: datetime.date) -> datetime.date:
    """The Monday after this day."""
    return deadlines.days_after(deadlines.monday_of(on), 7)


def boxes_in_sight(by: User, on: datetime.date, query: str = "") -> dict[str, Mailbox]:
    """The mailboxes whose letters ``by`` may read: the city all, a unit those of its people and firms alone."""
    boxes = {key: box for key, box in digest.mailboxes(on).items() if query in key}
    if by.role == Role.CITY:
        return boxes
    people = set(silence.people_in_sight(by).values_list("pk", flat=True))
    firms = set(Enterprise.objects.visible_to(by).values_list("pk", flat=True))
    return {key: box for key, box in boxes.items() if {user.pk for user in box.users} <= people and box.firms <= firms}


@require_GET
def mail_preview(request: HttpRequest) -> HttpResponse:
    """The mailboxes of next Monday, page by page; or, by reason, who gets nothing."""
    by, on = cast(User, request.user), next_monday(timezone.localdate())
    reason = request.GET.get("silent", "")
    query = request.GET.get("q", "").strip().casefold()
    context: dict[str, Any] = {"on": on, "reasons": silence.REASONS.items(), "reason": reason, "q": query}
    context |= silent(request, by, reason, on) if reason in silence.REASONS else wanted(request, by, query, on)
    return render(request, "console/mails/preview.html", context)


def wanted(request: HttpRequest, by: User, query: str, on: datetime.date) -> dict[str, Any]:
    """The page of mailboxes, each with what it will hold."""
    boxes = boxes_in_sight(by, on, query)
    page = pages.numbered(len(boxes), request.GET.dict())
    contents = Contents(on)
    keys = list(boxes)[page.first - 1 : page.first - 1 + pages.SIZE]
    return {
        "lines": [line(key, boxes[key], contents) for key in keys],
        "page": page,
        "query": f"q={query}&" if query else "",
    }


def line(key: str, box: Mailbox, contents: Contents) -> Line:
    """One mailbox, composed and not rendered."""
    parts = [part for reader in box.readers if (part := contents.part(reader)) is not None]
    names = [user.name for user in box.users] + (["企业联络员"] if box.firms else [])
    return Line(key, box.to, names, parts)


def silent(request: HttpRequest, by: User, reason: str, on: datetime.date) -> dict[str, Any]:
    """Who gets nothing for the reason."""
    of_firms = {"nobody": silence.firms_without_reader, "declined": silence.firms_that_declined}
    found: Any = of_firms[reason](by) if reason in of_firms else silence.silent_people(by, reason, on)
    count = found.order_by()[: pages.COUNTED].count()
    page = pages.numbered(count, request.GET.dict())
    shown = found[page.first - 1 : page.first - 1 + pages.SIZE]
    name = "firms" if reason in of_firms else "people"
    return {name: shown, "page": page, "query": f"silent={reason}&"}


def letter_of(request: HttpRequest) -> tuple[str, Digest]:
    """The letter the address asks for; out of sight, or empty, there is none."""
    key = request.GET.get("to", "").casefold()
    on = next_monday(timezone.localdate())
    box = boxes_in_sight(cast(User, request.user), on).get(key)
    letter = digest.compose(box.readers, Contents(on)) if box else None
    if letter is None:
        raise Http404
    return key, letter


@require_GET
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type, unused-ignore]
def mail_preview_letter(request: HttpRequest) -> HttpResponse:
    """One mailbox's letter of next Monday, as it would look."""
    key, letter = letter_of(request)
    context = {"key": key, "letter": letter, "narrow": request.GET.get("width") == "360"}
    return render(request, "console/mails/preview_letter.html", context)


@require_GET
@xframe_options_sameorigin
@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF]})  # type: ignore[arg-type, unused-ignore]
def mail_preview_body(request: HttpRequest) -> HttpResponse:
    """Its own page for the sandboxed frame."""
    return HttpResponse(letter_of(request)[1].rendered.html)
