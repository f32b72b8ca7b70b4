"""How the columns of a sender's ledgers are to be read, as an officer once said."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import Region, User


class HeadingMappingQuerySet(models.QuerySet["HeadingMapping"]):
    """Remembered columns."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the reader's own unit: each unit reads its senders' ledgers in its own way."""
        if not isinstance(user, User) or not user.is_active or not user.may_write or user.region is None:
            return self.none()
        return self.filter(region=user.region)


class HeadingMapping(models.Model):
    """The columns of one kind of sheet from one sender (列对应), applied to a sheet with the very same headings.

    ``choices`` holds, by the folded words of a heading, what an officer chose: ``means`` (a column of the checked
    frame without its year, empty: not read), ``unit`` and ``year`` where they were set.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="导入单位", related_name="+")
    sender = models.CharField("报送单位", max_length=60, blank=True)
    signature = models.CharField("表头摘要", max_length=64)
    headings = models.JSONField("表头", default=list)
    choices = models.JSONField("对应", default=dict)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="设定人", related_name="+")
    changed_at = models.DateTimeField("设定时间", auto_now=True)

    objects = HeadingMappingQuerySet.as_manager()

    class Meta:
        verbose_name = "列对应"
        verbose_name_plural = "列对应"
        ordering = ["sender", "-changed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["region", "sender", "signature"], name="heading_mapping_once_per_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.signature[:8]}"
