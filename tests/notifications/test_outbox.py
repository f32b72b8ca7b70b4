"""The outbox: one letter a key, leases that fence, the tries of a letter, and letters that open an account."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail

from accounts.models import User
from notifications import delivery, letters, outbox
from notifications.catalogue import DIGEST, PASSWORD, Rendered
from notifications.models import SECRET, Message
from tests.notifications.posting import begun, letter, now

pytestmark = [pytest.mark.django_db, pytest.mark.feature(54, partial="states, tries and errors of every letter")]
State = Message.State


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
