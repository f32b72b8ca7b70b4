"""Dials: raw figures for any value of a fact, one unit of the stored scale at a time.

Which columns a fact reads tells where its value has to be put, so an edition with a new fact needs no new lines here;
every test that turns a dial asks the reference first whether the fact came out as wanted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from enterprises.vocabulary import FIGURES, LISTS, NEGATIVE_KINDS
from pipeline.facts.catalogue import facts
from pipeline.facts.columns import COMPUTED, YEARLY
from pipeline.facts.gather import GATHERED
from pipeline.facts.registry import Amount, Fact
from tests.policies.reference_facts import Facts
from tests.policies.reference_firm import Firm, Span

Column = tuple[str, int]  # a yearly figure and how many years back
LARGE = 10**9  # a denominator so large that one unit of the part is next to nothing
LONG_AGO = date(2010, 1, 1)
RIGHT = {"granted_on": LONG_AGO, "obtained": "自主研发", "owner_rank": 1, "used_for_hnte": False}
ROWS: dict[str, list[dict[str, Any]]] = {
    "property": [{"class": "I", **RIGHT}, {"class": "II", **RIGHT}],
    "negatives": [{"kind": kind, "from_on": LONG_AGO, "to_on": None} for kind in ("经营异常", "科研失信")],
    "institutions": [{"level": level, "recognised_on": LONG_AGO} for level in ("国家", "省部", "市")],
}


def blank() -> Firm:
    """A firm of which nothing is known."""
    return Firm()


def whole(on: date) -> Firm:
    """A firm of which all is known, its lists empty and its figures on no threshold."""
    year = {each.name: Decimal("77.77") if each.is_decimal else number(each.unit) for each in FIGURES}
    return Firm(
        own={
            "registered_on": LONG_AGO,
            "is_resident": True,
            "industry_code": "C3525",
            "size_trade": "工业",
            "hi_tech_field": "新材料",
            "niche_since": LONG_AGO,
            "market_share": "0.77",
            "national_rank": 1,
            "is_six_bases": True,
            "is_listed": False,
        },
        years={on.year - back: {**year, **NOT_GIVEN} for back in (1, 2, 3)},
        **{name: [] for name in LISTS},
    )


NOT_GIVEN = dict.fromkeys(("hnte_expert_property", "hnte_expert_conversion", "hnte_expert_organisation"))


def number(unit: str) -> int:
    """A figure on no threshold."""
    return 123_456_789 if unit == "cny" else 777


@dataclass(frozen=True)
class Dial:
    """How a fact is put so many units above zero: a unit is worth ``scale``, ``put`` writes the raw figures."""

    fact: Fact
    scale: Fraction
    put: Callable[[Firm, int], None]
    columns: frozenset[str]
    wholes: tuple[Column, ...] = ()
    is_signed: bool = True

    def need(self, threshold: Fraction) -> Fraction:
        """A threshold as the fact is compared with it: a compound rate over two years by its square."""
        periods = getattr(self.fact.measure, "periods", 1)
        return threshold if periods == 1 else (1 + threshold) ** int(periods)

    def edge(self, threshold: Fraction) -> int:
        """How many units the threshold stands above zero."""
        units = self.need(threshold) / self.scale
        assert units.denominator == 1, f"{self.fact.name} cannot stand on {threshold}"
        return int(units)


def dial(name: str, on: date, fixed: Mapping[Column, int] | None = None) -> Dial:
    """The dial of a fact; ``fixed`` are figures of its whole that stand already."""
    fact = facts()[name]
    lists = sorted({GATHERED[column].subject for column in fact.columns if column in GATHERED})
    if lists:
        return Dial(fact, Fraction(1), listed(name, lists[0], on), fact.columns, is_signed=False)
    if not any(YEARLY.fullmatch(column) for column in fact.columns - COMPUTED):
        scale, put = OWN[name]
        return Dial(fact, scale, lambda firm, units: put(firm, units, on), fact.columns)
    if isinstance(fact.measure, Amount):
        return Dial(fact, Fraction(1), summed(yearly(fact.measure.value), on), fact.columns)
    return of_ratio(fact, on, fixed or {})


def yearly(expr: pl.Expr) -> list[Column]:
    """The yearly figures an expression reads, the latest first."""
    found = (YEARLY.fullmatch(column) for column in set(expr.meta.root_names()) - COMPUTED)
    return sorted({(match["name"], int(match["back"])) for match in found if match}, key=lambda each: each[1])


def write(firm: Firm, column: Column, value: Any, on: date) -> None:
    """Put one figure."""
    firm.years.setdefault(on.year - column[1], {})[column[0]] = value


def summed(columns: list[Column], on: date) -> Callable[[Firm, int], None]:
    """All of a sum in its first year, nothing in the later ones."""

    def put(firm: Firm, units: int) -> None:
        for column in columns:
            write(firm, column, units if column == columns[-1] else 0, on)

    return put


def of_ratio(fact: Fact, on: date, fixed: Mapping[Column, int]) -> Dial:
    """The dial of a ratio: its whole stands large, its part moves."""
    assert not isinstance(fact.measure, Amount)
    part, whole_ = yearly(fact.measure.part), yearly(fact.measure.whole)
    if part == whole_:  # a score with decimals, kept in hundredths
        scale = Fraction(1, 100)
        return Dial(fact, scale, lambda firm, units: write(firm, part[0], Decimal(units) / 100, on), fact.columns)
    if set(part) & set(whole_):
        return of_growth(fact, part, on)
    large = LARGE if whole_ else 3  # nothing to write: the years of the window

    def put(firm: Firm, units: int) -> None:
        for column in whole_:
            write(firm, column, fixed.get(column, 0), on)
        if whole_:
            write(firm, whole_[-1], large - sum(v for k, v in fixed.items() if k in whole_[:-1]), on)
        summed(part, on)(firm, units)

    return Dial(fact, Fraction(1, large), put, fact.columns, tuple(whole_))


def of_growth(fact: Fact, years: list[Column], on: date) -> Dial:
    """The dial of a growth: it stands still until the last year, a mean then takes half of that year's."""
    last, *before = years

    def put(firm: Firm, units: int) -> None:
        for column in before:
            write(firm, column, LARGE, on)
        write(firm, last, LARGE + units, on)

    return Dial(fact, Fraction(1, LARGE * len(before)), put, fact.columns, (before[0],))


