"""`manage.py judge_register`: judge every firm now instead of tonight."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from pipeline.domain import judge, outlook


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
        judged = judge.judge(on=on)
        self.stdout.write(f"评估截至{on}：{judged} 条评估，{outlook.refresh(on=on)} 条预警和补数价值")
