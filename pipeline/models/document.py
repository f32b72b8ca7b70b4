"""The documents rules rest on: since when they hold, and what took their place."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Document(models.Model):
    """A policy document (政策文件) by its number; an edition cites it by that number or by another way to write it.

    ``still_for`` names tracks (``innovative``) or kinds of action on a track (``little_giant:review``) for which a
    text goes on being used after its last day; ``still_why`` says by which rule.
    """

    number = models.CharField("文号", max_length=80, unique=True)
    written = ArrayField(models.CharField(max_length=80), verbose_name="其他写法", default=list, blank=True)
    title = models.CharField("名称", max_length=160, blank=True)
    issued_on = models.DateField("印发日", null=True, blank=True)
    effective_from = models.DateField("施行日", null=True, blank=True)
    effective_to = models.DateField("失效前最后一日", null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="替代文件"
    )
    still_for = ArrayField(models.CharField(max_length=40), verbose_name="仍适用于", default=list, blank=True)
    still_why = models.CharField("仍适用的依据", max_length=200, blank=True)
    address = models.CharField("网址", max_length=300, blank=True)
    checked_on = models.DateField("核对日", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "政策文件"
        verbose_name_plural = "政策文件"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"《{self.title}》（{self.number}）" if self.title else self.number

    def expired(self, on: datetime.date) -> bool:
        """Whether its last day lies before the day."""
        return self.effective_to is not None and self.effective_to < on

    def named_in(self, text: str) -> bool:
        """Whether the text cites it."""
        return any(number in text for number in (self.number, *self.written))
