"""The rules of a track in one document, from the first draft to the day they are taken back."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any, Self

import django_fsm as fsm
from django.db import models
from django.db.models import Q

from accounts.machine import Reason, guarded
from accounts.models import User
from enterprises.vocabulary import RULED_BY_KEY
from pipeline.models import edition_guards, guards
from pipeline.models.tracks import RULED_CHOICES


class EditionQuerySet(models.QuerySet["Edition"]):
    """Rule editions."""

    def standing(self, on: datetime.date) -> Self:
        """Published by whoever may, and on that day not taken back; whether the day lies in their period is theirs."""
        return self.filter(Q(status="published") | Q(status="withdrawn", withdrawn_on__gt=on))


class Edition(fsm.FSMModelMixin, models.Model):
    """A rule edition (规则版本): content and its sha256; a published edition is never edited (trigger).

    YAML files in the repository are its seed, loaded by hash (``pipeline.domain.editions.load_seeds``); others are
    drafted, sent for review and published in the console (``pipeline.domain.drafts``, the one door).
    """

    class Status(models.TextChoices):
        """Whether an edition judges anybody."""

        DRAFT = "draft", "草稿"
        REVIEW = "review", "待审定"
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤回"

    track = models.CharField("认定方向", max_length=24, choices=RULED_CHOICES)
    slug = models.CharField("标识", max_length=80, blank=True, help_text="例如 hnte/2016-01-01-32；本局起草的为空")
    title = models.CharField("名称", max_length=120)
    document = models.CharField("文件", max_length=200)
    effective_from = models.DateField("自")
    effective_to = models.DateField("至", null=True, blank=True)
    content = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64)
    status = fsm.FSMField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT, protected=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="起草自")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="起草人")
    withdrawn_on = models.DateField("撤回日", null=True, blank=True, help_text="曾发布的版本自这一天起不再使用")
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField("载入时间", auto_now_add=True)

    objects = EditionQuerySet.as_manager()

    # What the guards look at; filled by the door before a step is asked about, never stored.
    on: datetime.date
    taken_by: User | None = None
    given_reason: str = ""
    hands: Collection[int] = ()
    faults_against: Sequence[Reason] = ()
    twins: Sequence["Edition"] = ()
    orphaned: Sequence[Reason] = ()
    left_without: Sequence[str] = ()

    class Meta:
        verbose_name = "规则版本"
        verbose_name_plural = "规则版本"
        ordering = ["track", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(status="published"), name="edition_published_once_per_content"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def line(self) -> str:
        """The department line whose officers change and publish it."""
        return RULED_BY_KEY[self.track].line

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return bool(self.status == self.Status.DRAFT)

    @guarded(
        edition_guards.is_sound, edition_guards.is_new,
        field=status, source=Status.DRAFT, target=Status.REVIEW,
    )  # fmt: skip
    def send(self, **_: Any) -> None:
        """The author asks a second person (送审)."""

    @guarded(guards.reason_given, field=status, source=Status.REVIEW, target=Status.DRAFT)
    def give_back(self, **_: Any) -> None:
        """Returned to be changed (退回修改)."""

    @guarded(
        edition_guards.by_a_second_person, edition_guards.day_to_come, edition_guards.is_sound, edition_guards.is_new,
        edition_guards.documents_standing,
        field=status, source=Status.REVIEW, target=Status.PUBLISHED,
    )  # fmt: skip
    def publish(self, **_: Any) -> None:
        """A second person publishes it for a day to come (审定发布)."""

    @guarded(
        guards.reason_given, edition_guards.something_remains,
        field=status, source=[Status.DRAFT, Status.REVIEW, Status.PUBLISHED], target=Status.WITHDRAWN,
    )  # fmt: skip
    def withdraw(self, **_: Any) -> None:
        """Taken back: of a published edition what was in force before is in force again (撤回)."""
        if self.status == self.Status.PUBLISHED:
            self.withdrawn_on = self.on
