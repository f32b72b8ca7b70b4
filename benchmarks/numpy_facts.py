"""The peer's facts: the register as numpy arrays, whole numbers throughout, with masks for what is known."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from enterprises.vocabulary import HI_TECH_FIELDS
from pipeline.facts.catalogue import facts
from pipeline.facts.columns import YEARLY, raw_name
from pipeline.facts.gather import GATHERED, raw_subject, twin, years_before
from pipeline.facts.register import Register

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass
class Known:
    """Numbers and which of them are known; `absent` marks firms that have nothing to measure.

    `most` counts the rows in doubt as well.
    """

    value: Any
    known: Flags
    absent: Flags
    most: Any = None


@dataclass
class Share:
    """A quotient as two whole numbers; known only over a positive whole, `zero` marks a whole of zero."""

    part: Ints
    whole: Ints
    known: Flags
    zero: Flags
    absent: Flags
    by_expert: Flags | None = None


class Raw:
    """The register as arrays: one element a firm, figures by year, counts by list."""

    def __init__(self, register: Register, on: date) -> None:
        self.register, self.on = register, on
        self.count = register.firms.height
        firms = register.firms["firm"].to_numpy()
        self.order = np.argsort(firms, kind="stable")
        self.sorted = firms[self.order]
        self.years = {back: register.years.filter(pl.col("year") == on.year - back) for back in (1, 2, 3)}
        self.places = {back: self.rows(frame["firm"].to_numpy()) for back, frame in self.years.items()}
        born = register.firms["registered_on"]
        self.born, self.born_known = born.to_physical().fill_null(0).to_numpy(), born.is_not_null().to_numpy()
        born_year = born.dt.year().fill_null(0).to_numpy()
        self.outside = {back: self.born_known & (born_year > on.year - back) for back in (1, 2, 3)}
        self.cache: dict[tuple[str, int], tuple[Ints, Flags]] = {}

    def rows(self, firms: Ints) -> Ints:
        """The places of these firms in the register, whose numbers need not be dense."""
        return self.order[np.searchsorted(self.sorted, firms)]

    def figure(self, name: str, back: int) -> tuple[Ints, Flags]:
        """A yearly figure and where it is known."""
        if (name, back) not in self.cache:
            value, known = np.zeros(self.count, np.int64), np.zeros(self.count, bool)
            frame = self.years[back]
            at = self.places[back]
            value[at] = frame[name].fill_null(0).to_numpy()
            known[at] = frame[name].is_not_null().to_numpy()
            self.cache[name, back] = value, known
        return self.cache[name, back]

    def tally(self, subject: str, condition: pl.Expr) -> Ints:
        """How many rows of a list meet a condition, firm by firm."""
        rows = self.register.rows_of(subject)
        marked = rows.select(condition.fill_null(value=False)).to_series().to_numpy()
        return np.bincount(self.rows(rows["firm"].to_numpy()[marked]), minlength=self.count)

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
        all_known = c_known & b_known & (short | a_known)
        by_expert = ~gone & all_known & ((b < 0) | (~short & (a < 0)))
        return Share(part, whole, base & c_known & (whole > 0), zero, gone | zero, by_expert)

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
        return self.own("", pl.col("industry_code").str.extract(r"^[A-T]?([0-9]{2})[0-9]{0,2}$"))

    def hi_tech_field_stated(self) -> Known:
        return self.own("", pl.col("hi_tech_field").is_in(HI_TECH_FIELDS))

    def events(self, kinds: str, start: date) -> Known:
        stands = (pl.col("kind") == "科研失信") & pl.col("to_on").is_null()
        dated = (pl.col("from_on") <= self.raw.on) & ((pl.coalesce("to_on", "from_on") >= start) | stands)
        found = self.raw.tally("negatives", pl.col("kind").is_in(kinds.split()) & dated)
        return Known(found, self.raw.known("negatives"), self.never)

    def serious_events_two_years(self) -> Known:
        return self.events("安全事故 质量事故 环境违法 弄虚作假 科研失信", date(self.raw.on.year - 1, 1, 1))

    def accidents_one_year(self) -> Known:
        return self.events("安全事故 质量事故 环境违法", years_before(self.raw.on, 1))

    def frauds_three_years(self) -> Known:
        return self.events("弄虚作假", years_before(self.raw.on, 3))

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
        stopped = pl.col("revoked").fill_null(value=False) | pl.col("suspended").fill_null(value=False)
        return self.some("titles", (pl.col("track") == track) & dates & ~stopped)

    def revoked(self, track: str) -> Known:
        this_year = pl.col("revoked_on").is_between(date(self.raw.on.year, 1, 1), self.raw.on)
        gone = (pl.col("track") == track) & pl.col("revoked").fill_null(value=False)
        return self.some("titles", gone & this_year)

    def tsme_revoked_this_year(self) -> Known:
        return self.revoked("tsme")

    def hnte_revoked_this_year(self) -> Known:
        return self.revoked("hnte")

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
        counts = valid & fit & condition
        listed, known = self.raw.tally("property", counts), self.raw.known("property")
        most = self.raw.tally("property", counts.fill_null(value=True))
        if stated is None:
            return Known(listed, known, self.never, most)
        value, here = self.raw.figure(stated, 1)
        value, most = np.where(known, listed, value), np.where(known, most, value)
        return Known(value, known | (here & ~self.raw.outside[1]), self.never, most)

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
        possible = np.where(both, one.most + two.most, most)
        return Known(np.where(both, seen_one + seen_two, most), both | (most > 0), self.never, possible)

    def property_self_developed(self) -> Known:
        own = self.properties(self.unspent() & (pl.col("obtained") == "自主研发"), None)
        whole = self.get("property_hnte")
        none = whole.known & (whole.value == 0)
        value, most = np.where(own.known, own.value, 0), np.where(own.known, own.most, 0)
        return Known(value, own.known | none, self.never, most)

    def expert_property(self) -> Known:
        return self.amount("hnte_expert_property")

    def expert_conversion(self) -> Known:
        return self.amount("hnte_expert_conversion")

    def expert_organisation(self) -> Known:
        return self.amount("hnte_expert_organisation")

    def missing(self, name: str) -> dict[str, Flags]:
        """By the name under which somebody could supply it, where a raw column of this fact is not known."""
        found: dict[str, Flags] = {}
        for column in facts()[name].columns:
            if known := raw_name(raw_subject(column)):
                found[known] = found.get(known, self.never) | self.column_missing(column)
        return found

    def column_missing(self, column: str) -> Flags:
        """Where one raw column is not known though it could be."""
        if yearly := YEARLY.fullmatch(column):
            back = int(yearly["back"])
            return ~self.raw.figure(yearly["name"], back)[1] & ~self.raw.outside[back]
        if column in GATHERED:
            gathered = GATHERED[column]
            known = self.raw.known(gathered.subject)
            if beside := twin(column):
                sure = self.raw.tally(gathered.subject, GATHERED[beside].condition(self.raw.on))
                return np.asarray(~known | (self.raw.tally(gathered.subject, gathered.condition(self.raw.on)) > sure))
            if not column.endswith("_sure"):
                return ~known
            fact = next(each.name for each in facts().values() if column in each.columns)
            return ~known & ~np.asarray(self.get(fact).value)
        return self.raw.register.firms[column].is_null().to_numpy()
