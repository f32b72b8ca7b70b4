"""建有率 on any day against a naive count in Python; the parts of a change add up to it exactly."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.machine import state_change_allowed
from accounts.models import Region, User
from enterprises import shares, six_haves
from enterprises.domain import coverage
from enterprises.domain.coverage import Count3, Question
from enterprises.models import (
    AboveScaleSpell,
    Enterprise,
    FirmStatement,
    InstitutionCheck,
    RegionMembership,
    ResearchInstitution,
)
from tests.factories import KNOWN_AT, EnterpriseFactory, RegionFactory, UserFactory

pytestmark = [pytest.mark.django_db]

START = datetime.date(2024, 2, 25)  # the 29th of February lies within


def day(number: int | None) -> datetime.date | None:
    return None if number is None else START + datetime.timedelta(days=number)


@dataclass(frozen=True)
class Drawn:
    """One firm as drawn: days as numbers, a day that is None is open or unknown."""

    spells: list[tuple[int, int | None]]
    units: list[int]
    moves_on: int
    industry: str | None
    known: bool
    gone: int | None
    institutions: list[dict[str, Any]]
    checks: list[tuple[str, int, str]]


days = st.integers(0, 12)
ends = st.none() | st.integers(0, 12)
institution = st.fixed_dictionaries({
    "level": st.sampled_from(["国家", "省部", "市", "县", "自建"]),
    "state": st.sampled_from(["cultivating", "building", "complete", "recognised", "ended"]),
    "established_on": ends, "recognised_on": ends, "valid_until": ends, "ended_on": ends,
})  # fmt: skip
firms = st.builds(
    Drawn,
    spells=st.lists(st.tuples(days, ends), max_size=2),
    units=st.lists(st.integers(0, 2), min_size=1, max_size=2),
    moves_on=st.integers(1, 12),
    industry=st.sampled_from([None, "", "C1310", "C1299", "4399", "4400", "c3421", "6513"]),
    known=st.booleans(),
    gone=ends,
    institutions=st.lists(institution, max_size=2),
    checks=st.lists(
        st.tuples(st.sampled_from(six_haves.KEYS), days, st.sampled_from(["has", "lacks", "unchecked"])), max_size=10
    ),
)


# The naive count


def covers(begin: int | None, end: int | None, on: int) -> bool:
    return begin is not None and begin <= on and (end is None or end >= on)


def is_in(firm: Drawn, on: int, base: str) -> bool:
    above = any(covers(begin, end, on) for begin, end in firm.spells) and not (
        firm.gone is not None and firm.gone <= on
    )
    if base == "industry":
        return above
    digits = (firm.industry or "").upper().removeprefix("C")[:2]
    return above and digits.isdigit() and 13 <= int(digits) <= 43


def unit_of(firm: Drawn, on: int) -> int:
    return firm.units[0] if len(firm.units) == 1 or on < firm.moves_on else firm.units[1]


def stands(one: dict[str, Any], on: int) -> bool:
    begun = covers(one["established_on"], None, on) or covers(one["recognised_on"], None, on)
    begun = begun or (one["state"] == "recognised" and one["recognised_on"] is None)
    return begun and all(one[end] is None or one[end] >= on for end in ("valid_until", "ended_on"))


def counts(firm: Drawn, one: dict[str, Any], place: int, on: int, rule: str) -> bool:
    if not stands(one, on):
        return False
    if rule == "recognised":
        dated = covers(one["recognised_on"], None, on) or (
            one["state"] == "recognised" and one["recognised_on"] is None
        )
        return dated and one["level"] in {"国家", "省部", "市"}
    if rule == "six":
        last = dict.fromkeys(six_haves.KEYS, "unchecked")
        for item, _, state in sorted((c for c in firm.checks if c[1] <= on), key=lambda c: c[1]):
            last[item] = state
        return place == 0 and set(last.values()) == {"has"}
    return True


def has(firm: Drawn, on: int, rule: str) -> bool:
    return any(counts(firm, one, place, on, rule) for place, one in enumerate(firm.institutions))


# The register as drawn


def write(drawn: list[Drawn], units: list[Region], by: User) -> list[Enterprise]:
    made = []
    for number, firm in enumerate(drawn):
        now = units[firm.units[-1]]
        row = Enterprise(
            name=f"企业{number}", region=now, deregistered_on=day(firm.gone),
            institutions_known_on=START if firm.known else None,
        )  # fmt: skip
        made.append(row)
    Enterprise.objects.bulk_create(made)
    for row, firm in zip(made, drawn, strict=True):
        write_days(row, firm, units)
        write_institutions(row, firm, by)
    return made


def write_days(row: Enterprise, firm: Drawn, units: list[Region]) -> None:
    for begin, end in firm.spells:
        AboveScaleSpell.objects.create(enterprise=row, from_on=day(begin), to_on=day(end))
    begin, until = START, day(firm.moves_on - 1) if len(firm.units) > 1 else None
    for unit in firm.units:
        RegionMembership.objects.create(enterprise=row, region=units[unit], from_on=begin, to_on=until)
        begin, until = day(firm.moves_on), None
    if firm.industry is not None:
        FirmStatement.objects.create(enterprise=row, source="ledger", known_at=KNOWN_AT, industry_code=firm.industry)


def write_institutions(row: Enterprise, firm: Drawn, by: User) -> None:
    for place, one in enumerate(firm.institutions):
        dates = {name: day(one[name]) for name in ("established_on", "recognised_on", "valid_until", "ended_on")}
        with state_change_allowed():
            made = ResearchInstitution.objects.create(
                enterprise=row, kind="自建研发机构", level=one["level"], state=one["state"], **dates
            )
        if place == 0:
            for item, on, state in sorted(firm.checks, key=lambda check: check[1]):
                InstitutionCheck.objects.create(
                    institution=made, item=item, state=state, evidence="见", checked_by=by, checked_on=day(on)
                )


@pytest.mark.feature(39, partial="the page and its names")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(firms, min_size=1, max_size=5), on=days, before=days,
    base=st.sampled_from(["industry", "manufacturing"]), rule=st.sampled_from(list(coverage.RULES)),
)  # fmt: skip
def test_any_day_is_counted_as_by_hand(drawn: list[Drawn], on: int, before: int, base: str, rule: str):
    """规上(制造业)建有率 at any date, numerator and denominator."""
    with transaction.atomic():
        city = RegionFactory(level=Region.Level.CITY)
        units = [city, RegionFactory(parent=city), RegionFactory(parent=city)]
        user = UserFactory(region=city)
        made = write(drawn, units, user)
        seen = Enterprise.objects.visible_to(user)
        now, then = Question(day(on), base, rule), Question(day(before), base, rule)

        assert dict(coverage.by_unit(seen, now)) == by_hand(drawn, units, on, base, rule)
        check_names(seen, now, drawn, made, units, on)
        check_change(seen, then, now, drawn, units, before, on)
        transaction.set_rollback(True)


def by_hand(drawn: list[Drawn], units: list[Region], on: int, base: str, rule: str) -> dict[int, Count3]:
    found: dict[int, Count3] = {}
    for firm in drawn:
        if is_in(firm, on, base):
            unit, having = units[unit_of(firm, on)].pk, has(firm, on, rule)
            found[unit] = found.get(unit, Count3()) + Count3(1, int(having), int(not having and not firm.known))
    return found


def check_names(
    seen: Any, now: Question, drawn: list[Drawn], made: list[Enterprise], units: list[Region], on: int
) -> None:
    """Each number opens exactly its firms."""
    for unit in units[:2]:
        for part in ("whole", "have", "none", "unknown"):
            below = units if unit is units[0] else [unit]
            expected = {
                row.pk
                for row, firm in zip(made, drawn, strict=True)
                if is_in(firm, on, now.base) and units[unit_of(firm, on)] in below and fits(firm, part, on, now.rule)
            }
            assert set(coverage.part(seen, now, part, unit).values_list("pk", flat=True)) == expected


def fits(firm: Drawn, part: str, on: int, rule: str) -> bool:
    having = has(firm, on, rule)
    return {
        "whole": True, "have": having, "none": not having and firm.known, "unknown": not having and not firm.known,
    }[part]  # fmt: skip


def check_change(
    seen: Any, then: Question, now: Question, drawn: list[Drawn], units: list[Region], before: int, on: int
) -> None:
    """Of the first unit below the city: both days, every move with its names, parts that add up."""
    unit = units[1]
    two = coverage.between(seen, then, now, [unit.pk])

    for question, number, pair in ((then, before, two.before), (now, on, two.after)):
        here = [f for f in drawn if is_in(f, number, question.base) and units[unit_of(f, number)] is unit]
        assert pair == (len(here), sum(has(f, number, question.rule) for f in here))
    for move, (firms_moved, _) in two.moves.items():
        # Compiling the query takes longer than running it; a move that nobody made is asked for now and then
        if firms_moved or on % 6 == 0:
            assert coverage.moved(seen, then, now, [unit.pk], move).count() == firms_moved
    parts = shares.parts(two.before, two.moves)
    if two.before[0] and two.after[0]:
        assert sum(part.points for part in parts) == 100 * (
            Fraction(two.after[1], two.after[0]) - Fraction(two.before[1], two.before[0])
        )


# Parts of a change


@pytest.mark.feature("N15")
def test_entrants_lower_the_rate_by_what_is_said():
    """New 规上 entrants, exits and merges change 建有率; shows 分母 +6 使比率 −2.1pp."""
    moves = {
        "gained": (2, 2),
        "lost": (0, 0),
        "entered": (6, 1),
        "moved_in": (0, 0),
        "left": (0, 0),
        "moved_out": (0, 0),
    }

    parts = {part.move: part for part in shares.parts((94, 50), moves)}

    assert parts["gained"].points == 100 * Fraction(2, 94)
    assert parts["entered"].points == 100 * (Fraction(53, 100) - Fraction(52, 94))
    assert shares.rounded([parts["entered"].points]) == [Decimal("-2.32")]


@st.composite
def two_days(draw: st.DrawFn) -> tuple[tuple[int, int], dict[str, tuple[int, int]]]:
    """A first day and moves that its firms can make."""
    having, lacking = draw(st.integers(0, 40)), draw(st.integers(0, 40))
    gained, lost = draw(st.integers(0, lacking)), draw(st.integers(0, having))
    out_having = draw(st.integers(0, having - lost))
    out_lacking = draw(st.integers(0, lacking - gained))
    split = draw(st.integers(0, out_having)), draw(st.integers(0, out_lacking))
    entered, moved = (sorted((draw(st.integers(0, 9)), draw(st.integers(0, 9))), reverse=True) for _ in range(2))
    moves = {
        "gained": (gained, gained), "lost": (lost, 0), "entered": tuple(entered), "moved_in": tuple(moved),
        "left": (sum(split), split[0]),
        "moved_out": (out_having + out_lacking - sum(split), out_having - split[0]),
    }  # fmt: skip
    return (having + lacking, having), moves


@pytest.mark.feature("N15")
@given(drawn=two_days())
def test_the_parts_add_up_to_the_difference_exactly(drawn: tuple[tuple[int, int], dict[str, tuple[int, int]]]):
    """Decomposition of change sums exactly to the difference."""
    (whole, having), moves = drawn
    parts = shares.parts((whole, having), moves)
    incoming, outgoing = ("entered", "moved_in"), ("left", "moved_out")
    after_whole = whole + sum(moves[m][0] for m in incoming) - sum(moves[m][0] for m in outgoing)
    after_having = (
        having + moves["gained"][0] - moves["lost"][0]
        + sum(moves[m][1] for m in incoming) - sum(moves[m][1] for m in outgoing)
    )  # fmt: skip
    if not whole or not after_whole:
        assert parts == []
        return
    difference = 100 * (Fraction(after_having, after_whole) - Fraction(having, whole))

    assert sum(part.points for part in parts) == difference
    shown = shares.rounded([part.points for part in parts])
    assert sum(shown) == Decimal(round(difference * 100)) / 100
    assert all(abs(Fraction(one) - part.points) < Fraction(1, 50) for one, part in zip(shown, parts, strict=True))


# Scope and edges


def test_a_county_counts_its_own_firms_only(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User, officer: User
):
    for firm in (enterprise, foreign_enterprise):
        AboveScaleSpell.objects.create(enterprise=firm, from_on=START)
    asked = Question(START)

    own = coverage.by_unit(Enterprise.objects.visible_to(county_officer), asked)

    assert dict(own) == {enterprise.region_id: Count3(1, 0, 1)}
    assert len(coverage.by_unit(Enterprise.objects.visible_to(officer), asked)) == 2


def test_before_its_first_membership_a_firm_belongs_where_the_first_one_says(
    county: Region, other_county: Region, officer: User
):
    firm = EnterpriseFactory(region=other_county)
    AboveScaleSpell.objects.create(enterprise=firm, from_on=datetime.date(2020, 1, 1))
    RegionMembership.objects.create(
        enterprise=firm, region=county, from_on=datetime.date(2024, 2, 1), to_on=datetime.date(2024, 2, 29)
    )
    RegionMembership.objects.create(enterprise=firm, region=other_county, from_on=datetime.date(2024, 3, 1))
    seen = Enterprise.objects.visible_to(officer)

    places = [list(coverage.by_unit(seen, Question(datetime.date(*when)))) for when in
              ((2021, 1, 1), (2024, 2, 29), (2024, 3, 1))]  # fmt: skip

    assert places == [[county.pk], [county.pk], [other_county.pk]]


@pytest.mark.parametrize("firms_made", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_firms(
    county: Region, officer: User, firms_made: int, django_assert_num_queries: Any
):
    for firm in EnterpriseFactory.create_batch(firms_made, region=county):
        AboveScaleSpell.objects.create(enterprise=firm, from_on=START)
    seen = Enterprise.objects.visible_to(officer)

    with django_assert_num_queries(2):
        coverage.by_unit(seen, Question(START, "manufacturing", "six"))
        coverage.between(seen, Question(START), Question(START + datetime.timedelta(days=4)), [county.pk])
