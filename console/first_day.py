"""The steps of the first day: an empty 工作台 leads through them."""

import datetime
from dataclasses import dataclass

from django.urls import reverse

from accounts import policy
from accounts.models import Region, Role, User
from enterprises.models import ImportBatch
from notifications.models import WorkCalendarDay
from pipeline.models import Bureau, Edition


@dataclass(frozen=True)
class Step:
    """One step, whether it is done, and where it is taken; without an address somebody else takes it."""

    title: str
    hint: str
    is_done: bool
    url: str


def steps(user: User, on: datetime.date) -> list[Step]:
    """What a new bureau does before its first list of firms."""
    staff = User.objects.filter(role__in=[Role.CITY, Role.UNIT], is_active=True)
    uploaded = ImportBatch.objects.filter(state=ImportBatch.State.APPLIED)
    parts = [
        (
            "责任单位",
            "区县、乡镇、园区的名单与别名，台账里的单位据此识别。",
            Region.objects.count() > 1,
            "console:settings",
        ),
        ("规则版本", "科技型中小企业、高新技术企业的认定规则。", Edition.objects.exists(), "console:settings"),
        ("梯队", "选定本局的层级次序。", Bureau.objects.exists(), "console:settings"),
        ("工作日历", f"{on.year} 年的放假与调休，用于推算剩余工作日。", calendar_known(on), "console:settings"),
        ("用户", "邀请市级与区县、乡镇的工作人员。", staff.count() > 1, "console:user_list"),
        ("导入台账", "上传现有台账，预览后写入，系统随即评估每一家企业。", uploaded.exists(), "console:import_list"),
    ]
    return [
        Step(title, hint, is_done, reverse(view) if policy.may_open(user, view) else "")
        for title, hint, is_done, view in parts
    ]


def calendar_known(on: datetime.date) -> bool:
    """Whether somebody entered this year's calendar."""
    return WorkCalendarDay.objects.filter(day__year=on.year).exists()
