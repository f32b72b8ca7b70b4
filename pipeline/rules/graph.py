"""Which title opens which recognition on a day: edges from the editions in force, steps, what nobody reaches."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from enterprises.vocabulary import RULED, TRACK_BY_KEY
from pipeline.rules.choose import NoEdition, choose
from pipeline.rules.edition import Criterion, Edition, Kind

Bond = Literal["required", "one_of", "way", "preferred", "excluded"]
BONDS: Final[dict[Bond, str]] = {
    "required": "须先取得",
    "one_of": "任有其一",
    "way": "可直接满足一项条件",
    "preferred": "优先支持",
    "excluded": "不得同时持有",
}


@dataclass(frozen=True)
class Edge:
    """Titles and what one recognition asks of them; several titles stand together only where one of them suffices."""

    target: str
    bond: Bond
    titles: tuple[str, ...]

    @property
    def says(self) -> str:
        """The bond in words."""
        return BONDS[self.bond]


def in_force(editions: Iterable[Edition], on: date, kind: Kind = "apply") -> list[Edition]:
    """The edition of each recognition that judges this kind of action on the day."""
    every, found = list(editions), []
    for track in RULED:
        try:
            found.append(choose(every, track=track.key, on=on, kind=kind).edition)
        except NoEdition:
            continue
    return found


def edges(editions: Iterable[Edition], on: date, kind: Kind = "apply") -> list[Edge]:
    """All edges on the day, in the order of the recognitions."""
    return [edge for edition in in_force(editions, on, kind) for edge in of_edition(edition)]


def of_edition(edition: Edition) -> list[Edge]:
    """The edges of one edition; each once, however many criteria say so."""
    found = [edge for gate in edition.gates.values() for edge in of_criterion(edition.track, gate)]
    if edition.prefers:
        found += [Edge(edition.track, "preferred", (title,)) for title in edition.prefers]
    return list(dict.fromkeys(found))


def of_criterion(track: str, criterion: Criterion) -> Iterator[Edge]:
    """What one criterion asks: a part of "all" asks as the whole does, a part of "any" only opens a way."""
    if criterion.title:
        yield Edge(track, "excluded" if criterion.is_ is False else "required", (criterion.title,))
    for part in criterion.all_ or ():
        yield from of_criterion(track, part)
    if criterion.any_:
        yield from of_choice(track, criterion.any_)


def of_choice(track: str, parts: Sequence[Criterion]) -> Iterator[Edge]:
    """Alternatives that each ask for a title are one choice among these; beside other ways, a title is a way."""
    asked = [[edge for edge in of_criterion(track, part) if edge.bond in ("required", "one_of")] for part in parts]
    titles = tuple(dict.fromkeys(title for some in asked for edge in some for title in edge.titles))
    if titles and all(asked):
        yield Edge(track, "one_of" if len(titles) > 1 else "required", titles)
    else:
        yield from (Edge(track, "way", (title,)) for title in titles)


def steps(found: Sequence[Edge]) -> dict[str, int]:
    """How many recognitions come before each one that an edge touches: none before those that ask for no title.

    One of several suffices, so the lowest of a choice counts; what asks for itself in the end is not in the answer.
    """
    asked = {edge.target: [each for each in found if each.target == edge.target] for edge in found}
    before = {title: 0 for edge in found for title in edge.titles if title not in asked}
    while settled := {target: step for target, needs in asked.items() if (step := reached(needs, before)) is not None}:
        before |= settled
        asked = {target: needs for target, needs in asked.items() if target not in settled}
    return before


def reached(needs: Sequence[Edge], before: dict[str, int]) -> int | None:
    """The step of a recognition once all it asks for has one; nothing while something still lacks it."""
    step = 0
    for edge in needs:
        if edge.bond not in ("required", "one_of"):
            continue
        known = [before[title] for title in edge.titles if title in before]
        if not known:
            return None
        step = max(step, min(known) + 1)
    return step


def faults(editions: Iterable[Edition]) -> list[str]:
    """Titles asked for that no edition gives, and recognitions nobody could reach because they wait for each other."""
    every = list(editions)
    written = {edition.track for edition in every}
    found = []
    for edition in every:
        for edge in of_edition(edition):
            lacking = [title for title in edge.titles if title in TRACK_BY_KEY and title not in written]
            if edge.bond in ("required", "one_of") and len(lacking) == len(edge.titles):
                found.append(f"{edition.id}: asks for {', '.join(lacking)}, which no edition gives")
    for on in sorted({edition.effective_from for edition in every}):
        known = edges(every, on)
        waiting = sorted({edge.target for edge in known} - steps(known).keys())
        if waiting:
            found.append(f"{on}: {', '.join(waiting)} wait for each other")
    return found
