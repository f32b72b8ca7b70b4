"""Findings: what was found of one firm, criterion by criterion, with actual, required, gap, clause and levers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pipeline.rules.edition import Criterion, Edition
from pipeline.rules.program import Open
from pipeline.rules.readings import Reading, read_fact, read_item, read_item_points, read_points, read_total
from pipeline.rules.schema import Block, Confidence, Item, Source
from pipeline.rules.thresholds import PENDING
from pipeline.rules.wording import PENDING_TEXT

Outcome = Literal["met", "unmet", "unknown", "manual", "not_applicable"]
Row = Mapping[str, Any]
RULED: Final = {True: "已核定符合", False: "已核定不符合"}


@dataclass(frozen=True)
class Finding:
    """One condition and its outcome for one firm.

    `actual`, `required` and `gap` are exact: whole numbers (yuan, heads, pieces, points), ratios as percentage text
    for `actual` beside the exact fraction in `actual_exact`. The gap of a ratio is what its part lacks, in the part's
    unit. The `…_text` fields say the same in the reader's unit. `points` is (low, high, max) of a scored item.
    """

    key: str
    part_of: str | None
    kind: Literal["gate", "part", "item"]
    says: str
    outcome: Outcome
    clause: str | None
    quotation: str | None
    address: str | None
    confidence: Confidence
    who: str | None
    actual: int | str | bool | None = None
    actual_exact: str | None = None
    required: int | str | bool | None = None
    gap: int | str | None = None
    actual_text: str = ""
    required_text: str = ""
    gap_text: str = ""
    points: tuple[int, int, int] | None = None
    levers: tuple[str, ...] = ()
    is_next: bool = False

    @property
    def asks(self) -> str:
        """What is required, in words: of a condition its limit, of an item that has points what the next band takes."""
        return f"{'下一档' if self.is_next else '要求'} {self.required_text}" if self.required_text else ""


def findings(edition: Edition, row: Row) -> list[Finding]:
    """The findings of one row of `evaluate`: gates in order, each followed by its parts, then score items."""
    found: list[Finding] = []
    for key, gate in edition.gates.items():
        found += criterion_findings(edition, row, key, gate, None, with_edition(gate, edition))
    for block in edition.score.blocks if edition.score else ():
        for item in block.items:
            found += item_findings(edition, row, block, item, None)
    return found


def with_edition(source: Source, edition: Edition) -> Source:
    """The source of a gate or item; its confidence is the edition's where it brings none."""
    return Source(
        says=source.says,
        who=source.who,
        clause=source.clause,
        quotation=source.quotation,
        address=source.address,
        confidence=source.confidence or edition.confidence,
    )


def inherited(part: Criterion, source: Source) -> Source:
    """The source of a part: its own words, and from the criterion above whatever it leaves out."""
    return Source(
        says=part.says or part.manual or source.says,
        who=part.who or source.who,
        clause=part.clause or source.clause,
        quotation=part.quotation or source.quotation,
        address=part.address or source.address,
        confidence=part.confidence or source.confidence,
    )


def outcome(row: Row, key: str) -> Outcome:
    """The outcome of a criterion in words."""
    if row[f"{key}.ok"] is not None:
        return "met" if row[f"{key}.ok"] else "unmet"
    return reason_word(row[f"{key}.open"])


def reason_word(reason: int) -> Outcome:
    """Why an outcome is open, in words; an expert's range is somebody's to rule as a manual criterion is."""
    if reason == Open.UNKNOWN:
        return "unknown"
    return "not_applicable" if reason == Open.NOT_APPLICABLE else "manual"


def criterion_findings(
    edition: Edition, row: Row, key: str, criterion: Criterion, part_of: str | None, source: Source
) -> list[Finding]:
    """The finding of a criterion, then those of its parts; a composite shows the figures of its deciding part."""
    below: list[Finding] = []
    children: list[Finding] = []
    for number, part in enumerate(criterion.parts, 1):
        child = f"{key}.{part.key or number}"
        found = criterion_findings(edition, row, child, part, key, inherited(part, source))
        children.append(found[0])
        below += found
    finding = bare(key, part_of, "gate" if part_of is None else "part", outcome(row, key), source)
    reading = deciding(finding.outcome, children) if children else read(edition, row, key, criterion)
    return [filled(finding, by_ruling(row, key, reading, children)), *below]


