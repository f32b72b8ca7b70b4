"""What is written of the firms of one block: the rows of each table, from what was drawn."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models

from console.province import profiles
from console.province.draw import REVOKED_BEFORE, Drawn
from enterprises.models import (
    AboveScaleSpell,
    Contact,
    Enterprise,
    FirmStatement,
    FormerName,
    IntellectualProperty,
    NegativeFact,
    RegionMembership,
    ResearchInstitution,
    Source,
    StatementState,
    YearFigures,
)
from enterprises.models.enterprise import search_columns
from enterprises.search import folded
from enterprises.vocabulary import FIGURES
from pipeline.models import Candidacy, Ruling, Title

Pairs = Sequence[tuple[int, Drawn]]
DAY: Final = datetime.timedelta(days=1)


@dataclass(frozen=True)
class World:
    """What every row may refer to: the day, the units and their officers, whoever brought the ledger."""

    at: datetime.datetime
    on: datetime.date
    units: Sequence[int]
    officers: Sequence[int]
    by_id: int


@dataclass(frozen=True)
class Table:
    """One table: its model, the columns given, and the rows of a block."""

    model: type[models.Model]
    columns: Sequence[str]
    rows: Callable[[World, Pairs], Iterable[Sequence[Any]]]


def firms(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """The firms, found by all their names."""
    for pk, firm in pairs:
        words, bigrams = search_columns(firm.name, [firm.former] if firm.former else [], firm.uscc)
        known = None if firm.is_bare else world.on
        yield (
            pk, firm.uscc, True, firm.name, world.units[firm.unit],
            world.officers[firm.unit] if firm.has_officer else None,
            world.on - DAY * 20 if firm.is_gone else None, known, known, known, known,
            world.on if firm.list_checked else None, folded(firm.name), words.replace("\n", "\\n"), bigrams,
        )  # fmt: skip


def memberships(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """The unit of each."""
    since = datetime.date(world.on.year - 1, 1, 1)
    return ((pk, world.units[firm.unit], since) for pk, firm in pairs)


def former_names(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """Names that ended."""
    return ((pk, firm.former, folded(firm.former), world.on - DAY * 500) for pk, firm in pairs if firm.former)


def contacts(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """Whom to call."""
    return (
        (pk, f"联络员{pk % 997}", f"lianluo{pk}@qiye.example", "科技专员") for pk, firm in pairs if firm.has_contact
    )


def spells(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """规上, some of it over."""
    since = datetime.date(world.on.year - 2, 1, 1)
    for pk, firm in pairs:
        if firm.above_scale:
            yield pk, since, None if firm.above_scale == "now" else world.on - DAY * 90, "规上名单"


def institutions(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """Research institutions of the city's level, some of them over."""
    since = datetime.date(world.on.year - 2, 6, 1)
    for pk, firm in pairs:
        if firm.institution:
            yield pk, "企校联合创新中心", "市", since, None if firm.institution == "standing" else world.on - DAY * 40


