"""提醒邮件: the outbox as it is, each letter shown as its reader sees it."""

from typing import cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from accounts.models import User
from console import pages
from notifications.models import Message

State = Message.State
TONES = {
    State.SENT: "ok",
    State.FAILED: "no",
    State.UNCERTAIN: "no",
    State.QUEUED: "wait",
    State.SENDING: "wait",
    State.DROPPED: "",
}


def letters(user: User) -> QuerySet[Message]:
    """Letters ``user`` may read: the city all; a unit those that name no firm of another unit, as firms lie now."""
    return Message.objects.visible_to(user)


@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    """The outbox, latest first, or the letters of one state."""
    found, state = asked_for(request)
    page = pages.numbered(found.count(), request.GET.dict())
    shown = found.select_related("run").defer("text", "html")[page.first - 1 : page.first - 1 + pages.SIZE]
    context = {
        "letters": [(letter, TONES[State(letter.state)]) for letter in shown],
        "page": page,
        "states": State.choices,
        "state": state,
        "query": f"state={state}&" if state else "",
    }
    return render(request, "console/mail_list.html", context)


def asked_for(request: HttpRequest) -> tuple[QuerySet[Message], str]:
    """The letters of the address and their state: for the list and its export alike."""
    found, state = letters(cast(User, request.user)), request.GET.get("state", "")
    return (found.filter(state=state), state) if state in State.values else (found, "")


@require_GET
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type, unused-ignore]
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: what became of it, and how it looks."""
    letter = get_object_or_404(letters(cast(User, request.user)).prefetch_related("recipients"), pk=pk)
    return render(request, "console/mail_detail.html", {"letter": letter, "tone": TONES[State(letter.state)]})


@require_GET
@xframe_options_sameorigin
@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"], "frame-ancestors": [SELF]})  # type: ignore[arg-type, unused-ignore]
def mail_body(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter's own page for the sandboxed frame: inline styles, as mail has them, and nothing else."""
    letter = get_object_or_404(letters(cast(User, request.user)), pk=pk)
    if letter.html:
        return HttpResponse(letter.html)
    return render(request, "console/mail_text.html", {"letter": letter})
