"""``manage.py deliver_due``: a missed Monday and the sweep, by hand or by cron; needs neither worker nor Redis."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications import tasks


class Command(BaseCommand):
    """Makes the week's letters if Monday's run did not happen, and sends every letter that is due."""

    help = "补做错过的每周提醒，并发送已到时间的邮件（由 cron 每分钟执行，不依赖 worker 和 Redis）"

    def handle(self, *args: Any, **options: Any) -> None:
        """Catch up, sweep once, and say how many letters went out."""
        tasks.catch_up_digest()
        self.stdout.write(f"已发送 {tasks.sweep()} 封")
