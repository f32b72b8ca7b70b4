"""No letter leaves while the mail server shuts us out, and none loses a try: the pause, and how it ends."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from notifications.models import Channel, MailPause
from notifications.wake import wake

Cause = MailPause.Cause
# A wrong password tried too often locks the account: our own settings are tried again every half hour
LONGEST: Final = timedelta(minutes=30)


def current(at: datetime, channel: Channel | None = None) -> MailPause | None:
    """The pause of the mail, or of a channel, that holds now."""
    return MailPause.objects.filter(ended_at__isnull=True, until__gt=at, channel=channel).first()


def of_channels(at: datetime) -> dict[int, MailPause]:
    """The pauses of channels that hold now, by channel."""
    held = MailPause.objects.filter(ended_at__isnull=True, until__gt=at, channel__isnull=False)
    return {pause.channel_id: pause for pause in held if pause.channel_id}


@transaction.atomic
def pause(cause: Cause, error: str, *, at: datetime, channel: Channel | None = None) -> MailPause:
    """Begin a pause, or prolong the one whose trial letter failed: 1, 2, 4 … 30 minutes; for settings at once 30."""
    known = MailPause.objects.select_for_update().filter(ended_at__isnull=True, channel=channel).first()
    held = known or MailPause(since=at, tries=0, channel=channel)
    held.tries, held.cause, held.error = held.tries + 1, cause, error[:500]
    wait = timedelta(seconds=settings.TIDU_MAIL_PAUSE_SECONDS * 2 ** min(held.tries - 1, 10))
    held.until = at + (LONGEST if cause == Cause.CONFIGURATION else min(wait, LONGEST))
    held.save()
    return held


def end(*, at: datetime, channel: Channel | None = None) -> int:
    """The server takes letters again."""
    return MailPause.objects.filter(ended_at__isnull=True, channel=channel).update(ended_at=at)


@transaction.atomic
def try_now(*, by: User, channel: Channel | None = None) -> bool:
    """Somebody has put it right and will not wait: the next letter tries the server at once."""
    held = current(timezone.now(), channel)
    if held is None:
        return False
    held.until = timezone.now()
    held.save(update_fields=["until"])
    audit.record("mail.try_now", held, by=by, before={"error": held.error})
    transaction.on_commit(wake)
    return True
