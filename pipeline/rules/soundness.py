"""What a policy file may get wrong although it reads well: unknown facts, titles, items and a missing score."""

from collections.abc import Iterator

from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.facts.catalogue import facts
from pipeline.facts.registry import Amount
from pipeline.rules.edition import Criterion, Edition, walk_gates
from pipeline.rules.schema import Item


def faults(edition: Edition) -> list[str]:
    """Everything wrong with one edition, each with its place."""
    found = [fault for key, criterion in walk_gates(edition) for fault in criterion_faults(edition, key, criterion)]
    keys: list[str] = []
    for item in edition.score.items() if edition.score else ():
        found += item_faults(item)
        keys.append(item.key)
    for block in edition.score.blocks if edition.score else ():
        found += unknown_fact(block.key, block.given)
    found += [f"prefers {track}, which is no track" for track in edition.prefers if track not in TRACK_BY_KEY]
    found += [f"{key}: two score items bear this key" for key in sorted(set(keys)) if keys.count(key) > 1]
    found += [f"{key}: a gate and a score item bear this key" for key in sorted(set(keys) & set(edition.gates))]
    return found


def unknown_fact(where: str, name: str | None) -> list[str]:
    """A fact nobody defined."""
    return [f"{where}: unknown fact {name}"] if name is not None and name not in facts() else []


def criterion_faults(edition: Edition, key: str, criterion: Criterion) -> Iterator[str]:
    """What is wrong with one criterion."""
    yield from unknown_fact(key, criterion.fact)
    yield from unknown_fact(key, criterion.by)
    if criterion.title and criterion.title not in TRACK_BY_KEY:
        yield f"{key}: the prerequisite {criterion.title} is no track"
    if criterion.total and not edition.score:
        yield f"{key}: tests a total, but the edition has no score"
    if criterion.points and criterion.points.item and not (edition.score and edition.score.item(criterion.points.item)):
        yield f"{key}: tests the points of {criterion.points.item}, which is no score item"
    if (
        criterion.points
        and criterion.points.block
        and not (edition.score and edition.score.block(criterion.points.block))
    ):
        yield f"{key}: tests the points of {criterion.points.block}, which is no block of the score"
    fact = facts().get(criterion.fact or "")
    if fact and criterion.comparison and fact.unit in ("flag", "text"):
        yield f"{key}: {fact.name} is no number and cannot be compared with one"
    if fact and not criterion.comparison and fact.unit not in ("flag", "text"):
        yield f"{key}: {fact.name} is a number and needs a comparison"
    if criterion.if_zero and fact and isinstance(fact.measure, Amount):
        yield f"{key}: if_zero is for ratios, {fact.name} is an amount"


def item_faults(item: Item) -> list[str]:
    """What is wrong with one score item."""
    found = unknown_fact(item.key, item.fact)
    if item.if_zero == "met":
        found.append(f"{item.key}: a zero whole cannot earn the best band")
    return found
