"""Papers a firm handed in (材料)."""

import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from enterprises import deadlines
from enterprises.models.enterprise import Enterprise


class MaterialQuerySet(models.QuerySet["Material"]):
    """Materials."""

    def usable(self, on: datetime.date) -> Self:
        """Accepted, not taken back and still valid on that day."""
        lasts = Q(valid_until__isnull=True) | Q(valid_until__gte=on)
        return self.filter(lasts, accepted_at__isnull=False, withdrawn_at__isnull=True)


class Material(models.Model):
    """One paper of a kind, handed in as a file name or on paper; usable once an officer accepted it."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="materials")
    kind = models.CharField("材料", max_length=80)
    year = models.PositiveSmallIntegerField("所属年度", null=True, blank=True)
    on_paper = models.BooleanField("纸质件", default=True)
    stated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    stated_at = models.DateTimeField("提交时间", auto_now_add=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="核收人")
    accepted_at = models.DateTimeField("核收时间", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)
    withdrawn_for = models.CharField("作废理由", max_length=200, blank=True, editable=False)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = "材料"
        verbose_name_plural = "材料"

    def __str__(self) -> str:
        return self.kind

    def is_usable(self, on: datetime.date) -> bool:
        """Whether the paper counts on that day; the same truth as ``MaterialQuerySet.usable``."""
        lasts = not deadlines.is_past(self.valid_until, on)
        return lasts and self.accepted_at is not None and self.withdrawn_at is None
