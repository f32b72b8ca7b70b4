"""A letter in the outbox, a worker that began it, and real SMTP to a mail server of the test."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from django.utils import timezone

from notifications import outbox
from notifications.catalogue import PASSWORD, Rendered
from notifications.models import Message
from tests.notifications.mailbox import Sink, listening

WORDS = Rendered("1 项待办", "文字\n", "<p>网页</p>")


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


def begun(at: datetime.datetime) -> Message:
    """The next letter, claimed and being handed over."""
    (claimed,) = outbox.claim(at=at, most=1)
    with time_machine.travel(at, tick=False):
        assert outbox.advance(None, claimed)
    return claimed
