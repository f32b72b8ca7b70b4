"""The checklist in the firm's own words: each condition with its one action."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from enterprises.vocabulary import FIGURE_BY_NAME
from pipeline.domain.judge import Checklist
from pipeline.facts.catalogue import facts
from pipeline.facts.columns import YEARLY
from pipeline.rules.edition import Criterion, walk
from pipeline.rules.explain import Finding
from pipeline.rules.gaps import counts_from, fact_of, share

OPEN = {"unknown", "not_applicable"}
OF_AUTHORITIES = {"negatives"}  # what the firm does not state about itself
BY_OTHERS = {
    "bureau": "由科技局核定",
    "expert": "由科技部门组织专家评定",
    "authority": "由主管部门核查",
}


@dataclass(frozen=True)
class Condition:
    """One condition, or a part of one; ``year`` is the year whose figures the firm can state to mend it."""

    says: str
    outcome: str
    evidence: str
    gap: str
    counts: str
    clause: str
    unconfirmed: bool
    lacks: str = ""
    year: int | None = None
    others: str = ""
    parts: list["Condition"] = field(default_factory=list)

    @property
    def is_for_others(self) -> bool:
        """Whether it is open and nothing the firm brings can settle it."""
        return bool(self.others)


def conditions(checklist: Checklist) -> list[Condition]:
    """The conditions of a checklist, gates in order, each with its parts."""
    return [gate_condition(checklist, gate) for gate in checklist.gates]


def gate_condition(checklist: Checklist, gate: Finding) -> Condition:
    """One gate: what is, what is asked, what is missing, and the one thing the firm can do."""
    wanted = [thing for thing in checklist.wanted if thing.gate == gate.key]
    years = sorted({thing.year for thing in wanted if thing.year}, reverse=True)
    others = others_settle(gate, by_firm=any(thing.name not in OF_AUTHORITIES for thing in wanted))
    return replace(
        in_words(checklist, gate),
        lacks="" if others else "、".join(str(thing) for thing in wanted),
        year=year_to_state(checklist, gate, years),
        others=others,
        parts=[part_condition(checklist, part) for part in below(checklist, gate)],
    )


def part_condition(checklist: Checklist, part: Finding) -> Condition:
    """One part of a condition; the action stands at its gate."""
    others = others_settle(part, by_firm=True)
    parts = [part_condition(checklist, each) for each in below(checklist, part)]
    return replace(in_words(checklist, part), others=others, parts=parts)


def others_settle(finding: Finding, *, by_firm: bool) -> str:
    """Who settles an open condition, if it is not the firm."""
    if finding.outcome == "manual" or (finding.outcome in OPEN and not by_firm):
        return BY_OTHERS.get(finding.who or "bureau", BY_OTHERS["bureau"])
    return ""


def in_words(checklist: Checklist, finding: Finding) -> Condition:
    """What every line shows."""
    is_short = finding.outcome == "unmet" and bool(finding.gap_text)
    names = fact_of(checklist.rules)[finding.key] if is_short else ()
    return Condition(
        says=finding.says,
        outcome=finding.outcome,
        evidence=evidence(finding),
        gap="，".join(part for part in (finding.gap_text, share(finding)) if part) if is_short else "",
        counts=counts_from(names, checklist.judged_on),
        clause=finding.clause or "",
        unconfirmed=finding.confidence == "unconfirmed",
    )


def evidence(finding: Finding) -> str:
    """What is beside what is asked; a mere yes says nothing that the wording did not."""
    if finding.outcome == "manual" or (finding.required_text == "是" and finding.outcome in {"met", "unmet"}):
        return ""
    asked = "" if finding.required_text in {"", "是"} else f"要求 {finding.required_text}"
    known = f"现状 {finding.actual_text}" if finding.actual_text else ""
    return "，".join(part for part in (known, asked) if part)


def below(checklist: Checklist, finding: Finding) -> list[Finding]:
    """The findings right below one, as long as they say something of their own."""
    return [each for each in checklist.findings if each.kind == "part" and each.part_of == finding.key]


def year_to_state(checklist: Checklist, gate: Finding, missing: list[int]) -> int | None:
    """The latest year that is missing; of an unmet condition the year just closed, if figures decide it."""
    if gate.outcome in OPEN and missing:
        return missing[0]
    if gate.outcome == "unmet" and rests_on_figures(checklist, checklist.rules.gates[gate.key], gate.key):
        return checklist.judged_on.year - 1
    return None


def rests_on_figures(checklist: Checklist, gate: Criterion, key: str) -> bool:
    """Whether a figure that the firm states once a year can change the outcome of a gate."""
    return any(name in FIGURE_BY_NAME for name in raw_names(gate, key)) or any(
        criterion.points for _, criterion in walk(key, gate)
    )


def raw_names(gate: Criterion, key: str) -> Iterator[str]:
    """The names of the yearly figures that the facts of a gate are made of."""
    for _, criterion in walk(key, gate):
        for fact in (criterion.fact, criterion.by):
            for column in facts()[fact].columns if fact else ():
                if found := YEARLY.fullmatch(column):
                    yield found["name"]


@dataclass(frozen=True)
class Score:
    """The score of a track: between low and high until experts have spoken, the mark, where most is lost."""

    low: int
    high: int
    mark: str
    weakest: str = ""
    lost: int = 0


def score(checklist: Checklist) -> Score | None:
    """The score, if the track has one."""
    if checklist.score_low is None or checklist.score_high is None:
        return None
    lost, weakest = max(((loss(item), item.says) for item in checklist.items if item.part_of is None), default=(0, ""))
    return Score(checklist.score_low, checklist.score_high, mark(checklist), weakest if lost else "", lost)


def loss(item: Finding) -> int:
    """Points an item has certainly lost."""
    return item.points[2] - item.points[1] if item.points else 0


def mark(checklist: Checklist) -> str:
    """What the total is asked to be."""
    by_key = {finding.key: finding for finding in checklist.findings}
    for key, gate in checklist.rules.gates.items():
        for place, criterion in walk(key, gate):
            if criterion.total:
                return by_key[place].required_text
    return ""


def closed_years(on: datetime.date, count: int = 5) -> list[int]:
    """Years that a firm can state figures of, the latest first."""
    return [on.year - back for back in range(1, count + 1)]
