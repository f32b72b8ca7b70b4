"""Ladders as data: an ordered list of rungs, each carried by titles of some tracks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pipeline.models.tracks import TRACK_CHOICES


class Ladder(models.Model):
    """A ladder (梯队); seeded from ``pipeline/ladders/*.yaml``, chosen by the bureau."""

    slug = models.SlugField("标识", unique=True)
    name = models.CharField("名称", max_length=60)
    source = models.CharField("出处", max_length=200, blank=True)

    class Meta:
        verbose_name = "梯队"
        verbose_name_plural = "梯队"

    def __str__(self) -> str:
        return self.name


class Rung(models.Model):
    """A rung (层级); ``order`` counts from 1 at the bottom. A firm stands on it while a title of ``tracks`` holds."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="rungs")
    order = models.PositiveSmallIntegerField("次序")
    key = models.SlugField("标识", max_length=40)
    name = models.CharField("名称", max_length=60)
    tracks = ArrayField(models.CharField(max_length=24, choices=TRACK_CHOICES), verbose_name="所凭资格")

    class Meta:
        verbose_name = "层级"
        verbose_name_plural = "层级"
        ordering = ["ladder", "order"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "order"], name="rung_order_once_per_ladder"),
            models.UniqueConstraint(fields=["ladder", "key"], name="rung_key_once_per_ladder"),
        ]

    def __str__(self) -> str:
        return self.name
