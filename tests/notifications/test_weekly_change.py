"""What is new, what stays, what left since the letters before; and how a head's letter sums up."""

import datetime
from typing import Any

import pytest

from accounts.models import Region, User
from enterprises.models import Enterprise
from notifications import digest, obligations
from notifications.contents import Contents, Part
from notifications.models import Message, Obligation
from notifications.urgent import MOST_OF_HEAD
from notifications.workdays import load_calendar
from pipeline.models import Title
from tests.factories import (
    BureauFactory,
    EnterpriseFactory,
    MemberFactory,
    RegionFactory,
    TitleFactory,
    UnitOfficerFactory,
    UserFactory,
)

MONDAY = datetime.date(2026, 11, 23)
NEXT = datetime.date(2026, 11, 30)
pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def bureau(city: Region) -> None:
    load_calendar()
    BureauFactory(region=city)


def ending(firm: Enterprise, until: datetime.date, track: str = "hnte") -> Title:
    """One obligation of the firm: a title that ends on that day."""
    return TitleFactory(enterprise=firm, track=track, issued_on=until.replace(year=until.year - 3), valid_until=until)


def renewed(title: Title, on: datetime.date) -> None:
    """The title was renewed: what it asked for is done that day."""
    ending(title.enterprise, datetime.date(2029, 12, 31), title.track)
    obligations.refresh(on=on, enterprise_ids=[title.enterprise_id])


def part(reader: User, on: datetime.date) -> Part:
    found = Contents(on).part(reader)
    assert found is not None
    return found


def change(found: Part) -> tuple[int, int, int]:
    """New, done, stays."""
    return found.told.new, found.told.done, found.told.stays


def letter(reader: User, week: str) -> Message:
    return Message.objects.get(to=reader.email, run__week=week)


# New, stays, left


def test_the_first_letters_have_nothing_to_compare_with(enterprise: Enterprise, member: User):
    ending(enterprise, datetime.date(2026, 12, 20))
    digest.run(on=MONDAY)

    assert "上次提醒" not in letter(member, "2026-W48").text


@pytest.mark.feature(49, partial="what is new, what stays, what left; a director's and a township's letter are below")
def test_a_letter_says_what_is_new_what_stays_and_what_was_done(enterprise: Enterprise, member: User, officer: User):
    done = ending(enterprise, datetime.date(2026, 12, 20))
    ending(enterprise, datetime.date(2026, 12, 25), "tsme")
    digest.run(on=MONDAY)
    renewed(done, MONDAY + datetime.timedelta(days=2))
    ending(enterprise, datetime.date(2027, 1, 15), "srdi")

    digest.run(on=NEXT)

    for reader in (member, officer):
        found = letter(reader, "2026-W49")
        for body in (found.text, found.html):
            assert "比上次提醒（11月23日）新增 1 项，办结 1 项，1 项仍在办" in " ".join(body.split())
        assert "［新］云泽精密装备有限公司：专精特新" in found.text
        assert found.text.count("［新］") == found.html.count(">新</span>") == 1
        ended = found.text.partition("【上次提醒以来办结】")[2]
        assert "高新技术企业资格2026年12月20日到期" in ended
        assert "科技型" not in ended


@pytest.mark.parametrize(
    ("when", "expected"),
    [("before the letters", (0, 0, 1)), ("after them, the same Monday", (0, 1, 1))],
)
def test_what_ends_on_the_monday_itself_is_told_once(
    enterprise: Enterprise, member: User, when: str, expected: tuple[int, int, int]
):
    done, _ = ending(enterprise, datetime.date(2026, 12, 20)), ending(enterprise, datetime.date(2026, 12, 25), "tsme")
    obligations.refresh(on=MONDAY - datetime.timedelta(days=7))
    digest.run(on=MONDAY - datetime.timedelta(days=7))
    if when == "before the letters":
        renewed(done, MONDAY)
    digest.run(on=MONDAY)
    if when != "before the letters":
        renewed(done, MONDAY)

    assert change(part(member, NEXT)) == expected


def test_what_came_up_on_the_monday_after_the_letters_is_new_in_the_next(enterprise: Enterprise, member: User):
    ending(enterprise, datetime.date(2026, 12, 20))
    digest.run(on=MONDAY)
    ending(enterprise, datetime.date(2026, 12, 25), "tsme")
    obligations.refresh(on=MONDAY)

    assert change(part(member, NEXT)) == (1, 0, 1)


@pytest.mark.parametrize("ended", [{"waived_on": NEXT, "waived_because": "企业放弃"}, {"lapsed_on": NEXT}])
def test_what_was_waived_or_lapsed_is_not_called_done(enterprise: Enterprise, member: User, ended: dict[str, Any]):
    waived = ending(enterprise, datetime.date(2026, 12, 20))
    ending(enterprise, datetime.date(2026, 12, 25), "tsme")
    digest.run(on=MONDAY)
    Obligation.objects.filter(track=waived.track).update(**ended)

    found = part(member, NEXT)

    assert (change(found), found.told.waived, found.told.ended) == ((0, 0, 1), 1, [])


