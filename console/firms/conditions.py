"""The checklist of one track as 企业详情 shows it: conditions with their parts, who can fix what, and the rulings."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from enterprises.models import Enterprise
from enterprises.vocabulary import label_of
from pipeline.domain import editions, outlook, routes
from pipeline.domain.judge import Checklist, checklist
from pipeline.models import Ruling
from pipeline.models.assessment import Verdict
from pipeline.rules import outline
from pipeline.rules.choose import NoEdition
from pipeline.rules.edition import walk
from pipeline.rules.explain import Finding
from pipeline.rules.gaps import Climb, counts_from, fact_of, share
from pipeline.rules.plans import Plans, amount

CONFIDENCE: Final = {"official": "官方原文", "secondary": "转载文本", "unconfirmed": "待核实"}
CONTROLLER: Final = "parent_is_little_giant"
TONES: Final = {Verdict.ELIGIBLE: "ok", Verdict.INELIGIBLE: "no", Verdict.UNDECIDED: "wait"}


@dataclass(frozen=True)
class Condition:
    """A finding with its parts; ``span`` is the range of points an officer may give, ``may_rule`` whether one may."""

    finding: Finding
    parts: Sequence["Condition"]
    confidence: str
    ruling: Ruling | None
    may_rule: bool
    span: tuple[int, int] | None
    share: str = ""
    counts: str = ""
    climb: Climb | None = None
    asks_controller: bool = False

    @property
    def climb_moves(self) -> list[tuple[str, str, str]]:
        """What the next band takes: each lever that gets there, how much of it, its price."""
        return (
            [(lever.label, amount(lever, units), price) for lever, units, price in self.climb.moves]
            if self.climb
            else []
        )

    @property
    def dialog(self) -> str:
        """The name of its ruling form on the page."""
        return f"rule-{self.finding.key.replace('.', '-')}"

    @property
    def low_percent(self) -> int:
        """The sure points in hundredths of the most there are."""
        return percent(self.finding.points, 0)

    @property
    def high_percent(self) -> int:
        """The possible points in hundredths of the most there are."""
        return percent(self.finding.points, 1)


def percent(points: tuple[int, int, int] | None, side: int) -> int:
    """A side of the range as hundredths of the maximum."""
    return 100 * points[side] // points[2] if points and points[2] else 0


@dataclass(frozen=True)
class Sheet:
    """The checklist of a track, or why there is none."""

    track: str
    why_not: str = ""
    checked: Checklist | None = None
    gates: Sequence[Condition] = ()
    items: Sequence[Condition] = ()
    tone: str = ""
    verdict: str = ""
    tally: Mapping[str, int] | None = None
    decided: tuple[int, int] = (0, 0)
    ways: Plans | None = None
    settles: Sequence[str] = ()

    def conditions(self) -> list[Condition]:
        """Every condition and part, flat."""
        return [each for top in (*self.gates, *self.items) for each in (top, *below(top))]


def below(condition: Condition) -> list[Condition]:
    """The parts of a condition, and theirs."""
    return [each for part in condition.parts for each in (part, *below(part))]


def sheet(enterprise: Enterprise, track: str, on: datetime.date, *, may_rule: bool) -> Sheet:
    """Judge the firm for the track and lay the findings out."""
    if track not in editions.judged_tracks():
        return Sheet(track, why_not="这个认定方向的规则还没有录入，条件须由工作人员对照通知核对。")
    try:
        checked = checklist(enterprise=enterprise, track=track, on=on)
    except NoEdition as reason:
        return Sheet(track, why_not=str(reason))
    rulings = latest_rulings(enterprise, track, on)
    ways = routes.ways(checked)
    around = Around(checked, rulings, may_rule, fact_of(checked.rules), ways.climbs)
    tops = [nested(finding, around) for finding in checked.findings if finding.part_of is None]
    return Sheet(
        track=track,
        checked=checked,
        gates=[top for top in tops if top.finding.kind == "gate"],
        items=[top for top in tops if top.finding.kind == "item"],
        tone=TONES[Verdict(checked.verdict)],
        verdict=Verdict(checked.verdict).label,
        tally=tally(checked.gates),
        decided=outline.machine_decided(checked.rules),
        ways=ways,
        settles=[label_of(name) for name in outlook.of_checklist(checked)] if checked.wanted else (),
    )


@dataclass(frozen=True)
class Around:
    """What the layout of every finding of one checklist needs beside it."""

    checked: Checklist
    rulings: Mapping[str, Ruling]
    may_rule: bool
    facts: Mapping[str, tuple[str, ...]]
    climbs: Mapping[str, Climb]


def nested(finding: Finding, around: Around) -> Condition:
    """A finding with the findings that are parts of it."""
    checked, rulings = around.checked, around.rulings
    parts = [nested(part, around) for part in checked.findings if part.part_of == finding.key]
    is_short = finding.outcome == "unmet" and bool(finding.gap_text)
    return Condition(
        finding=finding,
        parts=parts,
        confidence=CONFIDENCE[finding.confidence],
        ruling=rulings.get(finding.key),
        may_rule=around.may_rule and (finding.key in rulings or is_for_people(finding, checked, has_parts=bool(parts))),
        span=checked.rules.rulable.get(finding.key),
        share=share(finding) if is_short else "",
        counts=counts_from(around.facts[finding.key], checked.judged_on) if is_short else "",
        climb=around.climbs.get(finding.key),
        asks_controller=CONTROLLER in around.facts.get(finding.key, ()),
    )


def is_for_people(finding: Finding, checked: Checklist, *, has_parts: bool) -> bool:
    """Whether a person has to say: a manual criterion, one that cannot be computed, points within a range."""
    if finding.kind == "item":
        return finding.part_of is None and finding.points is not None and finding.points[0] != finding.points[1]
    if has_parts or finding.outcome not in {"manual", "not_applicable"}:
        return False
    return finding.key not in totals(checked)


def totals(checked: Checklist) -> set[str]:
    """Criteria that follow from the score; its items are ruled, never the sum."""
    walked = (pair for key, gate in checked.rules.gates.items() for pair in walk(key, gate))
    return {key for key, criterion in walked if criterion.total or criterion.points}


def latest_rulings(enterprise: Enterprise, track: str, on: datetime.date) -> dict[str, Ruling]:
    """The ruling that stands for each criterion on the day."""
    standing = Ruling.objects.filter(enterprise=enterprise, track=track).holding(on).select_related("by", "material")
    return {ruling.criterion: ruling for ruling in standing}


def tally(gates: Sequence[Finding]) -> dict[str, int]:
    """How many gates came out how."""
    outcomes = [gate.outcome for gate in gates]
    return {outcome: outcomes.count(outcome) for outcome in ("met", "unmet", "unknown", "manual", "not_applicable")}
