"""One step with many cards: which ones, what the step needs, and what became of each."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.machine import transition_named
from accounts.models import User
from console.board.bulk_forms import BulkForm, bulk_form
from console.board.cards import Card, cards
from console.board.columns import URGENCY
from console.board.filters import filtered
from console.board.views import board_address
from console.errors import error_page
from console.events import act_in_words
from notifications.casework import Rounds
from pipeline.domain import candidacies
from pipeline.domain.candidacies import STEPS
from pipeline.domain.case_batches import Ending, Given, Outcome, move_many
from pipeline.models import Candidacy
from pipeline.models.candidacy import OPEN, Certificate

CAP: Final = 200  # cases of one confirmation
SECONDS: Final = 20.0  # after so long no further case is begun; what is left is said
ENDINGS: Final = {
    Ending.DONE: ("ok", "已办理"),
    Ending.REFUSED: ("no", "未办理"),
    Ending.OUTRUN: ("wait", "已被他人办理"),
    Ending.REPEATED: ("wait", "此前已办理"),
    Ending.GONE: ("no", "已不在辖区"),
    Ending.FAILED: ("no", "系统出错，未办理"),
    Ending.LEFT: ("wait", "时间已到，未办理"),
}


@dataclass(frozen=True)
class Line:
    """One firm of the result: how it ended, in words."""

    firm: str
    case: Candidacy | None
    tone: str
    says: str
    outcome: Outcome

    @property
    def did(self) -> str:
        """What the winner did."""
        return act_in_words(self.outcome.winner) if self.outcome.winner else ""


@require_http_methods(["GET", "POST"])
def board_bulk(request: HttpRequest) -> HttpResponse:
    """Choose the step and confirm it; what is posted is done firm by firm."""
    if request.method == "POST":
        return taken(request)
    chosen = column_of(request) if "state" in request.GET else asked(request.GET)
    if len(chosen) > CAP and "state" not in request.GET:
        return error_page(422, f"一次最多办理 {CAP} 件，选了 {len(chosen)} 件。请分几次办理。")
    return confirmation(request, chosen, request.GET.get("step", ""))


def asked(data: QueryDict) -> dict[int, int]:
    """The cards that were ticked, each with the version that was seen."""
    pairs = [value.partition(":") for value in data.getlist("case")]
    return {int(pk): int(version) for pk, _, version in pairs if is_number(pk) and is_number(version)}


def is_number(text: str) -> bool:
    """Whether a text is a key or version as a page writes it."""
    return text.isascii() and text.isdigit() and len(text) < 18


def column_of(request: HttpRequest) -> dict[int, int]:
    """The most urgent cases of a filtered column, as many as one confirmation takes, and one more if there are more."""
    state = request.GET["state"]
    rounds = Rounds.known(timezone.localdate())
    _, found = filtered(request, [state] if state in OPEN else [], rounds)
    return dict(found.order_by(*URGENCY).values_list("pk", "version")[: CAP + 1])


def confirmation(
    request: HttpRequest, chosen: Mapping[int, int], step: str, *, form: BulkForm | None = None, status: int = 200
) -> HttpResponse:
    """The cases, the steps that some of them may take, the fields of the chosen one."""
    user = cast(User, request.user)
    rounds = Rounds.known(timezone.localdate())
    shown = cards(list(chosen)[:CAP], user, rounds)
    steps = [(name, label) for name, label in STEPS.items() if any(may_take(card, name) for card in shown)]
    step = step if step in dict(steps) else next(iter(dict(steps)), "")
    taking = [card for card in shown if may_take(card, step)]
    data = request.POST if request.method == "POST" else request.GET
    context = {
        "steps": steps,
        "step": step,
        "label": STEPS.get(step, ""),
        "taking": [(card, chosen[card.case.pk]) for card in taking],
        "left_out": [card for card in shown if card not in taking],
        "all": [(card, chosen[card.case.pk]) for card in shown],
        "form": form or bulk_form(step, [card.case for card in taking], rounds),
        "is_cut": len(chosen) > CAP,
        "cap": CAP,
        "query": data.get("board", ""),
        "back": board_address(data.get("board", "")),
    }
    return render(request, "console/board/bulk.html", context, status=status)


def may_take(card: Card, step: str) -> bool:
    """Whether the state of the card has the step at all."""
    return transition_named(card.case, "state", step) is not None


def taken(request: HttpRequest) -> HttpResponse:
    """Take the step with each case through its door, and say what became of each."""
    user, on = cast(User, request.user), timezone.localdate()
    versions, step = asked(request.POST), request.POST.get("step", "")
    if not versions or len(versions) > CAP or step not in STEPS:
        return error_page(422, f"请选择要办理的企业和步骤，一次最多 {CAP} 件。")
    seen = Candidacy.objects.visible_to(user).filter(pk__in=versions).select_related("enterprise__region", "round")
    cases = {case.pk: case for case in seen}
    form = bulk_form(step, list(cases.values()), Rounds.known(on), request.POST)
    if not form.is_valid():
        return confirmation(request, versions, step, form=form, status=422)
    until = time.monotonic() + SECONDS
    outcomes = move_many(
        versions=versions, given=given(form, cases, step), by=user, on=on, go_on=lambda: time.monotonic() < until
    )
    return result(request, [line(outcome, cases) for outcome in outcomes], step, versions)


def given(form: BulkForm, cases: Mapping[int, Candidacy], step: str) -> Given:
    """What the confirmation says, case by case where it must be."""
    said = form.cleaned_data
    chosen = said.get("round")
    rounds = {
        pk: chosen.pk for pk, case in cases.items() if chosen and case.round_id is None and case.track == chosen.track
    }
    return Given(step, said.get("reason", ""), said.get("document", ""), rounds, certificates(form, cases, step))


def certificates(form: BulkForm, cases: Iterable[int], step: str) -> dict[int, Certificate]:
    """A certificate for each case that was given a number; day, document and period are the same for all."""
    if step != "recognise":
        return {}
    said = form.cleaned_data
    return {
        pk: Certificate(number, said["issued_on"], said["document"], said["valid_from"], said["valid_until"])
        for pk in cases
        if (number := said.get(f"number_{pk}"))
    }


def line(outcome: Outcome, cases: Mapping[int, Candidacy]) -> Line:
    """What became of one firm, in words; a case out of sight is not named."""
    case = cases.get(outcome.candidacy_id)
    tone, says = ENDINGS[outcome.ending]
    return Line(case.enterprise.name if case else "（不在您的辖区）", case, tone, says, outcome)


def result(request: HttpRequest, lines: Sequence[Line], step: str, versions: Mapping[int, int]) -> HttpResponse:
    """Every firm with its outcome, to look at and to print."""
    counts = [
        (says, tone, number)
        for ending, (tone, says) in ENDINGS.items()
        if (number := sum(one.outcome.ending == ending for one in lines))
    ]
    left = [one.outcome.candidacy_id for one in lines if one.outcome.ending == Ending.LEFT]
    context: dict[str, Any] = {
        "lines": lines,
        "counts": counts,
        "label": candidacies.STEPS[step],
        "step": step,
        "left": [(pk, versions[pk]) for pk in left],
        "at": timezone.localtime(),
        "query": request.POST.get("board", ""),
        "back": board_address(request.POST.get("board", "")),
    }
    return render(request, "console/board/bulk_result.html", context)
