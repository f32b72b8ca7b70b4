"""Cron alone makes and sends Monday's mail: the commands, what they print, and once a week."""

import datetime
import re
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise
from notifications import tasks
from notifications.models import DigestRun, Message, TaskRun
from tests.notifications.mondays import SHANGHAI, ending

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("bureau"),
    pytest.mark.feature(49, partial="staff and enterprise parts, most urgent first"),
]


def test_the_command_prints_what_it_queued_and_the_second_time_that_it_did(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")
    first, second = StringIO(), StringIO()

    call_command("run_digest", "--on", "2026-11-23", stdout=first)
    call_command("run_digest", "--on", "2026-11-25", stdout=second)

    assert "member@example.cn　1 项待办，最近 12月31日截止" in first.getvalue()
    assert "2026-W48 生成 1 封提醒" in first.getvalue()
    assert re.search(r"2026-W48 已于 \d{4}-\d\d-\d\d \d\d:\d\d 生成，未重复生成", second.getvalue())
    assert Message.objects.count() == 1


def test_the_command_refuses_what_is_no_day():
    with pytest.raises(CommandError, match="“明天”不是日期，请写成 2026-11-23"):
        call_command("run_digest", "--on", "明天")


@pytest.mark.feature(50, partial="cron alone makes and sends a missed Monday's letters")
def test_the_sweepers_command_makes_a_missed_mondays_letters_and_sends_them(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")

    with time_machine.travel(datetime.datetime(2026, 11, 25, 9, 0, tzinfo=SHANGHAI), tick=False):
        for _ in range(2):
            call_command("deliver_due", stdout=StringIO())

    assert DigestRun.objects.get().week == "2026-W48"
    assert [sent.to for sent in mail.outbox] == [[member.email]]


def test_the_sweepers_command_makes_nothing_before_half_past_eight_on_monday(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")

    with time_machine.travel(datetime.datetime(2026, 11, 23, 8, 29, tzinfo=SHANGHAI), tick=False):
        call_command("deliver_due", stdout=StringIO())

    assert not DigestRun.objects.exists()


def test_a_sweep_that_leaves_the_work_to_another_gives_a_sign_of_life_too():
    TaskRun.objects.create(job="sweep", period="last", finished_at=timezone.now() - datetime.timedelta(days=1))
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [tasks.SWEEPING])
        tasks.sweep()
    other.close()

    assert TaskRun.objects.get().finished_at > timezone.now() - datetime.timedelta(minutes=1)
