"""Kinds and levels of research institutions: as seeded, then as the bureau's officers keep them."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from ruamel.yaml import YAML

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused
from accounts.models import AuditEvent, Role, User
from enterprises.models import InstitutionGrade

SEEDS: Final = Path(__file__).parents[1] / "institutions.yaml"
SAVED: Final = "institution.grade.save"


@dataclass(frozen=True)
class GradeGiven:
    """What is known of a kind on a level."""

    kind: str
    level: str
    line: str
    authority: str = ""
    asks: str = ""
    valid_years: int | None = None
    source: str = ""
    is_retired: bool = False


@transaction.atomic
def load_seeds() -> int:
    """Add the seeded kinds and levels that are not there yet; how many were added."""
    known = set(InstitutionGrade.objects.values_list("kind", "level"))
    rows = YAML(typ="safe", pure=True).load(SEEDS.read_text("utf-8"))
    new = [
        InstitutionGrade(order=place, **row)
        for place, row in enumerate(rows, 1)
        if (row["kind"], row["level"]) not in known
    ]
    InstitutionGrade.objects.bulk_create(new)
    return len(new)


def may_keep(by: User) -> bool:
    """Whether this person keeps the table: the city's officers."""
    return by.role == Role.CITY


def against(given: GradeGiven, *, grade_id: int | None, by: User, verified: bool) -> list[Reason]:
    """Reasons against saving a row."""
    reasons = []
    if not may_keep(by) or not by.has_line(given.line):
        reasons.append(Reason("right", f"{given.line}线的种类由市级{given.line}业务人员维护", who="bureau"))
    if not given.kind.strip():
        reasons.append(Reason("kind", "请填写种类", who="bureau"))
    same = InstitutionGrade.objects.filter(kind=given.kind, level=given.level)
    if (same.exclude(pk=grade_id) if grade_id else same).exists():
        reasons.append(Reason("level", f"“{given.kind}”的这一级别已在表中", who="bureau"))
    if verified and not given.source.strip():
        reasons.append(Reason("source", "已核实的须写明依据哪份文件", who="bureau"))
    return reasons


@transaction.atomic
def save(
    *, grade_id: int | None, given: GradeGiven, verified: bool, version: int, by: User, on: date
) -> InstitutionGrade:
    """Enter or correct a kind on a level; who verified stays until something changes."""
    row = InstitutionGrade.objects.select_for_update().get(pk=grade_id) if grade_id else InstitutionGrade(order=999)
    if row.version != version:
        acts = AuditEvent.objects.filter(object_type="institutiongrade", object_id=row.pk)
        raise Stale(row, acts.select_related("by").order_by("-pk").first())
    if reasons := against(given, grade_id=grade_id, by=by, verified=verified):
        raise StepRefused(reasons)
    before = described(row) if row.pk else None
    for name, value in asdict(given).items():
        setattr(row, name, value)
    verify(row, verified=verified, changed=before != described(row), by=by, on=on)
    row.version = version + 1
    row.save()
    audit.record(SAVED, row, by=by, before=before, after=described(row), on=on)
    return row


def verify(row: InstitutionGrade, *, verified: bool, changed: bool, by: User, on: date) -> None:
    """Note who compared the row with its document, or that nobody did."""
    if not verified:
        row.verified_by, row.verified_on = None, None
    elif changed or row.verified_on is None:
        row.verified_by, row.verified_on = by, on


def described(row: InstitutionGrade) -> dict[str, Any]:
    """A row as the audit trail keeps it."""
    return {name: getattr(row, name) for name in GradeGiven.__dataclass_fields__} | {
        "verified_on": str(row.verified_on or "")
    }
