"""Filing rounds and lists of papers: as seeded, then as the city's officers keep them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import model_to_dict

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import AuditEvent, Role, User
from pipeline import seeds
from pipeline.domain import access
from pipeline.models import Bureau, Candidacy, MaterialRequirement, Round
from pipeline.models.candidacy import CLOSED

ROUND_SAVED: Final = "round.save"
MATERIAL_SAVED: Final = "material.requirement.save"
MATERIAL_REMOVED: Final = "material.requirement.remove"
# In the order in which a filing travels upwards
CUTOFFS: Final = ("township_cutoff_on", "county_cutoff_on", "city_cutoff_on", "closes_on")
DAYS: Final = ("opens_on", *CUTOFFS)


@dataclass(frozen=True)
class RoundGiven:
    """What is known of a filing round; a day that nobody published is None."""

    track: str
    name: str
    year: int
    opens_on: date | None = None
    closes_on: date | None = None
    city_cutoff_on: date | None = None
    county_cutoff_on: date | None = None
    township_cutoff_on: date | None = None
    document: str = ""
    source: str = ""
    closes_at: time | None = None
    postponed_from: date | None = None
    postponed_by: str = ""


@dataclass(frozen=True)
class MaterialGiven:
    """A paper that a filing needs."""

    track: str
    kind: str
    note: str = ""
    order: int = 0


@transaction.atomic
def load_seeds() -> int:
    """Add the seeded rounds and material lists that are not there yet; how many were added."""
    return add_rounds() + add_materials()


def add_rounds() -> int:
    """Seeded rounds by track, year and name; one that the bureau renamed does not come back under its old name."""
    known = set(Round.objects.values_list("track", "year", "name"))
    known |= {(was["track"], was["year"], was["name"]) for was in formerly(ROUND_SAVED)}
    new = [Round(**row) for row in seeds.rounds() if (row["track"], row["year"], row["name"]) not in known]
    Round.objects.bulk_create(new)
    return len(new)


def add_materials() -> int:
    """Seeded papers by track and kind; one that the bureau struck off or renamed does not come back."""
    known = set(MaterialRequirement.objects.values_list("track", "kind"))
    known |= {(was["track"], was["kind"]) for was in formerly(MATERIAL_SAVED, MATERIAL_REMOVED)}
    new = [
        MaterialRequirement(track=track, order=order, **row)
        for track, rows in seeds.materials().items()
        for order, row in enumerate(rows, 1)
        if (track, row["kind"]) not in known
    ]
    MaterialRequirement.objects.bulk_create(new)
    return len(new)


def formerly(*acts: str) -> Iterator[dict[str, Any]]:
    """What rows were before these acts."""
    written = AuditEvent.objects.filter(what__in=acts, before__isnull=False).values_list("before", flat=True)
    return (before for before in written if before)


@transaction.atomic
def save_round(*, round_id: int | None, given: RoundGiven, verified: bool, by: User, on: date) -> Round:
    """Enter a round, or correct one; ``verified`` says that its days were compared with the official notice."""
    refuse_unless_may_keep(by, given.track)
    lock_lists()
    row = Round.objects.select_for_update().get(pk=round_id) if round_id else Round()
    before = described(row) if row.pk else None
    if reasons := against_round(given, round_id=row.pk, verified=verified):
        raise StepRefused(reasons)
    keep(row, asdict(given), verified=verified, by=by, on=on)
    audit.record(ROUND_SAVED, row, by=by, before=before, after=described(row), document=given.document, on=on)
    return row


@transaction.atomic
def save_material(
    *, material_id: int | None, given: MaterialGiven, verified: bool, by: User, on: date
) -> MaterialRequirement:
    """Put a paper on the list of a track, or correct it; ``verified`` says that an official text asks for it."""
    refuse_unless_may_keep(by, given.track)
    lock_lists()
    papers = MaterialRequirement.objects.select_for_update()
    row = papers.get(pk=material_id) if material_id else MaterialRequirement()
    before = described(row) if row.pk else None
    if reasons := against_material(given, material_id=row.pk):
        raise StepRefused(reasons)
    keep(row, asdict(given), verified=verified, by=by, on=on)
    audit.record(MATERIAL_SAVED, row, by=by, before=before, after=described(row), on=on)
    return row


@transaction.atomic
def remove_material(*, material_id: int, by: User, on: date, reason: str = "") -> str:
    """Strike a paper off the list of its track; which one it was."""
    row = MaterialRequirement.objects.select_for_update().get(pk=material_id)
    refuse_unless_may_keep(by, row.track)
    audit.record(MATERIAL_REMOVED, row, by=by, before=described(row), reason=reason, on=on)
    row.delete()
    return row.kind


def may_keep(by: User, track: str) -> bool:
    """Whether rounds and papers of the track are this person's to keep."""
    return by.role == Role.CITY and not access.against_right(by, track)


