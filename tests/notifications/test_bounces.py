"""Bounces: reports as mail servers write them mark an address, once, and somebody gets the task to mend it."""

import datetime
import io
import mailbox
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from enterprises.models import Contact, Enterprise
from notifications import bounces, delivery, digest, mending, obligations, outbox
from notifications.catalogue import DIGEST, Rendered
from notifications.models import Bounce, Message, Obligation
from tests.factories import TitleFactory
from tests.notifications.mailbox import Sink
from tests.notifications.posting import server

pytestmark = [pytest.mark.django_db, pytest.mark.feature(54, partial="bounces mark the address; the task to mend it")]
NOW = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)
WORDS = Rendered("1 项待办", "文字\n", "")

REPORT = """From: MAILER-DAEMON@mx.example.cn
To: tidu@example.cn
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@mx.example.cn>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=utf-8

This is the mail system.
--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.cn

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{to}>:
    User unknown

--=_b
Content-Type: {copy}

From: tidu@example.cn
To: {to}
Message-ID: {letter}
Subject: =?utf-8?b?MSDpobnlvoXlip4=?=

--=_b--
"""


def letter(to: str = "member@example.cn") -> Message:
    """A letter that left."""
    message = outbox.put(outbox.Draft(key=f"digest:2026-W48:{to}", letter=DIGEST, rendered=WORDS, to=to))
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENT)
    return message


def report(message: Message, number: int = 1, **fields: str) -> bytes:
    """The report on a letter, as Postfix words it."""
    fields = {"status": "5.1.1", "action": "failed", "copy": "text/rfc822-headers"} | fields
    return REPORT.format(to=message.to, letter=message.message_id, number=number, **fields).encode()


def marked(at: datetime.datetime = NOW) -> set[str]:
    return set(bounces.bad_addresses(at))


@pytest.mark.parametrize("copy", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_of_a_permanent_failure_marks_the_address_once(copy: str):
    raw = report(letter("Member@Example.cn"), copy=copy)

    assert [bounces.read(raw, at=NOW), bounces.read(raw, at=NOW)] == [1, 0]

    bounce = Bounce.objects.get()
    assert (bounce.permanent, bounce.status, bounce.said) == (
        True, "5.1.1", "smtp; 550 5.1.1 <Member@Example.cn>: User unknown"
    )  # fmt: skip
    assert marked() == {"member@example.cn"}


@pytest.mark.parametrize(("days", "bad"), [((0, 10, 29), True), ((0, 10, 31), False), ((0, 10), False)])
def test_three_soft_bounces_within_thirty_days_mark_it_likewise(days: tuple[int, ...], bad: bool):
    message = letter()
    for number, day in enumerate(days):
        raw = report(message, number, status="4.2.2", action="delayed")
        bounces.read(raw, at=NOW + datetime.timedelta(days=day))

    assert marked(NOW + datetime.timedelta(days=max(days))) == ({message.to} if bad else set())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: on holiday\r\n\r\nI am away until 5.1.1",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nbroken",
        b"Content-Type: multipart/report\r\n\r\nno boundary at all",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\xe4\x00",
    ],
)
def test_what_is_no_report_changes_nothing(raw: bytes):
    letter()

    assert bounces.read(raw, at=NOW) == 0
    assert not Bounce.objects.exists()


def test_a_report_on_no_letter_of_ours_and_one_of_success_change_nothing():
    message = letter()
    stranger = report(message).replace(message.message_id.encode(), b"<forged@elsewhere.cn>")

    assert [bounces.read(stranger, at=NOW), bounces.read(report(message, action="delivered"), at=NOW)] == [0, 0]


def test_mails_mailboxes_and_maildirs_are_read(tmp_path: Path):
    raw = [report(letter(f"reader{number}@example.cn"), number) for number in range(4)]
    (tmp_path / "one.eml").write_bytes(raw[0])
    box = mailbox.mbox(tmp_path / "box")
    box.add(raw[1]), box.add(raw[2])
    box.close()
    mailbox.Maildir(tmp_path / "dir").add(raw[3])
    said = io.StringIO()

    call_command("read_bounces", *(str(tmp_path / name) for name in ("one.eml", "box", "dir")), stdout=said)
    call_command("read_bounces", str(tmp_path / "one.eml"), stdout=said)

    assert said.getvalue().split() == ["读取", "4", "封，登记退信", "4", "条", "读取", "1", "封，登记退信", "0", "条"]
    assert len(marked(timezone.now())) == 4


