"""In-product notices: the same messages as the mails, counted in the frame, read one by one or all at once."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Region, User
from enterprises.models import Enterprise
from notifications import delivery, digest, letters
from notifications.models import Message, Obligation, Recipient
from notifications.workdays import load_calendar
from tests.console.visit import MORNING, ON, as_
from tests.factories import BureauFactory, EnterpriseFactory, MemberFactory, TitleFactory

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def this_week(city: Region) -> Any:
    load_calendar()
    BureauFactory(region=city)
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def told(enterprise: Enterprise, member: User, county_officer: User) -> Message:
    """The firm's letter of this week; the county's officer has one too."""
    TitleFactory(enterprise=enterprise, issued_on=ON.replace(year=2023), valid_until=datetime.date(2026, 12, 20))
    digest.run(on=ON)
    return Message.objects.get(to=member.email)


def bell(user: User) -> str:
    """What the bell of the frame says."""
    page = as_(user).get("/reminders/").text
    return page.partition('class="bell')[2].partition("</a>")[0]


def test_a_letter_is_a_notice_with_a_count_in_the_frame(told: Message, member: User, county_officer: User):
    for person in (member, county_officer):
        assert "1 条未读" in bell(person)
        assert told.subject in as_(person).get("/reminders/notices/").text


def test_a_notice_stays_although_the_mail_failed(told: Message, member: User):
    Message.objects.update(state=Message.State.FAILED)

    assert "1 条未读" in bell(member)


def test_a_letter_dropped_because_all_was_done_is_no_notice(told: Message, member: User):
    Obligation.objects.update(satisfied_on=ON)

    delivery.deliver_due()

    assert Message.objects.get(pk=told.pk).state == Message.State.DROPPED
    assert "未读" not in bell(member)
    assert told.subject not in as_(member).get("/reminders/notices/").text


def test_opening_a_notice_reads_it_and_shows_each_line_as_it_stands_now(
    told: Message, member: User, enterprise: Enterprise
):
    Obligation.objects.update(satisfied_on=ON)

    page = as_(member).get(f"/reminders/notices/{told.pk}/").text

    assert "已完成" in page
    assert f"/my/{enterprise.pk}/" in page
    assert "未读" not in bell(member)
    assert Recipient.objects.get(message=told).read_at is not None


def test_all_at_once(told: Message, member: User, county_officer: User):
    as_(member).post("/reminders/notices/read/")

    assert "未读" not in bell(member)
    assert "1 条未读" in bell(county_officer)


def test_what_one_may_no_longer_see_is_gone(told: Message, member: User, enterprise: Enterprise):
    enterprise.members.clear()

    page = as_(member).get(f"/reminders/notices/{told.pk}/").text

    assert enterprise.name not in page
    assert "已不在您的范围内" in page


def test_in_a_shared_mailbox_each_reads_the_own_lines(county: Region, enterprise: Enterprise):
    other = EnterpriseFactory(region=county)
    people = [MemberFactory(email="wir@example.cn", enterprises=[firm]) for firm in (enterprise, other)]
    for firm in (enterprise, other):
        TitleFactory(enterprise=firm, issued_on=ON.replace(year=2023), valid_until=datetime.date(2026, 12, 20))
    digest.run(on=ON)
    message = Message.objects.get(to="wir@example.cn")

    pages = [as_(person).get(f"/reminders/notices/{message.pk}/").text for person in people]

    assert [(enterprise.name in page, other.name in page) for page in pages] == [(True, False), (False, True)]


def test_nobody_reads_another_s_notice(told: Message, officer: User, foreign_enterprise: Enterprise):
    assert as_(MemberFactory(enterprises=[foreign_enterprise])).get(f"/reminders/notices/{told.pk}/").status_code == 404


def test_a_letter_that_opens_an_account_is_no_notice(member: User):
    message = letters.password_letter(user=member, link="https://tidu.example.cn/x/")

    assert "未读" not in bell(member)
    assert as_(member).get(f"/reminders/notices/{message.pk}/").status_code == 404


def test_the_count_costs_no_query_of_its_own(told: Message, member: User):
    """it comes with the account that every page loads"""
    with CaptureQueriesContext(connection) as asked:
        as_(member).get("/password/change/")

    (counting,) = [query["sql"] for query in asked.captured_queries if "message_recipients" in query["sql"]]
    assert counting.startswith('SELECT "accounts_user"')
