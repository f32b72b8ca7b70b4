"""Live pools (后备库): a saved query with dated versions, manual pins, and the spells of membership they make."""

import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Region, User
from enterprises.models import Enterprise
from enterprises.models.enterprise import seen_by
from pipeline.models.tracks import TRACK_CHOICES


class PoolQuerySet(models.QuerySet["Pool"]):
    """Pools."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The bureau's pools, and those of units above or below the reader's; never a neighbour's."""
        if not isinstance(user, User) or not user.is_active or not user.is_bureau or user.region is None:
            return self.none()
        related = Q(region__path__startswith=user.region.path) | Q(region__path__in=user.region.paths_above)
        return self.filter(Q(region__isnull=True) | related)


class Pool(models.Model):
    """A pool of firms to work on, kept by rule and by hand; without ``region`` it is the whole bureau's."""

    key = models.SlugField("标识", unique=True, null=True, blank=True, editable=False)
    name = models.CharField("名称", max_length=60)
    track = models.CharField("培育方向", max_length=24, choices=TRACK_CHOICES, default="hnte")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, verbose_name="范围", related_name="+", help_text="不选则为全局"
    )
    order = models.PositiveSmallIntegerField("次序", default=100)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="建立人", related_name="+")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        verbose_name = "后备库"
        verbose_name_plural = "后备库"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class PoolDefinition(models.Model):
    """What a pool takes in from a day on, as a query of 企业库; never edited: a change is a later row."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="definitions")
    query = models.TextField("入库条件")
    from_on = models.DateField("自")
    by = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="调整人", related_name="+")
    reason = models.CharField("调整说明", max_length=200, blank=True)
    created_at = models.DateTimeField("调整时间", auto_now_add=True)

    class Meta:
        verbose_name = "入库条件"
        verbose_name_plural = "入库条件"
        ordering = ["-from_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.from_on}"


def in_sight(user: User | AnonymousUser) -> Q:
    """Rows of the firms this person may see, in pools they may see."""
    seen = seen_by(user, "enterprise__")
    return Q(pk__in=[]) if seen is None else Q(seen, pool__in=Pool.objects.visible_to(user).order_by())


class PinQuerySet(models.QuerySet["PoolPin"]):
    """Pins."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Pins of firms and pools in sight."""
        return self.filter(in_sight(user))

    def in_force(self, on: datetime.date) -> Self:
        """Pins that count on that day: placed, not taken out, not expired."""
        open_end = Q(until__isnull=True) | Q(until__gte=on)
        return self.filter(open_end, from_on__lte=on, ended_on__isnull=True)


class PoolPin(models.Model):
    """A firm put into a pool, or kept out of it, by hand: who, why, until when (inclusive)."""

    class Kind(models.TextChoices):
        """In or out, whatever the rule says."""

        INCLUDE = "include", "纳入"
        EXCLUDE = "exclude", "排除"

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="pins")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="pool_pins")
    kind = models.CharField("方式", max_length=8, choices=Kind.choices)
    reason = models.CharField("理由", max_length=200)
    from_on = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="办理人", related_name="+")
    ended_on = models.DateField("取消日", null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = PinQuerySet.as_manager()

    class Meta:
        verbose_name = "手工纳入或排除"
        verbose_name_plural = "手工纳入或排除"
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "enterprise"], condition=Q(ended_on__isnull=True), name="pin_one_open_per_firm"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.enterprise_id} {self.kind}"


class SpellQuerySet(models.QuerySet["PoolSpell"]):
    """Spells of membership."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Spells of firms and pools in sight."""
        return self.filter(in_sight(user))

    def on(self, day: datetime.date) -> Self:
        """Spells that hold on that day; the day of leaving is the first one outside."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), entered_on__lte=day)


class PoolSpell(models.Model):
    """A firm's stay in a pool: entered and left, each with its day and why. Never rewritten (trigger)."""

    class Why(models.TextChoices):
        """What moved the firm."""

        RULE = "rule", "条件变化"
        PIN = "pin", "手工办理"
        DEFINITION = "definition", "入库条件调整"
        GONE = "gone", "注销或迁出"

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="spells")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="pool_spells")
    entered_on = models.DateField("入库日")
    entered_why = models.CharField("入库原因", max_length=12, choices=Why.choices)
    left_on = models.DateField("出库日", null=True, blank=True)
    left_why = models.CharField("出库原因", max_length=12, choices=Why.choices, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta:
        verbose_name = "在库时段"
        verbose_name_plural = "在库时段"
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "enterprise"], condition=Q(left_on__isnull=True), name="spell_one_open_per_firm"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on")), name="spell_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "entered_on", "id"], name="spell_by_entry"),
            models.Index(fields=["pool", "left_on", "id"], name="spell_by_exit"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.enterprise_id} {self.entered_on}"


class PlaceQuerySet(models.QuerySet["PoolPlace"]):
    """Places of members."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Places of firms and pools in sight."""
        return self.filter(in_sight(user))


class PoolPlace(models.Model):
    """By what a member of a pool is ranked: kept as it enters and each time it is judged, gone when it leaves.

    Over 130,000 members nobody finds the first fifty by looking at all of them: pages walk the index.
    """

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="places", db_index=False)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    n_unmet = models.SmallIntegerField("不符合项", null=True)
    n_unknown = models.SmallIntegerField("未知项", null=True)
    first_end = models.DateField("资格最近到期日", null=True)
    name = models.CharField("企业名称", max_length=200)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "在库位次"
        verbose_name_plural = "在库位次"
        constraints = [models.UniqueConstraint(fields=["pool", "enterprise"], name="place_one_per_firm")]
        indexes = [
            models.Index(
                fields=["pool", "n_unmet", "n_unknown", "first_end", "name", "enterprise"], name="place_by_rank"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} {self.name}"


def membership(pool_id: int, on: datetime.date) -> Exists:
    """Whether a firm is in the pool on that day; to filter firms by."""
    return Exists(PoolSpell.objects.on(on).filter(enterprise=OuterRef("pk"), pool=pool_id))
