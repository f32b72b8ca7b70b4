"""In-product notices (消息): the same messages as the mails, with a mark of each reader's own."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from notifications.models import Message, Obligation, Recipient
from notifications.readers import obligations_of

UNREAD: Final = "unread"  # the name under which a user read from a session carries the count


def unread() -> Coalesce:
    """How many notices a user has not read, as a column of the user: one look into an index of unread ones alone."""
    rows = Recipient.objects.filter(user=OuterRef("pk"), read_at__isnull=True).order_by()
    counted = rows.values("user").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


def of(user: User) -> QuerySet[Recipient]:
    """A user's notices, the latest first: none that opens an account, none that was dropped before anybody read it."""
    gone = Q(message__state=Message.State.DROPPED)
    found = Recipient.objects.filter(user=user, message__kind__in=KINDS).exclude(gone)
    return found.select_related("message").defer("message__text", "message__html").order_by("-message")


KINDS: Final[Any] = [kind for kind in Message.Kind if kind not in {Message.Kind.INVITATION, Message.Kind.PASSWORD}]


def told(notice: Recipient) -> QuerySet[Obligation] | None:
    """What the notice listed for this reader, as it stands and as far as they may see it now; None: it is a text."""
    by_reader = notice.message.basis.get("told")
    if by_reader is None:
        return None
    listed = by_reader.get(str(notice.user_id), [])
    rows = obligations_of(notice.user, Obligation.objects.filter(pk__in=listed))
    return rows.select_related("enterprise", "unit").order_by("due_on", "pk")


def read(notice: Recipient, at: datetime) -> None:
    """One notice was read; the first time counts."""
    Recipient.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=at)


def read_all(user: User, at: datetime) -> None:
    """All of a user's notices were read."""
    Recipient.objects.filter(user=user, read_at__isnull=True).update(read_at=at)
