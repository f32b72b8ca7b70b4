"""A firm's own research institutions in its words: where each stands and which of the six are still missing."""

import datetime
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from enterprises import deadlines, six_haves
from enterprises.domain import scale
from enterprises.models import AboveScaleSpell, Enterprise, ResearchInstitution
from enterprises.models.institution import ENTERPRISE_LABELS, State

TONES: Final = {State.CULTIVATING: "", State.BUILDING: "wait", State.COMPLETE: "brand", State.RECOGNISED: "ok"}


@dataclass(frozen=True)
class Held:
    """One institution as its firm reads of it."""

    name: str
    level: str
    says: str
    tone: str
    found: int
    lacks: list[str]
    unchecked: list[str]
    valid_until: datetime.date | None
    is_recognised: bool
    is_lapsed: bool


@dataclass(frozen=True)
class Research:
    """The firm's institutions, and whether it is still to build one."""

    held: list[Held]
    is_wanted: bool
    is_known: bool


def research(enterprise: Enterprise, on: datetime.date) -> Research:
    """What the firm has, and whether a 规上 firm still lacks one."""
    rows = enterprise.institutions.exclude(state=State.ENDED).order_by("pk")
    spells = AboveScaleSpell.objects.filter(
        Q(to_on=None) | Q(to_on__gte=on), enterprise=enterprise, kind=scale.INDUSTRY, from_on__lte=on
    )
    standing = ResearchInstitution.objects.filter(enterprise=enterprise).standing(on)
    wanted = spells.exists() and not standing.exists()
    return Research([held(row, on) for row in rows], wanted, enterprise.institutions_known_on is not None)


def held(row: ResearchInstitution, on: datetime.date) -> Held:
    """One institution."""
    state = State(row.state)
    return Held(
        name=str(row),
        level=f"{row.get_level_display()} {row.kind}",
        says=ENTERPRISE_LABELS[state],
        tone=TONES[state],
        found=len(row.haves),
        lacks=named(row.lacks),
        unchecked=named(row.unchecked),
        valid_until=row.valid_until,
        is_recognised=row.recognised_on is not None,
        is_lapsed=deadlines.is_past(row.valid_until, on),
    )


def named(keys: list[str]) -> list[str]:
    """Items by name, in their usual order."""
    return [item.label for item in six_haves.ITEMS if item.key in keys]
