"""The peer: the same editions judged by vectorised numpy, whole numbers throughout, three-valued logic by masks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from enterprises.vocabulary import HI_TECH_FIELDS
from pipeline.facts.gather import years_before
from pipeline.facts.register import Register
from pipeline.rules.edition import Criterion, Edition, Item

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
EXPERT, MANUAL, ABSENT, UNKNOWN = 1, 2, 3, 4


@dataclass
class Known:
    """Numbers and which of them are known; `absent` marks firms that have nothing to measure."""

    value: Any
    known: Flags
    absent: Flags


@dataclass
class Share:
    """A quotient as two whole numbers; known only over a positive whole, `zero` marks a whole of zero."""

    part: Ints
    whole: Ints
    known: Flags
    zero: Flags
    absent: Flags


@dataclass
class Range:
    """Points from low to high and why they differ."""

    low: Ints
    high: Ints
    why: npt.NDArray[np.int8]


@dataclass
class Outcome:
    """True, false, or neither, and then why."""

    yes: Flags
    no: Flags
    why: npt.NDArray[np.int8]


class Raw:
    """The register as arrays: one element a firm, figures by year, counts by list."""

    def __init__(self, register: Register, on: date) -> None:
        self.register, self.on = register, on
        self.count = register.firms.height
        self.years = {back: register.years.filter(pl.col("year") == on.year - back) for back in (1, 2, 3)}
        born = register.firms["registered_on"]
        self.born, self.born_known = born.to_physical().fill_null(0).to_numpy(), born.is_not_null().to_numpy()
        born_year = born.dt.year().fill_null(0).to_numpy()
        self.outside = {back: self.born_known & (born_year > on.year - back) for back in (1, 2, 3)}
        self.cache: dict[tuple[str, int], tuple[Ints, Flags]] = {}

    def figure(self, name: str, back: int) -> tuple[Ints, Flags]:
        """A yearly figure and where it is known."""
        if (name, back) not in self.cache:
            value, known = np.zeros(self.count, np.int64), np.zeros(self.count, bool)
            frame = self.years[back]
            at = frame["firm"].to_numpy()
            value[at] = frame[name].fill_null(0).to_numpy()
            known[at] = frame[name].is_not_null().to_numpy()
            self.cache[name, back] = value, known
        return self.cache[name, back]

    def tally(self, subject: str, condition: pl.Expr) -> Ints:
        """How many rows of a list meet a condition, firm by firm."""
        rows = self.register.rows_of(subject)
        marked = rows.select(condition.fill_null(value=False)).to_series().to_numpy()
        return np.bincount(rows["firm"].to_numpy()[marked], minlength=self.count)

    def known(self, subject: str) -> Flags:
        """Whose list is known."""
        return self.register.firms[f"{subject}_known"].to_numpy()


class Facts:
    """The facts that both editions read."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.never = np.zeros(raw.count, bool)
        self.cache: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        if name not in self.cache:
            self.cache[name] = (
                self.title(name.removeprefix("title_")) if name.startswith("title_") else getattr(self, name)()
            )
        return self.cache[name]

    def amount(self, name: str) -> Known:
        value, known = self.raw.figure(name, 1)
        return Known(value, known & ~self.raw.outside[1], self.raw.outside[1])

    def share(self, part: str, whole: str) -> Share:
        (a, a_known), (b, b_known) = self.raw.figure(part, 1), self.raw.figure(whole, 1)
        gone = self.raw.outside[1]
        zero = b_known & (b == 0) & ~gone
        return Share(a, b, a_known & b_known & (b > 0) & ~gone, zero, gone | zero)

    def summed(self, name: str) -> tuple[Ints, Flags]:
        total, known = np.zeros(self.raw.count, np.int64), ~self.never
        for back in (1, 2, 3):
            value, here = self.raw.figure(name, back)
            total += np.where(self.raw.outside[back], 0, value)
            known &= here | self.raw.outside[back]
        return total, known

    def sums(self, part: str, whole: str) -> Share:
        (a, a_known), (b, b_known) = self.summed(part), self.summed(whole)
        zero = b_known & (b == 0)
        return Share(a, b, a_known & b_known & (b > 0), zero, zero)

    def growth(self, name: str) -> Share:
        (c, c_known), (b, b_known), (a, a_known) = (self.raw.figure(name, back) for back in (1, 2, 3))
        gone, short = self.raw.outside[2], self.raw.outside[3]
        two = ~gone & (short | (a_known & (a == 0)))
        three = ~gone & ~two & a_known & b_known & (a > 0) & (b >= 0)
        part = np.where(two, c - b, b * b + a * c - 2 * a * b)
        whole = np.where(two, b, 2 * a * b)
        base = (two & b_known & (b >= 0)) | three
        zero = base & (whole == 0)
        return Share(part, whole, base & c_known & (whole > 0), zero, gone | zero)

    def sales_last_year(self) -> Known:
        return self.amount("sales_cny")

    def total_assets(self) -> Known:
        return self.amount("total_assets_cny")

    def staff_headcount(self) -> Known:
        return self.amount("staff_headcount")

    def rd_to_sales_tsme(self) -> Share:
        return self.share("rd_cost_deduction_cny", "sales_cny")

    def rd_to_cost_tsme(self) -> Share:
        return self.share("rd_cost_deduction_cny", "cost_expense_cny")

    def tech_staff_share_tsme(self) -> Share:
        return self.share("tech_staff_tsme_headcount", "staff_headcount")

    def tech_staff_share_hnte(self) -> Share:
        return self.share("tech_staff_hnte_headcount", "staff_hnte_headcount")

    def hi_tech_income_share(self) -> Share:
        return self.share("hi_tech_income_cny", "total_income_cny")

    def rd_intensity_hnte(self) -> Share:
        return self.sums("rd_cost_hnte_cny", "sales_cny")

    def rd_domestic_share_hnte(self) -> Share:
        return self.sums("rd_cost_hnte_domestic_cny", "rd_cost_hnte_cny")

    def growth_net_assets(self) -> Share:
        return self.growth("net_assets_cny")

    def growth_sales(self) -> Share:
        return self.growth("sales_cny")

    def conversions_mean(self) -> Share:
        total, known = self.summed("result_conversions")
        years = sum((~self.raw.outside[back]).astype(np.int64) for back in (1, 2, 3))
        return Share(total, np.asarray(years), known & (years > 0), np.asarray(years == 0), np.asarray(years == 0))

    def days_registered(self) -> Known:
        today = (self.raw.on - date(1970, 1, 1)).days
        return Known(today - self.raw.born, self.raw.born_known, self.never)

    def own(self, name: str, expr: pl.Expr | None = None) -> Known:
        column = self.raw.register.firms.select(pl.col(name) if expr is None else expr).to_series()
        if column.dtype == pl.String:
            return Known(column.fill_null("").to_numpy(), column.is_not_null().to_numpy(), self.never)
        return Known(column.fill_null(value=False).to_numpy(), column.is_not_null().to_numpy(), self.never)

    def is_resident(self) -> Known:
        return self.own("is_resident")

    def industry_division(self) -> Known:
        return self.own("", pl.col("industry_code").str.extract(r"^[A-Za-z]?(\d{2})"))

    def hi_tech_field_stated(self) -> Known:
        return self.own("", pl.col("hi_tech_field").is_in(HI_TECH_FIELDS))

    def events(self, kinds: str, start: date) -> Known:
        dated = (pl.col("from_on") <= self.raw.on) & (pl.coalesce("to_on", "from_on") >= start)
        found = self.raw.tally("negatives", pl.col("kind").is_in(kinds.split()) & dated)
        return Known(found, self.raw.known("negatives"), self.never)

    def serious_events_two_years(self) -> Known:
        return self.events("安全事故 质量事故 环境违法 弄虚作假 科研失信", date(self.raw.on.year - 1, 1, 1))

    def accidents_one_year(self) -> Known:
        return self.events("安全事故 质量事故 环境违法", years_before(self.raw.on, 1))

    def on_bad_lists(self) -> Known:
        stands = (pl.col("from_on") <= self.raw.on) & (pl.col("to_on").is_null() | (pl.col("to_on") >= self.raw.on))
        found = self.raw.tally("negatives", pl.col("kind").is_in(["经营异常", "严重违法失信"]) & stands)
        return Known(found, self.raw.known("negatives"), self.never)

    def some(self, subject: str, condition: pl.Expr) -> Known:
        sure = self.raw.tally(subject, condition) > 0
        doubt = self.raw.tally(subject, condition.is_null()) > 0
        return Known(sure, sure | (self.raw.known(subject) & ~doubt), self.never)

    def title(self, track: str) -> Known:
        dates = (pl.col("valid_from") <= self.raw.on) & (pl.col("valid_until") >= self.raw.on)
        return self.some("titles", (pl.col("track") == track) & dates & ~pl.col("revoked").fill_null(value=False))

    def national_prize(self) -> Known:
        kind, level = pl.col("kind"), pl.col("level")
        named = kind.is_in(["国家级科技奖励", "国家科技奖励", "国家科学技术奖"])
        national = named | (kind.is_in(["科技奖励", "科学技术奖"]) & (level == "国家"))
        recent = pl.col("given_on").is_between(years_before(self.raw.on, 5), self.raw.on)
        return self.some("honours", national & recent & (pl.col("rank") <= 3))

    def led_standard(self) -> Known:
        led = (pl.col("kind") == "主导标准") & pl.col("level").is_in(["国际", "国家", "行业"])
        recent = pl.col("given_on").is_between(years_before(self.raw.on, 5), self.raw.on)
        return self.some("honours", led & recent & (pl.col("rank").fill_null(1) <= 5))

    def provincial_institution(self) -> Known:
        until = pl.col("valid_until").is_null() | (pl.col("valid_until") >= self.raw.on)
        stands = (pl.col("recognised_on") <= self.raw.on) & until
        return self.some("institutions", pl.col("level").is_in(["国家", "省部"]) & stands)

    def properties(self, condition: pl.Expr, stated: str | None) -> Known:
        expires, on = pl.col("expires_on"), self.raw.on
        valid = (pl.col("granted_on") <= on) & (expires.is_null() | (expires >= on))
        fit = pl.col("main_product").fill_null(value=True) & pl.col("in_use").fill_null(value=True)
        listed, known = self.raw.tally("property", valid & fit & condition), self.raw.known("property")
        if stated is None:
            return Known(listed, known, self.never)
        value, here = self.raw.figure(stated, 1)
        return Known(np.where(known, listed, value), known | (here & ~self.raw.outside[1]), self.never)

    def unspent(self) -> pl.Expr:
        return (pl.col("class") == "I") | ~pl.col("used_for_hnte").fill_null(value=False)

    def class_one(self) -> Known:
        return self.properties(pl.col("class") == "I", "class_one_count")

    def class_two(self) -> Known:
        return self.properties(pl.col("class") == "II", "class_two_count")

    def class_two_hnte(self) -> Known:
        return self.properties((pl.col("class") == "II") & self.unspent(), "class_two_count")

    def property_hnte(self) -> Known:
        one, two = self.get("class_one"), self.get("class_two_hnte")
        seen_one, seen_two = one.value * one.known, two.value * two.known
        both, most = one.known & two.known, np.maximum(seen_one, seen_two)
        return Known(np.where(both, seen_one + seen_two, most), both | (most > 0), self.never)

    def property_self_developed(self) -> Known:
        own = self.properties(self.unspent() & (pl.col("obtained") == "自主研发"), None)
        whole = self.get("property_hnte")
        none = whole.known & (whole.value == 0)
        return Known(np.where(own.known, own.value, 0), own.known | none, self.never)

    def expert_property(self) -> Known:
        return self.amount("hnte_expert_property")

    def expert_conversion(self) -> Known:
        return self.amount("hnte_expert_conversion")

    def expert_organisation(self) -> Known:
        return self.amount("hnte_expert_organisation")


