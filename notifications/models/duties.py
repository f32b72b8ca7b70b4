"""What is due, and which days are working days."""

import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import User
from enterprises.models import Enterprise
from enterprises.models.enterprise import seen_by
from pipeline.models.tracks import TRACK_CHOICES


class WorkCalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a working weekend (调休)."""

    class Kind(models.TextChoices):
        """Off although a weekday or holiday, or worked although a weekend."""

        OFF = "off", "放假"
        WORK = "work", "上班"

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=4, choices=Kind.choices)
    name = models.CharField("节日", max_length=30, blank=True)
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations."""

    def open(self) -> Self:
        """Neither satisfied nor waived, overdue ones included."""
        return self.filter(satisfied_on__isnull=True, waived_on__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Obligations of the firms ``user`` may see."""
        seen = seen_by(user, "enterprise__")
        return self.none() if seen is None else self.filter(seen)

    def overdue(self, on: datetime.date) -> Self:
        """Whose day has passed."""
        return self.filter(due_on__lt=on)


class Obligation(models.Model):
    """Something a firm or officer must do by a day (应办事项); reminders ask for *due, not satisfied, not waived*.

    ``key`` names rule, firm and period (``title-expiry:12:hnte:2026-12-31``), so that computing again changes nothing.
    """

    class Kind(models.TextChoices):
        """Which dated rule it comes from."""

        TITLE_EXPIRY = "title_expiry", "资格到期"
        ROUND_CLOSING = "round_closing", "申报截止"
        MATERIAL_MISSING = "material_missing", "材料待补"
        FIGURES_WANTED = "figures_wanted", "指标待补"
        FIGURES_TO_ACCEPT = "figures_to_accept", "填报待采纳"
        MATERIAL_TO_ACCEPT = "material_to_accept", "材料待核收"
        ANNUAL_DUTY = "annual_duty", "年度报送"
        INSTITUTION_WANTED = "institution_wanted", "研发机构待建"
        SIX_RECHECK = "six_recheck", "六有复查"
        ADDRESS_WANTED = "address_wanted", "邮箱待更正"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="obligations")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES, blank=True)
    says = models.CharField("内容", max_length=200)
    because = models.CharField("缘由", max_length=200, blank=True)
    due_on = models.DateField("截止", null=True, blank=True)
    verified = models.BooleanField("时限已核实", default=False)
    for_enterprise = models.BooleanField("需企业办理", default=True)
    created_on = models.DateField("产生日")
    satisfied_on = models.DateField("办结日", null=True, blank=True)
    waived_on = models.DateField("豁免日", null=True, blank=True)
    waived_because = models.CharField("豁免理由", max_length=200, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "应办事项"
        verbose_name_plural = "应办事项"
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "enterprise"],
                condition=Q(satisfied_on__isnull=True, waived_on__isnull=True),
                name="obligation_open_by_day",
            ),
        ]

    def __str__(self) -> str:
        return self.key