def bare(
    key: str, part_of: str | None, kind: Literal["gate", "part", "item"], word: Outcome, source: Source
) -> Finding:
    """A finding with its source and outcome, without figures."""
    return Finding(
        key=key,
        part_of=part_of,
        kind=kind,
        says=source.says,
        outcome=word,
        clause=source.clause,
        quotation=source.quotation,
        address=source.address,
        confidence=source.confidence or "unconfirmed",
        who=source.who,
    )


def filled(finding: Finding, reading: Reading) -> Finding:
    """The finding with its figures; a met condition has no gap, a met item shows what the next band takes."""
    if finding.outcome == "met" and finding.kind != "item":
        reading = replace(reading, gap=None, gap_text="", levers=())
    return replace(
        finding,
        actual=reading.actual,
        actual_exact=reading.actual_exact,
        required=reading.required,
        gap=reading.gap,
        actual_text=reading.actual_text,
        required_text=reading.required_text,
        gap_text=reading.gap_text,
        levers=reading.levers,
        is_next=reading.is_next,
    )


def by_ruling(row: Row, key: str, reading: Reading, children: list[Finding]) -> Reading:
    """The reading, or the ruling where the facts left the criterion open and somebody ruled it."""
    ruled = row.get(f"r.{key}")
    left_open = any(child.outcome not in ("met", "unmet") for child in children) if children else reading.actual is None
    if ruled is None or ruled is not row[f"{key}.ok"] or not left_open:
        return reading
    return replace(reading, actual=ruled, actual_exact=None, gap=None, actual_text=RULED[ruled], gap_text="", levers=())


def deciding(word: Outcome, children: list[Finding]) -> Reading:
    """The figures of the part that decides: of a met whole a met part, else the first unmet, else the first open."""
    wanted = ("met",) if word == "met" else ("unmet", "unknown", "not_applicable", "manual")
    if word not in ("met", "unmet"):
        wanted = (word,)
    part = next((child for outcome in wanted for child in children if child.outcome == outcome), children[0])
    return Reading(
        actual=part.actual,
        actual_exact=part.actual_exact,
        required=part.required,
        gap=part.gap,
        actual_text=part.actual_text,
        required_text=part.required_text,
        gap_text=part.gap_text,
        levers=part.levers,
    )


def read(edition: Edition, row: Row, key: str, criterion: Criterion) -> Reading:
    """The figures of one leaf."""
    if criterion.manual:
        return manual_reading(row, key, criterion.manual)
    if criterion.is_pending:
        return pending_reading(row, key, criterion)
    if criterion.total:
        return read_total(row, "t", criterion.total, "总分")
    if criterion.points:
        item = edition.score.item(criterion.points.item) if edition.score else None
        return read_item_points(row, criterion.points, item)
    return read_fact(row, criterion)


def manual_reading(row: Row, key: str, how: str) -> Reading:
    """A manual criterion: who has to say what, or what was ruled."""
    ruled = row[f"{key}.ok"]
    return Reading(
        actual=ruled,
        required=True,
        actual_text="待核定" if ruled is None else RULED[ruled],
        required_text=how,
    )


def pending_reading(row: Row, key: str, criterion: Criterion) -> Reading:
    """A criterion whose threshold nobody knows: the figure, and who rules on it."""
    by_hand = manual_reading(row, key, PENDING_TEXT)
    if not criterion.fact:
        return replace(by_hand, required=PENDING)
    figure = read_fact(row, criterion)
    return replace(figure, actual=by_hand.actual, actual_text=f"{figure.actual_text}（{by_hand.actual_text}）")


def item_findings(edition: Edition, row: Row, block: Block, item: Item, part_of: str | None) -> list[Finding]:
    """The finding of a score item, then those of its choices."""
    source = with_edition(item, edition)
    finding = replace(
        bare(item.key, part_of, "item", item_outcome(row, block, item), source),
        points=(row[f"i.{item.key}.low"], row[f"i.{item.key}.high"], item.most),
    )
    reading = read_item(row, item) if item.fact else read_points(row, block, item)
    choices = [found for choice in item.best_of for found in item_findings(edition, row, block, choice, item.key)]
    return [filled(finding, reading), *choices]


def item_outcome(row: Row, block: Block, item: Item) -> Outcome:
    """Met with any points, unmet with none, else why it is open; settled where experts gave the whole block."""
    low, high = row[f"i.{item.key}.low"], row[f"i.{item.key}.high"]
    reason = row[f"i.{item.key}.open"]
    if block.given and row[f"b.{block.key}.given"] is not None and reason != Open.DECIDED:
        return "manual" if low == 0 else "met"
    if reason != Open.DECIDED:
        return reason_word(reason)
    return "met" if high > 0 else "unmet"