def ordered(left: Any, name: str, right: Any) -> Flags:
    """One comparison, element by element."""
    match name:
        case "at_least":
            return np.asarray(left >= right)
        case "at_most":
            return np.asarray(left <= right)
        case "more_than":
            return np.asarray(left > right)
    return np.asarray(left < right)


class Judge:
    """A register under one edition."""

    def __init__(self, edition: Edition, facts: Facts) -> None:
        self.edition, self.facts = edition, facts
        self.items: dict[str, Range] = {}
        self.total = self.score()

    def verdicts(self) -> dict[str, npt.NDArray[Any]]:
        """Verdict, score range, counts and masks, as the product's compact answer has them."""
        gates = [self.criterion(gate) for gate in self.edition.gates.values()]
        yes, no = np.logical_and.reduce([gate.yes for gate in gates]), np.logical_or.reduce([g.no for g in gates])
        why = np.maximum.reduce([gate.why for gate in gates])
        unmet, unknown = [gate.no for gate in gates], [gate.why == UNKNOWN for gate in gates]
        manual = [(gate.why == EXPERT) | (gate.why == MANUAL) for gate in gates]
        return {
            "verdict": np.where(yes, "eligible", np.where(no, "ineligible", "undecided")),
            "score_low": self.total.low,
            "score_high": self.total.high,
            "n_unmet": np.sum(unmet, axis=0),
            "n_unknown": np.sum(unknown, axis=0),
            "n_manual": np.sum(manual, axis=0),
            "n_na": np.sum([gate.why == ABSENT for gate in gates], axis=0),
            "unmet_mask": mask(unmet),
            "unknown_mask": mask(unknown),
            "manual_mask": mask(manual),
            "expert_open": why == EXPERT,
        }

    def criterion(self, criterion: Criterion) -> Outcome:
        if criterion.parts:
            parts = [self.criterion(part) for part in criterion.parts]
            every, some = (np.logical_and, np.logical_or) if criterion.all_ else (np.logical_or, np.logical_and)
            yes, no = every.reduce([part.yes for part in parts]), some.reduce([part.no for part in parts])
            why = np.maximum.reduce([part.why for part in parts])
            return Outcome(yes, no, np.where(yes | no, 0, why).astype(np.int8))
        if criterion.manual:
            never = self.facts.never
            return Outcome(never, never, np.full(never.shape, MANUAL, np.int8))
        if test := criterion.total or criterion.points:
            points = self.items[criterion.points.item] if criterion.points else self.total
            yes = ordered(points.low, test.comparison, int(test.need))
            no = ~ordered(points.high, test.comparison, int(test.need))
            return Outcome(yes, no, np.where(yes | no, 0, points.why).astype(np.int8))
        return self.tested(criterion)

    def tested(self, criterion: Criterion) -> Outcome:
        fact = self.facts.get(criterion.fact or f"title_{criterion.title}")
        passed = self.passed(criterion, fact)
        yes, no = fact.known & passed, fact.known & ~passed
        why = np.where(fact.known, 0, np.where(fact.absent, ABSENT, UNKNOWN)).astype(np.int8)
        return Outcome(yes, no, why)

    def passed(self, criterion: Criterion, fact: Any) -> Flags:
        if criterion.title:
            return np.asarray(fact.value)
        if criterion.not_in is not None:
            return ~np.isin(fact.value, criterion.not_in)
        if criterion.is_ is not None:
            return np.asarray(fact.value == criterion.is_)
        name = criterion.comparison or ""
        if criterion.rows:
            return self.passed_by_rows(criterion, fact)
        need = criterion.need
        if isinstance(fact, Share):
            return ordered(fact.part * need.denominator, name, fact.whole * need.numerator)
        return ordered(fact.value * need.denominator, name, need.numerator)

    def passed_by_rows(self, criterion: Criterion, fact: Share) -> Flags:
        chooser = self.facts.get(criterion.by or "").value
        shared = lcm(*(row.need.denominator for row in criterion.rows))
        need = np.zeros(chooser.shape, np.int64)
        for row in reversed(criterion.rows):
            wanted = int(row.need * shared)
            need = (
                np.full_like(need, wanted) if row.up_to is None else np.where(chooser <= int(row.up_to), wanted, need)
            )
        return ordered(fact.part * shared, criterion.comparison or "", fact.whole * need)

    # Scores

    def score(self) -> Range:
        blocks = [self.block(block) for block in self.edition.score.blocks] if self.edition.score else []
        return added(blocks, 10**9)

    def block(self, block: Any) -> Range:
        whole = added([self.item(item) for item in block.items], block.cap)
        if not block.given:
            return whole
        given = self.facts.get(block.given)
        fits = given.known & (given.value >= 0) & (given.value <= block.cap)
        low, high = np.where(fits, given.value, whole.low), np.where(fits, given.value, whole.high)
        return Range(low, high, np.where(fits, 0, whole.why).astype(np.int8))

    def item(self, item: Item) -> Range:
        self.items[item.key] = best([self.item(each) for each in item.best_of]) if item.best_of else self.scored(item)
        return self.items[item.key]

    def scored(self, item: Item) -> Range:
        shape = self.facts.never.shape
        if item.expert:
            low, high = (np.full(shape, points, np.int64) for points in item.expert)
            return Range(low, high, np.full(shape, EXPERT, np.int8))
        fact = self.facts.get(item.fact or "")
        known = fact.known
        if isinstance(fact, Share) and item.if_zero == "unmet":
            known = known | fact.zero
        low, high = (np.full(shape, getattr(item.bands[-1], side), np.int64) for side in ("low", "high"))
        for band, reached in reversed(list(self.bands(item, fact))):
            low, high = np.where(reached, band.low, low), np.where(reached, band.high, high)
        low, high = np.where(known, low, item.least), np.where(known, high, item.most)
        missing = EXPERT if item.who == "expert" else UNKNOWN
        why = np.where(known, EXPERT, np.where(fact.absent, ABSENT, missing))
        return Range(low, high, np.where(low == high, 0, why).astype(np.int8))

    def bands(self, item: Item, fact: Any) -> Iterator[tuple[Any, Flags]]:
        for band in item.bands[:-1]:
            need = band.floor or Fraction(0)
            name = "at_least" if band.at_least is not None else "more_than"
            if isinstance(fact, Share):
                reached = ordered(fact.part * need.denominator, name, fact.whole * need.numerator)
                yield band, reached & (fact.whole > 0)
            else:
                yield band, ordered(fact.value, name, int(need))


