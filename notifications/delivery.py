"""Delivery: claim, look again, send, write down; over one connection, until nothing is due."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.utils import timezone

from notifications import bounces, outbox, pausing, post, recheck
from notifications.models import Message
from notifications.post import Outcome

logger = logging.getLogger(__name__)
LONGEST_ROUND: Final = 600.0  # seconds; the next sweep goes on
IN_A_ROW: Final = 5  # so many broken connections are the server's doing, not the letters'
T = TypeVar("T")


def deliver_due() -> int:
    """Send what is due and return how many letters were sent. Safe to run twice, in parallel, or after a crash."""
    now = timezone.now()
    outbox.recover(at=now)
    if pausing.current(now) or not outbox.due(now).exists():
        return 0
    return Round(post.connection()).run()


@dataclass
class Round:
    """One worker with one connection, until nothing is due, the server shuts us out, or it took long enough."""

    by: BaseEmailBackend
    sent: int = 0
    broken: int = 0  # connections in a row that broke
    open: bool = False
    ends: float = field(default_factory=lambda: time.monotonic() + LONGEST_ROUND)

    def run(self) -> int:
        """Batch after batch; how many letters were sent."""
        try:
            while time.monotonic() < self.ends and (batch := outbox.claim(at=timezone.now())):
                try:
                    if not self.deliver(recheck.still_wanted(batch, on=timezone.localdate())):
                        break
                finally:
                    outbox.release(batch)
        finally:
            self.hang_up()
        return self.sent

    def deliver(self, batch: Sequence[Message]) -> bool:
        """One letter after the other, each written down before the next is handed over; False to stop the round."""
        done: Message | None = None
        for message in batch:
            if not self.picked_up():
                return False
            ours, done = surely(outbox.advance, done, message), None
            if not ours:
                continue  # so slow that the lease ran out: somebody else has it
            try:
                post.as_email(message, self.by).send()
            except OSError as error:
                if not self.settle(message, error):
                    return False
            else:
                done = self.taken(message)
            if time.monotonic() > self.ends:
                break
        surely(outbox.advance, done, None)
        return True

    def taken(self, message: Message) -> Message:
        """The server took it; if mail was paused it no longer is."""
        self.broken = 0
        self.sent += 1
        if self.sent == 1:
            pausing.end(at=timezone.now())
        return message

    def settle(self, message: Message, error: OSError) -> bool:
        """Write down what an error means for the letter, the connection and the queue; False to stop the round."""
        outcome, said = post.meaning(error), post.words(error)
        surely(write_down, message, outcome, said)
        if outcome is Outcome.NEVER and post.refuses_address(error):
            bounces.refused(message, said, at=timezone.now())
        if outcome is Outcome.PAUSE:
            pause(pausing.Cause.CONFIGURATION, said)
            return False
        if post.leaves_connection(error):
            self.broken = 0
            return True
        self.hang_up()
        self.broken += 1
        if self.broken >= IN_A_ROW:
            pause(pausing.Cause.UNREACHABLE, said)
            return False
        return True

    def picked_up(self) -> bool:
        """Whether the server can be reached and lets us in; otherwise every letter waits and loses no try."""
        if self.open:
            return True
        try:
            self.by.open()
        except OSError as error:
            pause(post.whose_fault(error), post.words(error))
            return False
        self.open = True
        return True

    def hang_up(self) -> None:
        """Close the connection, whatever state it is in."""
        self.open = False
        try:
            self.by.close()
        except OSError:
            logger.info("The mail server did not say goodbye")


def write_down(message: Message, outcome: Outcome, said: str) -> None:
    """What an error means for the letter."""
    at = timezone.now()
    match outcome:
        case Outcome.LATER:
            outbox.retry_later(message, said, at=at)
        case Outcome.NEVER:
            outbox.fail(message, said)
        case Outcome.UNKNOWN:
            outbox.lost(message, said, at=at)
        case Outcome.PAUSE:
            outbox.hand_back(message, said)


def pause(cause: pausing.Cause, said: str) -> None:
    """The server shuts all letters out: they wait, the log and 运行状况 say so."""
    held = pausing.pause(cause, said, at=timezone.now())
    logger.error("Mail is paused (%s), next try %s", held.cause, held.until.isoformat())


def surely(write: Callable[..., T], *what: object) -> T:
    """Write to the database, waiting for one that went away: what a letter came to must not be forgotten.

    Half a lease is waited at most; after that the letter is taken back as one of which nobody knows.
    """
    patience = time.monotonic() + settings.TIDU_OUTBOX_LEASE_SECONDS / 2
    while True:
        try:
            return write(*what)
        except (OperationalError, InterfaceError):
            if database.in_atomic_block or time.monotonic() > patience:
                raise
            database.close()
            time.sleep(0.2)
