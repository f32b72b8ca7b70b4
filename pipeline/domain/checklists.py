"""One firm's checklist for a track: findings with texts, what is missing, what speaks against filing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from accounts.machine import Reason
from enterprises.models import Enterprise
from enterprises.vocabulary import FIGURE_BY_NAME, label_of
from pipeline.domain import editions, registers
from pipeline.facts.catalogue import facts
from pipeline.facts.columns import YEARLY
from pipeline.facts.gather import raw_subject, twin
from pipeline.facts.register import Register
from pipeline.models import Edition, Title
from pipeline.models.assessment import Kind
from pipeline.rules.edition import Criterion, walk
from pipeline.rules.edition import Edition as Rules
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import Finding, findings
from pipeline.rules.program import Open
from pipeline.rules.schema import Item, PointsTest, Score


@dataclass(frozen=True)
class Wanted:
    """A figure or list nobody knows yet, and the gate it keeps open; ``year`` is None for what has no year."""

    gate: str
    name: str
    label: str
    year: int | None = None

    def __str__(self) -> str:
        return f"{self.year} 年{self.label}" if self.year else self.label


@dataclass(frozen=True)
class Checklist:
    """What was found of one firm for one track on a day, with the register it was found from."""

    track: str
    edition: Edition
    rules: Rules
    why: str
    kind: str
    verdict: str
    score_low: int | None
    score_high: int | None
    findings: list[Finding]
    judged_on: date
    wanted: list[Wanted]
    against: list[Reason]
    register: Register = field(repr=False)

    @property
    def gates(self) -> list[Finding]:
        """The findings of gates, in order."""
        return [finding for finding in self.findings if finding.kind == "gate"]

    @property
    def items(self) -> list[Finding]:
        """The findings of score items, in order."""
        return [finding for finding in self.findings if finding.kind == "item"]


def checklist(
    *, enterprise: Enterprise, track: str, on: date, kind: str | None = None, known_by: datetime | None = None
) -> Checklist:
    """Judge one firm by what is known now, or was by a moment; ``choose.NoEdition`` says why nobody can."""
    kind = kind or kind_of(enterprise, track, known_by)
    choice = editions.in_force(track, on, "review" if kind == Kind.REVIEW else "apply")
    register = registers.load([enterprise.pk], known_by)
    row = evaluate(choice.rules, register, on).row(0, named=True)
    found = findings(choice.rules, row)
    wanted = list(missing(choice.rules, row, on))
    return Checklist(
        track=track,
        edition=choice.row,
        rules=choice.rules,
        why=choice.why,
        kind=kind,
        verdict=row["verdict"],
        score_low=row["score_low"],
        score_high=row["score_high"],
        findings=found,
        judged_on=on,
        wanted=wanted,
        against=against_filing(row, found, wanted),
        register=register,
    )


def kind_of(enterprise: Enterprise, track: str, known_by: datetime | None = None) -> str:
    """Review for a firm that holds or held the title, except 高企, whose 重新认定 is an application."""
    titles = Title.objects.filter(enterprise=enterprise, track=track)
    held = track != "hnte" and (titles.filter(recorded_at__lte=known_by) if known_by else titles).exists()
    return Kind.REVIEW if held else Kind.APPLY


def missing(rules: Rules, row: Mapping[str, Any], on: date) -> Iterator[Wanted]:
    """What is missing for each gate that is unknown, by figure and year; each thing once a gate."""
    for key, gate in rules.gates.items():
        if row[f"{key}.open"] == Open.UNKNOWN:
            yield from dict.fromkeys(
                thing for fact in facts_of(rules, key, gate, row) for thing in missing_of_fact(key, fact, row, on)
            )


def facts_of(rules: Rules, key: str, gate: Criterion, row: Mapping[str, Any]) -> Iterator[str]:
    """The facts below a gate that keep it unknown."""
    for place, criterion in walk(key, gate):
        if not row[f"{place}.wanted"]:
            continue
        title = f"title_{criterion.title}" if criterion.title else None
        yield from (name for name in (criterion.fact, criterion.by, title) if name)
        if rules.score and (criterion.total or criterion.points):
            for item in tested_items(rules.score, criterion.points):
                yield from item_facts(item)


def tested_items(score: Score, points: PointsTest | None) -> Iterator[Item]:
    """The items whose points a criterion tests: one, those of a block, or all."""
    if points is None:
        yield from score.items()
    elif block := score.block(points.block):
        yield from block.items
    elif item := score.item(points.item):
        yield item


def item_facts(item: Item) -> Iterator[str]:
    """The facts of an item and its choices."""
    if item.fact:
        yield item.fact
    for choice in item.best_of:
        yield from item_facts(choice)


def missing_of_fact(gate: str, fact: str, row: Mapping[str, Any], on: date) -> Iterator[Wanted]:
    """The columns of a fact that nobody knows; a yearly count stands for the list that would tell it as well."""
    if not row.get(f"f.{fact}.wanted"):
        return
    columns = sorted(facts()[fact].columns)
    # A word that cannot be read is as good as none.
    unread = facts()[fact].unit == "text" and row[f"f.{fact}"] is None
    doubtful = columns if unread else [column for column in columns if in_doubt(row, column)]
    absent = doubtful or [column for column in columns if lacks(row, column)]
    yearly = [column for column in absent if YEARLY.fullmatch(column)]
    yield from (wanted(gate, column, on) for column in yearly or absent)


def in_doubt(row: Mapping[str, Any], column: str) -> bool:
    """Whether rows of a list may count for more than they surely do."""
    sure = twin(column)
    return sure is not None and row.get(column) is not None and row[column] > (row.get(sure) or 0)


def lacks(row: Mapping[str, Any], column: str) -> bool:
    """Whether a raw column is unknown though it could be known: years before registration could not."""
    if row.get(column) is not None or column not in row:
        return False
    found = YEARLY.fullmatch(column)
    return not (found and row.get(f"outside_{found['back']}"))


def wanted(gate: str, column: str, on: date) -> Wanted:
    """A raw column in the words of the register."""
    if found := YEARLY.fullmatch(column):
        figure = FIGURE_BY_NAME[found["name"]]
        return Wanted(gate, figure.name, figure.label, on.year - int(found["back"]))
    name = raw_subject(column)
    return Wanted(gate, name, label_of(name))


def against_filing(row: Mapping[str, Any], found: list[Finding], wanted_things: list[Wanted]) -> list[Reason]:
    """Reasons why the firm may not file: unmet gates; else gates that are open and neither ruled nor the experts'."""
    gates = [finding for finding in found if finding.kind == "gate"]
    if unmet := [finding for finding in gates if finding.outcome == "unmet"]:
        return [
            Reason(g.key, f"不符合：{g.says}", g.actual_text, g.required_text, g.gap_text, g.who or "") for g in unmet
        ]
    return [reason for gate in gates for reason in against_open(row, gate, found, wanted_things)]


