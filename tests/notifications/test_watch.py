"""Watching the watchman: true times of the next run, runs that did not come, workers that fell silent."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery.schedules import crontab
from django.utils import timezone

from accounts.models import User
from notifications import tasks, watch
from notifications.models import DigestRun, Message, TaskRun

pytestmark = [pytest.mark.django_db, pytest.mark.feature(57)]
SHANGHAI = ZoneInfo("Asia/Shanghai")
REFRESH = "notifications.tasks.refresh_obligations"


def at(text: str) -> datetime.datetime:
    """A time of Shanghai."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("plan", "now", "before", "after"),
    [
        (crontab(day_of_week="mon", hour=8, minute=30), "2026-11-23 08:29", "2026-11-16 08:30", "2026-11-23 08:30"),
        (crontab(day_of_week="mon", hour=8, minute=30), "2026-11-23 08:31", "2026-11-23 08:30", "2026-11-30 08:30"),
        (crontab(day_of_week="mon", hour=8, minute=30), "2026-12-31 23:59", "2026-12-28 08:30", "2027-01-04 08:30"),
        (crontab(hour=0, minute=5), "2026-12-31 23:59", "2026-12-31 00:05", "2027-01-01 00:05"),
        (crontab(minute=45), "2026-11-23 08:44", "2026-11-23 07:45", "2026-11-23 08:45"),
        (crontab(), "2026-11-23 08:44", "2026-11-23 08:44", "2026-11-23 08:45"),
    ],
)
def test_the_last_and_the_next_time_of_a_plan_are_those_of_the_clock_on_the_wall(
    plan: crontab, now: str, before: str, after: str
):
    """next run time shown and true"""
    with time_machine.travel(at(now), tick=False):
        assert watch.latest_before(plan, at(now)) == at(before)
        assert watch.next_after(plan, at(now)) == at(after)


def test_every_line_of_the_beat_table_has_a_name_and_a_time_in_words():
    found = {job.task: job for job in watch.jobs(timezone.now())}

    assert all(job.label != task for task, job in found.items())
    assert found[watch.DIGEST].every == "每周一 8:30"
    assert found[REFRESH].every == "每天 6:00"
    assert found[watch.SWEEP].every == "每分钟"


def swept(since: str, last: str) -> None:
    """The installation was first swept then, and last then."""
    TaskRun.objects.create(job="sweep", period="last", finished_at=at(last))
    TaskRun.objects.update(started_at=at(since))


def late(now: str) -> set[str]:
    with time_machine.travel(at(now), tick=False):
        return {job.task for job in watch.jobs(at(now)) if job.late}


def test_a_run_that_did_not_come_is_late_an_hour_after_its_time():
    swept("2026-11-20 00:00", "2026-11-23 06:59")
    for task, _ in watch.plans():
        if task not in {"sweep", watch.DIGEST}:
            TaskRun.objects.create(job=task, period="last", finished_at=at("2026-11-22 23:00"))

    assert REFRESH not in late("2026-11-23 06:59")
    assert REFRESH in late("2026-11-23 07:00")


def test_monday_s_letters_are_missed_until_they_are_made_even_on_tuesday():
    swept("2026-11-01 00:00", "2026-11-24 09:00")
    DigestRun.objects.create(week="2026-W47", on=datetime.date(2026, 11, 16), finished_at=at("2026-11-16 08:31"))

    assert watch.DIGEST not in late("2026-11-23 09:29")
    assert watch.DIGEST in late("2026-11-23 09:31")
    DigestRun.objects.create(week="2026-W48", on=datetime.date(2026, 11, 23), finished_at=at("2026-11-24 10:00"))
    assert watch.DIGEST not in late("2026-11-24 10:01")


def test_before_anything_ever_ran_nothing_is_late():
    assert late("2026-11-23 12:00") == set()


def test_the_administrator_is_told_once_of_each_run_that_did_not_come(administrator: User):
    """“no digest run since” alarm on page and mail"""
    swept("2026-11-01 00:00", "2026-11-23 09:30")
    with time_machine.travel(at("2026-11-23 09:31"), tick=False):
        first, second = watch.raise_alarms(timezone.now()), watch.raise_alarms(timezone.now())
    told = Message.objects.filter(kind=Message.Kind.ALARM, to=administrator.email)

    assert (first > 0, second) == (True, 0)
    (monday,) = told.filter(subject="每周提醒没有按时运行")
    assert "应于 2026年11月23日 08:30 运行" in monday.text


def test_the_sweep_itself_raises_the_alarm_and_delivers_it(administrator: User):
    swept("2026-11-01 00:00", "2026-11-23 09:30")

    with time_machine.travel(at("2026-11-23 09:31"), tick=False):
        assert tasks.sweep() > 0

    assert Message.objects.filter(kind=Message.Kind.ALARM, state=Message.State.SENT, to=administrator.email).exists()


def test_a_task_that_ended_well_leaves_its_sign():
    tasks.refresh_obligations.delay()

    assert TaskRun.objects.filter(job=REFRESH, period="last", finished_at__isnull=False).exists()


@pytest.mark.parametrize(("seconds", "alive"), [(119, True), (121, False)])
def test_a_worker_is_red_after_two_minutes_without_heartbeat(seconds: int, alive: bool):
    watch.beat("worker@one")
    watch.beat("worker@one")

    (pulse,) = watch.pulses(timezone.now() + datetime.timedelta(seconds=seconds))

    assert pulse.alive is alive
