"""The outbox: letters are put in, claimed, and what became of them is written down. The row is the truth."""

import hashlib
import random
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from notifications.catalogue import CATALOGUE, Letter, Rendered
from notifications.models import DigestRun, Message
from notifications.wake import wake

TRIES = 8
LONGEST_WAIT = timedelta(hours=20)
GIVE_UP_AFTER = timedelta(hours=48)
PAUSE = timedelta(minutes=5)
LOST = "投递中断，不清楚是否送达"


def message_id(key: str) -> str:
    """The Message-ID that follows from the key, so that a second copy is recognisable as one."""
    host = urlsplit(settings.TIDU_BASE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def put(
    *,
    key: str,
    letter: Letter,
    rendered: Rendered,
    to: str,
    recipients: Iterable[User],
    run: DigestRun | None = None,
    secret: str = "",
    basis: Mapping[str, Any] | None = None,
    waking: bool = True,
) -> Message:
    """Put a letter into the outbox in the transaction of its cause; the same key again changes nothing."""
    fields = {"kind": letter.kind, "to": to, "message_id": message_id(key), "run": run, "secret": secret}
    words = {
        "subject": rendered.subject[:200],
        "text": rendered.text,
        "html": rendered.html,
        "basis": dict(basis or {}),
    }
    message, new = Message.objects.get_or_create(key=key, defaults={**fields, **words, "next_try_at": timezone.now()})
    if new:
        message.recipients.set(recipients)
        if waking:
            transaction.on_commit(wake)
    return message


def due(at: datetime) -> QuerySet[Message]:
    """Letters whose time has come."""
    return Message.objects.filter(state=Message.State.QUEUED, next_try_at__lte=at)


def claim(*, at: datetime) -> Message | None:
    """Take the next letter that is due, under a lease, in a transaction of its own; None when none is free."""
    with transaction.atomic():
        message = due(at).select_for_update(skip_locked=True).order_by("next_try_at", "pk").first()
        if message is None:
            return None
        message.state, message.lease = Message.State.SENDING, uuid.uuid4()
        message.lease_until = at + timedelta(seconds=settings.TIDU_OUTBOX_LEASE_SECONDS)
        message.attempts += 1
        message.save(update_fields=["state", "lease", "lease_until", "attempts"])
    return message


def settle(message: Message, **fields: Any) -> bool:
    """Write down what became of a claimed letter, unless its lease was taken over meanwhile."""
    fields = {"lease": None, "lease_until": None, **fields}
    held = Message.objects.filter(pk=message.pk, lease=message.lease, state=Message.State.SENDING)
    return bool(held.update(**fields))


def mark_sent(message: Message) -> bool:
    """The server took it over."""
    return settle(message, state=Message.State.SENT, sent_at=timezone.now(), error="", secret="")


def drop(message: Message) -> bool:
    """All of it was done meanwhile; nothing is sent."""
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
    wait = min(timedelta(minutes=3**attempts), LONGEST_WAIT)
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


def pause(error: str, *, at: datetime) -> int:
    """The mail server itself refuses us: all letters wait a while, none loses a try."""
    return due(at).update(next_try_at=at + PAUSE, error=error)


def recover(*, at: datetime) -> int:
    """Take back what was claimed by a worker that died: a digest goes again, other letters wait for a person."""
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
