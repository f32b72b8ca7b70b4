"""Research institutions of a firm (研发机构)."""

from django.db import models

from enterprises.models.enterprise import Enterprise


class ResearchInstitution(models.Model):
    """An institution of a kind and level; recognised from ``recognised_on`` until ``valid_until``, open if null."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="institutions")
    kind = models.CharField("种类", max_length=40)
    level = models.CharField("级别", max_length=10)
    name = models.CharField("名称", max_length=120, blank=True)
    recognised_on = models.DateField("认定日", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)

    class Meta:
        verbose_name = "研发机构"
        verbose_name_plural = "研发机构"

    def __str__(self) -> str:
        return self.name or self.kind
