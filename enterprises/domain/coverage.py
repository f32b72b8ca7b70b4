"""建有率: of the 规上 firms of a day, how many have a research institution; counted on any day, by unit, by name.

A firm is 规上 by its dated spells, belongs to a unit by its dated memberships, and has an institution by the days of
the institution. Every number is a set of firms somebody may see; counting and listing cannot differ.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final, cast

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from accounts.models import Region
from enterprises import six_haves
from enterprises.domain import scale
from enterprises.models import (
    AboveScaleSpell,
    FirmStatement,
    InstitutionCheck,
    RegionMembership,
    ResearchInstitution,
)
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.models.institution import CheckState, InstitutionQuerySet

Firms = EnterpriseQuerySet
BASES: Final = {"industry": "规上工业", "manufacturing": "规上制造业"}
RULES: Final = {
    "built": "已建（组建或认定，未终止、未到期）",
    "recognised": "市级及以上认定，在有效期内",
    "six": "六有齐全（按截至当日的核查）",
}
ADMINISTRATIVE: Final = ("国家", "省部", "市")
# GB/T 4754: manufacturing is divisions 13 to 43 of section C; ledgers write the letter or leave it out
MANUFACTURING: Final = r"^[Cc]?(1[3-9]|[23][0-9]|4[0-3])"


@dataclass(frozen=True)
class Question:
    """What is asked: on which day, of which firms, by which rule an institution counts."""

    on: datetime.date
    base: str = "industry"
    rule: str = "built"


@dataclass(frozen=True)
class Count3:
    """Firms of the base, those that have an institution, and those of whom nobody knows."""

    whole: int = 0
    have: int = 0
    unknown: int = 0

    @property
    def none(self) -> int:
        """Firms known to have none."""
        return self.whole - self.have - self.unknown

    def __add__(self, other: "Count3") -> "Count3":
        return Count3(self.whole + other.whole, self.have + other.have, self.unknown + other.unknown)


def covering(on: datetime.date) -> Q:
    """A dated row that holds on the day, its first and last day included."""
    return Q(from_on__lte=on) & (Q(to_on=None) | Q(to_on__gte=on))


def based(firms: Firms, asked: Question) -> Firms:
    """The denominator: firms 规上工业 on the day and not deregistered, of them those in manufacturing if asked."""
    above = is_above_scale(asked.on)
    return in_industry(firms, asked, above).filter(above)


def in_industry(firms: Firms, asked: Question, above: Q) -> Firms:
    """Of these firms those in manufacturing, if that is asked; looked up only of firms ``above`` scale.

    The condition on industry stands inside the one on scale, for else it would be evaluated of every firm there is.
    """
    if asked.base != "manufacturing":
        return firms
    found: Any = firms.annotate(industry=industry_code())
    made = Case(When(above, then=flag(Q(industry__regex=MANUFACTURING))), default=Value(False))
    return cast(Firms, found.annotate(made=made).filter(made=True))


def industry_code() -> Subquery:
    """The current industry code of a firm, null where nobody gave one."""
    said: Any = FirmStatement.objects.filter(enterprise=OuterRef("pk")).standing().by_precedence()
    return Subquery(said.exclude(industry_code=None).exclude(industry_code="").values("industry_code")[:1])


def is_above_scale(on: datetime.date) -> Q:
    """规上工业 on the day and not deregistered."""
    spells = AboveScaleSpell.objects.filter(covering(on), enterprise=OuterRef("pk"), kind=scale.INDUSTRY)
    return Q(Exists(spells)) & (Q(deregistered_on=None) | Q(deregistered_on__gt=on))


def without_industry(firms: Firms, on: datetime.date) -> Firms:
    """规上工业 firms whose industry nobody knows: neither in nor out of manufacturing."""
    above = is_above_scale(on)
    found: Any = firms.annotate(industry=industry_code())
    unknown = Case(When(above, then=flag(Q(industry=None))), default=Value(False))
    return cast(Firms, found.annotate(unplaced=unknown).filter(above, unplaced=True))


def counting(asked: Question) -> InstitutionQuerySet:
    """The institutions that count on the day."""
    standing = ResearchInstitution.objects.filter(enterprise=OuterRef("pk")).standing(asked.on)
    if asked.rule == "recognised":
        dated = Q(recognised_on__lte=asked.on) | Q(recognised_on=None, state="recognised")
        return standing.filter(dated, level__in=ADMINISTRATIVE)
    if asked.rule == "six":
        return standing.annotate(found=found_items(asked.on)).filter(found=len(six_haves.KEYS))
    return standing


def found_items(on: datetime.date) -> Coalesce:
    """How many of the six the last look on or before the day found."""
    looks = InstitutionCheck.objects.filter(institution=OuterRef("pk"), checked_on__lte=on)
    later = InstitutionCheck.objects.filter(
        Q(checked_on__gt=OuterRef("checked_on")) | Q(checked_on=OuterRef("checked_on"), pk__gt=OuterRef("pk")),
        institution=OuterRef("institution"), item=OuterRef("item"), checked_on__lte=on,
    )  # fmt: skip
    found = looks.filter(~Exists(later), state=CheckState.HAS).order_by()
    number = found.annotate(n=Func(F("item"), function="count", output_field=IntegerField())).values("n")
    return Coalesce(Subquery(number), 0)


def unit_on(on: datetime.date) -> Coalesce:
    """The unit the firm belonged to on the day; before the first membership on record, the first one's."""
    then = RegionMembership.objects.filter(Q(to_on=None) | Q(to_on__gte=on), enterprise=OuterRef("pk"))
    first = Subquery(then.order_by("from_on").values("region")[:1])
    return Coalesce(first, F("region"), output_field=BigIntegerField())


