"""运行状况: what runs by itself and whether it went well; so far the nightly replay of receipts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from enterprises.models import Enterprise
from pipeline.domain import replays


@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """How the replay of receipts went; firms are named to whoever may see them, to others their receipts' numbers."""
    health = replays.health(now=timezone.now())
    wanted = [alarm.receipt.enterprise_id for alarm in health.alarms]
    firms = Enterprise.objects.visible_to(request.user).in_bulk(wanted) if wanted else {}
    alarms = [(alarm, firms.get(alarm.receipt.enterprise_id)) for alarm in health.alarms]
    return render(request, "console/status.html", {"health": health, "alarms": alarms, "sample": replays.SAMPLE})
