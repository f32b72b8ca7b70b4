"""Evidence: which papers prove which conditions, which tracks ask for them, what ends before it is used."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from enterprises.models import Enterprise, Material
from pipeline.models import MaterialRequirement, Round, Ruling


@dataclass(frozen=True)
class Proof:
    """A paper, the rulings that rest on it, the tracks whose filing asks for it, the rounds it will not live to see."""

    material: Material
    rulings: Sequence[Ruling]
    tracks: Sequence[str]
    too_short_for: Sequence[Round]


def proofs(enterprise: Enterprise, on: datetime.date) -> list[Proof]:
    """The papers of a firm, the latest first."""
    papers = list(enterprise.materials.select_related("stated_by", "accepted_by").order_by("-pk"))
    resting = list(Ruling.objects.filter(enterprise=enterprise, material__isnull=False).current())
    asked: dict[str, set[str]] = {}
    for kind, track in MaterialRequirement.objects.values_list("kind", "track"):
        asked.setdefault(kind, set()).add(track)
    coming = rounds_to_come(on)
    return [proof(paper, resting, asked.get(paper.kind, set()), coming, on) for paper in papers]


def proof(
    paper: Material, resting: Sequence[Ruling], asked: set[str], coming: dict[str, Round], on: datetime.date
) -> Proof:
    """One paper; the present round of a track is the one that closes next."""
    rulings = [one for one in resting if one.material_id == paper.pk]
    tracks = sorted({*asked, *(one.track for one in rulings)})
    ends = paper.valid_until if paper.is_usable(on) else None
    rounds = [coming[track] for track in tracks if track in coming]
    short = [one for one in rounds if ends and one.closes_on and ends < one.closes_on]
    return Proof(paper, rulings, tracks, short)


def rounds_to_come(on: datetime.date) -> dict[str, Round]:
    """Of each track the round that closes next."""
    found: dict[str, Round] = {}
    for one in Round.objects.filter(closes_on__gte=on).order_by("closes_on", "pk"):
        found.setdefault(one.track, one)
    return found
