"""A firm's cases with their next steps, each with its form and what speaks against it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from console.forms import MoveForm, move_form
from enterprises.models import Enterprise
from pipeline.domain import candidacies
from pipeline.domain.candidacies import StepOption
from pipeline.models import Candidacy
from pipeline.models.candidacy import CLOSED

FORWARD = ("coach", "prepare", "file", "recommend", "publicise", "recognise")


@dataclass(frozen=True)
class Step:
    """A step that the state allows: its button, its form, the reasons against it now."""

    option: StepOption
    dialog: str
    form: MoveForm
    is_next: bool


@dataclass(frozen=True)
class Case:
    """A case and where it can go."""

    candidacy: Candidacy
    steps: Sequence[Step]


def cases(enterprise: Enterprise, user: User, on: datetime.date) -> list[Case]:
    """The firm's cases, open ones first; readers see no steps."""
    return [Case(one, steps(one, user, on)) for one in candidacies.of_enterprise(enterprise)]


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
        )
        for option in options
    ]
