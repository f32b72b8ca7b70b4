"""The six of an institution as pages show them: what stands of each, and every look that was taken."""

import datetime
from dataclasses import dataclass
from typing import Final

from enterprises import deadlines, six_haves
from enterprises.domain import institution_checks
from enterprises.models import InstitutionCheck, ResearchInstitution
from enterprises.models.institution import CheckState

TONES: Final = {CheckState.HAS: "ok", CheckState.LACKS: "no", CheckState.UNCHECKED: "wait"}
LOOKS: Final = 60


@dataclass(frozen=True)
class Shown:
    """One of the six: what the last look found, and whether it is to be looked at again."""

    item: six_haves.Item
    check: InstitutionCheck | None
    says: str
    tone: str
    is_late: bool


def items(institution: ResearchInstitution, on: datetime.date) -> list[Shown]:
    """The six in their order; one that nobody looked at is 未核."""
    standing = institution_checks.latest(institution)
    return [shown(item, standing.get(item.key), on) for item in six_haves.ITEMS]


def shown(item: six_haves.Item, check: InstitutionCheck | None, on: datetime.date) -> Shown:
    """One of the six."""
    state = CheckState(check.state) if check else CheckState.UNCHECKED
    late = check is not None and deadlines.is_past(check.recheck_on, on)
    return Shown(item, check, state.label, TONES[state], late)


def history(institution: ResearchInstitution) -> list[tuple[InstitutionCheck, str]]:
    """Every look, the latest first, with its tone."""
    rows = institution.checks.select_related("checked_by")[:LOOKS]
    return [(row, TONES[CheckState(row.state)]) for row in rows]
