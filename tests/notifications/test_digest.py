"""Monday's mail: who gets one, once a week."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Line, Region, User
from enterprises.models import Enterprise, StatementState
from notifications import digest, tasks
from notifications.models import STOP, DigestRun, Message
from tests.factories import ContactFactory, MemberFactory, UnitOfficerFactory, YearFiguresFactory
from tests.notifications.mondays import ON, SHANGHAI, ending, letter_to

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("bureau"),
    pytest.mark.feature(49, partial="staff and enterprise parts, most urgent first"),
]


@pytest.mark.parametrize(
    ("on", "week", "monday"),
    [
        ("2026-11-22", "2026-W47", "2026-11-16"),
        ("2026-11-23", "2026-W48", "2026-11-23"),
        ("2026-12-28", "2026-W53", "2026-12-28"),
        ("2027-01-01", "2026-W53", "2026-12-28"),
        ("2027-01-03", "2026-W53", "2026-12-28"),
        ("2027-01-04", "2027-W01", "2027-01-04"),
    ],
)
def test_a_run_belongs_to_the_iso_week_of_its_day(
    on: str, week: str, monday: str, member: User, enterprise: Enterprise
):
    ending(enterprise, "2027-03-31")

    made = digest.run(on=datetime.date.fromisoformat(on))

    assert (made.week, made.on.isoformat()) == (week, monday)
    assert letter_to(member).key == f"digest:{week}:member@example.cn"


@pytest.mark.feature(50, partial="one run a week, a missed Monday is caught up once")
def test_the_second_run_of_a_week_finds_the_first(member: User, enterprise: Enterprise):
    ending(enterprise, "2026-12-31")
    first = digest.run(on=ON)
    ending(enterprise, "2026-11-30", track="srdi")

    second = digest.run(on=ON + datetime.timedelta(days=6))

    assert (first.is_new, second.is_new, first.pk == second.pk) == (True, False, True)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("moment", "missed"),
    [
        ("2026-11-23T08:29", False),
        ("2026-11-23T08:31", True),
        ("2026-11-29T23:59", True),
        ("2026-11-30T07:00", False),
    ],
)
def test_a_monday_that_nobody_ran_is_missed_from_half_past_eight_on(moment: str, missed: bool):
    assert digest.is_missed(timezone.make_aware(datetime.datetime.fromisoformat(moment))) == missed


def test_a_missed_monday_is_caught_up_once_and_dated_monday(member: User, enterprise: Enterprise):
    ending(enterprise, "2026-12-31")

    with time_machine.travel(datetime.datetime(2026, 11, 25, 9, 45, tzinfo=SHANGHAI), tick=False):
        said = [tasks.catch_up_digest(), tasks.catch_up_digest()]

    assert said == ["2026-W48: 1", "nothing missed"]
    assert DigestRun.objects.get().on == ON


# Who gets one


def test_nothing_to_say_is_no_letter(member: User, officer: User):
    digest.run(on=ON)

    assert not Message.objects.exists()


def test_staff_are_told_of_their_units_and_people_of_a_firm_of_their_own(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User, county_officer: User,
    other_county_officer: User, member: User, auditor: User, administrator: User,
):  # fmt: skip
    ending(enterprise, "2026-12-31")
    ending(foreign_enterprise, "2026-12-30")

    digest.run(on=ON)

    mine, foreign = enterprise.name, foreign_enterprise.name
    told = {letter.to: (mine in letter.text, foreign in letter.text) for letter in Message.objects.all()}
    assert told == {
        officer.email: (True, True),
        county_officer.email: (True, False),
        other_county_officer.email: (False, True),
        member.email: (True, False),
    }
    for letter in Message.objects.exclude(to__in=[officer.email, other_county_officer.email]):
        assert foreign not in letter.html


@pytest.mark.parametrize("change", [{"is_active": False}, {"receives_digest": False}, {"email": ""}])
def test_who_left_has_no_mailbox_or_wants_none_gets_none(enterprise: Enterprise, member: User, change: dict[str, Any]):
    ending(enterprise, "2026-12-31")
    User.objects.filter(pk=member.pk).update(**change)

    assert digest.run(on=ON).messages == 0


def test_an_officer_is_told_of_the_tracks_of_their_lines(enterprise: Enterprise, county: Region):
    industry = UnitOfficerFactory(username="jx", region=county, lines=[Line.INDUSTRY])
    ending(enterprise, "2026-12-31", track="hnte")
    ending(enterprise, "2026-12-30", track="srdi")

    digest.run(on=ON)

    assert "专精特新中小企业资格" in letter_to(industry).text
    assert "高新技术企业资格" not in letter_to(industry).text


def test_a_firm_without_account_is_told_by_its_contact_without_name_and_without_links(enterprise: Enterprise):
    ContactFactory(enterprise=enterprise, name="王联络", email="contact@example.cn")
    ContactFactory(enterprise=enterprise, email="")
    ending(enterprise, "2026-12-31")
    YearFiguresFactory(enterprise=enterprise, state=StatementState.SUBMITTED)  # the officer's to accept

    digest.run(on=ON)

    letter = Message.objects.get()
    assert (letter.to, letter.recipients.count()) == ("contact@example.cn", 0)
    assert letter.subject == "1 项待办，最近 12月31日截止"
    assert re.findall(r"^.*您好：$", letter.text, re.MULTILINE) == ["您好："]
    assert "王联络" not in letter.text + letter.html
    assert "http" not in letter.text
    assert re.findall('<a href="([^"]*)"', letter.html) == [STOP]  # the one thing a contact can do without an account


@pytest.mark.parametrize(("active", "to"), [(True, "member@example.cn"), (False, "contact@example.cn")])
def test_a_contact_is_told_only_while_no_account_of_the_firm_is_in_use(
    enterprise: Enterprise, member: User, active: bool, to: str
):
    ContactFactory(enterprise=enterprise, email="contact@example.cn")
    User.objects.filter(pk=member.pk).update(is_active=active)
    ending(enterprise, "2026-12-31")

    digest.run(on=ON)

    assert Message.objects.get().to == to


def test_one_contact_of_two_firms_gets_one_letter_and_shares_it_with_an_account_of_that_mailbox(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
):
    for firm in (enterprise, foreign_enterprise):
        ContactFactory(enterprise=firm, email=county_officer.email.upper())
        ending(firm, "2026-12-31")

    digest.run(on=ON)

    letter = Message.objects.get()
    assert list(letter.recipients.all()) == [county_officer]
    staff, contact = letter.text.split("\n您好：\n")
    assert (enterprise.name in staff, foreign_enterprise.name in staff) == (True, False)
    assert (enterprise.name in contact, foreign_enterprise.name in contact) == (True, True)


def test_two_accounts_with_one_mailbox_get_one_letter_with_two_parts(enterprise: Enterprise, county: Region):
    both = "Shared@Example.cn"
    officer = UnitOfficerFactory(username="o", name="陈两职", region=county, email=both)
    person = MemberFactory(username="m", name="陈企业", email=both.lower(), enterprises=[enterprise])
    ending(enterprise, "2026-12-31")

    made = digest.run(on=ON)

    letter = Message.objects.get()
    assert (made.messages, letter.key) == (1, "digest:2026-W48:shared@example.cn")
    assert set(letter.recipients.all()) == {officer, person}
    assert re.findall(r"^(.+)，您好：$", letter.text, re.MULTILINE) == ["陈企业", "陈两职"]
    assert "查看我的进度" in letter.text
    assert "打开工作台" in letter.text
