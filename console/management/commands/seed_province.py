"""`manage.py seed_province`: a synthetic province with planted truth, for measuring and for checking every number."""

import datetime
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Region, User
from console.management.commands.setup import load_reference_data, set_bureau
from console.province import seed
from enterprises.models import Enterprise
from notifications import obligations
from pipeline.domain import judge, ladder
from pipeline.models import Bureau


class Command(BaseCommand):
    """`manage.py seed_province --firms 300000`: refuses where a firm or an account stands already."""

    help = (
        "写入合成省级登记簿(仅限空库):虚构企业,附预先已知的各项数字。账号口令取自 TIDU_DEMO_PASSWORD,不设则不能登录。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How many firms, from which seed, and where the truth goes."""
        parser.add_argument("--firms", type=int, default=300_000, help="企业家数(默认 300000)")
        parser.add_argument("--seed", type=int, default=1, help="随机种子:同一种子得到同一登记簿(默认 1)")
        parser.add_argument("--truth", type=Path, default=None, help="把预先已知的数字写到这个 JSON 文件")
        parser.add_argument("--facts-only", action="store_true", help="只写事实,不评估、不定梯队、不生成应办事项")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the facts, then let the product judge, settle and find what is due, each step with its seconds."""
        if Enterprise.objects.exists() or User.objects.exists():
            raise CommandError("库中已有企业或账号,合成登记簿只写入空库。请另建数据库再执行。")
        if options["firms"] < 1:
            raise CommandError("家数至少为 1。")
        at = timezone.now()
        on = timezone.localdate(at)
        load_reference_data()
        if not Bureau.objects.exists():
            root = Region.objects.get(level=Region.Level.PROVINCE)
            set_bureau(name="湖北省科学技术厅（合成数据）", region=root, slug="mission")
        with self.timed(f"写入 {options['firms']:,} 家企业及其事实"):
            truth = seed.seed(
                firms=options["firms"], seed_number=options["seed"], at=at, on=on,
                password=os.environ.get("TIDU_DEMO_PASSWORD"),
            )  # fmt: skip
            seed.analyse()
        if not options["facts_only"]:
            self.work(on)
        if options["truth"]:
            options["truth"].write_text(json.dumps(truth, ensure_ascii=False, indent=1), "utf-8")
            self.stdout.write(f"预先已知的数字:{options['truth']}")

    def work(self, on: datetime.date) -> None:
        """What the nightly run does."""
        steps: tuple[tuple[str, Callable[[], object]], ...] = (
            ("评估", lambda: judge.judge(on=on)),
            ("梯队", lambda: ladder.settle_all(on)),
            ("应办事项", lambda: obligations.refresh(on=on)),
            ("统计", seed.analyse),
        )
        for name, act in steps:
            with self.timed(name):
                act()

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Say how long a step took."""
        start = time.perf_counter()
        yield
        self.stdout.write(f"{name}:{time.perf_counter() - start:.1f} 秒")
