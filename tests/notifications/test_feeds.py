"""Calendar feeds, read back by a calendar parser: what stands in one, when it changes, and whose eyes it is for."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar, Event

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from notifications import feeds, obligations
from notifications.models import CalendarEntry, Feed, Obligation
from notifications.workdays import load_calendar
from pipeline.models import Title
from tests.console.visit import MORNING, ON, as_
from tests.factories import BureauFactory, EnterpriseFactory, TitleFactory

Scope = Feed.Scope
DUE = datetime.date(2026, 12, 20)
pytestmark = [pytest.mark.django_db, pytest.mark.feature(56)]


@pytest.fixture(autouse=True)
def this_week(city: Region) -> Any:
    load_calendar()
    BureauFactory(region=city)
    with time_machine.travel(MORNING, tick=True):
        yield


def ending(firm: Enterprise, until: datetime.date = DUE, track: str = "hnte") -> Title:
    """A title that ends: one obligation with a day."""
    title = TitleFactory(enterprise=firm, track=track, issued_on=until.replace(year=2023), valid_until=until)
    obligations.refresh(on=ON)
    return title


def made(owner: User, scope: str = Scope.PERSON, **whose: Any) -> str:
    """The path of a new address."""
    _, secret = feeds.make(owner=owner, scope=scope, **whose)
    return f"/calendars/{secret}.ics"


def read(path: str) -> list[Event]:
    """The events as a calendar program finds them."""
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def firms(path: str) -> set[str]:
    return {str(event["summary"]).partition("：")[0] for event in read(path)}


# What stands in it


def test_an_event_says_what_is_due_when_why_and_where_it_is_done(enterprise: Enterprise, member: User):
    """stable UID, SEQUENCE on change, VALARM"""
    ending(enterprise)
    row = Obligation.objects.get()

    (event,) = read(made(member))

    assert event["uid"] == f"obligation-{row.pk}@127.0.0.1"
    assert (event["dtstart"].dt, event["dtend"].dt) == (DUE, DUE + datetime.timedelta(days=1))
    assert event["summary"] == f"{enterprise.name}：{row.says}"
    assert row.because in event["description"]
    assert event["url"] == f"http://127.0.0.1:8000/my/{enterprise.pk}/?track=hnte#conditions"
    assert (event["sequence"], event["transp"]) == (0, "TRANSPARENT")
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [
        -datetime.timedelta(days=6, hours=15),
        -datetime.timedelta(hours=15),
    ]


@pytest.mark.parametrize(("verified", "status"), [(True, "CONFIRMED"), (False, "TENTATIVE")])
def test_a_day_nobody_verified_is_tentative_and_says_so(
    enterprise: Enterprise, member: User, verified: bool, status: str
):
    ending(enterprise)
    Obligation.objects.update(verified=verified)

    (event,) = read(made(member))

    assert event["status"] == status
    assert ("待核实" in event["description"]) is not verified


def test_a_name_with_every_special_character_comes_out_as_it_went_in(county: Region, county_officer: User):
    name = "云泽“A&B”,科技;研发\\中心（有限合伙）" + "很长的名称" * 20
    firm = EnterpriseFactory(name=name, region=county)
    ending(firm)

    (event,) = read(made(county_officer, Scope.UNIT, region=county))

    assert str(event["summary"]).startswith(f"{name}：")


def test_the_days_of_a_calendar_are_as_the_obligations_are(enterprise: Enterprise, member: User):
    ending(enterprise)
    ending(enterprise, datetime.date(2026, 11, 20), "srdi")  # overdue, and shown
    Obligation.objects.create(key="x", kind="figures_wanted", enterprise=enterprise, says="补报", created_on=ON)

    assert [event["dtstart"].dt for event in read(made(member))] == [datetime.date(2026, 11, 20), DUE]


def test_a_deadline_with_an_hour_begins_then_in_shanghai_and_a_program_elsewhere_knows_when_that_is(
    enterprise: Enterprise, member: User
):
    """DTSTART as day or day-and-hour in Asia/Shanghai"""
    ending(enterprise)
    Obligation.objects.update(timing="hour", due_time=datetime.time(17, 30))
    path = made(member)

    (event,) = read(path)

    begins = event["dtstart"].dt
    assert begins.isoformat() == "2026-12-20T17:30:00+08:00"
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert "dtend" not in event
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [
        -datetime.timedelta(days=7),
        -datetime.timedelta(days=1),
    ]
    (zone,) = Calendar.from_ical(Client().get(path).content).walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Shanghai"

    Obligation.objects.update(due_time=datetime.time(12, 0))
    assert read(path)[0]["sequence"] == 1


def test_what_is_the_unit_s_own_to_do_stands_in_its_feed_and_in_its_officers(
    county: Region, county_officer: User, other_county: Region, officer: User
):
    for unit in (county, other_county):
        Obligation.objects.create(
            key=f"d:{unit.pk}", kind="dispatch", unit=unit, says="调度", due_on=DUE, created_on=ON, for_enterprise=False
        )

    found = [made(county_officer), made(county_officer, Scope.UNIT, region=county)]

    assert [firms(path) for path in found] == [{county.name}, {county.name}]


# When it changes


def test_the_sequence_rises_when_the_event_changes_and_the_uid_stays(enterprise: Enterprise, member: User):
    title, path = ending(enterprise), made(member)
    (before,) = read(path)
    (again,) = read(path)
    assert (again["sequence"], again["dtstamp"].dt) == (before["sequence"], before["dtstamp"].dt)

    Obligation.objects.update(due_on=DUE + datetime.timedelta(days=2))
    (after,) = read(path)

    assert (after["uid"], after["sequence"]) == (before["uid"], before["sequence"] + 1)
    assert after["dtstart"].dt == DUE + datetime.timedelta(days=2)
    assert after["dtstamp"].dt >= before["dtstamp"].dt  # to the second
    assert title.enterprise == enterprise


def test_two_feeds_tell_of_one_thing_with_one_uid_and_one_sequence(
    enterprise: Enterprise, member: User, county_officer: User, county: Region
):
    ending(enterprise)
    paths = [made(member), made(county_officer, Scope.UNIT, region=county)]
    read(paths[0])
    Obligation.objects.update(says="改了")

    events = [read(path)[0] for path in (*paths, *paths)]

    assert {(event["uid"], event["sequence"]) for event in events} == {(events[0]["uid"], 1)}


def test_what_is_done_disappears(enterprise: Enterprise, member: User):
    ending(enterprise)
    path = made(member)
    assert len(read(path)) == 1

    Obligation.objects.update(satisfied_on=ON)

    assert read(path) == []


def test_a_program_that_knows_it_already_is_told_so_in_304(enterprise: Enterprise, member: User):
    ending(enterprise)
    path, program = made(member), Client()
    known = program.get(path)["ETag"]

    same = program.get(path, headers={"If-None-Match": known})
    Obligation.objects.update(says="改了")
    other = program.get(path, headers={"If-None-Match": known})

    assert (same.status_code, same.content) == (304, b"")
    assert (other.status_code, other["ETag"] != known) == (200, True)
    assert other["Cache-Control"] == "private, no-cache"


# Whose eyes it is for


def test_a_person_s_feed_has_their_firms_a_unit_s_the_unit_s_a_firm_s_the_firm_s(
    enterprise: Enterprise, county: Region, county_officer: User, officer: User, foreign_enterprise: Enterprise
):
    """per person/township/firm"""
    mine = EnterpriseFactory(region=county, name="我负责的有限公司", officer=county_officer)
    for firm in (enterprise, mine, foreign_enterprise):
        ending(firm)

    assert firms(made(county_officer)) == {mine.name}
    assert firms(made(county_officer, Scope.UNIT, region=county)) == {mine.name, enterprise.name}
    assert firms(made(county_officer, Scope.FIRM, enterprise=enterprise)) == {enterprise.name}
    assert firms(made(officer, Scope.UNIT, region=foreign_enterprise.region)) == {foreign_enterprise.name}


def test_a_unit_out_of_sight_shows_nothing(foreign_enterprise: Enterprise, county_officer: User):
    ending(foreign_enterprise)

    assert read(made(county_officer, Scope.UNIT, region=foreign_enterprise.region)) == []
    assert read(made(county_officer, Scope.FIRM, enterprise=foreign_enterprise)) == []


@pytest.mark.parametrize("change", ["firm moved", "officer moved", "lines", "auditor"])
def test_what_its_owner_may_no_longer_see_disappears(
    enterprise: Enterprise, county: Region, county_officer: User, other_county: Region, change: str
):
    ending(enterprise)
    path = made(county_officer, Scope.UNIT, region=county)
    assert len(read(path)) == 1

    match change:
        case "firm moved":
            Enterprise.objects.filter(pk=enterprise.pk).update(region=other_county)
        case "officer moved":
            User.objects.filter(pk=county_officer.pk).update(region=other_county)
        case "lines":
            User.objects.filter(pk=county_officer.pk).update(lines=["经信"])
        case "auditor":
            User.objects.filter(pk=county_officer.pk).update(role="auditor")

    assert read(path) == []


def test_who_left_the_firm_sees_it_no_more(enterprise: Enterprise, member: User):
    ending(enterprise)
    path = made(member, Scope.FIRM, enterprise=enterprise)

    enterprise.members.clear()

    assert read(path) == []


@pytest.mark.parametrize("change", ["revoked", "closed"])
def test_a_revoked_address_and_one_of_a_closed_account_are_no_page(enterprise: Enterprise, member: User, change: str):
    """revocable token URL"""
    ending(enterprise)
    path = made(member)
    if change == "revoked":
        as_(member).post(f"/reminders/feeds/{Feed.objects.get().pk}/end/")
    else:
        User.objects.filter(pk=member.pk).update(is_active=False)

    assert Client().get(path).status_code == 404


def test_what_is_kept_of_an_address_does_not_open_it(member: User):
    path = made(member)
    kept = Feed.objects.get()

    assert kept.secret_hash not in path
    assert Client().get(f"/calendars/{kept.secret_hash}.ics").status_code == 404


# The page


def test_the_address_is_shown_once_and_works_and_the_trail_has_no_secret(enterprise: Enterprise, member: User):
    ending(enterprise)
    client = as_(member)

    page = client.post("/reminders/feeds/", {"scope": "firm", "firm": enterprise.name}, follow=True).text
    path = page.partition("http://127.0.0.1:8000")[2].partition('"')[0]

    assert firms(path) == {enterprise.name}
    assert path not in client.get("/reminders/feeds/").text
    event = AuditEvent.objects.get(what="feed.make")
    assert path.removeprefix("/calendars/").removesuffix(".ics") not in str(event.after)
    assert "最近读取" in client.get("/reminders/feeds/").text
    assert Feed.objects.get().read_at is not None


@pytest.mark.parametrize("asked", [{"scope": "unit"}, {"scope": "firm", "firm": "远岑新材料有限公司"}, {}])
def test_a_firm_out_of_sight_and_a_unit_not_named_are_refused_at_the_form(
    foreign_enterprise: Enterprise, county_officer: User, asked: dict[str, str]
):
    assert as_(county_officer).post("/reminders/feeds/", asked).status_code == 422
    assert not Feed.objects.exists()


def test_nobody_revokes_another_s_address(member: User, officer: User):
    made(member)

    assert as_(officer).post(f"/reminders/feeds/{Feed.objects.get().pk}/end/").status_code == 404
    assert Feed.objects.get().revoked_at is None


def test_nobody_has_more_than_twenty_addresses_that_hold(member: User):
    for _ in range(feeds.MOST_FEEDS):
        made(member)

    assert as_(member).post("/reminders/feeds/", {"scope": "person"}).status_code == 403
    feeds.revoke(feed=Feed.objects.latest("pk"), by=member, at=timezone.now())
    assert as_(member).post("/reminders/feeds/", {"scope": "person"}).status_code == 302


@pytest.mark.parametrize("number", [1, 12])
def test_reading_asks_as_often_for_many_as_for_one(
    county: Region, county_officer: User, number: int, django_assert_num_queries: Any
):
    for _ in range(number):
        firm = EnterpriseFactory(region=county)
        TitleFactory(enterprise=firm, issued_on=DUE.replace(year=2023), valid_until=DUE)
    obligations.refresh(on=ON)
    path = made(county_officer, Scope.UNIT, region=county)
    read(path)

    with django_assert_num_queries(5):
        assert len(read(path)) == number
    assert CalendarEntry.objects.count() == number