def refuse_unless_may_keep(by: User, track: str) -> None:
    """Rounds and papers are kept by the city level, each by the line of its track."""
    if by.role != Role.CITY:
        raise StepRefused([Reason("right", "申报批次和材料清单由市级维护", who="bureau")])
    if reasons := access.against_right(by, track):
        raise StepRefused(reasons)


def lock_lists() -> None:
    """Let changes wait for each other, so that two people cannot enter the same name at once."""
    Bureau.objects.select_for_update().first()


def against_round(given: RoundGiven, *, round_id: int | None, verified: bool) -> list[Reason]:
    """What of a round cannot stand, each with the field it concerns."""
    reasons = against_track(Round, round_id, given.track)
    if not given.name.strip():
        reasons.append(wrong("name", "请填写批次名称"))
    same = Round.objects.filter(track=given.track, year=given.year, name=given.name)
    if others(same, round_id):
        reasons.append(wrong("name", f"{given.year} 年已有同名批次"))
    if verified and not (given.document or given.source):
        reasons.append(wrong("verified", "标为已核实须填写文件或来源，写明据何核实"))
    if verified and not any(getattr(given, name) for name in DAYS):
        reasons.append(wrong("verified", "没有任何日期的批次不能标为已核实"))
    return reasons + against_days(given) + against_end(given)


def against_end(given: RoundGiven) -> list[Reason]:
    """What of the hour or the postponement of the end cannot stand."""
    reasons = []
    if given.closes_at and not given.closes_on:
        reasons.append(wrong("closes_at", "填写截止时刻须先填申报截止日"))
    if given.postponed_from and not given.postponed_by.strip():
        reasons.append(wrong("postponed_by", "已延期的批次须写明延期通知"))
    if given.postponed_by.strip() and not given.postponed_from:
        reasons.append(wrong("postponed_from", "写了延期通知，须填原截止日"))
    if given.postponed_from and not (given.closes_on and given.closes_on > given.postponed_from):
        reasons.append(wrong("postponed_from", "延期后的申报截止应晚于原截止"))
    return reasons


def against_days(given: RoundGiven) -> list[Reason]:
    """Days out of order: nothing ends before the window opens, and no level closes after the one above it."""
    dated = [(name, day) for name in DAYS if (day := getattr(given, name))]
    reasons = [
        wrong(name, f"{label(name)}（{day}）早于开始（{given.opens_on}）")
        for name, day in dated
        if given.opens_on and day < given.opens_on
    ]
    cuts = [(name, day) for name, day in dated if name in CUTOFFS]
    for (lower, first), (upper, second) in pairwise(cuts):
        if first > second:
            reasons.append(wrong(lower, f"{label(lower)}（{first}）晚于{label(upper)}（{second}）"))
    return reasons


def against_material(given: MaterialGiven, *, material_id: int | None) -> list[Reason]:
    """What of a paper cannot stand, each with the field it concerns."""
    reasons = against_track(MaterialRequirement, material_id, given.track)
    if not given.kind.strip():
        reasons.append(wrong("kind", "请填写材料名称"))
    same = MaterialRequirement.objects.filter(track=given.track, kind=given.kind)
    if others(same, material_id):
        reasons.append(wrong("kind", "该方向的清单中已有这份材料"))
    return reasons


def others(same: QuerySet[Round] | QuerySet[MaterialRequirement], pk: int | None) -> bool:
    """Whether a row beside the one at hand is called the same."""
    return any(found != pk for found in same.values_list("pk", flat=True))


def against_track(model: type[Round] | type[MaterialRequirement], pk: int | None, track: str) -> list[Reason]:
    """What was entered for one track does not move to another: cases already refer to it."""
    if pk is None or model._default_manager.filter(pk=pk, track=track).exists():
        return []
    return [wrong("track", "认定方向不能更改，请另建一条")]


def wrong(field: str, says: str) -> Reason:
    """A reason that concerns one field."""
    return Reason(field, says, who="bureau")


def label(name: str) -> str:
    """What a day of a round is called."""
    return str(Round._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def keep(row: Round | MaterialRequirement, given: dict[str, Any], *, verified: bool, by: User, on: date) -> None:
    """Write the row; who verified it, and when, stays as long as nothing of it changes."""
    changed = any(getattr(row, name) != value for name, value in given.items())
    for name, value in given.items():
        setattr(row, name, value)
    if not verified:
        row.verified_on, row.verified_by = None, None
    elif changed or row.verified_on is None:
        row.verified_on, row.verified_by = on, by
    row.save()


def described(row: Round | MaterialRequirement) -> dict[str, Any]:
    """A row as the audit trail keeps it."""
    return {
        name: value.isoformat() if isinstance(value, date | time) else value
        for name, value in model_to_dict(row, exclude=["id"]).items()
    }


def touched_firms(track: str) -> list[int]:
    """Firms with an open case of the track: those whose deadlines and missing papers follow from its rounds."""
    cases = Candidacy.objects.filter(track=track).exclude(state__in=CLOSED)
    return list(cases.values_list("enterprise_id", flat=True).distinct())
