"""Watching the watchman: which runs came, which did not, which workers live; and who is told when one is missing.

The times are those of the beat table itself, so that what a page calls the next run is the one that beat will start.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from celery import current_app
from celery.schedules import crontab
from celery.signals import task_success
from django.utils import timezone

from accounts.models import Role, User
from notifications import outbox, since
from notifications.catalogue import ALARM, bureau_name
from notifications.models import DigestRun, Heartbeat, TaskRun
from notifications.where import page

BEAT_EVERY: Final = timedelta(seconds=30)
DEAD_AFTER: Final = timedelta(seconds=120)
FORGOTTEN_AFTER: Final = timedelta(hours=24)  # a worker that was ended is no news any more
LATE_AFTER: Final = timedelta(hours=1)
DIGEST: Final = "notifications.tasks.weekly_digest"
SWEEP: Final = "notifications.tasks.sweep"
LABELS: Final[Mapping[str, str]] = {
    DIGEST: "每周提醒",
    "notifications.tasks.catch_up_digest": "补做错过的每周提醒",
    SWEEP: "发送到期邮件",
    "notifications.tasks.refresh_obligations": "更新应办事项",
    "pipeline.tasks.settle_ladder": "梯队随资格到期更新",
    "pipeline.tasks.judge_register": "评估全部企业",
    "pipeline.tasks.replay_receipts": "复算评估凭证",
}
SPANS: Final = (timedelta(minutes=3), timedelta(hours=3), timedelta(hours=2 * 24), timedelta(hours=8 * 24))


@dataclass(frozen=True)
class Job:
    """One line of the beat table: when it should have run, when it did, when it will."""

    task: str
    label: str
    every: str
    planned: datetime | None
    last: datetime | None
    following: datetime
    late: bool


def next_after(plan: crontab, at: datetime) -> datetime:
    """The first time of the plan after ``at``."""
    start, delta, _ = plan.remaining_delta(timezone.localtime(at))
    return start + delta  # type: ignore[no-any-return]


def latest_before(plan: crontab, at: datetime) -> datetime | None:
    """The last time of the plan up to ``at``."""
    for span in SPANS:
        found, following = None, next_after(plan, at - span)
        while following <= at:
            found, following = following, next_after(plan, following)
        if found:
            return found
    return None


def plans() -> Iterator[tuple[str, crontab]]:
    """Task and plan of each line of the beat table."""
    for line in current_app.conf.beat_schedule.values():
        if isinstance(line["schedule"], crontab):
            yield line["task"], line["schedule"]


def last_runs() -> dict[str, datetime]:
    """When each task of the table last ended well; the week's letters and the sweep also by hand or cron."""
    found = {run.job: run.finished_at for run in TaskRun.objects.filter(period="last", finished_at__isnull=False)}
    signs = {task: at for task, at in found.items() if at}
    if "sweep" in signs:
        signs[SWEEP] = max(signs["sweep"], signs.get(SWEEP, signs["sweep"]))
    made = DigestRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    if made and made.finished_at:
        signs[DIGEST] = made.finished_at
    return signs


def jobs(now: datetime) -> list[Job]:
    """Every line of the table. A run is late an hour after its time, sweeps too; before the first sweep nothing is."""
    signs, begun = last_runs(), TaskRun.objects.filter(job="sweep").values_list("started_at", flat=True).first()
    return [job(task, plan, signs.get(task), begun, now) for task, plan in plans()]


def job(task: str, plan: crontab, last: datetime | None, begun: datetime | None, now: datetime) -> Job:
    """One line: late when nothing ran since the last time that lies an hour back."""
    owed = latest_before(plan, now - LATE_AFTER)
    done = digest_made(owed) if task == DIGEST and owed else bool(last and owed and last >= owed)
    late = bool(owed and begun and begun <= owed and not done)
    following = next_after(plan, now)
    return Job(task, LABELS.get(task, task), every(plan), latest_before(plan, now), last, following, late)


def digest_made(owed: datetime) -> bool:
    """Whether the week's letters of that Monday were made, late or early."""
    return DigestRun.objects.filter(week=since.week_of(timezone.localdate(owed)), finished_at__isnull=False).exists()


def every(plan: Any) -> str:
    """A plan in words."""
    if len(plan.minute) > 1:
        return "每分钟"
    minute = min(plan.minute)
    if len(plan.hour) > 1:
        return f"每小时第 {minute} 分"
    clock = f"{min(plan.hour)}:{minute:02}"
    return f"每周{'日一二三四五六'[min(plan.day_of_week)]} {clock}" if len(plan.day_of_week) == 1 else f"每天 {clock}"


def note_success(sender: Any = None, **_: Any) -> None:
    """A task of the table ended well: its sign of life, for the page and for the alarm."""
    name = getattr(sender, "name", "")
    if name in {task for task, _ in plans()}:
        TaskRun.objects.update_or_create(job=name, period="last", defaults={"finished_at": timezone.now()})


def listen() -> None:
    """From now on."""
    task_success.connect(note_success, weak=False, dispatch_uid="notifications.watch")


# Workers


def beat(worker: str) -> None:
    """This worker lives and is connected to its queue."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"at": timezone.now()})


@dataclass(frozen=True)
class Pulse:
    """One worker and whether it lives."""

    worker: str
    at: datetime
    alive: bool


def pulses(now: datetime) -> list[Pulse]:
    """The workers of the last day."""
    recent = Heartbeat.objects.filter(at__gte=now - FORGOTTEN_AFTER)
    return [Pulse(row.worker, row.at, row.at >= now - DEAD_AFTER) for row in recent]


# The alarm


def raise_alarms(now: datetime) -> int:
    """A letter to each administrator for each run that did not come: one a run, however often this is asked."""
    late = [job for job in jobs(now) if job.late]
    if not late:
        return 0
    administrators = list(User.objects.filter(role=Role.ADMIN, is_active=True).exclude(email="").order_by("pk"))
    owed = {job.task: latest_before(dict(plans())[job.task], now - LATE_AFTER) for job in late}
    drafts = []
    for job_ in late:
        at = timezone.localtime(owed[job_.task])
        for reader in administrators:
            words = {"bureau": bureau_name(), "user": reader, "job": job_, "owed": at, "url": page("console:status")}
            rendered = ALARM.render(words)
            key = f"alarm:{job_.task}:{at:%Y-%m-%d}:{reader.pk}"
            drafts.append(outbox.Draft(key=key, letter=ALARM, rendered=rendered, to=reader.email, recipients=[reader]))
    return outbox.put_all(drafts)
