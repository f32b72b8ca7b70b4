"""What other rooms may want to hear of at once; whoever speaks here knows none of them."""

import datetime
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

# Something changed from which it follows what firms have to do: ``on`` (the day), ``enterprise_ids``
duties_changed = Signal()


class Waiting(threading.local):
    """The firms of acts that were not told of yet, in this thread, and whether they wait for the end of many acts."""

    def __init__(self) -> None:
        self.firms: set[int] = set()
        self.held = False


waiting = Waiting()


def tell(sender: Any, *, on: datetime.date, enterprise_ids: Collection[int]) -> None:
    """Say, once the act at hand has been written for good, that what these firms have to do may have changed.

    One transaction is told of once, however many acts it holds. What follows cannot undo the act: who hears and fails
    is logged by Django, and the nightly run makes it up. Firms of an act that was taken back are looked at in vain.
    """
    waiting.firms |= set(enterprise_ids)
    transaction.on_commit(partial(say, sender, on))


def say(sender: Any, on: datetime.date) -> None:
    """Say it now, all firms at once, unless more acts are to come."""
    if waiting.held or not waiting.firms:
        return
    firms, waiting.firms = sorted(waiting.firms), set()
    duties_changed.send_robust(sender, on=on, enterprise_ids=firms)


@contextmanager
def told_together(sender: Any, *, on: datetime.date) -> Iterator[None]:
    """Many acts, each in a transaction of its own, are told of once, when all are through."""
    waiting.held = True
    try:
        yield
    finally:
        waiting.held = False
        say(sender, on)
