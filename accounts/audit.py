"""The one way to write an audit event."""

import datetime
from typing import Any

from django.db import models

from accounts import request_id
from accounts.models import AuditEvent, User


def record(
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
    """Write who did ``what`` to ``thing``; call it inside the transaction of the act itself.

    ``by`` is None only for the clock (expiry, nightly runs). ``enterprise_id`` follows from ``thing.enterprise_id``
    when it is not given.
    """
    return AuditEvent.objects.create(
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
