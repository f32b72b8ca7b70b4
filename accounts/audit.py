"""The one way to make and write an audit event."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts import request_id
from accounts.models import AuditEvent, User


def event(
    what: str,
    thing: models.Model,
    *,
    by: User | None,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    document: str = "",
    on: datetime.date | None = None,
    enterprise_id: int | None = None,
    on_behalf_of: User | None = None,
) -> AuditEvent:
    """Who did ``what`` to ``thing``, not yet written; doors that move many firms write such events in bulk.

    ``by`` is None for the clock (expiry, nightly runs), and at the front door for whoever has not shown to be the
    account's owner. ``enterprise_id`` follows from ``thing.enterprise_id``
    when it is not given.
    """
    return AuditEvent(
        what=what,
        object_type=thing._meta.model_name or "",
        object_id=thing.pk,
        enterprise_id=enterprise_id if enterprise_id is not None else getattr(thing, "enterprise_id", None),
        by=by,
        on_behalf_of=on_behalf_of,
        before=before,
        after=after,
        reason=reason,
        document=document,
        request_id=request_id.current.get(),
        effective_on=on,
    )


def record(what: str, thing: models.Model, **details: Any) -> AuditEvent:
    """Write who did ``what`` to ``thing``, see ``event``; call it inside the transaction of the act itself."""
    written = event(what, thing, **details)
    written.save(force_insert=True)
    return written


def write(events: Iterable[AuditEvent]) -> None:
    """Write many events at once; call it inside the transaction of the acts themselves."""
    AuditEvent.objects.bulk_create(events, batch_size=2000)
