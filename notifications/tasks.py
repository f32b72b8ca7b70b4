"""What runs by the clock here; each is safe to run twice, in parallel, or late."""

from celery import shared_task
from django.db import connection
from django.utils import timezone

from notifications import delivery, digest, obligations, watch
from notifications.models import TaskRun

SWEEPING = 2026_0002  # the lock of the sweeper: a sweep that finds another at work leaves it to it


@shared_task
def weekly_digest() -> str:
    """Make this week's letters; a second scheduler finds them made."""
    made = digest.run(on=timezone.localdate())
    return f"{made.week}: {made.messages}"


@shared_task
def catch_up_digest() -> str:
    """Make this week's letters if Monday's run did not happen."""
    now = timezone.localtime()
    if not digest.is_missed(now):
        return "nothing missed"
    made = digest.run(on=now.date())
    return f"{made.week}: {made.messages}"


@shared_task
def deliver_due() -> int:
    """Send what is due until nothing is."""
    return delivery.deliver_due()


def leave_sign() -> None:
    """Write down that sweeps come: those that find another at work and leave it to it, too."""
    TaskRun.objects.update_or_create(job="sweep", period="last", defaults={"finished_at": timezone.now()})


@shared_task
def sweep() -> int:
    """Send what nobody was woken up for, and leave a sign of life; one sweep at a time."""
    leave_sign()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SWEEPING])
        (free,) = cursor.fetchone()
        if not free:
            return 0
        try:
            watch.raise_alarms(timezone.now())
            return delivery.deliver_due()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEPING])
            leave_sign()  # a long round has kept sweeps away


@shared_task
def refresh_obligations() -> int:
    """Bring everybody's obligations up to today, once a day however many schedulers there are."""
    on = timezone.localdate()
    once, new = TaskRun.objects.get_or_create(job="refresh_obligations", period=on.isoformat())
    if not new and once.finished_at:
        return 0
    done = obligations.refresh(on=on)
    once.finished_at, once.summary = timezone.now(), {"written": done.written, "closed": done.closed}
    once.save(update_fields=["finished_at", "summary"])
    return done.written
