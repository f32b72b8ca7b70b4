"""What a text would change if it judged: asked for by an officer, over the firms in sight."""

import datetime
from typing import Final, Self

from django.db import models

from accounts.models import User
from enterprises.models import Enterprise
from pipeline.models.edition import Edition

STUCK: Final = datetime.timedelta(minutes=2)  # without progress for so long, the worker was interrupted


class ForecastQuerySet(models.QuerySet["Forecast"]):
    """Forecasts."""

    def visible_to(self, user: User) -> Self:
        """One's own: somebody else's is about other firms."""
        return self.filter(by=user)


class Forecast(models.Model):
    """Who gains and who loses by an edition (试算), as of ``on``; the latest of an officer for an edition.

    ``digest`` is that of the text tried: a draft may have changed since. Only who would be judged otherwise has a
    ``Flip``; ``counts`` has every pair of verdicts, ``before>after``, empty where no text judges.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="forecasts")
    by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="试算人")
    on = models.DateField("评估截至")
    digest = models.CharField("摘要", max_length=64)
    against = models.CharField("对照", max_length=300, blank=True)
    counts = models.JSONField("家数", default=dict)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    error = models.CharField("差错", max_length=200, blank=True)
    moved_at = models.DateTimeField("进展时间", auto_now=True)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        verbose_name = "试算"
        verbose_name_plural = "试算"
        constraints = [models.UniqueConstraint(fields=["edition", "by"], name="forecast_one_per_officer")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.on}"

    @property
    def is_done(self) -> bool:
        """Whether everybody was counted."""
        return self.progress == 100 and not self.error

    def is_stuck(self, at: datetime.datetime) -> bool:
        """Whether the worker seems to have been interrupted."""
        return self.progress < 100 and not self.error and at - self.moved_at > STUCK


class Flip(models.Model):
    """A firm that would be judged otherwise."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="flips", db_index=False)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    before = models.CharField("现行结论", max_length=12, blank=True)
    after = models.CharField("试算结论", max_length=12, blank=True)

    class Meta:
        verbose_name = "试算变动"
        verbose_name_plural = "试算变动"
        constraints = [models.UniqueConstraint(fields=["forecast", "enterprise"], name="flip_one_per_firm")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.before}>{self.after}"
