"""Obligations follow at once when something changed from which they follow."""

import datetime
from collections.abc import Collection
from typing import Any, Final

from enterprises.signals import duties_changed
from notifications import obligations

MANY: Final = 2000  # beyond so many firms the whole register costs no more


def follow(sender: Any, *, on: datetime.date, enterprise_ids: Collection[int], **_: Any) -> None:
    """Bring the obligations of the firms touched up to the day, in the transaction of the act itself."""
    obligations.refresh(on=on, enterprise_ids=None if len(enterprise_ids) > MANY else enterprise_ids)


def listen() -> None:
    """From now on."""
    duties_changed.connect(follow, dispatch_uid="notifications.follow")
