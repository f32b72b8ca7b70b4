"""What may change soon, found with the night's judging: thresholds a firm stands near to, figures worth giving."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from enterprises.models import Enterprise
from pipeline.models.tracks import TRACK_CHOICES


class Side(models.TextChoices):
    """What it would mean to cross the threshold."""

    GAIN = "gain", "接近达标"
    LOSE = "lose", "可能失去"
    OUTGROW = "outgrow", "可能超出上限"
    BAND = "band", "换档"


class Edge(models.Model):
    """A threshold that a firm stands near to, or crosses within four quarters at its pace (临界预警).

    Numbers are exact texts; ``distance`` is in hundredths of a percent of the threshold, below zero for less.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="edges")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    criterion = models.CharField("条件", max_length=60)
    fact = models.CharField("事实", max_length=60)
    side = models.CharField("方向", max_length=8, choices=Side)
    need = models.CharField("门槛", max_length=40)
    value = models.CharField("现值", max_length=90)
    before = models.CharField("上年同期", max_length=90, blank=True)
    distance = models.BigIntegerField("距门槛")
    quarter = models.PositiveSmallIntegerField("按增速越过的季度", null=True)
    edition_title = models.CharField("规则", max_length=120)
    judged_on = models.DateField("评估日")

    class Meta:
        verbose_name = "临界预警"
        verbose_name_plural = "临界预警"
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "track", "criterion", "side"], name="edge_one_per_side")
        ]
        indexes = [models.Index(fields=["track", "side", "enterprise"], name="edge_by_track")]

    def __str__(self) -> str:
        return f"{self.track} {self.criterion} {self.side}"


class Settling(models.Model):
    """The figures each of which alone would settle an undecided verdict."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="settlings")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    settles = ArrayField(models.CharField(max_length=40), verbose_name="补一项即可得出结论的指标")
    judged_on = models.DateField("评估日")

    class Meta:
        verbose_name = "补数价值"
        verbose_name_plural = "补数价值"
        constraints = [models.UniqueConstraint(fields=["enterprise", "track"], name="settling_one_per_track")]

    def __str__(self) -> str:
        return f"{self.track} {self.enterprise_id}"
