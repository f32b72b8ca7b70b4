"""The installation says whether it can work, and what is missing."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config import readiness
from notifications.models import Message, WorkCalendarDay

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


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
