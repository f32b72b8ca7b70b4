"""The outbox: one letter a key, leases that fence, and what each answer of a mail server leads to."""

import datetime
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.models import User
from notifications import delivery, letters, outbox, pausing, post
from notifications.catalogue import DIGEST, PASSWORD, Rendered
from notifications.models import SECRET, MailPause, Message
from tests.notifications.mailbox import (
    HANG_UP,
    SILENCE,
    Sink,
    free_port,
    listening,
    nobody_may_enter,
    saying,
)

pytestmark = [pytest.mark.django_db, pytest.mark.feature(54, partial="states, tries and errors of every letter")]
State = Message.State
WORDS = Rendered("1 项待办", "文字\n", "<p>网页</p>")
Send = Callable[..., Message]


def letter(key: str = "digest:2026-W48:zhou@example.cn", kind: Any = PASSWORD) -> Message:
    """A letter without obligations: a password letter unless a digest is asked for."""
    basis = {"on": "2026-11-23", "obligations": [], "told": {}}
    return outbox.put(outbox.Draft(key=key, letter=kind, rendered=WORDS, to="zhou@example.cn", basis=basis))


def now() -> datetime.datetime:
    return timezone.now()


@contextmanager
def server(settings: Any, sink: Sink, **options: Any) -> Iterator[None]:
    """Real SMTP to the sink."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 1
    with listening(sink, **options) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield


# Rows


def test_the_same_key_is_one_letter_whatever_the_second_one_says():
    first = letter()

    other = Rendered("另一封", "x", "")
    second = outbox.put(outbox.Draft(key=first.key, letter=DIGEST, rendered=other, to="x@example.cn"))

    assert second == first
    assert Message.objects.get().subject == "1 项待办"


def test_the_message_id_follows_from_the_key_and_names_our_host(settings: Any):
    settings.TIDU_BASE_URL = "https://tidu.example.cn"

    assert outbox.message_id("a") == outbox.message_id("a") != outbox.message_id("b")
    assert outbox.message_id("a").endswith("@tidu.example.cn>")


def begun(at: datetime.datetime) -> Message:
    """The next letter, claimed and being handed over."""
    (claimed,) = outbox.claim(at=at, most=1)
    with time_machine.travel(at, tick=False):
        assert outbox.advance(None, claimed)
    return claimed


def test_a_claimed_letter_is_nobody_elses_until_its_lease_ends(settings: Any):
    settings.TIDU_OUTBOX_LEASE_SECONDS = 60
    letter()
    at = now()

    (claimed,), second = outbox.claim(at=at), outbox.claim(at=at)

    assert (claimed.state, claimed.attempts, claimed.lease_until) == (
        State.QUEUED,
        0,
        at + datetime.timedelta(seconds=60),
    )
    assert second == []
    assert outbox.claim(at=at + datetime.timedelta(seconds=61)) == [claimed]  # only taken: free again, nothing doubtful
    assert not Message.objects.get().possibly_twice


def test_a_slow_worker_does_not_begin_what_another_one_took_meanwhile():
    letter(kind=DIGEST)
    (slow,) = outbox.claim(at=now())
    (fast,) = outbox.claim(at=now() + datetime.timedelta(hours=1))

    assert [outbox.advance(None, slow), outbox.advance(None, fast)] == [False, True]
    assert Message.objects.get().attempts == 1


def test_a_slow_worker_cannot_write_over_the_one_that_took_its_letter():
    letter(kind=DIGEST)
    slow = begun(now())
    outbox.recover(at=now() + datetime.timedelta(hours=1))
    fast = begun(now() + datetime.timedelta(hours=2))

    assert not outbox.fail(slow, "too late")
    outbox.advance(slow, None)
    assert Message.objects.get().state == State.SENDING
    outbox.advance(fast, None)
    assert Message.objects.get().state == State.SENT


def test_one_statement_says_that_one_was_sent_and_the_next_begins_and_may_be_said_twice():
    letter("a"), letter("b")
    first, second = outbox.claim(at=now())
    outbox.advance(None, first)

    for _ in range(2):  # a database that went away may be told again
        second.attempts = 0
        assert outbox.advance(first, second)

    assert list(Message.objects.order_by("pk").values_list("state", "attempts")) == [
        (State.SENT, 1), (State.SENDING, 1)
    ]  # fmt: skip


def test_what_was_taken_and_not_begun_is_given_back():
    letter("a"), letter("b")
    first, second = outbox.claim(at=now())
    outbox.advance(None, first)

    assert outbox.release([first, second]) == 1
    assert outbox.claim(at=now()) == [second]


@pytest.mark.parametrize(("kind", "state", "twice"), [(DIGEST, State.QUEUED, True), (PASSWORD, State.UNCERTAIN, False)])
def test_when_a_worker_dies_a_digest_goes_again_and_a_password_letter_waits_for_a_person(
    kind: Any, state: str, twice: bool
):
    letter(kind=kind)
    begun(now())

    outbox.recover(at=now() + datetime.timedelta(hours=1))

    found = Message.objects.get()
    assert (found.state, found.possibly_twice, found.error) == (state, twice, "投递中断，不清楚是否送达")


def test_a_running_lease_is_left_alone():
    letter(kind=DIGEST)
    begun(now())

    assert outbox.recover(at=now()) == 0


def test_a_letter_that_kills_its_worker_eight_times_is_given_up():
    letter(kind=DIGEST)
    Message.objects.update(attempts=7)
    begun(now())

    outbox.recover(at=now() + datetime.timedelta(hours=1))

    assert Message.objects.get().state == State.FAILED


def test_eight_tries_fit_into_48_hours_even_with_the_longest_jitter():
    waits = [min(3**tries, 20 * 60) * 1.2 for tries in range(1, outbox.TRIES)]

    assert sum(waits) < 48 * 60


def test_the_ninth_try_and_the_third_day_are_never_reached():
    letter("worn out")
    letter("old")
    Message.objects.filter(key="worn out").update(attempts=7)
    Message.objects.filter(key="old").update(created_at=now() - datetime.timedelta(hours=48))

    for _ in range(2):
        outbox.retry_later(begun(now()), "451 later", at=now())

    assert set(Message.objects.values_list("state", flat=True)) == {State.FAILED}


# What the server says


TABLE = [
    *((code, State.QUEUED) for code in (421, 432, 450, 451, 452, 454, 471)),
    *((code, State.FAILED) for code in (500, 501, 503, 521, 550, 551, 552, 553, 554)),
]


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("code", "state"), TABLE)
def test_4xx_is_tried_again_later_and_5xx_never(settings: Any, stage: str, code: int, state: str, pipelining: bool):
    letter()
    sink = Sink({stage: [f"{code} no"]}, pipelining=pipelining)

    with server(settings, sink):
        delivery.deliver_due()
        delivery.deliver_due()

    found = Message.objects.get()
    assert (found.state, found.attempts, sink.tries, sink.mails) == (state, 1, 1, [])
    assert found.error.startswith(str(code))
    assert (found.next_try_at > now() + datetime.timedelta(minutes=2)) == (state == State.QUEUED)


def paused() -> tuple[str, bool]:
    """The pause that holds: whose fault, and whether for at least 29 minutes."""
    held = MailPause.objects.get(ended_at__isnull=True)
    return held.cause, held.until > now() + datetime.timedelta(minutes=29)


OUR_FAULT = (MailPause.Cause.CONFIGURATION, True)
THEIR_FAULT = (MailPause.Cause.UNREACHABLE, False)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_535_in_the_middle_pauses_the_queue_and_burns_no_try(settings: Any, stage: str):
    letter("a")
    letter("b")
    sink = Sink({stage: ["535 who are you"]})

    with server(settings, sink):
        delivery.deliver_due()
        delivery.deliver_due()

    assert list(Message.objects.values_list("state", "attempts")) == [(State.QUEUED, 0), (State.QUEUED, 0)]
    assert sink.tries == 1
    assert paused() == OUR_FAULT


def test_wrong_credentials_pause_the_queue(settings: Any):
    letter()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "tidu", "wrong"
    options = {"authenticator": nobody_may_enter, "auth_require_tls": False}

    with server(settings, Sink(), **options):
        delivery.deliver_due()

    assert Message.objects.values_list("state", "attempts").get() == (State.QUEUED, 0)
    assert MailPause.objects.get().error.startswith("535")
    assert paused() == OUR_FAULT


@pytest.mark.parametrize("tls", ["EMAIL_USE_TLS", "EMAIL_USE_SSL"])
def test_a_server_without_tls_pauses_the_queue(settings: Any, tls: str):
    letter()
    setattr(settings, tls, True)

    with server(settings, Sink()):
        delivery.deliver_due()

    assert Message.objects.values_list("state", "attempts").get() == (State.QUEUED, 0)
    assert paused() == OUR_FAULT


def test_a_certificate_nobody_vouches_for_pauses_the_queue():
    error = ssl.SSLCertVerificationError("self-signed certificate")

    assert post.meaning(error) is post.Outcome.PAUSE
    assert post.whose_fault(error) == MailPause.Cause.CONFIGURATION


@pytest.mark.parametrize("place", ["connect", "greeting"])
def test_a_server_out_of_reach_pauses_the_queue(settings: Any, place: str):
    letter()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port(), 0.5

    with socket.socket() as silent:
        if place == "greeting":
            silent.bind(("127.0.0.1", settings.EMAIL_PORT))
            silent.listen()
        delivery.deliver_due()

    assert Message.objects.values_list("state", "attempts").get() == (State.QUEUED, 0)
    assert paused() == THEIR_FAULT


@pytest.mark.parametrize(("greeting", "whose"), [
    ("421 too busy", THEIR_FAULT), ("454 not now", THEIR_FAULT), ("521 no mail here", OUR_FAULT),
    ("554 no mail from you", OUR_FAULT),
])  # fmt: skip
def test_a_server_that_turns_us_away_at_the_door_pauses_the_queue(settings: Any, greeting: str, whose: Any):
    letter()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    with saying(greeting) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
        delivery.deliver_due()

    assert Message.objects.values_list("state", "attempts").get() == (State.QUEUED, 0)
    assert paused() == whose


def test_five_connections_that_break_in_a_row_pause_the_queue_and_spare_the_other_letters(settings: Any):
    for number in range(8):
        letter(f"letter {number}")
    sink = Sink({"MAIL": ["421 closing"] * 8})

    with server(settings, sink):
        delivery.deliver_due()

    assert sink.tries == 5
    assert Message.objects.filter(attempts=0, lease__isnull=True).count() == 3
    assert paused() == THEIR_FAULT


def test_a_pause_that_goes_on_waits_twice_as_long_and_ends_with_the_first_letter_taken(settings: Any):
    letter()
    first = pausing.pause(MailPause.Cause.UNREACHABLE, "refused", at=now())
    at = first.until
    second = pausing.pause(MailPause.Cause.UNREACHABLE, "refused", at=at)

    assert second.pk == first.pk
    assert second.until - at == 2 * (at - first.since)
    with time_machine.travel(second.until + datetime.timedelta(seconds=1), tick=False):
        assert delivery.deliver_due() == 1
    assert MailPause.objects.get().ended_at is not None


def test_while_paused_nothing_is_tried_and_a_person_may_end_the_waiting(officer: User):
    letter()
    pausing.pause(MailPause.Cause.CONFIGURATION, "535", at=now())

    assert delivery.deliver_due() == 0
    assert pausing.try_now(by=officer)
    assert delivery.deliver_due() == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
@pytest.mark.parametrize("answer", [HANG_UP, SILENCE])
def test_a_break_before_the_letter_was_handed_over_is_tried_again(settings: Any, stage: str, answer: str):
    letter()

    with server(settings, Sink({stage: [answer]})):
        delivery.deliver_due()

    found = Message.objects.get()
    assert (found.state, found.attempts, found.possibly_twice) == (State.QUEUED, 1, False)


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE])
@pytest.mark.parametrize(("kind", "state", "twice"), [(DIGEST, State.QUEUED, True), (PASSWORD, State.UNCERTAIN, False)])
def test_a_break_after_the_final_dot_may_mean_that_it_arrived(
    settings: Any, monkeypatch: pytest.MonkeyPatch, answer: str, kind: Any, state: str, twice: bool
):
    letter(kind=kind)

    with server(settings, Sink({"DATA": [answer]}, pipelining=answer == HANG_UP)):
        delivery.deliver_due()

    found = Message.objects.get()
    assert (found.state, found.possibly_twice) == (state, twice)


def test_one_connection_carries_many_letters_and_one_refusal_does_not_stop_the_others(settings: Any):
    for number in range(5):
        letter(f"letter {number}")
    sink = Sink({"RCPT": ["250 OK", "550 no such user"]})

    with server(settings, sink):
        sent = delivery.deliver_due()

    assert (sent, len(sink.mails)) == (4, 4)
    assert len(sink.connections) == 1  # a refusal of one reader is nothing to the others
    assert Message.objects.filter(state=State.FAILED).count() == 1


def test_what_arrives_carries_key_and_message_id_in_two_parts(settings: Any):
    message = letter()
    sink = Sink()

    with server(settings, sink):
        delivery.deliver_due()

    (arrived,) = sink.mails
    assert arrived["Message-ID"] == message.message_id
    assert arrived["X-Idempotency-Key"] == message.key
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in arrived.walk()] == ["multipart/alternative", "text/plain", "text/html"]


# Letters that open an account


def test_the_link_of_a_password_letter_reaches_the_addressee_and_stays_in_no_row(member: User):
    link = "https://tidu.example.cn/password/reset/Mg/abc-123/"

    message = letters.password_letter(user=member, link=link)

    assert SECRET in message.text
    assert link not in message.text + message.html + message.subject

    delivery.deliver_due()

    (sent,) = mail.outbox
    assert link in sent.body
    assert link in sent.alternatives[0].content
    message.refresh_from_db()
    assert (message.state, message.secret) == (State.SENT, "")


def test_each_link_is_one_letter(member: User, officer: User):
    sent = [
        letters.invite(user=member, by=officer, link="https://tidu.example.cn/invitation/1/"),
        letters.invite(user=member, by=officer, link="https://tidu.example.cn/invitation/1/"),
        letters.invite(user=member, by=officer, link="https://tidu.example.cn/invitation/2/"),
    ]

    assert (sent[0] == sent[1], sent[0] == sent[2]) == (True, False)
    assert list(sent[0].recipients.all()) == [member]


def test_a_letter_waits_for_its_time():
    with time_machine.travel(datetime.datetime(2026, 11, 23, 8, 30, tzinfo=datetime.UTC), tick=False):
        letter()
        Message.objects.update(next_try_at=now() + datetime.timedelta(seconds=1))

        assert outbox.claim(at=now()) == []
        assert len(outbox.claim(at=now() + datetime.timedelta(seconds=1))) == 1
