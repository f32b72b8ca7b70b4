"""`manage.py load_rules`: bring seeded editions, ladders, rounds and material lists into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from pipeline.domain import documents, editions, ladder, pools, rounds


class Command(BaseCommand):
    """Load the reference data of the pipeline; running it again changes nothing."""

    help = "Load rule editions, ladders, filing rounds and material lists; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was new."""
        self.stdout.write(f"规则版本新增 {editions.load_seeds()}")
        self.stdout.write(f"政策文件新增 {documents.load_seeds()}")
        self.stdout.write(f"梯队更新 {ladder.load_seeds()}")
        self.stdout.write(f"批次与材料新增 {rounds.load_seeds()}")
        self.stdout.write(f"后备库新增 {pools.load_seeds()}")
