"""Whether this installation can do its work now: `/readyz` and `check --deploy` ask the same questions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import AuditEvent
from notifications import pausing, watch
from notifications.models import Message, TaskRun, WorkCalendarDay
from notifications.wake import IMPATIENT

STUCK_AFTER = timedelta(minutes=30)
SWEPT_WITHIN = timedelta(minutes=10)
MAY_ALTER = """
    SELECT has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE')
        OR has_table_privilege(oid, 'TRUNCATE') OR pg_has_role(relowner, 'USAGE')
    FROM pg_class WHERE oid = %s::regclass
"""


class Check(NamedTuple):
    """One answer: which check, whether all is well, and in words."""

    name: str
    ok: bool
    text: str


def checks() -> list[Check]:
    """Every check, the database first; without it nothing else can be asked."""
    first = database_answers()
    if not first.ok:
        return [first]
    now = timezone.now()
    on = timezone.localdate(now)
    rest: list[Callable[[], Check]] = [migrations_applied]
    if migrations_applied().ok:
        rest += [lambda: calendar_known(on=on), lambda: letters_move(now=now), lambda: sweeps_come(now=now)]
        rest += [mail_leaves, lambda: runs_come(now=now), lambda: workers_live(now=now), audit_out_of_reach]
    return [first, *(check() for check in [*rest, broker_answers])]


def database_answers() -> Check:
    """A connection can be opened and answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Check("database", False, "数据库没有应答")
    return Check("database", True, "数据库正常")


def migrations_applied() -> Check:
    """The tables are those this code was written for."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return Check("migrations", False, f"有 {len(pending)} 个数据库迁移尚未执行：manage.py migrate")
    return Check("migrations", True, "数据库结构是最新的")


def calendar_known(*, on: date) -> Check:
    """The work calendar has this year, so that working days can be counted."""
    if WorkCalendarDay.objects.filter(day__year=on.year).exists():
        return Check("calendar", True, f"已有 {on.year} 年工作日历")
    return Check("calendar", False, f"{on.year} 年工作日历尚未录入：manage.py setup")


def letters_move(*, now: datetime) -> Check:
    """No letter has been waiting long past its time."""
    waiting = Message.objects.filter(state=Message.State.QUEUED, next_try_at__lt=now - STUCK_AFTER).count()
    if waiting:
        return Check("outbox", False, f"{waiting} 封提醒超过 30 分钟未发出：请检查 worker 与邮件服务器")
    return Check("outbox", True, "提醒发送正常")


def sweeps_come(*, now: datetime) -> Check:
    """Once swept, the outbox is swept every minute: by beat and worker, or by cron."""
    last = TaskRun.objects.filter(job="sweep").order_by("-finished_at").values_list("finished_at", flat=True).first()
    if last is None:
        return Check("sweep", True, "提醒发送尚未开始定时运行")
    if last < now - SWEPT_WITHIN:
        words = f"{timezone.localtime(last):%Y-%m-%d %H:%M} 以后没有定时发送提醒"
        return Check("sweep", False, f"{words}：请检查 beat、worker 与 cron 中的 manage.py deliver_due")
    return Check("sweep", True, "提醒定时发送正常")


def mail_leaves() -> Check:
    """Mail is not paused; it is to be looked at even where no letter waits."""
    held = pausing.current(timezone.now())
    if held:
        return Check("mail", False, f"发信已暂停，{held.get_cause_display()}：{held.error}")
    return Check("mail", True, "发信正常")


def runs_come(*, now: datetime) -> Check:
    """Every run of the beat table came, or its time is less than an hour past."""
    late = [job.label for job in watch.jobs(now) if job.late]
    if late:
        return Check("runs", False, f"没有按时运行：{'、'.join(late)}；请检查 beat 与 worker")
    return Check("runs", True, "定时运行正常")


def workers_live(*, now: datetime) -> Check:
    """Of the workers of the last day one lives."""
    pulses = watch.pulses(now)
    if pulses and not any(pulse.alive for pulse in pulses):
        return Check("worker", False, f"worker 自 {timezone.localtime(pulses[0].at):%Y-%m-%d %H:%M} 起没有心跳")
    return Check("worker", True, "worker 心跳正常" if pulses else "没有 worker 报过心跳")


def broker_answers() -> Check:
    """Redis, through which beat and web reach the worker, can be connected to and answers within a second."""
    try:
        with current_app.connection_for_write(transport_options={**IMPATIENT, "socket_timeout": 1}) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
    except OperationalError:
        return Check("broker", False, "任务队列（Redis）没有应答：请检查 REDIS_URL 与 Redis 服务")
    return Check("broker", True, "任务队列正常")


def audit_out_of_reach() -> Check:
    """The role of web and worker can add to the audit table and read it, nothing else."""
    if not settings.TIDU_AUDIT_BY_OWN_ROLE:
        return Check("audit", True, "此环境不检查审计表的数据库权限")
    with connection.cursor() as cursor:
        cursor.execute(MAY_ALTER, [AuditEvent._meta.db_table])
        (may_alter,) = cursor.fetchone()
    if may_alter:
        return Check("audit", False, "当前数据库角色可以改动审计表：请使用只有 SELECT、INSERT 权限的角色")
    return Check("audit", True, "审计表只可追加")
