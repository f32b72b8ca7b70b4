"""A route in words: its steps, what each changes by which clause, price, when it counts; and who else decides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.facts.catalogue import facts
from pipeline.rules.edition import Edition
from pipeline.rules.explain import Finding, findings
from pipeline.rules.gaps import UNPRICED, Climb, climbs, fact_of, price_of
from pipeline.rules.levers import LEVER_BY_KEY, TEN_THOUSAND, Lever, Price, Prices
from pipeline.rules.route import Route, Routes
from pipeline.rules.wording import money, points_range

RISKS: Final = {"": "", "low": "风险低", "medium": "风险中", "high": "风险高"}


@dataclass(frozen=True)
class Effect:
    """One condition or score item that a step changes, before and after."""

    key: str
    says: str
    before: str
    after: str
    points: str
    clause: str | None
    is_unconfirmed: bool


@dataclass(frozen=True)
class Step:
    """One lever so many units up."""

    lever: Lever
    units: int
    effects: Sequence[Effect]
    price: str
    months: int | None
    risk: str
    counts: str
    note: str

    @property
    def amount(self) -> str:
        """How much of it, in the reader's unit."""
        return amount(self.lever, self.units)


@dataclass(frozen=True)
class Left:
    """A condition no plan can bring about, and whether it is unmet or unknown."""

    finding: Finding
    word: str


@dataclass(frozen=True)
class Plan:
    """One way with its steps, its whole price, and what people still have to judge."""

    steps: Sequence[Step]
    price: str
    months: int | None
    score: str
    by_people: Sequence[Finding]

    @property
    def says(self) -> str:
        """The plan in a line."""
        return " ＋ ".join(f"{step.lever.label} +{step.amount}" for step in self.steps)


@dataclass(frozen=True)
class Plans:
    """All there is to say of the ways to a recognition."""

    plans: Sequence[Plan]
    left: Sequence[Left]
    by_people: Sequence[Finding]
    by_money: bool
    is_fit: bool
    is_whole: bool
    climbs: Mapping[str, Climb]


def amount(lever: Lever, units: int) -> str:
    """So many units of a lever."""
    return money(units * TEN_THOUSAND) if lever.unit == "万元" else f"{units:,}{lever.unit}"


def plans(edition: Edition, found: Routes, on: date, prices: Prices) -> Plans:
    """The routes in words."""
    now = findings(edition, found.base)
    gates = {finding.key: finding for finding in now if finding.kind == "gate"}
    left = [Left(gates[key], "unmet") for key in found.blocked] + [Left(gates[key], "unknown") for key in found.unknown]
    return Plans(
        plans=[plan(edition, now, route, on, prices) for route in found.routes],
        left=left,
        by_people=[gate for gate in gates.values() if gate.outcome == "manual"],
        by_money=found.by_money,
        is_fit=found.is_fit,
        is_whole=found.is_whole,
        climbs=climbs(edition, found.base, found.frame, prices),
    )


def plan(edition: Edition, now: Sequence[Finding], route: Route, on: date, prices: Prices) -> Plan:
    """One route in words."""
    then = {finding.key: finding for finding in findings(edition, route.row)}
    levers = [LEVER_BY_KEY[key] for key in LEVER_BY_KEY if key in route.amounts]
    steps = [step(edition, lever, route.amounts[lever.key], now, then, on, prices) for lever in levers]
    low, high = route.row["score_low"], route.row["score_high"]
    return Plan(
        steps=steps,
        price=whole_price(route, prices),
        months=longest(levers, prices),
        score="" if high is None else points_range(low, high),
        by_people=[finding for finding in then.values() if finding.kind == "gate" and finding.outcome == "manual"],
    )


def whole_price(route: Route, prices: Prices) -> str:
    """The sum, or how far it is known: a price nobody gave is no zero."""
    known = [prices[key].money for key in route.amounts if key in prices]
    total = sum((prices[key].money or 0) * units for key, units in route.amounts.items() if key in prices)
    if len([price for price in known if price is not None]) == len(route.amounts):
        return f"约 {money(total)}"
    return f"{UNPRICED}（已知部分约 {money(total)}）" if total else UNPRICED


def longest(levers: Sequence[Lever], prices: Prices) -> int | None:
    """How long the longest step takes, where all are known; they can be taken side by side."""
    months = [prices.get(lever.key, Price()).months for lever in levers]
    known = [each for each in months if each is not None]
    return max(known) if known and len(known) == len(months) else None


def step(
    edition: Edition,
    lever: Lever,
    units: int,
    now: Sequence[Finding],
    then: Mapping[str, Finding],
    on: date,
    prices: Prices,
) -> Step:
    """One step in words."""
    price = prices.get(lever.key, Price())
    return Step(
        lever=lever,
        units=units,
        effects=list(effects(edition, lever, now, then)),
        price=price_of(lever, units, prices),
        months=price.months,
        risk=RISKS[price.risk],
        counts=counts(lever, on),
        note=price.note,
    )


def counts(lever: Lever, on: date) -> str:
    """From when what is done counts."""
    if lever.basis == "day":
        return "申报前取得并登记即计入"
    return f"差额按 {on.year - 1} 年数测算；{on.year} 年内实际发生的，{on.year + 1} 年起申报时计入"


def effects(edition: Edition, lever: Lever, now: Sequence[Finding], then: Mapping[str, Finding]) -> Iterator[Effect]:
    """The conditions and items that rest on what the lever moves and come out better."""
    names = fact_of(edition)
    for finding in now:
        columns = {column for name in names.get(finding.key, ()) for column in facts()[name].columns}
        after = then[finding.key]
        if columns & lever.adds.keys() and is_better(finding, after):
            yield Effect(
                finding.key,
                finding.says,
                finding.actual_text,
                after.actual_text,
                f"{points(finding)}→{points(after)}" if finding.points and finding.points != after.points else "",
                finding.clause,
                finding.confidence == "unconfirmed",
            )


def is_better(before: Finding, after: Finding) -> bool:
    """Whether a condition came to be met, or an item to give more points."""
    if before.points and after.points:
        return after.points[:2] > before.points[:2]
    return before.outcome not in ("met", after.outcome)


def points(finding: Finding) -> str:
    """The points of an item."""
    return points_range(finding.points[0], finding.points[1]) if finding.points else ""
