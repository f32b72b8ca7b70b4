"""One firm working towards one track in one round: the machine of the filing."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import django_fsm as fsm
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.machine import Reason, guarded
from accounts.models import User
from enterprises.models import Enterprise, NegativeFact
from enterprises.models.enterprise import seen_by
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.models import guards
from pipeline.models.assessment import Kind, Receipt
from pipeline.models.round import Round
from pipeline.models.tracks import TRACK_CHOICES


class State(models.TextChoices):
    """States of a case, in the words of the bureau."""

    POOLED = "pooled", "储备"
    COACHING = "coaching", "培育"
    PREPARING = "preparing", "拟申报"
    FILED = "filed", "已申报"
    RECOMMENDED = "recommended", "已推荐"
    PUBLICISED = "publicised", "公示"
    RECOGNISED = "recognised", "认定"
    REJECTED = "rejected", "未通过"
    WITHDRAWN = "withdrawn", "撤回"


# What the firm reads, and what stands in public lists, where it differs from the bureau's word.
ENTERPRISE_LABELS = {
    State.POOLED: "已纳入后备",
    State.COACHING: "辅导中",
    State.PREPARING: "准备材料",
    State.FILED: "已提交，等待推荐",
    State.RECOMMENDED: "已推荐，等待评审",
    State.PUBLICISED: "公示中",
    State.RECOGNISED: "已认定",
    State.REJECTED: "本批次未通过",
    State.WITHDRAWN: "已撤回",
}
PUBLIC_LABELS = {State.PUBLICISED: "拟认定公示", State.RECOGNISED: "认定公布"}

CLOSED = [State.RECOGNISED, State.REJECTED, State.WITHDRAWN]
OPEN = [State.POOLED, State.COACHING, State.PREPARING, State.FILED, State.RECOMMENDED, State.PUBLICISED]
IN_FLIGHT = [State.COACHING, State.PREPARING, State.FILED, State.RECOMMENDED, State.PUBLICISED]


@dataclass(frozen=True)
class Certificate:
    """What a recognition is recorded with."""

    number: str
    issued_on: datetime.date | None
    document: str
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    """Cases."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Cases of the firms ``user`` may see; by a join, for a list in all of a province's firms reads them all."""
        seen = seen_by(user, "enterprise__")
        return self.none() if seen is None else self.filter(seen)


class Candidacy(fsm.FSMModelMixin, models.Model):
    """A case (培育申报). A firm may work towards several tracks; a new round is a new case."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="candidacies")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    kind = models.CharField("类型", max_length=8, choices=Kind.choices, default=Kind.APPLY)
    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, verbose_name="申报批次")
    state = fsm.FSMField("状态", choices=State.choices, default=State.POOLED, protected=True)
    officer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name="责任人", related_name="+")
    receipt = models.ForeignKey(Receipt, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField("建立时间", auto_now_add=True)
    moved_at = models.DateTimeField("最近流转", auto_now=True)

    objects = CandidacyQuerySet.as_manager()

    # What the guards look at; filled by the door before a step is asked about, never stored.
    on: datetime.date
    judged_against: Sequence[Reason] = ()
    materials_against: Sequence[Reason] = ()
    standing_negatives: Sequence[NegativeFact] = ()
    certificate: Certificate | None = None
    given_reason: str = ""

    class Meta:
        verbose_name = "培育申报"
        verbose_name_plural = "培育申报"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "track"],
                condition=~Q(state__in=["recognised", "rejected", "withdrawn"]),
                name="candidacy_one_open_per_track",
            ),
        ]
        indexes = [
            models.Index(fields=["track", "state"], name="candidacy_by_state"),
            # The board asks for open cases only; those that ended pile up over the years
            models.Index(fields=["state"], condition=Q(state__in=OPEN), name="candidacy_open_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.enterprise_id} {self.state}"

    @property
    def line(self) -> str:
        """The department line whose officers may take steps on this case."""
        return TRACK_BY_KEY[self.track].line

    @guarded(field=state, source=State.POOLED, target=State.COACHING)
    def coach(self, **_: Any) -> None:
        """Coaching begins (转入培育)."""

    @guarded(field=state, source=[State.POOLED, State.COACHING], target=State.PREPARING)
    def prepare(self, **_: Any) -> None:
        """The firm prepares its filing (转入拟申报)."""

    @guarded(
        guards.judged_fit, guards.materials_complete, guards.window_open,
        field=state, source=State.PREPARING, target=State.FILED,
    )  # fmt: skip
    def file(self, **_: Any) -> None:
        """The firm handed its application in; the receipt it rests on is kept with it (登记申报)."""

    @guarded(guards.no_present_dishonesty, field=state, source=State.FILED, target=State.RECOMMENDED)
    def recommend(self, **_: Any) -> None:
        """The bureau recommends the firm upwards (推荐上报)."""

    @guarded(field=state, source=State.RECOMMENDED, target=State.PUBLICISED)
    def publicise(self, **_: Any) -> None:
        """The firm stands in a public list (进入公示)."""

    @guarded(guards.certificate_given, field=state, source=State.PUBLICISED, target=State.RECOGNISED)
    def recognise(self, **_: Any) -> None:
        """The recognition was announced; it becomes a title (登记认定)."""

    @guarded(guards.reason_given, field=state, source=[State.FILED, State.RECOMMENDED], target=State.PREPARING)
    def give_back(self, **_: Any) -> None:
        """Returned for correction (退回补正)."""

    @guarded(
        guards.reason_given,
        field=state, source=[State.FILED, State.RECOMMENDED, State.PUBLICISED], target=State.REJECTED,
    )  # fmt: skip
    def reject(self, **_: Any) -> None:
        """Not passed, also after an objection to the public list (未通过)."""

    @guarded(
        guards.reason_given,
        field=state,
        source=[State.POOLED, State.COACHING, State.PREPARING, State.FILED, State.RECOMMENDED],
        target=State.WITHDRAWN,
    )
    def withdraw(self, **_: Any) -> None:
        """The firm or the bureau ends the case (撤回)."""
