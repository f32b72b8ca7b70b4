"""The bureau this installation serves."""

from django.db import models

from accounts.models import Region
from pipeline.models.ladder import Ladder


class Bureau(models.Model):
    """The one bureau of this installation: its name, its root unit, the ladder it chose."""

    name = models.CharField("单位名称", max_length=60)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="辖区", related_name="+")
    ladder = models.ForeignKey(Ladder, models.PROTECT, verbose_name="梯队", related_name="+")
    phone = models.CharField("咨询电话", max_length=30, blank=True)

    class Meta:
        verbose_name = "本局"
        verbose_name_plural = "本局"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="bureau_is_one"),
        ]

    def __str__(self) -> str:
        return self.name
