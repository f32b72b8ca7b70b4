"""Off means off: a person's choice, a unit's, a pause, kinds that are not wanted; and the pages that say so."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import AuditEvent, Region, Role, User
from enterprises.models import Enterprise
from notifications import delivery, digest, obligations, silence, wishes
from notifications.models import Message, Obligation, OptOut, Preference
from notifications.readers import told_of
from notifications.workdays import load_calendar
from tests.console.visit import MORNING, ON, as_
from tests.factories import (
    BureauFactory,
    ContactFactory,
    EnterpriseFactory,
    MemberFactory,
    TitleFactory,
    UnitOfficerFactory,
)

Kind = Obligation.Kind
State = Message.State
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.feature(53, partial="preferences per person, role and unit; the one click is in test_stopping"),
]


@pytest.fixture(autouse=True)
def this_week(city: Region) -> Any:
    load_calendar()
    BureauFactory(region=city)
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def owing(enterprise: Enterprise) -> Enterprise:
    """A firm whose title ends and whose address bounced: one thing of the firm's, one of the officers'."""
    TitleFactory(enterprise=enterprise, issued_on=ON.replace(year=2023), valid_until=datetime.date(2026, 12, 20))
    obligations.refresh(on=ON)
    return enterprise


def choose(user: User, **chosen: Any) -> None:
    """What a person chose on their page."""
    wishes.choose(user=user, **{"receives": True, "muted": [], "paused_until": None, **chosen})


def told(on: datetime.date = ON) -> set[str]:
    """Who gets a letter of that week, by mailbox."""
    made = digest.run(on=on)
    return set(Message.objects.filter(run=made).values_list("to", flat=True))


def silent(by: User, reason: str, on: datetime.date = ON) -> list[str]:
    """Who stands on the page under this reason."""
    return [person.name for person in silence.silent_people(by, reason, on)]


def reasons(by: User, person: User, on: datetime.date = ON) -> list[str]:
    """Every reason under which a person stands; there is never more than one."""
    of_people = [reason for reason in silence.REASONS if reason not in {"nobody", "declined"}]
    return [reason for reason in of_people if person.name in silent(by, reason, on)]


def test_off_means_off(owing: Enterprise, member: User, county_officer: User, officer: User):
    """test that “off” means off (DN #5109 bug)"""
    choose(member, receives=False)

    assert told() == {county_officer.email, officer.email}
    assert reasons(officer, member) == ["off"]


def test_a_pause_lasts_to_its_last_day_and_ends_by_itself(owing: Enterprise, member: User, officer: User):
    choose(member, paused_until=ON + datetime.timedelta(days=7))

    assert member.email not in told() | told(ON + datetime.timedelta(days=7))
    assert reasons(officer, member, ON + datetime.timedelta(days=7)) == ["paused"]
    assert member.email in told(ON + datetime.timedelta(days=14))
    assert reasons(officer, member, ON + datetime.timedelta(days=14)) == []


def test_a_kind_that_is_not_wanted_stands_in_no_letter(owing: Enterprise, member: User, county_officer: User):
    other = TitleFactory(enterprise=owing, track="tsme", issued_on=ON, valid_until=datetime.date(2026, 12, 31))
    Obligation.objects.create(key="x", kind=Kind.MATERIAL_MISSING, enterprise=owing, says="缺材料", created_on=ON)
    choose(member, muted=[Kind.TITLE_EXPIRY])
    choose(county_officer, muted=[Kind.TITLE_EXPIRY])

    assert set(told_of(member).values_list("kind", flat=True)) == {Kind.MATERIAL_MISSING}
    assert set(told_of(county_officer).values_list("kind", flat=True)) == {Kind.MATERIAL_MISSING}
    obligations.refresh(on=ON)
    assert other.track


@pytest.mark.parametrize("who", ["member", "county_officer"])
def test_who_wants_none_of_what_is_due_gets_none_and_the_page_says_why(
    owing: Enterprise, who: str, officer: User, request: pytest.FixtureRequest
):
    person = request.getfixturevalue(who)
    choose(person, muted=[Kind.TITLE_EXPIRY])

    assert person.email not in told()
    assert reasons(officer, person) == ["muted"]


@pytest.mark.parametrize("who", ["member", "county_officer"])
@pytest.mark.parametrize("choice", [{"receives": False}, {"muted": [Kind.TITLE_EXPIRY]}, {"paused_until": ON}])
def test_what_was_chosen_after_the_letter_was_written_holds_for_it_too(
    owing: Enterprise, who: str, choice: dict[str, Any], request: pytest.FixtureRequest
):
    """preferences honoured at the last moment: the letter waits in the outbox while its reader turns it off"""
    person = request.getfixturevalue(who)
    digest.run(on=ON)
    choose(person, **choice)

    delivery.deliver_due()

    assert Message.objects.get(to=person.email).state == State.DROPPED
    assert person.email not in {to for sent in mail.outbox for to in sent.to}


# Units


def test_a_unit_s_choice_holds_for_its_people_of_the_role_until_they_choose(
    owing: Enterprise, county: Region, member: User, county_officer: User, officer: User, administrator: User
):
    wishes.choose_for(region=county, role=Role.ENTERPRISE, receives=False, muted=[], by=administrator)

    assert told() == {county_officer.email, officer.email}
    assert reasons(officer, member) == ["unit"]

    choose(member)

    assert member.email in told(ON + datetime.timedelta(days=7))


def test_the_lower_unit_s_choice_beats_the_upper_one_s(
    owing: Enterprise, city: Region, county: Region, county_officer: User, other_county_officer: User, officer: User
):
    TitleFactory(
        enterprise=EnterpriseFactory(region=other_county_officer.region), issued_on=ON.replace(year=2023),
        valid_until=datetime.date(2026, 12, 20),
    )  # fmt: skip
    wishes.choose_for(region=city, role=Role.UNIT, receives=False, muted=[], by=officer)
    default = wishes.choose_for(region=county, role=Role.UNIT, receives=True, muted=[], by=officer)

    assert told() == {county_officer.email, officer.email}

    wishes.forget_for(default=default, by=officer)

    assert told(ON + datetime.timedelta(days=7)) == {officer.email}


def test_a_unit_s_muted_kinds_hold_for_its_people(owing: Enterprise, county: Region, member: User, officer: User):
    wishes.choose_for(region=county, role=Role.ENTERPRISE, receives=True, muted=[Kind.TITLE_EXPIRY], by=officer)

    assert member.email not in told()
    assert reasons(officer, member) == ["muted"]


def test_a_choice_of_one_role_is_not_the_other_s(owing: Enterprise, county: Region, member: User, officer: User):
    wishes.choose_for(region=county, role=Role.UNIT, receives=False, muted=[], by=officer)

    assert member.email in told()


# Contacts


def test_a_contact_that_declined_gets_none_and_the_firm_is_listed(officer: User, county: Region):
    firm = EnterpriseFactory(region=county)
    TitleFactory(enterprise=firm, issued_on=ON.replace(year=2023), valid_until=datetime.date(2026, 12, 20))
    ContactFactory(enterprise=firm, email="Lianluo@Example.cn")
    obligations.refresh(on=ON)
    OptOut.objects.create(address="lianluo@example.cn")

    assert told() == {officer.email}
    assert list(silence.firms_that_declined(officer)) == [firm]
    assert firm.name in as_(officer).get("/mails/preview/?silent=declined").text

    ContactFactory(enterprise=firm, email="zweit@example.cn")
    assert list(silence.firms_that_declined(officer)) == []


# Pages


def test_a_person_chooses_on_the_page_and_the_trail_keeps_it(owing: Enterprise, member: User):
    client = as_(member)
    page = client.get("/reminders/").text
    assert "按单位默认" in page
    assert "填报待采纳" not in page  # no firm is ever told of that

    client.post("/reminders/", {"receives": "on", "kinds": [Kind.MATERIAL_MISSING], "paused_until": "2026-12-31"})

    kept = Preference.objects.get(user=member)
    assert (Kind.TITLE_EXPIRY in kept.muted, Kind.MATERIAL_MISSING in kept.muted) == (True, False)
    assert kept.paused_until == datetime.date(2026, 12, 31)
    assert AuditEvent.objects.filter(what="reminder.choose", by=member, object_id=member.pk).exists()
    assert "按您自己的选择" in client.get("/reminders/").text


def test_a_pause_that_is_over_is_not_kept(member: User):
    as_(member).post("/reminders/", {"receives": "on", "paused_until": "2026-01-01"})

    assert Preference.objects.get(user=member).paused_until is None


def test_the_administrator_says_what_a_unit_s_people_are_told(county: Region, member: User, administrator: User):
    client = as_(administrator)

    client.post("/reminders/defaults/", {"region": county.pk, "role": "enterprise", "kinds": [Kind.TITLE_EXPIRY]})

    default = Preference.objects.get()
    assert (default.region, default.role, default.receives) == (county, "enterprise", False)
    assert county.name in client.get("/reminders/defaults/").text
    assert not wishes.willing(User.objects.filter(pk=member.pk), ON).exists()

    client.post(f"/reminders/defaults/{default.pk}/end/")

    assert not Preference.objects.exists()
    acts = AuditEvent.objects.filter(by=administrator).order_by("pk").values_list("what", flat=True)
    assert list(acts) == ["reminder.default", "reminder.default_end"]


@pytest.mark.parametrize("number", [1, 5])
def test_asking_who_is_willing_is_two_queries_for_one_and_for_many(
    county: Region, number: int, officer: User, django_assert_num_queries: Any
):
    for _ in range(number):
        choose(UnitOfficerFactory(region=county), muted=[Kind.TITLE_EXPIRY])
    wishes.choose_for(region=county, role=Role.UNIT, receives=True, muted=[], by=officer)
    MemberFactory.create_batch(number, enterprises=[EnterpriseFactory(region=county)])

    with django_assert_num_queries(2):
        assert len(digest.readers_of_mail(timezone.localdate())) == 2 * number + 1
