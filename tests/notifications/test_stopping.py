"""One click stops the weekly mail (RFC 8058): by the mail program's POST, without login, and only the weekly mail."""

import datetime
from email.message import EmailMessage
from email.message import Message as Mime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from notifications import delivery, digest, letters, stopping
from notifications.catalogue import CATALOGUE
from notifications.models import STOP, Message, OptOut
from notifications.workdays import load_calendar
from tests.console.visit import MORNING, ON, as_
from tests.factories import BureauFactory, ContactFactory, EnterpriseFactory, TitleFactory

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
HOST = "http://127.0.0.1:8000"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.feature(53, partial="legal notices separated from digests; one-click list-unsubscribe"),
]


@pytest.fixture(autouse=True)
def this_week(city: Region) -> Any:
    load_calendar()
    BureauFactory(region=city)
    with time_machine.travel(MORNING, tick=True):
        yield


def owing(firm: Enterprise) -> Enterprise:
    TitleFactory(enterprise=firm, issued_on=ON.replace(year=2023), valid_until=datetime.date(2026, 12, 20))
    return firm


def delivered(to: str) -> Mime | EmailMessage:
    """The mail that this mailbox got this week."""
    digest.run(on=ON)
    delivery.deliver_due()
    return next(sent.message() for sent in mail.outbox if sent.to == [to])


def path_of(sent: Any) -> str:
    """The path of the address in the head of a mail."""
    address = str(sent["List-Unsubscribe"])
    assert address.startswith(f"<{HOST}/reminders/stop/")
    return address.strip("<>").removeprefix(HOST)


def stranger() -> Client:
    """A mail program: no cookie, no form token, and a site that insists on tokens."""
    return Client(enforce_csrf_checks=True)


def test_the_head_of_a_digest_has_both_headers_and_the_body_the_same_address(enterprise: Enterprise, member: User):
    owing(enterprise)

    sent = delivered(member.email)

    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = f"{HOST}{path_of(sent)}"
    for part in ("text/plain", "text/html"):
        body = next(each for each in sent.walk() if each.get_content_type() == part)
        assert address in body.get_payload(decode=True).decode()


def test_one_click_stops_it_without_login_and_twice_is_once(enterprise: Enterprise, member: User):
    owing(enterprise)
    path = path_of(delivered(member.email))

    for _ in range(2):
        assert stranger().post(path, ONE_CLICK).status_code == 200

    member.refresh_from_db()
    assert not member.receives_digest
    assert AuditEvent.objects.filter(what="reminder.stop", object_id=member.pk, by=None).count() == 1
    digest.run(on=ON + datetime.timedelta(days=7))
    assert Message.objects.filter(to=member.email).count() == 1


def test_opening_the_page_changes_nothing_and_its_button_stops_and_begins_again(enterprise: Enterprise, member: User):
    owing(enterprise)
    path, client = path_of(delivered(member.email)), stranger()

    page = client.get(path)
    assert page.status_code == 200
    assert member.email not in page.text  # whoever finds a letter's address learns nobody's mailbox
    member.refresh_from_db()
    assert member.receives_digest

    assert "已退订" in client.post(path).text
    assert "已退订" in client.get(path).text
    assert "已恢复每周提醒" in client.post(path, {"act": "resume"}).text
    member.refresh_from_db()
    assert member.receives_digest


def test_a_contact_stops_it_by_mailbox_and_a_new_ledger_does_not_begin_it_again(county: Region, officer: User):
    firm = owing(EnterpriseFactory(region=county))
    ContactFactory(enterprise=firm, email="Lianluo@example.cn")
    path = path_of(delivered("Lianluo@example.cn"))

    stranger().post(path, ONE_CLICK)

    ContactFactory(enterprise=firm, email="lianluo@example.cn")  # the next ledger names them again
    assert OptOut.objects.get().address == "lianluo@example.cn"
    digest.run(on=ON + datetime.timedelta(days=7))
    assert Message.objects.filter(to__iexact="lianluo@example.cn").count() == 1

    stranger().post(path, {"act": "resume"})
    assert not OptOut.objects.exists()


def test_who_has_another_mailbox_now_is_not_stopped_by_an_old_letter(enterprise: Enterprise, member: User):
    owing(enterprise)
    path = path_of(delivered(member.email))
    User.objects.filter(pk=member.pk).update(email="neu@example.cn")

    stranger().post(path, ONE_CLICK)

    member.refresh_from_db()
    assert member.receives_digest


@pytest.mark.parametrize("token", ["1", "1:forged", "x:y", "1:" + "a" * 43])
def test_a_forged_address_is_no_page(enterprise: Enterprise, member: User, token: str):
    owing(enterprise)
    delivered(member.email)

    assert stranger().post(f"/reminders/stop/{token}/", ONE_CLICK).status_code == 404
    member.refresh_from_db()
    assert member.receives_digest


def test_a_signature_for_another_purpose_is_forged(member: User):
    from django.core.signing import Signer  # noqa: PLC0415 -- the forger's own

    message = letters.password_letter(user=member, link="https://tidu.example.cn/x/")
    other = Signer(salt="notifications.feeds").sign(message.pk)

    assert stranger().post(f"/reminders/stop/{other}/").status_code == 404


def test_letters_that_open_an_account_and_alarms_cannot_be_declined_and_go_out_all_the_same(member: User):
    """legal notices separated from digests"""
    User.objects.filter(pk=member.pk).update(receives_digest=False)

    message = letters.password_letter(user=member, link="https://tidu.example.cn/x/")
    delivery.deliver_due()

    (sent,) = mail.outbox
    assert sent.message()["List-Unsubscribe"] is None
    assert stranger().post(stopping.address(message).removeprefix(HOST)).status_code == 404
    assert [kind for kind, letter in CATALOGUE.items() if letter.stoppable] == [Message.Kind.DIGEST]


def test_whoever_reads_the_outbox_does_not_read_the_address(enterprise: Enterprise, member: User, officer: User):
    owing(enterprise)
    delivered(member.email)
    message = Message.objects.get(to=member.email)

    pages = [as_(officer).get(f"/mails/{message.pk}/{part}").text for part in ("", "body/")]

    assert STOP in pages[0]
    assert all("/reminders/stop/" not in page for page in pages)
