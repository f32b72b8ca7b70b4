"""Recognitions a firm holds or held."""

import datetime
from typing import Any, Self

import django_fsm as fsm
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.machine import guarded
from accounts.models import User
from enterprises import deadlines
from enterprises.models import Enterprise, ImportBatch
from pipeline.models.edition import Edition
from pipeline.models.tracks import TRACK_CHOICES


class Standing(models.TextChoices):
    """Acts on a title that its dates cannot tell; whether it is in force on a day is computed, never stored."""

    NORMAL = "normal", "正常"
    UNDER_REVIEW = "under_review", "复核中"
    SUSPENDED = "suspended", "暂停"
    REVOKED = "revoked", "撤销"


class TitleQuerySet(models.QuerySet["Title"]):
    """Titles."""

    def in_force(self, on: datetime.date) -> Self:
        """Titles in force on that day: begun, not lapsed, neither suspended nor revoked."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            valid_from__lte=on,
            standing__in=[Standing.NORMAL, Standing.UNDER_REVIEW],
        )

    def expiring(self, on: datetime.date, days: int) -> Self:
        """In force on that day, ending within ``days``, with no later title of the track to follow."""
        later = Title.objects.filter(
            enterprise=OuterRef("enterprise"), track=OuterRef("track"), valid_until__gt=OuterRef("valid_until")
        ).exclude(standing=Standing.REVOKED)
        return self.in_force(on).filter(~Exists(later), valid_until__lte=deadlines.days_after(on, days))


class Title(fsm.FSMModelMixin, models.Model):
    """A recognition (资格): number, days, document. Periods of one track never overlap (trigger)."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="titles")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    number = models.CharField("证书编号", max_length=60, blank=True)
    issued_on = models.DateField("认定日期", help_text="本年新增按此日期统计,不按录入日")
    valid_from = models.DateField("有效期自")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    # A review makes a further period, never a new recognition: ``issued_on`` stays the day of the first.
    reviewed_on = models.DateField("复核通过日", null=True, blank=True, editable=False)
    document = models.CharField("文件", max_length=200, blank=True)
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, blank=True, related_name="+")
    standing = fsm.FSMField("处置", choices=Standing.choices, default=Standing.NORMAL, protected=True)
    acted_on = models.DateField("处置日", null=True, blank=True, editable=False, help_text="最近一次处置生效之日")
    version = models.PositiveIntegerField(default=0)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, verbose_name="导入批次", related_name="+"
    )

    objects = TitleQuerySet.as_manager()

    class Meta:
        verbose_name = "资格"
        verbose_name_plural = "资格"
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="title_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["enterprise", "track", "valid_from"], name="title_begins_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["track", "valid_until", "enterprise"], name="title_by_end"),
            models.Index(fields=["track", "issued_on"], name="title_by_issue"),
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.number}"

    def is_in_force(self, on: datetime.date) -> bool:
        """Whether the title is in force on that day; the same truth as ``TitleQuerySet.in_force``."""
        begun = self.valid_from <= on
        lasts = not deadlines.is_past(self.valid_until, on)
        return begun and lasts and self.standing in {Standing.NORMAL, Standing.UNDER_REVIEW}

    @guarded(field=standing, source=Standing.NORMAL, target=Standing.UNDER_REVIEW)
    def open_review(self, **_: Any) -> None:
        """A review (复核) begins; the title stays in force."""

    @guarded(field=standing, source=[Standing.UNDER_REVIEW, Standing.SUSPENDED], target=Standing.NORMAL)
    def restore(self, **_: Any) -> None:
        """The review passed, or the suspension ended."""

    @guarded(field=standing, source=[Standing.NORMAL, Standing.UNDER_REVIEW], target=Standing.SUSPENDED)
    def suspend(self, **_: Any) -> None:
        """The title is suspended (暂停)."""

    @guarded(
        field=standing,
        source=[Standing.NORMAL, Standing.UNDER_REVIEW, Standing.SUSPENDED],
        target=Standing.REVOKED,
    )
    def revoke(self, **_: Any) -> None:
        """The title is revoked (撤销)."""
