"""运行状况: what runs by itself and whether it went well: runs, workers, mail, work calendar, replayed receipts."""

from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.contrib import messages
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from enterprises.models import Enterprise
from notifications import bounces, outbox, pausing, watch, workdays
from notifications.models import Message
from pipeline.domain import replays

State = Message.State
LATELY: Final = timedelta(hours=30 * 24)
STUCK_AFTER: Final = timedelta(minutes=30)  # as /readyz has it


@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """What should have run and did, what will run next, and what stands in the way of the mail."""
    now = timezone.now()
    pulses = watch.pulses(now)
    context = {
        "now": now,
        "jobs": watch.jobs(now),
        "pulses": pulses,
        "alive": any(pulse.alive for pulse in pulses),
        "paused": pausing.current(now),
        "mail": mail(now),
        **receipts(request, now),
        "years": workdays.years(timezone.localdate(now).year, timezone.localdate(now).year + 1)[::-1],
    }
    return render(request, "console/status/page.html", context)


def receipts(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """How the replay of receipts went; firms are named to whoever may see them, to others their receipts' numbers."""
    health = replays.health(now=now)
    wanted = [alarm.receipt.enterprise_id for alarm in health.alarms]
    firms = Enterprise.objects.visible_to(request.user).in_bulk(wanted) if wanted else {}
    alarms = [(alarm, firms.get(alarm.receipt.enterprise_id)) for alarm in health.alarms]
    return {"health": health, "alarms": alarms, "sample": replays.SAMPLE}


def mail(now: datetime) -> dict[str, Any]:
    """How the outbox stands."""
    waiting = outbox.due(now).aggregate(number=Count("pk"), oldest=Min("next_try_at"))
    lately = Message.objects.filter(created_at__gte=now - LATELY).aggregate(
        failed=Count("pk", filter=Q(state=State.FAILED)),
        twice=Count("pk", filter=Q(possibly_twice=True)),
    )
    oldest = waiting["oldest"]
    return {
        **waiting,
        **lately,
        "later": Message.objects.filter(state=State.QUEUED, next_try_at__gt=now).count(),
        "uncertain": Message.objects.filter(state=State.UNCERTAIN).count(),
        "addresses": bounces.bad_addresses(now).count(),
        "minutes": int((now - oldest).total_seconds() // 60) if oldest else 0,
        "stuck": bool(oldest and oldest < now - STUCK_AFTER),
    }


@require_POST
def status_mail(request: HttpRequest) -> HttpResponse:
    """It was put right: the next letter tries the mail server at once."""
    if pausing.try_now(by=cast(User, request.user)):
        messages.success(request, "已安排立即重试，一分钟内见分晓。")
    else:
        messages.info(request, "发信没有暂停。")
    return redirect("console:status")
