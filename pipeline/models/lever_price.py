"""What the bureau holds one unit of a lever to cost (价目); what nobody entered is not known and never zero."""

from django.core.validators import MaxValueValidator
from django.db import models

from accounts.models import User
from pipeline.rules.levers import LEVERS

LEVER_CHOICES = [(lever.key, lever.label) for lever in LEVERS]


class Risk(models.TextChoices):
    """How uncertain it is that the step succeeds."""

    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"


class LeverPrice(models.Model):
    """Money, months and risk of one unit, as this bureau estimates them."""

    lever = models.CharField("投入", max_length=24, choices=LEVER_CHOICES, unique=True)
    money = models.BigIntegerField("每单位费用（元）", null=True, blank=True)
    months = models.PositiveSmallIntegerField("所需月数", null=True, blank=True, validators=[MaxValueValidator(120)])
    risk = models.CharField("风险", max_length=8, choices=Risk, blank=True)
    note = models.CharField("依据", max_length=200, blank=True)
    is_offered = models.BooleanField("列入方案", default=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_on = models.DateField("更改日")

    class Meta:
        verbose_name = "投入价目"
        verbose_name_plural = "投入价目"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(money__isnull=True) | models.Q(money__gt=0), name="lever_price_is_no_zero"
            )
        ]

    def __str__(self) -> str:
        return self.get_lever_display()
