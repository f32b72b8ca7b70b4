"""What a firm's standing against a track's rules is, who ruled what, and what was relied upon."""

import datetime
import json
from functools import cached_property
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Least

from accounts.models import User
from enterprises.models import Enterprise, Material
from pipeline.models.edition import Edition
from pipeline.models.tracks import TRACK_CHOICES


class Kind(models.TextChoices):
    """What kind of action is judged; 高企's 重新认定 is an application."""

    APPLY = "apply", "认定"
    REVIEW = "review", "复核"


class Verdict(models.TextChoices):
    """The verdict on a firm for a track."""

    ELIGIBLE = "eligible", "符合"
    INELIGIBLE = "ineligible", "不符合"
    UNDECIDED = "undecided", "待定"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Assessments; the three lists an officer works from."""

    def one_short(self) -> Self:
        """Exactly one condition unmet and none unknown; a failed total or any-of counts once."""
        return self.filter(n_unmet=1, n_unknown=0, n_na=0)

    def one_short_if_unknowns_hold(self) -> Self:
        """One condition unmet, and others nobody knows yet."""
        return self.filter(Q(n_unknown__gt=0) | Q(n_na__gt=0), n_unmet=1)

    def near(self) -> Self:
        """Eligible, or at most one condition unmet and none unknown: what stays open is a person's to answer."""
        return self.filter(Q(verdict=Verdict.ELIGIBLE) | Q(n_unmet__lte=1, n_unknown=0, n_na=0))

    def undecided_for_want_of(self, figure: str) -> Self:
        """Undecided, and this figure is among those missing."""
        return self.filter(verdict=Verdict.UNDECIDED, wants__contains=[figure])


