"""Failures of respected systems, one test each under the number and name they have in the list of features."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import Role, User
from enterprises.models import Enterprise
from notifications import delivery, digest, obligations, outbox, tasks, wishes
from notifications.models import DigestRun, Message, Obligation
from tests.factories import EnterpriseFactory, TitleFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.UTC)  # 9:00 in Shanghai
State = Message.State


def ending(firm: Enterprise, ends: datetime.date) -> None:
    """A title of the firm that ends on that day."""
    TitleFactory(enterprise=firm, issued_on=ends - datetime.timedelta(days=1095), valid_until=ends)


def readers(number: int, ends: datetime.date) -> None:
    """So many people of one firm with a title that ends."""
    firm = EnterpriseFactory()
    people = User.objects.bulk_create(
        User(username=f"reader{one}", name="读者", email=f"reader{one}@example.cn", role=Role.ENTERPRISE)
        for one in range(number)
    )
    firm.members.add(*people)
    ending(firm, ends)


@pytest.mark.feature(51)
def test_1_255_satisfied_recipients_are_0_mails():
    """les-emplois #2003: no reminder for a satisfied obligation, even one satisfied after it was written"""
    with time_machine.travel(MONDAY, tick=False):
        readers(255, datetime.date(2026, 12, 20))
        assert digest.run(on=timezone.localdate()).messages == 255
        Obligation.objects.update(satisfied_on=timezone.localdate())

        assert delivery.deliver_due() == 0

    assert mail.outbox == []
    assert Message.objects.filter(state=State.DROPPED).count() == 255


@pytest.mark.feature(50, partial="the row says that nobody knows; tests/faults kills for real")
def test_2_a_worker_killed_after_sending_leaves_a_row_that_says_so(member: User):
    """lms #5347: at most one mail of a letter that opens an account, and staff see “unknown”"""
    from notifications import letters  # noqa: PLC0415 -- beside the digest's own helpers

    letters.password_letter(user=member, link="https://tidu.example.cn/x/")
    (taken,) = outbox.claim(at=timezone.now())
    outbox.advance(None, taken)  # and here it is killed, the server's 250 unread
    later = timezone.now() + datetime.timedelta(hours=1)

    with time_machine.travel(later, tick=False):
        assert delivery.deliver_due() == 0

    assert (Message.objects.get().state, mail.outbox) == (State.UNCERTAIN, [])


@pytest.mark.feature(50, partial="missed Monday is caught up, once")
def test_3_a_monday_the_scheduler_slept_through_is_made_on_tuesday_and_dated_monday():
    """missed Monday is caught up"""
    with time_machine.travel(MONDAY + datetime.timedelta(days=1), tick=False):
        readers(1, datetime.date(2026, 12, 20))
        tasks.catch_up_digest()
        tasks.catch_up_digest()

    made = DigestRun.objects.get()
    assert (made.on, made.week, Message.objects.count()) == (datetime.date(2026, 11, 23), "2026-W48", 1)


@pytest.mark.feature(51)
def test_4_the_first_one_already_reminded_does_not_keep_the_other_40_waiting():
    """Data Hub tasks.py:341"""
    with time_machine.travel(MONDAY, tick=False):
        readers(41, datetime.date(2026, 12, 20))
        digest.run(on=timezone.localdate())
        Message.objects.filter(pk=Message.objects.earliest("pk").pk).update(state=State.SENT)

        assert delivery.deliver_due() == 40


@pytest.mark.feature(51)
def test_5_a_reminder_whose_exact_day_was_skipped_comes_the_day_after_and_says_so():
    """Hypha: “逾期 1 天”"""
    with time_machine.travel(MONDAY, tick=False):
        readers(1, datetime.date(2026, 11, 22))
        digest.run(on=timezone.localdate())

    assert "已逾期 1 天" in Message.objects.get().text


@pytest.mark.feature(51)
def test_6_nothing_to_do_is_no_mail(member: User, officer: User):
    """email-alert-api #566"""
    obligations.refresh(on=MONDAY.date())

    assert digest.run(on=MONDAY.date()).messages == 0
    assert not Message.objects.exists()


@pytest.mark.feature(53, partial="test that “off” means off (DN #5109 bug); preferences are in test_wishes")
def test_7_whoever_turned_it_off_gets_no_weekly_recap_although_something_is_due():
    """DN #5109: no weekly recap, neither of a new run nor of one that waits in the outbox"""
    with time_machine.travel(MONDAY, tick=False):
        readers(3, datetime.date(2026, 12, 20))
        first, second, third = User.objects.filter(role=Role.ENTERPRISE).order_by("pk")
        wishes.choose(user=first, receives=False, muted=[], paused_until=None)
        assert digest.run(on=timezone.localdate()).messages == 2
        wishes.choose(user=second, receives=False, muted=[], paused_until=None)

        assert delivery.deliver_due() == 1

    assert [sent.to for sent in mail.outbox] == [[third.email]]


@pytest.mark.feature(48, partial="in the weekly mail; 时限日历 is tested on its page")
def test_8_what_expired_last_week_stands_among_the_overdue():
    """eudr #87"""
    with time_machine.travel(MONDAY, tick=False):
        readers(1, datetime.date(2026, 11, 20))
        digest.run(on=timezone.localdate())

    letter = Message.objects.get()
    assert "【已逾期】" in letter.text
    assert "2026年11月20日" in letter.text.partition("【已逾期】")[2]
    assert "1 项已逾期" in letter.subject
