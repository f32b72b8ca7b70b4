"""The outbox: letters are put in, claimed, and what became of them is written down. The row is the truth.

A letter is claimed in a batch and handed over alone: ``advance`` writes, in one statement, that the last one was sent
and that the next one is being handed over. So a worker that is killed leaves at most one letter of which nobody knows
whether it arrived; the rest of its batch was only taken, and is free again when the lease ends.
"""

import hashlib
import random
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from notifications.catalogue import CATALOGUE, Letter, Rendered
from notifications.models import Channel, DigestRun, Message, Recipient
from notifications.wake import wake

TRIES: Final = 8
LONGEST_WAIT: Final = timedelta(hours=20)
GIVE_UP_AFTER: Final = timedelta(hours=48)
BATCH: Final = 50  # letters one worker takes at once
AT_ONCE: Final = 500  # rows of one INSERT
LOST: Final = "投递中断，不清楚是否送达"
ADVANCE: Final = """
    WITH done AS (
        UPDATE notifications_message
        SET state = 'sent', sent_at = %(now)s, error = '', secret = '', lease = NULL, lease_until = NULL
        WHERE id = %(done)s AND lease = %(lease)s AND state = 'sending'
    )
    UPDATE notifications_message SET state = 'sending', attempts = %(attempts)s, lease_until = %(until)s
    WHERE id = %(next)s AND lease = %(lease)s
        AND (state = 'queued' OR state = 'sending' AND attempts = %(attempts)s)
"""


@dataclass(frozen=True)
class Draft:
    """A letter that is to be put into the outbox; the same key again changes nothing."""

    key: str
    letter: Letter
    rendered: Rendered
    to: str
    recipients: Sequence[User] = ()
    run: DigestRun | None = None
    secret: str = ""
    channel: Channel | None = None
    basis: Mapping[str, Any] = field(default_factory=dict)

    def row(self, at: datetime) -> Message:
        """The letter as a row not yet written; Message-ID and all follow from the draft."""
        return Message(
            key=self.key,
            kind=self.letter.kind,
            to=self.to,
            channel=self.channel,
            run=self.run,
            message_id=message_id(self.key),
            subject=self.rendered.subject[:200],
            text=self.rendered.text,
            html=self.rendered.html,
            secret=self.secret,
            basis=dict(self.basis),
            next_try_at=at,
        )


