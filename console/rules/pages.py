"""认定规则: each edition as an officer reads it, its file, and how many firms in sight meet each of its conditions."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from console.events import act_in_words
from console.firms.conditions import CONFIDENCE
from console.rules.drafting import person
from console.rules.forms import StepForm
from enterprises.models import Enterprise
from enterprises.vocabulary import RULED, TRACK_BY_KEY
from pipeline.domain import conditions, documents, drafts, editions
from pipeline.domain.conditions import Condition
from pipeline.domain.passes import roomy
from pipeline.models import Edition
from pipeline.rules import outline
from pipeline.rules.choose import KINDS, NoEdition, place
from pipeline.rules.edition import Edition as Rules
from pipeline.rules.outline import Clause

TONES = {"met": "ok", "unmet": "no", "unknown": "wait", "manual": "wait", "rest": ""}


@dataclass(frozen=True)
class Line:
    """One edition in the list."""

    row: Edition
    rules: Rules
    standing: str
    tone: str
    unconfirmed: int
    clauses: int
    judged: int

    @property
    def kinds(self) -> str:
        """For which actions it is."""
        return "、".join(KINDS[kind] for kind in self.rules.applies_to)

    @property
    def place(self) -> str:
        """Where it holds."""
        return place(self.rules)


@dataclass(frozen=True)
class Number:
    """How many firms came out so, and the list of exactly these."""

    outcome: str
    label: str
    count: int
    url: str

    @property
    def tone(self) -> str:
        """The colour of the outcome."""
        return TONES[self.outcome]


@dataclass(frozen=True)
class Gate:
    """One condition with its parts, its numbers, and what another edition says under the same key."""

    clauses: Sequence[Clause]
    numbers: Sequence[Number]
    beside: Sequence[Clause]


@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """Every edition by track, latest first: what is in force, what was, what will be."""
    on = timezone.localdate()
    with roomy():
        judged = conditions.judged_by(Enterprise.objects.visible_to(request.user))
    rows = list(Edition.objects.select_related("author").order_by("-effective_from", "-pk"))
    lines = [line(row, on, judged.get(row.pk, 0)) for row in rows]
    groups = [(track, [each for each in lines if each.row.track == track.key]) for track in RULED]
    context = {
        "groups": [(track, found) for track, found in groups if found],
        "without": [track for track, found in groups if not found],
        "count": len(rows),
        "on": on,
        "may_draft": any(drafts.may_change(person(request), track.key) for track in RULED),
        "orphans": documents.orphans(on),
    }
    return render(request, "console/rules/list.html", context)


def line(row: Edition, on: datetime.date, judged: int) -> Line:
    """An edition with its standing on the day."""
    rules = editions.parsed(row.content)
    every = outline.every(rules)
    unconfirmed = sum(clause.is_unconfirmed for clause in every)
    return Line(row, rules, *standing(row, on), unconfirmed=unconfirmed, clauses=len(every), judged=judged)


def standing(row: Edition, on: datetime.date) -> tuple[str, str]:
    """Whether it judges anybody on the day, and the colour of the word."""
    if row.status != Edition.Status.PUBLISHED:
        return row.get_status_display(), "" if row.status == Edition.Status.WITHDRAWN else "wait"
    if row.effective_from > on:
        return "尚未施行", "wait"
    return ("已失效", "") if row.effective_to and row.effective_to < on else ("施行中", "ok")


@require_GET
def rule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: its document, its conditions in order, its score, and the firms in sight."""
    row, on = get_object_or_404(Edition.objects.select_related("author", "based_on"), pk=pk), timezone.localdate()
    firms = Enterprise.objects.visible_to(request.user)
    with roomy():
        tallies = conditions.tally(firms, row)
    opened = request.GET.get("dialog", "")
    others = list(Edition.objects.filter(track=row.track).exclude(pk=pk).order_by("-effective_from", "-pk"))
    beside = next((other for other in others if str(other.pk) == request.GET.get("beside")), None)
    judged = sum(next(iter(tallies.values())).values())
    shown = line(row, on, judged)
    context = {
        "line": shown,
        "may_try": row.track in TRACK_BY_KEY,
        "confidence": CONFIDENCE[shown.rules.confidence],
        "why": list(reasons(row, on)),
        "gates": gates(row, tallies, beside),
        "score": outline.score(shown.rules),
        "others": others,
        "beside": beside,
        "opened": opened,
        "on": on,
        "acts": [(act, act_in_words(act)) for act in drafts.acts(row)],
        "golden": drafts.golden(row) if row.status in (Edition.Status.DRAFT, Edition.Status.REVIEW) else None,
        **steps(row, person(request), on),
    }
    return render(request, "console/rules/detail.html", context)


def steps(row: Edition, by: User, on: datetime.date) -> dict[str, Any]:
    """What the reader may do with the edition: draft from it, change it, take a step."""
    if not drafts.may_change(by, row.track):
        return {"may_change": False}
    dialogs = [(option, step_form(row, option.step)) for option in drafts.options(row, by=by, on=on)]
    return {"may_change": True, "may_edit": row.is_draft, "dialogs": dialogs, "bound": {}}


def step_form(row: Edition, step: str) -> StepForm:
    """The form of a step as it opens."""
    initial = {"step": step, "version": row.version, "effective_from": row.effective_from}
    return StepForm(initial=initial, auto_id=f"id_{step}_%s").only_for(step)


@require_GET
def rule_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The edition as its YAML file, exactly as it is kept."""
    row = get_object_or_404(Edition, pk=pk)
    name = f"{row.track}-{row.effective_from.isoformat()}-{row.digest[:8]}.yaml"
    answer = HttpResponse(row.content, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def gates(row: Edition, tallies: Mapping[str, Mapping[str, int]], beside: Edition | None) -> list[Gate]:
    """The conditions in order."""
    other = outline.gates(editions.parsed(beside.content)) if beside else {}
    found = outline.gates(editions.parsed(row.content))
    return [Gate(some, numbers(row, key, tallies[key]), other.get(key, ())) for key, some in found.items()]


def numbers(row: Edition, key: str, counted: Mapping[str, int]) -> list[Number]:
    """The outcomes of a condition; the one that is neither here nor there only where some firm has it."""
    return [
        Number(outcome, label, counted[outcome], firms_url(Condition(row, key, outcome)))
        for outcome, label in conditions.OUTCOMES.items()
        if outcome != "rest" or counted[outcome]
    ]


def firms_url(condition: Condition) -> str:
    """企业库 filtered to exactly these firms."""
    return reverse("console:enterprise_list") + "?" + urlencode({"condition": condition.address})


def reasons(row: Edition, on: datetime.date) -> Iterator[str]:
    """Why this edition is chosen today, or which one is, for each kind of action."""
    for kind, label in KINDS.items():
        try:
            choice = editions.in_force(row.track, on, kind)  # type: ignore[arg-type]
        except NoEdition as reason:
            yield str(reason)
            continue
        if choice.row.pk == row.pk:
            yield choice.why
        else:
            yield f"{on}办理{label}不适用本版本，适用“{choice.rules.title}”（{choice.rules.document}）。"
