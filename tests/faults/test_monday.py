"""Monday with a real worker, schedulers, Redis and mail server: killed, doubled, cut off; nobody is left out."""

import datetime
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from celery import Celery
from django.utils import timezone

from config import connections
from notifications import delivery
from notifications.models import DigestRun, Message
from pipeline.models import Assessment
from tests.factories import (
    EnterpriseFactory,
    FirmStatementFactory,
    MemberFactory,
    RegionFactory,
    TitleFactory,
    YearFiguresFactory,
)
from tests.faults.conftest import ROOT, WORKER, Killer, beat, child_dies, wait_for, worker_dies

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

MAILBOXES = 30
WORKERS = 2  # pool processes
State = Message.State


@pytest.fixture
def addressees(transactional_db: None) -> list[str]:
    """Thirty people of thirty firms, each with a title that ends next month."""
    county, on = RegionFactory(), timezone.localdate()
    people = []
    for number in range(MAILBOXES):
        firm = EnterpriseFactory(region=county)
        people.append(MemberFactory(username=f"person{number}", enterprises=[firm]))
        ends = on + datetime.timedelta(days=30)
        TitleFactory(enterprise=firm, issued_on=ends - datetime.timedelta(days=1095), valid_until=ends)
    return [person.email for person in people]


def all_sent() -> bool:
    """Whether the run was made and every letter of it left."""
    return Message.objects.filter(state=State.SENT).count() == MAILBOXES


@pytest.mark.feature(50, partial="kill -9 between send and record, two schedulers, run twice")
def test_killed_between_send_and_record_nobody_is_left_out_and_a_second_copy_is_the_same_letter(
    addressees: list[str], killer: Killer, start: Callable, tmp_path: Path
):
    killer.wishes = {5: child_dies, 15: worker_dies}
    start(WORKER)
    start(beat(tmp_path, "one"))
    start(beat(tmp_path, "two"))

    wait_for(lambda: killer.kills == 2, 40, "both kills happened")
    start(WORKER)
    wait_for(all_sent, 40, "every letter is recorded as sent")

    copies = killer.copies()
    twice = {message_id for message_id, number in copies.items() if number > 1}
    marked = set(Message.objects.filter(possibly_twice=True).values_list("message_id", flat=True))
    assert {str(mail["To"]) for mail in killer.mails} == set(addressees)
    assert len(copies) == MAILBOXES  # one Message-ID a mailbox, however many copies
    assert MAILBOXES + killer.kills <= copies.total() <= MAILBOXES + killer.kills * WORKERS
    assert twice <= marked  # shown as “可能重复”
    assert DigestRun.objects.count() == 1
    assert Message.objects.count() == MAILBOXES


def test_without_redis_the_command_and_the_sweeper_deliver_everything_once(
    addressees: list[str], killer: Killer, environment: dict[str, str]
):
    cut_off = environment | {"REDIS_URL": "redis://127.0.0.1:1/0"}

    for command in ("run_digest", "deliver_due"):
        subprocess.run([sys.executable, "manage.py", command], env=cut_off, cwd=ROOT, check=True, timeout=60)
    delivery.deliver_due()  # a sweep later nothing is left to send

    assert sorted(str(mail["To"]) for mail in killer.mails) == sorted(addressees)
    assert Message.objects.filter(state=State.SENT, attempts=1, possibly_twice=False).count() == MAILBOXES


def test_four_runs_at_the_same_moment_are_one_and_wake_a_worker_without_any_scheduler(
    addressees: list[str], killer: Killer, environment: dict[str, str], start: Callable
):
    start(WORKER)
    runs = [
        subprocess.Popen(
            [sys.executable, "manage.py", "run_digest"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    said = [run.communicate(timeout=60)[0] for run in runs]

    assert [run.returncode for run in runs] == [0] * 4
    assert sorted("未重复生成" in words for words in said) == [False, True, True, True]
    assert (DigestRun.objects.count(), Message.objects.count()) == (1, MAILBOXES)
    wait_for(all_sent, 20, "the worker was woken up and sent every letter")
    assert len(killer.mails) == MAILBOXES


def test_the_register_is_judged_in_a_forked_worker(start: Callable, environment: dict[str, str]):
    from pipeline.domain import editions, judge  # noqa: PLC0415 -- Polars stays out of the other tests

    editions.load_seeds()
    on = timezone.localdate()
    in_force = [track for track, rows in editions.by_track(on).items() if judge.chosen_for(track, rows, on, "apply")]
    firm = EnterpriseFactory()
    FirmStatementFactory(enterprise=firm)
    YearFiguresFactory(enterprise=firm, year=2025, sales_cny=48_000_000)
    knock = Celery("knock", broker=connections.celery_address(environment["REDIS_URL"]), set_as_current=False)
    knock.conf.broker_transport_options = {"global_keyprefix": environment["TIDU_REDIS_PREFIX"]}
    start(WORKER)

    judged = Assessment.objects.filter(enterprise=firm)
    for _ in range(2):  # the second time in a child, or beside one, that has evaluated before
        Assessment.objects.all().delete()
        knock.send_task("pipeline.tasks.judge_register")
        wait_for(lambda: judged.count() == len(in_force) > 2, 120, "every track is judged")
    knock.close()
