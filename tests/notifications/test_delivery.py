"""What each answer of a mail server leads to: sent, later, never, or the queue is paused."""

import datetime
import socket
import ssl
from typing import Any

import pytest
import time_machine

from accounts.models import User
from notifications import delivery, pausing, post
from notifications.catalogue import DIGEST, PASSWORD
from notifications.models import MailPause, Message
from tests.notifications.mailbox import HANG_UP, SILENCE, Sink, free_port, nobody_may_enter, saying
from tests.notifications.posting import letter, now, server

pytestmark = [pytest.mark.django_db, pytest.mark.feature(54, partial="states, tries and errors of every letter")]
State = Message.State

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
