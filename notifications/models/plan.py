"""The steps a filing takes before it can be handed in, each with its working days: what a plan counts back through."""

from django.db import models

from accounts.models import User
from pipeline.models.tracks import TRACK_CHOICES


class PlanStep(models.Model):
    """One step of preparing a filing (准备步骤), in its order; ``verified_on`` null is shown as 待核实."""

    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES, blank=True)
    name = models.CharField("步骤", max_length=60)
    workdays = models.PositiveSmallIntegerField("需几个工作日")
    order = models.PositiveSmallIntegerField("次序", default=0)
    by_bureau = models.BooleanField(
        "由各级审核公示", default=False, help_text="在企业交出之后办理；批次定了分级截止的不再另计"
    )
    paper = models.CharField("对应材料", max_length=80, blank=True, help_text="已核收这份材料的企业跳过此步")
    source = models.CharField("依据", max_length=200, blank=True)
    verified_on = models.DateField("核实日", null=True, blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )

    class Meta:
        verbose_name = "准备步骤"
        verbose_name_plural = "准备步骤"
        ordering = ["track", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["track", "name"], name="plan_step_once_per_track")]

    def __str__(self) -> str:
        return self.name