def against_open(
    row: Mapping[str, Any], gate: Finding, found: list[Finding], wanted_things: list[Wanted]
) -> Iterator[Reason]:
    """Reasons of one open gate; a range that experts will settle is none."""
    why_open = row[f"{gate.key}.open"]
    if why_open == Open.UNKNOWN:
        things = [str(thing) for thing in wanted_things if thing.gate == gate.key]
        says = f"缺少 {'、'.join(things)}" if things else f"尚不能判定：{gate.says}"
        yield Reason(gate.key, says, gate.actual_text, gate.required_text, who=gate.who or "enterprise")
    if why_open == Open.NOT_APPLICABLE:
        yield Reason(gate.key, f"无法计算，须人工判定：{gate.says}", gate.actual_text, who="bureau")
    if why_open in {Open.UNKNOWN, Open.MANUAL}:
        yield from (
            Reason(part.key, f"待人工判定：{part.says}", required=part.required_text, who=part.who or "bureau")
            for part in manual_parts(row, gate, found)
        )


def manual_parts(row: Mapping[str, Any], gate: Finding, found: list[Finding]) -> list[Finding]:
    """The manual criteria of a gate that nobody ruled; the gate itself where it has no parts."""
    below = [each for each in found if each.kind == "part" and each.key.startswith(f"{gate.key}.")]
    parts = [part for part in below if not any(other.part_of == part.key for other in below)]
    return [leaf for leaf in parts or [gate] if row[f"{leaf.key}.open"] == Open.MANUAL]
