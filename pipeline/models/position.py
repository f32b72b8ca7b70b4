"""Where a firm stands on the bureau's ladder."""

import datetime
from typing import Any

import django_fsm as fsm
from django.db import models

from accounts.machine import Reason, guarded
from enterprises.models import Enterprise


def target_is_higher(position: "LadderPosition") -> list[Reason]:
    """A climb ends on a higher rung than the firm stands on."""
    if position.goal_order > position.order:
        return []
    return [Reason("rung", "目标层级不高于当前层级", who="bureau")]


def target_is_lower(position: "LadderPosition") -> list[Reason]:
    """A slip ends on a lower rung, or on none."""
    if position.goal_order < position.order:
        return []
    return [Reason("rung", "目标层级不低于当前层级", who="bureau")]


def target_is_level(position: "LadderPosition") -> list[Reason]:
    """Another text may call the same height by another name, or give the same rung another number."""
    if (position.goal_order == position.order) != (position.goal == position.rung):
        return []
    return [Reason("rung", "目标层级与当前层级不同高", who="bureau")]


class LadderPosition(fsm.FSMModelMixin, models.Model):
    """The rung a firm stands on, and since when (梯队位置); settled from titles, never typed.

    ``rung`` is the key of a rung of the bureau's ladder, empty below the first; ``order`` repeats its order (0).
    """

    enterprise = models.OneToOneField(Enterprise, models.CASCADE, related_name="position")
    rung = fsm.FSMField("层级", default="", blank=True, protected=True, db_index=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    since = models.DateField("自", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    goal: str = ""
    goal_order: int = 0

    class Meta:
        verbose_name = "梯队位置"
        verbose_name_plural = "梯队位置"

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.rung}"

    @guarded(target_is_higher, field=rung, source="*", target=fsm.RETURN_VALUE())
    def climb(self, on: datetime.date, **_: Any) -> str:
        """Up to the rung aimed at."""
        self.order, self.since = self.goal_order, on
        return self.goal

    @guarded(target_is_lower, field=rung, source="*", target=fsm.RETURN_VALUE())
    def slip(self, on: datetime.date, **_: Any) -> str:
        """Down to the rung that is still carried, or off the ladder."""
        self.order, self.since = self.goal_order, on
        return self.goal

    @guarded(target_is_level, field=rung, source="*", target=fsm.RETURN_VALUE())
    def transfer(self, on: datetime.date, **_: Any) -> str:
        """Onto the rung of the same height, or of the same key, when the ladder changes."""
        self.order, self.since = self.goal_order, on
        return self.goal

    @property
    def step(self) -> str:
        """Which transition leads to the rung aimed at, empty when the firm stands on it."""
        if self.goal_order == self.order or self.goal == self.rung:
            return "transfer" if (self.goal, self.goal_order) != (self.rung, self.order) else ""
        return "climb" if self.goal_order > self.order else "slip"
