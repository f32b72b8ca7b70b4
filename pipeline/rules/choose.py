"""Which edition judges whom: a pure function of track, day of the action, kind and region."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from enterprises.vocabulary import RULED_BY_KEY
from pipeline.rules.edition import Edition, Kind

# Regions are paths of units; who asks for none asks for the province this product serves.
HUBEI: Final = "42/"
PLACES: Final = {None: "全国", HUBEI: "湖北省"}
KINDS: Final = {"apply": "申报", "review": "复核"}


@dataclass(frozen=True)
class Choice:
    """The edition that applies, and why, in one sentence."""

    edition: Edition
    why: str


class NoEdition(LookupError):
    """No edition judges this track on that day for that kind of action; the message says why."""


def choose(editions: Iterable[Edition], *, track: str, on: date, kind: Kind, region: str = HUBEI) -> Choice:
    """The edition in force; a region's own text goes before a national one, a later text before an earlier."""
    of_track = [edition for edition in editions if edition.track == track]
    in_force = [edition for edition in of_track if covers(edition, on) and here(edition, region)]
    fitting = [edition for edition in in_force if kind in edition.applies_to]
    if not fitting:
        raise NoEdition(why_none(track, on, kind, of_track, in_force))
    best = max(fitting, key=lambda edition: (len(edition.region or ""), edition.effective_from))
    return Choice(best, why(best, on, kind))


def covers(edition: Edition, on: date) -> bool:
    """Whether the day lies in the edition's period, both ends included."""
    return edition.effective_from <= on and (edition.effective_to is None or on <= edition.effective_to)


def here(edition: Edition, region: str) -> bool:
    """Whether the edition holds in that region: everywhere, or in a region above or the same."""
    return edition.region is None or region.startswith(edition.region)


def place(edition: Edition) -> str:
    """Where the edition holds, in words."""
    return PLACES.get(edition.region) or str(edition.region)


def why(edition: Edition, on: date, kind: Kind) -> str:
    """The sentence that names the edition and the reason."""
    where = "全国适用" if edition.region is None else f"在{place(edition)}适用"
    until = f"至{edition.effective_to}" if edition.effective_to else "起施行"
    kinds = "、".join(KINDS[name] for name in edition.applies_to)
    return (
        f"{on}办理{KINDS[kind]}，适用“{edition.title}”（{edition.document}）："
        f"该版本自{edition.effective_from}{until}，{where}，用于{kinds}。"
    )


def why_none(track: str, on: date, kind: Kind, of_track: list[Edition], in_force: list[Edition]) -> str:
    """The sentence that says why nothing applies and what would."""
    label = RULED_BY_KEY[track].label if track in RULED_BY_KEY else track
    if not of_track:
        return f"“{label}”还没有录入规则版本，无法判定。"
    if not in_force:
        periods = "；".join(f"{e.document} 自{e.effective_from}至{e.effective_to or '今'}" for e in of_track)
        return f"{on}没有施行中的“{label}”规则版本。已录入：{periods}。"
    if track == "hnte":
        return f"“{label}”没有复核：期满重新认定按申报办理，请按申报判定。"
    return f"{on}施行的“{label}”规则版本都不用于{KINDS[kind]}。"
