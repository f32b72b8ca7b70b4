"""`manage.py check_orphans [--on DAY]`: rules in force that cite a document which has expired (失效文件检查)."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pipeline.domain import documents


class Command(BaseCommand):
    """List every citation of an expired document in an edition in force; fails where there is one."""

    help = "List rules in force that cite an expired document; exit code 1 if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day to look at."""
        parser.add_argument("--on", type=datetime.date.fromisoformat, help="day, e.g. 2026-04-01 (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print and say how many."""
        on = options["on"] or timezone.localdate()
        found = documents.orphans(on)
        for orphan in found:
            self.stdout.write(f"{orphan.edition.title}（{orphan.edition.document}）：{orphan.words}")
        if found:
            raise CommandError(f"{on} 施行中的规则有 {len(found)} 处引用了失效文件")
        self.stdout.write(f"{on} 施行中的规则没有引用失效文件")