def added(ranges: list[Range], cap: int) -> Range:
    """Lows and highs summed apart under a cap."""
    low = np.minimum(cap, np.sum([each.low for each in ranges], axis=0))
    high = np.minimum(cap, np.sum([each.high for each in ranges], axis=0))
    why = np.maximum.reduce([each.why for each in ranges])
    return Range(low, high, np.where(low == high, 0, why).astype(np.int8))


def best(choices: list[Range]) -> Range:
    """The best of the lows and of the highs; a choice that does not apply gives nothing."""
    lows = [np.where(each.why == ABSENT, 0, each.low) for each in choices]
    highs = [np.where(each.why == ABSENT, 0, each.high) for each in choices]
    low, high = np.maximum.reduce(lows), np.maximum.reduce(highs)
    reasons = [np.where(top > low, each.why, 0) for each, top in zip(choices, highs, strict=True)]
    return Range(low, high, np.where(low == high, 0, np.maximum.reduce(reasons)).astype(np.int8))


def mask(flags: list[Flags]) -> Ints:
    """Bit n is the n-th flag."""
    return np.asarray(sum(flag.astype(np.int64) << n for n, flag in enumerate(flags)))


COMPARED: Final = (
    "verdict",
    "score_low",
    "score_high",
    "n_unmet",
    "n_unknown",
    "n_manual",
    "n_na",
    "unmet_mask",
    "unknown_mask",
    "manual_mask",
    "expert_open",
)
