"""Before a digest leaves, each of its lines is looked at again: what is done, moved or no longer theirs is out."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import Region, User
from enterprises.models import Enterprise
from notifications import delivery, digest, outbox
from notifications.models import Message, Obligation
from notifications.models.mail import STOP
from tests.factories import ContactFactory, EnterpriseFactory, MemberFactory, UnitOfficerFactory
from tests.notifications.mondays import ON, SHANGHAI, ending, letter_to

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("bureau"),
    pytest.mark.feature(49, partial="staff and enterprise parts, most urgent first"),
]


def hidden(text: str) -> str:
    """A letter without its stop link, as the outbox keeps it."""
    return re.sub(r"http\S*?/reminders/stop/[^\s\"<]*", STOP, text)


def test_a_contact_whose_firm_was_given_an_account_meanwhile_gets_nothing(enterprise: Enterprise):
    ContactFactory(enterprise=enterprise)
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    MemberFactory(username="new", enterprises=[enterprise])

    delivery.deliver_due()

    assert (Message.objects.get().state, mail.outbox) == (Message.State.DROPPED, [])


@pytest.mark.feature(51, partial="each line looked at again before it leaves")
def test_a_letter_whose_lines_are_all_done_is_dropped(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    Obligation.objects.update(satisfied_on=ON)

    delivery.deliver_due()

    assert (letter_to(member).state, mail.outbox) == (Message.State.DROPPED, [])


def test_a_line_that_was_done_meanwhile_is_taken_out(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    ending(enterprise, "2026-11-30", track="srdi")
    digest.run(on=ON)
    Obligation.objects.filter(track="srdi").update(satisfied_on=ON)

    with time_machine.travel(datetime.datetime(2026, 11, 23, 8, 31, tzinfo=SHANGHAI), tick=False):
        Message.objects.update(next_try_at=timezone.now())
        delivery.deliver_due()

    (sent,) = mail.outbox
    assert sent.subject == "1 项待办，最近 12月31日截止" == letter_to(member).subject
    assert "专精特新" not in sent.body


def test_somebody_who_left_meanwhile_gets_nothing(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    User.objects.filter(pk=member.pk).update(is_active=False)

    delivery.deliver_due()

    assert (letter_to(member).state, mail.outbox) == (Message.State.DROPPED, [])


def test_a_firm_that_moved_to_another_unit_meanwhile_is_taken_out(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county: Region, county_officer: User
):
    leaving = EnterpriseFactory(name="云泽迁出有限公司", region=county)
    for firm in (enterprise, leaving):
        ending(firm, "2026-12-31")
    digest.run(on=ON)
    Enterprise.objects.filter(pk=leaving.pk).update(region=foreign_enterprise.region)

    delivery.deliver_due()

    (sent,) = mail.outbox
    assert enterprise.name in sent.body
    assert leaving.name not in sent.body + str(sent.alternatives)
    assert letter_to(county_officer).text == hidden(sent.body)


def test_somebody_who_lost_every_firm_meanwhile_gets_nothing(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User, member: User
):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    enterprise.members.remove(member)
    User.objects.filter(pk=county_officer.pk).update(region=foreign_enterprise.region)

    delivery.deliver_due()

    assert mail.outbox == []
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.DROPPED}


def test_in_a_shared_mailbox_each_account_is_judged_by_its_own_rights(enterprise: Enterprise, county: Region):
    officer = UnitOfficerFactory(username="o", name="陈两职", region=county, email="both@example.cn")
    person = MemberFactory(username="m", name="陈企业", email=officer.email, enterprises=[enterprise])
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    enterprise.members.remove(person)

    delivery.deliver_due()

    (sent,) = mail.outbox
    assert re.findall(r"^(.+)，您好：$", sent.body, re.MULTILINE) == ["陈两职"]


def test_a_mailbox_that_is_no_longer_the_accounts_gets_nothing(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    User.objects.filter(pk=member.pk).update(email="new@example.cn")

    delivery.deliver_due()

    assert mail.outbox == []


def test_a_letter_whose_lines_still_stand_leaves_as_it_was_written(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    digest.run(on=ON)
    written = letter_to(member)

    delivery.deliver_due()

    (sent,) = mail.outbox
    assert (sent.subject, hidden(sent.body)) == (written.subject, written.text)
    assert hidden(sent.alternatives[0].content) == hidden(written.html)
    assert sent.extra_headers["Message-ID"] == outbox.message_id(written.key)
