"""Filing windows and what a filing must contain."""

import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from enterprises import deadlines
from pipeline.models.tracks import TRACK_CHOICES


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds."""

    def open_on(self, on: datetime.date) -> Self:
        """Rounds whose window is open on that day; an open end stays open, a window of which no day is known is not."""
        return self.filter(
            Q(closes_on__isnull=True) | Q(closes_on__gte=on), Q(opens_on__isnull=True) | Q(opens_on__lte=on)
        ).exclude(opens_on__isnull=True, closes_on__isnull=True)


class Round(models.Model):
    """A filing round (申报批次) with its inner cut-offs. ``verified_on`` null is shown as 待核实."""

    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    name = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度")
    opens_on = models.DateField("开始", null=True, blank=True)
    closes_on = models.DateField("截止", null=True, blank=True)
    closes_at = models.TimeField("截止时刻", null=True, blank=True)
    postponed_from = models.DateField("原截止", null=True, blank=True)
    postponed_by = models.CharField("延期通知", max_length=200, blank=True)
    city_cutoff_on = models.DateField("市级截止", null=True, blank=True)
    county_cutoff_on = models.DateField("县级截止", null=True, blank=True)
    township_cutoff_on = models.DateField("乡镇截止", null=True, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)
    verified_on = models.DateField("核实日", null=True, blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "申报批次"
        verbose_name_plural = "申报批次"
        ordering = ["closes_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["track", "year", "name"], name="round_named_once_a_year")]

    def __str__(self) -> str:
        return self.name

    def is_open(self, on: datetime.date) -> bool:
        """Whether the window is open on that day; the same truth as ``RoundQuerySet.open_on``."""
        return (
            self.is_dated
            and (self.opens_on is None or self.opens_on <= on)
            and not deadlines.is_past(self.closes_on, on)
        )

    @property
    def is_dated(self) -> bool:
        """Whether any day of the window is known."""
        return self.opens_on is not None or self.closes_on is not None

    @property
    def cutoffs(self) -> list[tuple[str, datetime.date]]:
        """The inner cut-offs that are known, from below upwards."""
        named = (("乡镇", self.township_cutoff_on), ("县级", self.county_cutoff_on), ("市级", self.city_cutoff_on))
        return [(level, day) for level, day in named if day]

    @property
    def window(self) -> str:
        """The window in words."""
        if not self.is_dated:
            return "起止日未知" if self.cutoffs else "时间待公布"
        opens = f"{self.opens_on:%Y年%-m月%-d日}起" if self.opens_on else ""
        hour = f" {self.closes_at:%H:%M}" if self.closes_at else ""
        closes = f"{self.closes_on:%Y年%-m月%-d日}{hour}止" if self.closes_on else "截止日未定"
        return "，".join(part for part in (opens, closes, self.postponement) if part)

    @property
    def postponement(self) -> str:
        """From which day the end was moved and by which notice, in words."""
        return f"原定{self.postponed_from:%-m月%-d日}，{self.postponed_by}延期" if self.postponed_from else ""


class MaterialRequirement(models.Model):
    """A paper a filing of a track needs; the bureau's own list, 待核实 until ``verified_on`` is given."""

    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    kind = models.CharField("材料", max_length=80)
    note = models.CharField("说明", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    verified_on = models.DateField("核实日", null=True, blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )

    class Meta:
        verbose_name = "申报材料"
        verbose_name_plural = "申报材料"
        ordering = ["track", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["track", "kind"], name="material_once_per_track")]

    def __str__(self) -> str:
        return self.kind