def listed(name: str, subject: str, on: date) -> Callable[[Firm, int], None]:
    """So many rows of a kind that counts."""

    def counts(row: dict[str, Any]) -> bool:
        value = Facts(Firm(**{subject: [row, row]}), on).fact(name)
        return (value.low if isinstance(value, Span) else value) == 2

    kinds = [{"kind": kind, "from_on": on, "to_on": None} for kind in NEGATIVE_KINDS] if subject == "negatives" else []
    row = next(row for row in (*ROWS[subject], *kinds) if counts(row))
    return lambda firm, units: setattr(firm, subject, [row] * units)


def text_of(share: int) -> str:
    """A share in units of a millionth as a ledger writes it; below zero nobody can write one."""
    return f"{Decimal(share) / 10**6:f}"


def anniversary(on: date, years: int) -> date:
    """The same day so many years before, 29 February on the eve of 1 March."""
    return on.replace(year=on.year - years, day=28 if (on.month, on.day) == (2, 29) else on.day)


# Facts from the firm's own fields: what a unit is worth, and how so many are put.
OWN: dict[str, tuple[Fraction, Callable[[Firm, int, date], None]]] = {
    "days_registered": (Fraction(1), lambda firm, n, on: firm.own.update(registered_on=on - timedelta(n))),
    "age_years": (Fraction(1), lambda firm, n, on: firm.own.update(registered_on=anniversary(on, n))),
    "niche_years": (Fraction(1), lambda firm, n, on: firm.own.update(niche_since=date(on.year - n, 1, 1))),
    "national_rank": (Fraction(1), lambda firm, n, _: firm.own.update(national_rank=n)),
    "market_share": (Fraction(1, 10**6), lambda firm, n, _: firm.own.update(market_share=text_of(n))),
}


def erase(firm: Firm, columns: frozenset[str], on: date) -> None:
    """Forget whatever these columns are made from."""
    for column in columns - COMPUTED:
        if match := YEARLY.fullmatch(column):
            firm.years.get(on.year - int(match["back"]), {}).pop(match["name"], None)
        elif column in GATHERED:
            setattr(firm, GATHERED[column].subject, None)
        else:
            firm.own.pop(column, None)