def ending(firm: Enterprise) -> None:
    """Something the firm's people have to do."""
    on = timezone.localdate()
    ends = on + datetime.timedelta(days=30)
    TitleFactory(enterprise=firm, issued_on=ends - datetime.timedelta(days=1095), valid_until=ends)


def test_a_marked_address_gets_no_digest_and_the_firm_s_officer_the_task_until_it_is_put_right(
    enterprise: Enterprise, member: User, county_officer: User
):
    """bounce → task for owner to fix address"""
    ending(enterprise)
    bounces.read(report(letter(member.email)), at=timezone.now())

    (task,) = Obligation.objects.open().filter(kind=Obligation.Kind.ADDRESS_WANTED)
    assert (task.enterprise, task.for_enterprise, task.says) == (
        enterprise, False, f"孙企业的邮箱 {member.email} 退信，待更正"
    )  # fmt: skip
    digest.run(on=timezone.localdate())
    told = {message.to: message.text for message in Message.objects.filter(run__isnull=False)}
    assert set(told) == {county_officer.email}
    assert "退信" in told[county_officer.email]

    member.email = "right@example.cn"
    member.save()
    obligations.refresh(on=timezone.localdate())
    task.refresh_from_db()
    assert task.satisfied_on == timezone.localdate()


def test_a_contact_s_task_ends_with_a_later_contact(enterprise: Enterprise):
    first = Contact.objects.create(enterprise=enterprise, name="李联络", email="li@example.cn")
    bounces.read(report(letter(first.email)), at=timezone.now())
    assert Obligation.objects.open().filter(kind=Obligation.Kind.ADDRESS_WANTED).count() == 1

    Contact.objects.create(enterprise=enterprise, name="王联络", email="wang@example.cn")
    obligations.refresh(on=timezone.localdate())

    assert not Obligation.objects.open().filter(kind=Obligation.Kind.ADDRESS_WANTED).exists()


def test_an_officer_who_asked_lets_letters_go_there_again(enterprise: Enterprise, member: User, officer: User):
    message = letter(member.email)
    message.recipients.set([member])
    bounces.read(report(message), at=timezone.now())
    assert [reason.criterion for reason in mending.reasons_against_again(Message.objects.get())] == ["address"]

    bounces.settle(address=member.email, by=officer, reason="电话核实", at=timezone.now())

    assert marked(timezone.now()) == set()
    assert mending.reasons_against_again(Message.objects.get()) == []
    assert not Obligation.objects.open().filter(kind=Obligation.Kind.ADDRESS_WANTED).exists()


def test_sent_again_it_goes_where_the_reader_reads_now(member: User, officer: User):
    message = letter(member.email)
    message.recipients.set([member])
    bounces.read(report(message), at=timezone.now())
    User.objects.filter(pk=member.pk).update(email="right@example.cn")

    mending.send_again(message_id=message.pk, by=officer, seen=mending.token(Message.objects.get()))

    assert Message.objects.get().to == "right@example.cn"


@pytest.mark.parametrize(
    ("answer", "bad"),
    [
        ("550 5.1.1 no such user", True),
        ("553 mailbox name not allowed", True),
        ("550 5.7.1 relaying denied", False),
        ("552 5.2.2 mailbox full", False),
        ("450 4.2.1 later", False),
    ],
)
def test_a_refusal_to_our_face_marks_it_only_where_it_speaks_of_the_reader(settings: Any, answer: str, bad: bool):
    message = letter()
    Message.objects.update(state=Message.State.QUEUED, kind=Message.Kind.PASSWORD)

    with server(settings, Sink({"RCPT": [answer]})):
        delivery.deliver_due()

    assert marked(timezone.now()) == ({message.to} if bad else set())