class Assessment(models.Model):
    """The latest verdict on firm x track (评估), for every track with a published edition; texts are made for a page.

    A row is written when the answer changes, on ``judged_on``; that it still holds is what the latest ``Sweep`` says.
    Counts are of gates; masks hold one bit a gate in the edition's order. ``wants`` names the raw figures whose
    absence keeps a gate unknown; of a firm that fails several gates whatever is missing nothing is noted.
    """

    # The constraint's index serves it
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="assessments", db_index=False)
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    judged_on = models.DateField("评估日")
    verdict = models.CharField("结论", max_length=12, choices=Verdict.choices)
    score_low = models.SmallIntegerField("得分下限", null=True)
    score_high = models.SmallIntegerField("得分上限", null=True)
    n_unmet = models.SmallIntegerField("不符合项")
    n_unknown = models.SmallIntegerField("未知项")
    n_manual = models.SmallIntegerField("人工判断项")
    n_na = models.SmallIntegerField("不适用项")
    unmet_mask = models.BigIntegerField()
    unknown_mask = models.BigIntegerField()
    manual_mask = models.BigIntegerField()
    wants = ArrayField(models.CharField(max_length=40), verbose_name="缺少的指标", default=list)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = "评估"
        verbose_name_plural = "评估"
        constraints = [models.UniqueConstraint(fields=["enterprise", "track"], name="assessment_one_per_track")]
        indexes = [
            # Most firms are far from most recognitions: nobody lists these, so they stand in no index of lists
            models.Index(
                fields=["track", "verdict", "enterprise"],
                condition=~Q(verdict=Verdict.INELIGIBLE),
                name="assessment_in_reach",
            ),
            models.Index(
                fields=["track", "n_unmet", "n_unknown", "enterprise"],
                condition=Q(n_unmet__lte=1),
                name="assessment_nearly",
            ),
            GinIndex(fields=["wants"], condition=Q(verdict=Verdict.UNDECIDED), name="assessment_waiting"),
            models.Index(  # numbers of a track, counted from it alone
                fields=["track", "verdict", "n_unmet", "n_unknown", "n_na", "judged_on"], name="assessment_numbers"
            ),
            models.Index(  # what is missing, without those who miss nothing
                fields=["track", "enterprise"],
                include=["wants"],
                condition=Q(verdict=Verdict.UNDECIDED) & ~Q(wants=[]),
                name="assessment_wanting",
            ),
            models.Index(  # tracks of all firms are merged in its order, without the table
                fields=["track", "enterprise"],
                include=["verdict", "n_unmet", "n_unknown", "n_na", "judged_on", "wants"],
                name="assessment_by_firm",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.enterprise_id} {self.verdict}"


class RulingQuerySet(models.QuerySet["Ruling"]):
    """Rulings."""

    def with_standing(self) -> Self:
        """With ``is_superseded`` (somebody ruled again later) and ``ends_on`` (its own last day or its paper's)."""
        later = Ruling.objects.filter(
            enterprise=OuterRef("enterprise"), track=OuterRef("track"), criterion=OuterRef("criterion"),
            pk__gt=OuterRef("pk"),
        )  # fmt: skip
        return self.annotate(is_superseded=Exists(later), ends_on=Least("valid_until", "material__valid_until"))

    def superseded(self) -> Self:
        """Those that somebody replaced."""
        return self.with_standing().filter(is_superseded=True)

    def current(self) -> Self:
        """Those that nobody replaced."""
        return self.with_standing().filter(is_superseded=False)

    def holding(self, on: datetime.date) -> Self:
        """Those that answer their criterion on that day: not superseded, not ended, their paper not void."""
        void = Q(material__isnull=False) & (
            Q(material__accepted_at__isnull=True) | Q(material__withdrawn_at__isnull=False)
        )
        lasts = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        return self.with_standing().filter(lasts, is_superseded=False).exclude(void)

    def ending(self, on: datetime.date, by: datetime.date) -> Self:
        """Those that hold on a day and end by another."""
        return self.holding(on).filter(ends_on__lte=by)

    def ended(self, on: datetime.date) -> Self:
        """Those that nobody replaced and that do not hold any more."""
        return self.current().exclude(pk__in=self.holding(on).order_by().values("pk"))


class Sweep(models.Model):
    """The whole register judged on a day (全库评估): answers that did not change hold as of the latest."""

    judged_on = models.DateField("评估截至", unique=True)
    n_firms = models.PositiveIntegerField("企业家数")
    n_changed = models.PositiveIntegerField("变动条数")
    finished_at = models.DateTimeField("完成时间", auto_now=True)

    class Meta:
        verbose_name = "全库评估"
        verbose_name_plural = "全库评估"
        get_latest_by = "finished_at"

    def __str__(self) -> str:
        return str(self.judged_on)


class Ruling(models.Model):
    """An officer's answer to a manual or expert criterion (人工判定); a later one replaces an earlier.

    ``value`` answers a manual criterion, ``points`` an expert item; one of them is given. A ruling that rests on a
    ``material`` holds only while that paper does.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="rulings")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    criterion = models.CharField("条件", max_length=60)
    value = models.BooleanField("判定", null=True, blank=True)
    points = models.SmallIntegerField("得分", null=True, blank=True)
    basis = models.TextField("依据")
    document = models.CharField("文号或材料", max_length=120, blank=True)
    material = models.ForeignKey(
        Material, models.PROTECT, null=True, blank=True, verbose_name="依据材料", related_name="rulings"
    )
    by = models.ForeignKey(User, models.PROTECT, verbose_name="判定人", related_name="+")
    ruled_on = models.DateField("判定日")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = "人工判定"
        verbose_name_plural = "人工判定"
        indexes = [models.Index(fields=["enterprise", "track", "criterion"], name="ruling_by_criterion")]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, points__isnull=True) | Q(value__isnull=True, points__isnull=False),
                name="ruling_is_an_answer_or_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.criterion}"


class Receipt(models.Model):
    """An assessment relied upon, frozen with facts, edition hash and findings (评估凭证).

    Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="receipts")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    judged_on = models.DateField("评估日")
    verdict = models.CharField("结论", max_length=12, choices=Verdict.choices)
    # The canonical text itself, not a JSON column: the digest is of these bytes
    content = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64)
    purpose = models.CharField("用途", max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="出具人", related_name="+")
    created_at = models.DateTimeField("出具时间", auto_now_add=True)

    class Meta:
        verbose_name = "评估凭证"
        verbose_name_plural = "评估凭证"
        indexes = [models.Index(fields=["enterprise", "-id"], name="receipt_by_firm")]

    def __str__(self) -> str:
        return f"凭证 {self.pk}"

    @cached_property
    def said(self) -> dict[str, Any]:
        """What the receipt says, read from its text; a text that cannot be read says nothing."""
        try:
            content = json.loads(self.content)
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}


class ReceiptCheck(models.Model):
    """One replay of a receipt (凭证复算) and what did not agree. Append-only, as receipts are."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="checks")
    checked_at = models.DateTimeField("复算时间")
    problems = ArrayField(models.TextField(), verbose_name="不一致之处", default=list)

    class Meta:
        verbose_name = "凭证复算"
        verbose_name_plural = "凭证复算"
        indexes = [
            models.Index(fields=["receipt", "-id"], name="receipt_check_latest"),
            models.Index(fields=["-checked_at"], name="receipt_check_by_time"),
        ]

    def __str__(self) -> str:
        return f"凭证 {self.receipt_id} 复算"
