"""Delivery: claim, look again, send, write down; over one connection, until nothing is due."""

import logging
import time
from typing import Final

from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notifications import digest, outbox, post
from notifications.models import Message
from notifications.post import Outcome

logger = logging.getLogger(__name__)
LONGEST_ROUND: Final = 600.0  # seconds; the next sweep goes on


def deliver_due() -> int:
    """Send what is due and return how many letters were sent. Safe to run twice, in parallel, or after a crash."""
    outbox.recover(at=timezone.now())
    if not outbox.due(timezone.now()).exists():
        return 0
    by = post.connection()
    try:
        return deliver_all(by) if picked_up(by) else 0
    finally:
        hang_up(by)


def deliver_all(by: BaseEmailBackend) -> int:
    """One letter after the other; stops when none is due, the server shuts us out, or the round is long enough."""
    sent, started = 0, time.monotonic()
    while time.monotonic() < started + LONGEST_ROUND and (message := outbox.claim(at=timezone.now())):
        try:
            sent += deliver(message, by)
        except OSError as error:
            if not settle_error(message, error):
                break
            hang_up(by)
            if not picked_up(by):
                break
    return sent


def deliver(message: Message, by: BaseEmailBackend) -> bool:
    """Look again, send, write down; whether it was sent. An error of the server is the caller's."""
    if not digest.still_wanted(message, on=timezone.localdate()):
        outbox.drop(message)
        return False
    post.as_email(message, by).send()
    return outbox.mark_sent(message)


def settle_error(message: Message, error: OSError) -> bool:
    """Write down what an error means for the letter; False when it means that the server shuts us out altogether."""
    said, at = post.words(error), timezone.now()
    match post.meaning(error):
        case Outcome.LATER:
            outbox.retry_later(message, said, at=at)
        case Outcome.NEVER:
            outbox.fail(message, said)
        case Outcome.UNKNOWN:
            outbox.lost(message, said, at=at)
        case Outcome.PAUSE:
            outbox.hand_back(message, said)
            stop(error)
            return False
    return True


def stop(error: OSError) -> None:
    """The server cannot be reached or does not let us in: every letter waits, nobody's tries are used up."""
    waiting = outbox.pause(post.words(error), at=timezone.now())
    logger.error("The mail server is out of reach; %d letters wait", waiting)


def picked_up(by: BaseEmailBackend) -> bool:
    """Whether the server can be reached and lets us in."""
    try:
        by.open()
    except OSError as error:
        stop(error)
        return False
    return True


def hang_up(by: BaseEmailBackend) -> None:
    """Close the connection, whatever state it is in."""
    try:
        by.close()
    except OSError:
        logger.info("The mail server did not say goodbye")