def negatives(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """An entry that stands, one that was removed, an accident of this year."""
    dated = {"经营异常": (100, None), "安全事故": (60, None), "经营异常已移出": (400, 30)}
    for pk, firm in pairs:
        if firm.negative:
            began, ended = dated[firm.negative]
            kind = firm.negative.removesuffix("已移出")
            yield pk, kind, world.on - DAY * began, None if ended is None else world.on - DAY * ended, "信用中国"


def property_rows(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """One invention of its own for every firm that is known."""
    granted, ends = datetime.date(world.on.year - 6, 4, 1), datetime.date(world.on.year + 13, 4, 1)
    for pk, firm in pairs:
        if not firm.is_bare:
            yield pk, "I", "发明专利", f"ZL{pk:010}", granted, ends, "自主研发", True, True


def statements(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """What the ledger said of the firm itself."""
    known_at = world.at - DAY * 210
    for pk, firm in pairs:
        if not firm.is_bare:
            area = profiles.FIELDS[firm.number % len(profiles.FIELDS)]
            code = profiles.RETAIL if firm.tsme == "retailer" else profiles.INDUSTRIES[area]
            born = datetime.date(world.on.year - 7 - firm.number % 12, 3, 1)
            yield (
                pk,
                Source.LEDGER.value,
                StatementState.ACCEPTED.value,
                known_at,
                world.by_id,
                born,
                True,
                code,
                "工业",
                area,
            )


def year_figures(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """Three years of figures from the ledger, and here and there a word of the firm that nobody accepted yet."""
    known_at, said_at = world.at - DAY * 210, world.at - DAY * 5
    names = [figure.name for figure in FIGURES]
    for pk, firm in pairs:
        for back in profiles.years(firm.profile):
            found = profiles.figures(firm.profile, firm.tsme, firm.scale, back)
            if firm.is_ruled and back == 1:
                found |= {"hnte_expert_property": 28, "hnte_expert_conversion": 28, "hnte_expert_organisation": 18}
            said = (pk, Source.LEDGER.value, StatementState.ACCEPTED.value, known_at, world.by_id, world.on.year - back)
            yield *said, *map(found.get, names)
        if firm.is_pending:
            waits = (pk, Source.ENTERPRISE.value, StatementState.SUBMITTED.value, said_at, None, world.on.year - 1)
            yield *waits, *map({"tax_paid_cny": 1}.get, names)


def titles(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """Recognitions as drawn."""
    for pk, firm in pairs:
        for track, issued, begins, ends, standing in firm.titles:
            acted_on = None if standing == "normal" else world.on - REVOKED_BEFORE
            yield (
                pk,
                track,
                f"{track.upper()}{begins.year}{firm.number:07}",
                issued,
                begins,
                ends,
                standing,
                acted_on,
                world.by_id,
            )


def cases(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """Cases as drawn, with the firm's officer."""
    for pk, firm in pairs:
        officer = world.officers[firm.unit] if firm.has_officer else None
        for place, (track, state) in enumerate(firm.cases):
            yield pk, track, state, officer, world.at - DAY * (200 - pk % 120 - place), world.at - DAY * (pk % 90)


def rulings(world: World, pairs: Pairs) -> Iterator[Sequence[Any]]:
    """What people answered where no figure does."""
    asked = (("hnte", "H2.core"), ("hnte", "H3.core"), ("tsme", "T1.accounts"), ("tsme", "T3.catalogue"))
    for pk, firm in pairs:
        if firm.is_ruled and not firm.is_bare:
            for track, criterion in asked:
                yield pk, track, criterion, True, "现场核查", world.by_id, world.on - DAY * 30


ENTERPRISE: Final = (
    "id", "uscc", "uscc_ok", "name", "region_id", "officer_id", "deregistered_on", "property_known_on",
    "honours_known_on", "negatives_known_on", "titles_known_on", "institutions_known_on", "folded_name", "search_text",
    "search_bigrams",
)  # fmt: skip
SAID: Final = ("enterprise_id", "source", "state", "known_at", "confirmed_by_id")
TABLES: Final = (
    Table(Enterprise, ENTERPRISE, firms),
    Table(RegionMembership, ("enterprise_id", "region_id", "from_on"), memberships),
    Table(FormerName, ("enterprise_id", "name", "folded_name", "until"), former_names),
    Table(Contact, ("enterprise_id", "name", "email", "role"), contacts),
    Table(AboveScaleSpell, ("enterprise_id", "from_on", "to_on", "source"), spells),
    Table(ResearchInstitution, ("enterprise_id", "kind", "level", "recognised_on", "valid_until"), institutions),
    Table(NegativeFact, ("enterprise_id", "kind", "from_on", "to_on", "source"), negatives),
    Table(
        IntellectualProperty,
        ("enterprise_id", "property_class", "kind", "number", "granted_on", "expires_on", "obtained", "main_product",
         "in_use"),
        property_rows,
    ),
    Table(
        FirmStatement,
        (*SAID, "registered_on", "is_resident", "industry_code", "size_trade", "hi_tech_field"),
        statements,
    ),
    Table(YearFigures, (*SAID, "year", *(figure.name for figure in FIGURES)), year_figures),
    Table(
        Title,
        ("enterprise_id", "track", "number", "issued_on", "valid_from", "valid_until", "standing", "acted_on",
         "recorded_by_id"),
        titles,
    ),
    Table(Candidacy, ("enterprise_id", "track", "state", "officer_id", "opened_at", "moved_at"), cases),
    Table(Ruling, ("enterprise_id", "track", "criterion", "value", "basis", "by_id", "ruled_on"), rulings),
)  # fmt: skip
