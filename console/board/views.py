"""推进看板: the page, further cards of a column, the steps of one card."""

import json
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.models import User
from console.board import columns
from console.board.filters import BoardFilter, filtered
from console.filtering import chips
from console.firms import cases
from enterprises.vocabulary import TRACK_BY_KEY
from notifications.casework import Rounds
from pipeline.models import Candidacy, MaterialRequirement
from pipeline.models.candidacy import CLOSED, OPEN, State


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The columns with their most urgent cards; the address holds the filters."""
    user = cast(User, request.user)
    rounds = Rounds.known(timezone.localdate())
    asked, found = filtered(request, OPEN, rounds)
    shown = columns.board(found, user, rounds)
    context = {
        **frame(asked, user),
        "filter": asked,
        "chips": list(chips(asked, request.GET)),
        "columns": shown,
        "total": sum(column.count for column in shown),
        "ways": json.dumps(columns.ways(), ensure_ascii=False),
        "endings": [State(state) for state in CLOSED],
        "choosing": user.may_write and bool(request.GET.get("choosing")),
        "unverified": unverified_lists(),
    }
    return render(request, "console/board/page.html", context)


def frame(asked: BoardFilter, user: User) -> dict[str, Any]:
    """What cards need wherever they stand: the filters in force and whether the reader moves anything."""
    return {"query": asked.query, "may_write": user.may_write}


def unverified_lists() -> list[str]:
    """The tracks of whose papers a line is still 待核实."""
    rows = MaterialRequirement.objects.filter(verified_on__isnull=True).order_by("track")
    return [TRACK_BY_KEY[track].label for track in rows.values_list("track", flat=True).distinct()]


@require_GET
def board_cards(request: HttpRequest) -> HttpResponse:
    """The cards of a column that follow a place; a page of their own for a reader without scripts."""
    user = cast(User, request.user)
    state = request.GET.get("state", "")
    if state not in State.values:
        raise Http404
    rounds = Rounds.known(timezone.localdate())
    asked, found = filtered(request, [state], rounds)
    stretch = columns.further(found, state, request.GET.get("after", ""), user, rounds)
    context = {**frame(asked, user), "state": State(state), "stretch": stretch, "filter": asked}
    template = "console/board/stretch.html" if request.htmx else "console/board/cards.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def board_case(request: HttpRequest, *, pk: int) -> HttpResponse:
    """What can be done with a card, or the form of one step: a dialog for the board, a page without scripts."""
    return case_page(request, pk, request.GET.get("step", ""))


def case_page(
    request: HttpRequest, pk: int, step: str, *, bound: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    """The steps of a case in sight, or the form of one of them, as it was sent if it came back."""
    user = cast(User, request.user)
    case = case_in_sight(request, pk)
    steps = cases.steps(case, user, timezone.localdate())
    query = request.GET.get("board", "")
    chosen = next((one for one in steps if one.option.step == step), None)
    context = {
        "case": case,
        "case_key": str(case.pk),
        "steps": steps,
        "chosen": chosen,
        "silent": columns.SILENT,
        "bound": {chosen.dialog: bound} if chosen and bound else {},
        "opened": chosen.dialog if chosen and not request.htmx else "",  # type: ignore[attr-defined]
        "url": reverse("console:candidacy_move", args=[pk]) + "?" + urlencode({"board": query}),
        "back": board_address(query),
        "query": query,
    }
    template = "console/board/dialog.html" if request.htmx else "console/board/case.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def case_in_sight(request: HttpRequest, pk: int) -> Candidacy:
    """The case, which must be in sight."""
    found = Candidacy.objects.visible_to(request.user).select_related("enterprise__region", "round", "receipt")
    case = found.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


def board_address(query: str) -> str:
    """The board with the filters that somebody came from."""
    kept = QueryDict(query).urlencode()
    return reverse("console:board") + (f"?{kept}" if kept else "")