def test_after_two_weeks_without_a_run_the_last_letters_are_compared_with(enterprise: Enterprise, member: User):
    ending(enterprise, datetime.date(2026, 12, 20))
    digest.run(on=MONDAY)
    ending(enterprise, datetime.date(2026, 12, 25), "tsme")
    on = MONDAY + datetime.timedelta(days=21)
    obligations.refresh(on=on)

    found = part(member, on)

    assert (change(found), found.since) == ((1, 0, 1), MONDAY)


def test_nothing_of_a_foreign_firm_is_told_as_done(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
):
    ending(enterprise, datetime.date(2026, 12, 20))
    done = ending(foreign_enterprise, datetime.date(2026, 12, 20))
    digest.run(on=MONDAY)
    renewed(done, NEXT)

    digest.run(on=NEXT)

    found = letter(county_officer, "2026-W49")
    assert change(part(county_officer, NEXT)) == (0, 0, 1)
    assert foreign_enterprise.name not in found.text + found.html


@pytest.mark.parametrize("firms", [1, 6])
def test_comparing_costs_the_same_for_one_reader_and_for_many(
    county: Region, firms: int, django_assert_num_queries: Any
):
    people = [MemberFactory(enterprises=[EnterpriseFactory(region=county)]) for _ in range(firms)]
    for person in people:
        ending(person.enterprises.get(), datetime.date(2026, 12, 20))
    digest.run(on=MONDAY)
    people = list(digest.readers_of_mail(NEXT))
    contents = Contents(NEXT)
    contents.bureau, contents.tracks, contents.escalations, contents.since  # noqa: B018 -- read once a run

    with django_assert_num_queries(4):
        ahead = contents.reading_ahead(people)
        assert all(ahead.part(person) for person in people)


# The subject


def test_the_subject_of_a_letter_with_nothing_ahead_says_the_last_day_that_passed(enterprise: Enterprise, member: User):
    ending(enterprise, datetime.date(2026, 11, 20))
    ending(enterprise, datetime.date(2026, 10, 20), "tsme")

    digest.run(on=MONDAY)

    assert letter(member, "2026-W48").subject == "2 项待办（2 项已逾期），最近一项 11月20日到期"


# Heads


@pytest.fixture
def towns(county: Region) -> list[Region]:
    """Two townships of the county with two late firms and one that has time."""
    towns = [RegionFactory(name=name, parent=county, level=Region.Level.TOWNSHIP) for name in ("金湖街道", "殷祖镇")]
    for _ in range(2):
        ending(EnterpriseFactory(region=towns[1]), datetime.date(2026, 11, 20))
    ending(EnterpriseFactory(region=towns[0]), datetime.date(2026, 11, 27))
    ending(EnterpriseFactory(region=county), datetime.date(2027, 3, 1))
    obligations.refresh(on=MONDAY)
    return towns


@pytest.mark.feature(49, partial="a head's letter sums up by unit")
def test_a_county_head_reads_sums_by_township_the_worst_first(county: Region, towns: list[Region]):
    head = UnitOfficerFactory(region=county, leads=True)

    found = part(head, MONDAY)

    assert [(each.name, each.count, each.overdue, each.week) for each in found.shares] == [
        ("殷祖镇", 2, 2, 0),
        ("金湖街道", 1, 0, 1),
        ("东溪县本级", 1, 0, 0),
    ]
    assert sum(each.count for each in found.shares) == found.count


def test_a_director_reads_sums_by_county_and_the_letter_shows_them(city: Region, county: Region, towns: list[Region]):
    director = UserFactory(region=city, leads=True)

    digest.run(on=MONDAY)

    found = letter(director, "2026-W48")
    assert [(each.name, each.count) for each in part(director, MONDAY).shares] == [("东溪县", 4)]
    assert "· 东溪县：4 项，已逾期 2，本周到期 1" in found.text
    assert f"/calendar/?view=list&amp;unit={county.pk}" in found.html


def test_a_head_without_units_below_reads_sums_by_officer(towns: list[Region]):
    officer = UnitOfficerFactory(name="镇经办", region=towns[1])
    Enterprise.objects.filter(pk=Enterprise.objects.filter(region=towns[1]).latest("pk").pk).update(officer=officer)
    head = UnitOfficerFactory(region=towns[1], leads=True)

    found = part(head, MONDAY)

    assert {(each.name, each.count) for each in found.shares} == {("镇经办", 1), ("暂无责任人", 1)}


def test_a_head_reads_ten_lines_and_how_many_more_there_are(county: Region):
    head = UnitOfficerFactory(region=county, leads=True)
    for _ in range(MOST_OF_HEAD + 5):
        ending(EnterpriseFactory(region=county), datetime.date(2026, 12, 4))
    obligations.refresh(on=MONDAY)

    found = part(head, MONDAY)

    assert (len(found.obligations), found.told.left_over, found.count) == (MOST_OF_HEAD, 5, MOST_OF_HEAD + 5)


def test_a_head_without_a_line_is_told_of_every_line(county: Region, enterprise: Enterprise):
    head = UnitOfficerFactory(region=county, leads=True, lines=[])
    ending(enterprise, datetime.date(2026, 12, 4))
    ending(enterprise, datetime.date(2026, 12, 4), "srdi")
    obligations.refresh(on=MONDAY)

    assert part(head, MONDAY).count == 2


def test_an_officer_who_is_no_head_reads_no_sums(towns: list[Region], county_officer: User):
    assert part(county_officer, MONDAY).shares == []
