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
    return firms.annotate(**industry_if(asked)).filter(is_based(asked))


def industry_if(asked: Question) -> dict[str, Any]:
    """The industry code as it is known now, where the question turns on it."""
    return {"industry": industry_code()} if asked.base == "manufacturing" else {}


def industry_code() -> Subquery:
    """The current industry code of a firm, null where nobody gave one."""
    said: Any = FirmStatement.objects.filter(enterprise=OuterRef("pk")).standing().by_precedence()
    return Subquery(said.exclude(industry_code=None).exclude(industry_code="").values("industry_code")[:1])


def is_above_scale(on: datetime.date) -> Q:
    """规上工业 on the day and not deregistered."""
    spells = AboveScaleSpell.objects.filter(covering(on), enterprise=OuterRef("pk"), kind=scale.INDUSTRY)
    return Q(Exists(spells)) & (Q(deregistered_on=None) | Q(deregistered_on__gt=on))


def is_based(asked: Question) -> Q:
    """In the denominator."""
    base = is_above_scale(asked.on)
    return base & Q(industry__regex=MANUFACTURING) if asked.base == "manufacturing" else base


def without_industry(firms: Firms, on: datetime.date) -> Firms:
    """规上工业 firms whose industry nobody knows: neither in nor out of manufacturing."""
    found: Any = firms.annotate(industry=industry_code())
    return cast(Firms, found.filter(is_above_scale(on), industry=None))


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

COLUMNS: Final = ("here1", "in1", "has1", "here2", "in2", "has2")
# What a firm was on the first day and on the second: in these units' denominator, in anybody's, having one
MOVE: Final[dict[str, dict[str, bool]]] = {
    "gained": {"here1": True, "here2": True, "has1": False, "has2": True},
    "lost": {"here1": True, "here2": True, "has1": True, "has2": False},
    "entered": {"here1": False, "here2": True, "in1": False},
    "moved_in": {"here1": False, "here2": True, "in1": True},
    "left": {"here1": True, "here2": False, "in2": False},
    "moved_out": {"here1": True, "here2": False, "in2": True},
}
OF_THE_FIRST_DAY: Final = frozenset({"before", "lost", "left", "moved_out"})


def compared(firms: Firms, since: Question, asked: Question, units: list[int]) -> Any:
    """Firms in the denominator of these units on either day, with what they were on both."""
    spells = AboveScaleSpell.objects.filter(covering(since.on) | covering(asked.on), kind=scale.INDUSTRY)
    found: Any = firms.filter(pk__in=spells.values("enterprise")).annotate(**industry_if(asked))
    for mark, question in (("1", since), ("2", asked)):
        found = found.annotate(**{f"unit{mark}": unit_on(question.on)})
        found = found.annotate(
            **{
                f"in{mark}": flag(is_based(question)),
                f"here{mark}": flag(is_based(question) & Q(**{f"unit{mark}__in": units})),
                f"has{mark}": Exists(counting(question)),
            }
        )
    return found.filter(Q(here1=True) | Q(here2=True))


def flag(condition: Q) -> Case:
    """A condition as a column."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def moved(firms: Firms, since: Question, asked: Question, units: list[int], move: str) -> Firms:
    """The firms behind one part of the change."""
    return cast(Firms, compared(firms, since, asked, units).filter(**MOVE[move]))


@dataclass(frozen=True)
class Two:
    """The numbers of two days and of every move between them, each as (firms, of them with an institution)."""

    before: tuple[int, int]
    after: tuple[int, int]
    moves: dict[str, tuple[int, int]]


def between(firms: Firms, since: Question, asked: Question, units: list[int]) -> Two:
    """Both days and every move between them, in one query."""
    found = compared(firms, since, asked, units).order_by().values(*COLUMNS).annotate(n=Count("pk"))
    rows = list(found)
    wanted = {"before": {"here1": True}, "after": {"here2": True}, **MOVE}
    pairs = {name: added(rows, where, "has1" if name in OF_THE_FIRST_DAY else "has2") for name, where in wanted.items()}
    return Two(pairs["before"], pairs["after"], {move: pairs[move] for move in MOVE})


def added(rows: list[dict[str, Any]], where: dict[str, bool], has: str) -> tuple[int, int]:
    """How many firms the rows that fit count, and how many of these have one."""
    fit = [row for row in rows if all(row[name] is value for name, value in where.items())]
    return sum(row["n"] for row in fit), sum(row["n"] for row in fit if row[has])
