"""What the board is told after a step: the card where it now stands, the reasons, or who was faster."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.machine import Stale, StepRefused
from accounts.models import User
from console import errors
from console.board import cards, views
from console.events import act_in_words
from console.firms import cases
from console.firms.forms import MoveForm
from notifications.casework import Rounds
from pipeline.domain.candidacies import STEPS


def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the step; a script gets the card and what to say, a plain form the board again."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        return views.case_page(request, pk, request.POST.get("step", ""), bound=form, status=422)
    label = STEPS[form.cleaned_data["step"]]
    try:
        case = cases.take(pk, form, cast(User, request.user), timezone.localdate())
    except StepRefused as refusal:
        return refused(request, pk, label, refusal)
    except Stale as stale:
        return outrun(request, pk, label, stale)
    says = f"{case.enterprise.name}：已办理“{label}”，现为“{case.get_state_display()}”。"
    if is_script(request):
        return told(request, pk, 200, says=says)
    messages.success(request, says)
    return redirect(back(request))


def refused(request: HttpRequest, pk: int, label: str, refusal: StepRefused) -> HttpResponse:
    """The reasons; the card stays where it was."""
    if not is_script(request):
        return errors.refused(request, refusal, back(request))
    return told(request, pk, 403, says=f"没有办理“{label}”，原因如下：", reasons=refusal.reasons)


def outrun(request: HttpRequest, pk: int, label: str, stale: Stale) -> HttpResponse:
    """Who was faster; the card is where that act put it."""
    if not is_script(request):
        return errors.outrun(request, stale, back(request))
    winner = stale.winner
    did = (
        f"{winner.by.name if winner.by else '系统'}已先行办理“{act_in_words(winner)}”" if winner else "这件申报刚被更新"
    )
    return told(request, pk, 409, says=f"{did}，您的“{label}”没有写入。卡片已放到现在的环节。")


def told(request: HttpRequest, pk: int, status: int, **context: Any) -> HttpResponse:
    """What the script is told: the card as it is now, and words for those who see and those who listen."""
    user = cast(User, request.user)
    shown = cards.cards([pk], user, Rounds.known(timezone.localdate()))
    context |= {"card": shown[0], "may_write": user.may_write, "query": request.GET["board"], "status": status}
    return render(request, "console/board/answer.html", context, status=status)


def is_script(request: HttpRequest) -> bool:
    """Whether the board's script asks, which puts the answer into the page."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def back(request: HttpRequest) -> str:
    """The board as it was filtered."""
    return views.board_address(request.GET["board"])
