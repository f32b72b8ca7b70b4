"""The installation says whether it can work, and what is missing."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config import readiness
from notifications.models import Message, TaskRun, WorkCalendarDay
from tests.notifications.mailbox import free_port

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def celery_address() -> Iterator[Callable[[str], None]]:
    """Points Celery to another broker for one test."""
    before = current_app.conf.broker_write_url

    def point(address: str) -> None:
        current_app.conf.broker_write_url = address

    yield point
    current_app.conf.broker_write_url = before


def test_the_test_database_answers_and_has_every_table():
    assert readiness.database_answers().ok
    assert readiness.migrations_applied().ok


def test_a_pending_migration_is_told():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notifications'")

    check = readiness.migrations_applied()

    assert not check.ok
    assert "manage.py migrate" in check.text


def test_a_year_without_work_calendar_is_told():
    WorkCalendarDay.objects.all().delete()
    WorkCalendarDay.objects.create(day=date(2026, 10, 1), kind="off", source="国办发明电")

    assert readiness.calendar_known(on=date(2026, 11, 22)).ok
    assert not readiness.calendar_known(on=date(2027, 1, 4)).ok


@pytest.mark.parametrize(("minutes", "ok"), [(29, True), (31, False)])
def test_a_letter_waiting_over_half_an_hour_is_told(minutes: int, ok: bool):
    due = NOW - timedelta(minutes=minutes)
    Message.objects.create(key="digest:2026-W48:a@b.cn", to="a@b.cn", message_id="<1@tidu>", next_try_at=due)

    assert readiness.letters_move(now=NOW).ok is ok


def test_before_the_first_sweep_nothing_is_amiss():
    assert readiness.sweeps_come(now=NOW).ok


@pytest.mark.parametrize(("minutes", "ok"), [(9, True), (11, False)])
def test_a_sweep_that_has_not_come_for_ten_minutes_is_told(minutes: int, ok: bool):
    TaskRun.objects.create(job="sweep", period="last", finished_at=NOW - timedelta(minutes=minutes))

    check = readiness.sweeps_come(now=NOW)

    assert check.ok is ok
    assert ("deliver_due" in check.text) is not ok


def test_a_broker_that_cannot_be_reached_is_told(celery_address: Callable[[str], None]):
    assert readiness.broker_answers().ok

    celery_address(f"redis://127.0.0.1:{free_port()}/0")

    assert not readiness.broker_answers().ok


def test_a_broker_that_keeps_silent_is_told_soon(celery_address: Callable[[str], None]):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        celery_address(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()

        assert not readiness.broker_answers().ok
        assert time.monotonic() - began < 5


def test_only_the_deploy_check_asks_for_broker_and_sweep(celery_address: Callable[[str], None]):
    TaskRun.objects.create(job="sweep", period="last", finished_at=timezone.now() - timedelta(hours=1))
    celery_address(f"redis://127.0.0.1:{free_port()}/0")

    found = {error.id for error in run_checks(databases=["default"], include_deployment_checks=True)}

    assert {"tidu.E002.sweep", "tidu.E002.broker"} <= found
    assert not [error for error in run_checks(databases=["default"]) if (error.id or "").startswith("tidu.")]


def test_a_role_that_may_alter_the_audit_table_is_told_where_production_asks(settings: Settings):
    assert readiness.audit_out_of_reach().ok

    settings.TIDU_AUDIT_BY_OWN_ROLE = True
    assert not readiness.audit_out_of_reach().ok

    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE tidu_app")  # the test's transaction takes it away again
        cursor.execute((ROOT / "scripts" / "grants.sql").read_text())
        cursor.execute("SET ROLE tidu_app")
        assert readiness.audit_out_of_reach().ok
        cursor.execute("RESET ROLE")


def test_every_check_passes_on_a_machine_in_order():
    WorkCalendarDay.objects.get_or_create(day=timezone.localdate(), defaults={"kind": "off", "source": "x"})

    assert [check.name for check in readiness.checks() if not check.ok] == []
