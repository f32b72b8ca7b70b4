"""When what nobody did is brought before the head of the unit, and then before the bureau."""

from django.db import models
from django.db.models import F, Q

from notifications.models.duties import Obligation


class Level(models.IntegerChoices):
    """Whose concern an obligation has become."""

    OWNER = 0, "责任人"
    UNIT = 1, "责任单位负责人"
    BUREAU = 2, "市级"


class Escalation(models.Model):
    """For one kind: after how many working days beyond the deadline (of open end: after it came up) each level hears.

    Empty means never. An acknowledgement by whoever looks after the firm stops it.
    """

    kind = models.CharField("类别", max_length=20, choices=Obligation.Kind.choices, unique=True)
    unit_after = models.PositiveSmallIntegerField("满几个工作日提请单位负责人", null=True, blank=True)
    bureau_after = models.PositiveSmallIntegerField("满几个工作日提请市级", null=True, blank=True)

    class Meta:
        verbose_name = "逾期上报规则"
        verbose_name_plural = "逾期上报规则"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_after__isnull=True)
                | Q(bureau_after__isnull=True)
                | Q(bureau_after__gte=F("unit_after")),
                name="escalation_to_the_unit_before_the_bureau",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
