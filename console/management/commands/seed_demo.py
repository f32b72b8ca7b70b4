"""Seed the demo: the first day's data and an invented county's firms; facts only, the product makes the results."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from console.demo.desk import spoil_letters
from console.demo.seed import seed
from console.management.commands.setup import load_reference_data, region_named, set_bureau
from notifications import digest, obligations


class Command(BaseCommand):
    """`manage.py seed_demo`: refuses where anybody works already."""

    help = "写入演示数据(仅限空库):虚构企业及其台账数据、证书、培育申报。口令取自 TIDU_DEMO_PASSWORD。"

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Everything, or nothing."""
        if User.objects.exists():
            raise CommandError("库中已有用户,演示数据只写入空库。")
        password = os.environ.get("TIDU_DEMO_PASSWORD")
        if not password:
            raise CommandError("请设置环境变量 TIDU_DEMO_PASSWORD,作为演示账号的口令。")
        at = timezone.now()
        load_reference_data()
        county = region_named("大冶市")
        set_bureau(name="大冶市科学技术局（演示）", region=county, slug="mission")
        demo = seed(county=county, password=password, at=at)
        obligations.refresh(on=demo.on)
        run = digest.run(on=demo.on)
        spoil_letters()
        self.stdout.write(f"演示数据已写入:{len(demo.firms)} 家虚构企业,本周提醒 {run.messages} 封")