def message_id(key: str) -> str:
    """The Message-ID that follows from the key, so that a second copy is recognisable as one."""
    host = urlsplit(settings.TIDU_BASE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def put(draft: Draft) -> Message:
    """Put a letter into the outbox in the transaction of its cause, and wake somebody up for it."""
    put_all([draft])
    transaction.on_commit(wake)
    return Message.objects.get(key=draft.key)


@transaction.atomic
def put_all(drafts: Iterable[Draft]) -> int:
    """Put many letters in; those whose key is there already stay as they are. Returns how many were new."""
    wanted = {draft.key: draft for draft in drafts}
    present = set(Message.objects.filter(key__in=wanted).values_list("key", flat=True))
    rows = {key: draft.row(timezone.now()) for key, draft in wanted.items() if key not in present}
    Message.objects.bulk_create(rows.values(), batch_size=AT_ONCE, ignore_conflicts=True)
    written = dict(Message.objects.filter(key__in=rows).values_list("key", "pk"))
    now = timezone.now()
    people = [
        Recipient(message_id=written[key], user_id=user.pk, read_at=now if wanted[key].secret else None)
        for key in rows
        for user in wanted[key].recipients
    ]  # fmt: skip
    Recipient.objects.bulk_create(people, batch_size=AT_ONCE * 4, ignore_conflicts=True)
    return len(rows)


def due(at: datetime, channel: Channel | None = None) -> QuerySet[Message]:
    """Letters, or words to a channel, whose time has come and that nobody has taken."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    return Message.objects.filter(free, state=Message.State.QUEUED, next_try_at__lte=at, channel=channel)


def claim(*, at: datetime, most: int = BATCH, channel: Channel | None = None) -> list[Message]:
    """Take the next letters that are due, under one lease, in a short transaction of its own."""
    lease, until = uuid.uuid4(), at + timedelta(seconds=settings.TIDU_OUTBOX_LEASE_SECONDS)
    with transaction.atomic():
        found = list(due(at, channel).select_for_update(skip_locked=True).order_by("next_try_at", "pk")[:most])
        Message.objects.filter(pk__in=[message.pk for message in found]).update(lease=lease, lease_until=until)
    for message in found:
        message.lease, message.lease_until = lease, until
    return found


def advance(done: Message | None, then: Message | None) -> bool:
    """Write that ``done`` was sent and ``then`` is being handed over; whether ``then`` is still ours to hand over.

    Saying it twice changes nothing, so that it may be said again to a database that went away while it was told.
    """
    one = then or done
    if one is None:
        return False
    now = timezone.now()
    until = now + timedelta(seconds=settings.TIDU_OUTBOX_LEASE_SECONDS)
    told: dict[str, Any] = {
        "now": now,
        "until": until,
        "lease": one.lease,
        "done": done and done.pk,
        "next": then and then.pk,
        "attempts": then.attempts + 1 if then else 0,
    }
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE, told)
        ours = bool(cursor.rowcount)
    if then and ours:
        then.state, then.attempts, then.lease_until = Message.State.SENDING, then.attempts + 1, until
    return ours


def settle(message: Message, **fields: Any) -> bool:
    """Write down what became of a claimed letter, unless its lease was taken over meanwhile."""
    fields = {"lease": None, "lease_until": None, **fields}
    held = Message.objects.filter(pk=message.pk, lease=message.lease, state=message.state)
    return bool(held.update(**fields))


def release(batch: Iterable[Message]) -> int:
    """Give back what was taken and not begun."""
    letters = list(batch)
    held = Message.objects.filter(pk__in=[letter.pk for letter in letters], state=Message.State.QUEUED)
    return held.filter(lease__in={letter.lease for letter in letters}).update(lease=None, lease_until=None)


def drop(message: Message) -> bool:
    """All of it was done meanwhile, or nobody is told by this mailbox any more; nothing is sent."""
    Recipient.objects.filter(message=message.pk, read_at__isnull=True).update(read_at=timezone.now())
    return settle(message, state=Message.State.DROPPED, error="", secret="")


def fail(message: Message, error: str) -> bool:
    """The server will never take it."""
    return settle(message, state=Message.State.FAILED, error=error, secret="")


def retry_later(message: Message, error: str, *, at: datetime) -> bool:
    """Try again with growing patience: at most eight times, within 48 hours."""
    again = at + patience(message.attempts)
    if message.attempts >= TRIES or again > message.created_at + GIVE_UP_AFTER:
        return fail(message, error)
    return settle(message, state=Message.State.QUEUED, next_try_at=again, error=error)


def patience(attempts: int) -> timedelta:
    """How long to wait after that many tries: 3, 9, 27 minutes and on to 20 hours, give or take a fifth."""
    wait = min(timedelta(seconds=settings.TIDU_OUTBOX_PATIENCE_SECONDS * 3 ** (attempts - 1)), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)


def lost(message: Message, error: str, *, at: datetime) -> bool:
    """Nobody knows whether the server took it: again where that does no harm, else a person decides."""
    if not CATALOGUE[message.kind].repeats:
        return settle(message, state=Message.State.UNCERTAIN, error=error, secret="")
    again = at + patience(message.attempts)
    state = Message.State.FAILED if message.attempts >= TRIES else Message.State.QUEUED
    return settle(message, state=state, next_try_at=again, error=error, possibly_twice=True)


def hand_back(message: Message, error: str) -> bool:
    """Nothing is wrong with the letter: it waits, and this try does not count."""
    return settle(message, state=Message.State.QUEUED, attempts=message.attempts - 1, error=error)


def recover(*, at: datetime) -> int:
    """Take back what was being handed over by a worker that died: a digest goes again, others wait for a person."""
    expired = Message.objects.filter(state=Message.State.SENDING, lease_until__lt=at)
    repeated = [kind for kind, letter in CATALOGUE.items() if letter.repeats]
    free = {"lease": None, "lease_until": None, "error": LOST}
    with transaction.atomic():
        worn_out = expired.filter(kind__in=repeated, attempts__gte=TRIES).update(
            state=Message.State.FAILED, possibly_twice=True, **free
        )
        again = expired.filter(kind__in=repeated).update(
            state=Message.State.QUEUED, possibly_twice=True, next_try_at=at, **free
        )
        return worn_out + again + expired.update(state=Message.State.UNCERTAIN, secret="", **free)
