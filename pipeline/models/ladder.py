"""Ladders as data: an ordered list of rungs, each carried by titles of some tracks; every text of one has its days."""

import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from pipeline.models.tracks import TRACK_CHOICES


class LadderQuerySet(models.QuerySet["Ladder"]):
    """Texts of ladders."""

    def in_force(self, on: datetime.date) -> Self:
        """Texts of that day; an end that is not known is open."""
        return self.filter(
            Q(effective_from__isnull=True) | Q(effective_from__lte=on),
            Q(effective_to__isnull=True) | Q(effective_to__gte=on),
        )


class Ladder(models.Model):
    """One text of a ladder (梯队); seeded from ``pipeline/ladders/*.yaml``.

    Texts of one ``family`` follow each other: a bureau chooses the family, the day decides the text.
    """

    slug = models.SlugField("标识", unique=True)
    family = models.SlugField("梯队标识")
    name = models.CharField("名称", max_length=60)
    place = models.CharField("适用地区", max_length=30, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    address = models.URLField("网址", blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    effective_from = models.DateField("施行自", null=True, blank=True)
    effective_to = models.DateField("施行至", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = LadderQuerySet.as_manager()

    class Meta:
        verbose_name = "梯队"
        verbose_name_plural = "梯队"
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="ladder_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, on: datetime.date) -> bool:
        """Whether this is a text of that day; the same truth as ``LadderQuerySet.in_force``."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or self.effective_to >= on)


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
