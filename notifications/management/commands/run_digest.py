"""``manage.py run_digest [--on DATE]``: this week's letters, once."""

import datetime
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications import digest, obligations
from notifications.since import monday_of


def day(text: str) -> datetime.date:
    """A day as ISO 8601 writes it."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成 2026-11-23") from error


class Command(BaseCommand):
    """Computes what is due and queues one letter per mailbox; a week that was run is not run again."""

    help = "生成本周的每周提醒（每个邮箱每周一封，重复执行不会重复发送）"

    def add_arguments(self, parser: CommandParser) -> None:
        """The day that decides the week and the lines."""
        parser.add_argument("--on", type=day, metavar="DATE", help="按这一天计算，默认今天")

    def handle(self, *args: Any, on: datetime.date | None, **options: Any) -> None:
        """Make the run and say what was queued."""
        today = timezone.localdate()
        made = digest.run(on=on or today)
        if on and on != today:
            obligations.refresh(on=today)  # the letters speak of that day, the pages of this one
        if not made.is_new:
            self.stdout.write(f"{made.week} 已于 {timezone.localtime(made.started_at):%Y-%m-%d %H:%M} 生成，未重复生成")
            return
        for letter in made.letters.order_by("pk"):
            self.stdout.write(f"{letter.to}　{letter.subject}")
        self.stdout.write(f"{made.week} 生成 {made.messages} 封提醒，由 worker 发送；没有待办的用户不发")
        if monday_of(today) < made.on:
            self.stdout.write(f"这是将来的一周：到 {made.on} 不会再次生成")
