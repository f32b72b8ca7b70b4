"""A firm's cases with their next steps, each with its form, what speaks against it and what a filing leaves open."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import User
from console.firms.conditions import latest_rulings
from console.firms.forms import MoveForm, move_form
from enterprises.models import Enterprise
from pipeline.domain import candidacies, editions
from pipeline.domain.candidacies import StepOption
from pipeline.domain.checklists import Checklist, checklist
from pipeline.models import Candidacy, Ruling
from pipeline.models.candidacy import CLOSED
from pipeline.rules.explain import Finding

FORWARD = ("coach", "prepare", "file", "recommend", "publicise", "recognise")


@dataclass(frozen=True)
class Kept:
    """What a filing leaves as it stands: a condition or score item, how it stands, and who settles or settled it."""

    key: str
    says: str
    stands: str


@dataclass(frozen=True)
class Step:
    """A step that the state allows: its button, its form, the reasons against it now, what it keeps as it stands."""

    option: StepOption
    dialog: str
    form: MoveForm
    is_next: bool
    kept: Sequence[Kept] = field(default=())


@dataclass(frozen=True)
class Case:
    """A case and where it can go."""

    candidacy: Candidacy
    steps: Sequence[Step]


def cases(enterprise: Enterprise, user: User, on: datetime.date) -> list[Case]:
    """The firm's cases, open ones first; readers see no steps."""
    return [Case(one, steps(one, user, on)) for one in candidacies.of_enterprise(enterprise)]


def open_tracks(of_firm: Sequence[Case]) -> set[str]:
    """The tracks in which a case is under way; a second one is not opened."""
    return {case.candidacy.track for case in of_firm if case.candidacy.state not in CLOSED}


def steps(candidacy: Candidacy, user: User, on: datetime.date) -> list[Step]:
    """The steps out of the present state."""
    if not user.may_write or candidacy.state in CLOSED:
        return []
    rounds = candidacies.open_rounds(candidacy.track, on)
    options = candidacies.options(candidacy, by=user, on=on)
    forward = [option.step for option in options if option.step in FORWARD]
    return [
        Step(
            option,
            dialog=f"move-{candidacy.pk}-{option.step}",
            form=move_form(option.step, candidacy.version, rounds, option.needs),
            is_next=option.step == (forward[-1] if forward else ""),
            kept=kept(candidacy, on) if option.step == "file" and option.is_allowed else (),
        )
        for option in options
    ]


def take(candidacy_id: int, form: MoveForm, user: User, on: datetime.date) -> Candidacy:
    """Take the step of a form that can be read; the one door of every page."""
    given = form.cleaned_data
    return candidacies.move(
        candidacy_id=candidacy_id,
        step=given["step"],
        by=user,
        version=given["version"],
        on=on,
        reason=given["reason"],
        document=given["document"],
        certificate=form.certificate(),
        round_id=given["round"].pk if given["round"] else None,
    )


def kept(candidacy: Candidacy, on: datetime.date) -> list[Kept]:
    """What stays open or rests on a ruling if the case is filed now; nothing where a track is not judged."""
    if candidacy.track not in editions.judged_tracks():
        return []
    firm = candidacy.enterprise
    checked = checklist(enterprise=firm, track=candidacy.track, on=on, kind=candidacy.kind)
    rulings = latest_rulings(firm, candidacy.track, on)
    gates = [left_open(gate) for gate in checked.gates if gate.outcome == "manual" and gate.key not in rulings]
    answered = [ruled(finding, rulings[finding.key]) for finding in checked.findings if finding.key in rulings]
    return [*gates, *answered, *(left_open(item) for item in ranges(checked) if item.key not in rulings)]


def ranges(checked: Checklist) -> list[Finding]:
    """The items of the score that experts have still to give points within a range."""
    whole = [item for item in checked.items if item.part_of is None and item.points]
    return [item for item in whole if item.points and item.points[0] != item.points[1] and item.who == "expert"]


def left_open(finding: Finding) -> Kept:
    """An open condition with its range, or an open item with the points it may get."""
    asked = f"（{finding.asks}）" if finding.kind == "gate" and finding.asks else ""
    waits = "待专家评定" if finding.who == "expert" else "待核定"
    stands = f"{finding.actual_text}{asked}，{waits}" if finding.actual_text else waits
    return Kept(finding.key if finding.kind == "gate" else "", finding.says, stands)


def ruled(finding: Finding, ruling: Ruling) -> Kept:
    """A condition or item that an officer ruled: the answer, who gave it and on what basis."""
    answer = f"{ruling.points} 分" if ruling.points is not None else "核定符合" if ruling.value else "核定不符合"
    by = f"{ruling.by.name} {ruling.ruled_on.isoformat()}，{ruling.basis}"
    return Kept(finding.key if finding.kind != "item" else "", finding.says, f"{answer}（{by}）")
