"""`manage.py settle_ladder`: let every firm climb or slip to where its titles carry it."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pipeline.domain import ladder


class Command(BaseCommand):
    """Settle the whole ladder."""

    help = "Settle every firm on the bureau's ladder from its titles."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day to settle for."""
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="day, YYYY-MM-DD; today if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Settle and say how many firms moved."""
        on = options["on"] or timezone.localdate()
        self.stdout.write(f"截至{on}：{ladder.settle_all(on)} 家企业的梯队位置有变动")
