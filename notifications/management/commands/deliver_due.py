"""``manage.py deliver_due``: the sweeper by hand or by cron, for a machine without worker or Redis."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications import tasks


class Command(BaseCommand):
    """Sends every letter that is due."""

    help = "发送已到时间的提醒（没有 worker 或 Redis 时由 cron 每分钟执行）"

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once and say how many letters went out."""
        self.stdout.write(f"已发送 {tasks.sweep()} 封")
