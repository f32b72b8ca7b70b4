"""`manage.py judge_register`: judge every firm now instead of tonight."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pipeline.domain import judge


class Command(BaseCommand):
    """Judge the whole register."""

    help = "Judge every firm for every judged track and store the assessments."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day to judge for."""
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="day, YYYY-MM-DD; today if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge and say how many assessments were stored."""
        on = options["on"] or timezone.localdate()
        judge.forget_deregistered()
        self.stdout.write(f"评估截至{on}：{judge.judge(on=on)} 条评估")