def placed(firms: Firms, asked: Question) -> Firms:
    """The denominator with unit and answer of each firm."""
    return based(firms, asked).annotate(unit=unit_on(asked.on), has=Exists(counting(asked)))


def by_unit(firms: Firms, asked: Question) -> dict[int, Count3]:
    """Of each unit of the day: the firms, those that have one, those of whom nobody knows; one query."""
    found: Any = placed(firms, asked)
    blank = IsNull(F("institutions_known_on"), True)
    rows = found.annotate(blank=blank).order_by().values("unit", "has", "blank").annotate(n=Count("pk"))
    counted: dict[int, Count3] = defaultdict(Count3)
    for unit, has, unchecked, n in rows.values_list("unit", "has", "blank", "n"):
        counted[unit] += Count3(n, n if has else 0, n if unchecked and not has else 0)
    return counted


def part(firms: Firms, asked: Question, name: str, unit: Region | None, *, direct: bool = False) -> Firms:
    """The firms behind one number: whole, have, none or unknown of a unit."""
    found: Any = placed(firms, asked)
    if unit is not None:
        found = found.filter(unit=unit.pk) if direct else found.filter(unit__in=units_within(unit))
    if name == "have":
        found = found.filter(has=True)
    elif name in {"none", "unknown"}:
        found = found.filter(has=False, institutions_known_on__isnull=name == "unknown")
    return cast(Firms, found)


def within(firms: Firms, on: datetime.date, unit: Region) -> Firms:
    """Of these firms those that belonged to the unit, or one below, on the day."""
    found: Any = firms.annotate(unit=unit_on(on))
    return cast(Firms, found.filter(unit__in=units_within(unit)))


def units_within(unit: Region) -> list[int]:
    """The unit and those below, by id."""
    return list(Region.objects.within(unit).values_list("pk", flat=True))


# Two days

MOVES: Final = ("gained", "lost", "entered", "moved_in", "left", "moved_out")
# Of these the answer of the first day says whether they had one; of the others that of the second
OF_THE_FIRST_DAY: Final = frozenset({"before", "lost", "left", "moved_out"})


def on_both(firms: Firms, since: Question, asked: Question) -> Any:
    """Firms 规上工业 on either day, of the asked industry, with their unit of both days."""
    spells = AboveScaleSpell.objects.filter(covering(since.on) | covering(asked.on), kind=scale.INDUSTRY)
    either = Q(pk__in=spells.values("enterprise"))
    found: Any = in_industry(firms, asked, either).filter(either)
    return found.annotate(unit1=unit_on(since.on), unit2=unit_on(asked.on))


def moved(firms: Firms, since: Question, asked: Question, units: list[int], move: str) -> Firms:
    """The firms behind one part of the change."""
    in1, in2 = is_above_scale(since.on), is_above_scale(asked.on)
    here1, here2 = in1 & Q(unit1__in=units), in2 & Q(unit2__in=units)
    had, have = Q(Exists(counting(since))), Q(Exists(counting(asked)))
    where = {
        "gained": here1 & here2 & ~had & have,
        "lost": here1 & here2 & had & ~have,
        "entered": here2 & ~in1,
        "moved_in": here2 & in1 & ~Q(unit1__in=units),
        "left": here1 & ~in2,
        "moved_out": here1 & in2 & ~Q(unit2__in=units),
    }
    return cast(Firms, on_both(firms, since, asked).filter(where[move]))


@dataclass(frozen=True)
class Both:
    """What some firms were on both days: in the denominator, of these units, having one."""

    in1: bool
    here1: bool
    has1: bool
    in2: bool
    here2: bool
    has2: bool

    def move(self) -> str:
        """The move they made, or none."""
        if self.here1 and self.here2:
            return "" if self.has1 == self.has2 else "gained" if self.has2 else "lost"
        if self.here2:
            return "moved_in" if self.in1 else "entered"
        return ("moved_out" if self.in2 else "left") if self.here1 else ""

    def names(self) -> list[str]:
        """The counts they belong to."""
        return [name for name, fits in (("before", self.here1), ("after", self.here2)) if fits] + [self.move()]


@dataclass(frozen=True)
class Two:
    """The numbers of two days and of every move between them, each as (firms, of them with an institution)."""

    before: tuple[int, int]
    after: tuple[int, int]
    moves: dict[str, tuple[int, int]]


def between(firms: Firms, since: Question, asked: Question, units: list[int]) -> Two:
    """Both days and every move between them, in one query."""
    found = on_both(firms, since, asked).annotate(
        in1=flag(is_above_scale(since.on)), has1=Exists(counting(since)),
        in2=flag(is_above_scale(asked.on)), has2=Exists(counting(asked)),
    )  # fmt: skip
    columns = ("in1", "unit1", "has1", "in2", "unit2", "has2")
    ours, counted = frozenset(units), dict.fromkeys(("before", "after", *MOVES, ""), (0, 0))
    rows = found.order_by().values(*columns).annotate(n=Count("pk")).values_list(*columns, "n")
    for in1, unit1, has1, in2, unit2, has2, n in rows:
        firm = Both(in1, in1 and unit1 in ours, has1, in2, in2 and unit2 in ours, has2)
        for name in firm.names():
            whole, having = counted[name]
            counted[name] = (whole + n, having + n * (has1 if name in OF_THE_FIRST_DAY else has2))
    return Two(counted["before"], counted["after"], {move: counted[move] for move in MOVES})


def flag(condition: Q) -> Case:
    """A condition as a column."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
