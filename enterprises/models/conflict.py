"""Where sources say different things of one figure, kept so that lists and counts need not look for it."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import User
from enterprises.models.enterprise import Enterprise


class FigureConflictQuerySet(models.QuerySet["FigureConflict"]):
    """Figures on which sources differ."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of firms in sight."""
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))


class FigureConflict(models.Model):
    """A figure of a year on which the sources' latest accepted words differ, undecided so far (来源不一致).

    Derived: ``enterprises.domain.conflicts.refresh`` is its only writer. An officer's finding settles it until a
    source says something else again.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="conflicts")
    year = models.PositiveSmallIntegerField("年度")
    figure = models.CharField("指标", max_length=40)

    objects = FigureConflictQuerySet.as_manager()

    class Meta:
        verbose_name = "来源不一致"
        verbose_name_plural = "来源不一致"
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "year", "figure"], name="figure_conflict_once"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.year} {self.figure}"
