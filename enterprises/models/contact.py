"""Whom to call at a firm (联络员)."""

from django.db import models

from enterprises.models.batch import ImportBatch
from enterprises.models.enterprise import Enterprise


class Contact(models.Model):
    """A contact of a firm; a firm without one is listed, never skipped silently."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="contacts")
    name = models.CharField("姓名", max_length=40)
    mobile = models.CharField("手机", max_length=20, blank=True)
    email = models.EmailField("邮箱", blank=True)
    role = models.CharField("职务", max_length=40, blank=True)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, verbose_name="导入批次", related_name="+"
    )

    class Meta:
        verbose_name = "联络员"
        verbose_name_plural = "联络员"

    def __str__(self) -> str:
        return f"联络员 {self.pk}"
