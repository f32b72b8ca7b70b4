"""Delivery: claim, look again, send, write down; over one connection, until nothing is due."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db import connection as database
from django.utils import timezone

from notifications import bounces, outbox, pausing, post, recheck, robots
from notifications.models import Channel, Message
from notifications.post import Outcome

logger = logging.getLogger(__name__)
LONGEST_ROUND: Final = 600.0  # seconds; the next sweep goes on
IN_A_ROW: Final = 5  # so many broken connections are the server's doing, not the letters'
T = TypeVar("T")


class Carrier(Protocol):
    """What takes messages to where they go: the mail, or one robot. Its errors are OSErrors that it explains."""

    def open(self) -> None:
        """Be ready, or raise."""

    def close(self) -> None:
        """Be done, or raise."""

    def send(self, message: Message) -> None:
        """Hand one over, or raise."""

    def meaning(self, error: OSError) -> Outcome:
        """What an error asks for."""

    def words(self, error: OSError) -> str:
        """The error as the outbox keeps it."""

    def whose_fault(self, error: OSError) -> pausing.Cause:
        """Ours or the other side's, when it could not even be made ready."""

    def leaves_connection(self, error: OSError) -> bool:
        """Whether it was this one message that was refused."""


def deliver_due() -> int:
    """Send what is due and return how many messages were sent. Safe to run twice, in parallel, or after a crash."""
    now = timezone.now()
    outbox.recover(at=now)
    sent = 0 if pausing.current(now) or not outbox.due(now).exists() else Round(post.Post()).run()
    for channel in Channel.objects.filter(messages__in=Message.objects.filter(state=Message.State.QUEUED)).distinct():
        if not pausing.current(now, channel) and outbox.due(now, channel).exists():
            sent += Round(robots.Robot(channel), channel).run()
    return sent


@dataclass
class Round:
    """One worker with one carrier, until nothing is due, the other side shuts us out, or it took long enough."""

    by: Carrier
    channel: Channel | None = None
    sent: int = 0
    broken: int = 0  # connections in a row that broke
    open: bool = False
    ends: float = field(default_factory=lambda: time.monotonic() + LONGEST_ROUND)

    def run(self) -> int:
        """Batch after batch; how many letters were sent."""
        try:
            while time.monotonic() < self.ends and (batch := outbox.claim(at=timezone.now(), channel=self.channel)):
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
                self.by.send(message)
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
            pausing.end(at=timezone.now(), channel=self.channel)
        return message

    def settle(self, message: Message, error: OSError) -> bool:
        """Write down what an error means for the letter, the connection and the queue; False to stop the round."""
        outcome, said = self.by.meaning(error), self.by.words(error)
        surely(write_down, message, outcome, said)
        if outcome is Outcome.NEVER and post.refuses_address(error):
            bounces.refused(message, said, at=timezone.now())
        if outcome is Outcome.PAUSE:
            self.pause(pausing.Cause.CONFIGURATION, said)
            return False
        if self.by.leaves_connection(error):
            self.broken = 0
            return True
        self.hang_up()
        self.broken += 1
        if self.broken >= IN_A_ROW:
            self.pause(pausing.Cause.UNREACHABLE, said)
            return False
        return True

    def picked_up(self) -> bool:
        """Whether the server can be reached and lets us in; otherwise every letter waits and loses no try."""
        if self.open:
            return True
        try:
            self.by.open()
        except OSError as error:
            self.pause(self.by.whose_fault(error), self.by.words(error))
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

    def pause(self, cause: pausing.Cause, said: str) -> None:
        """The other side shuts everything out: it waits, the log and the pages say so."""
        held = pausing.pause(cause, said, at=timezone.now(), channel=self.channel)
        what = f"Channel {self.channel.pk}" if self.channel else "Mail"
        logger.error("%s is paused (%s), next try %s", what, held.cause, held.until.isoformat())


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
