"""The firm, its names, its unit, its negative facts; who may see it."""

import datetime
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from accounts.models import Region, Role, User
from enterprises import search
from enterprises.models.batch import ImportBatch


def seen_by(user: User | AnonymousUser, firm: str = "") -> Q | None:
    """The one rule of sight, for firms or for what points at them by the path ``firm`` (``enterprise__``).

    None is nobody's sight. Only ``visible_to`` of a queryset asks this.
    """
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.role == Role.ENTERPRISE:
        return Q(**{f"{firm}members": user})
    if user.is_bureau and user.region is not None:
        if Region.objects.is_whole(user.region):
            return Q()  # the planner need not look up every firm's unit to find that it is in sight
        return Q(**{f"{firm}region__in": Region.objects.keys_within(user.region)})
    return None


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    """Firms."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Firms ``user`` may see: staff their region and below, people of a firm their own, nobody else any.

        Every list, detail, export and search starts here; nothing else filters by region.
        """
        seen = seen_by(user)
        return self.none() if seen is None else self.filter(seen)

    def of_units(self, region: Region) -> Self:
        """Firms of this unit and of those below it, as the tree stands now."""
        return self.filter(region__in=Region.objects.keys_within(region))

    def cared_for_by(self, user: User, on: datetime.date) -> Self:
        """Firms whose to-dos are this officer's on that day: one's own, and as deputy those of an absent owner."""
        absent = Q(officer__is_active=False) | Q(officer__away_until__gte=on)
        return self.filter(Q(officer=user) | Q(absent, deputy=user))

    def named(self, text: str) -> Self:
        """Firms whose name, former name, pinyin initials or code contain ``text``; one character begins the name.

        Two characters are one bigram, so the index alone decides; only more may stand in another order.
        """
        wanted = search.folded(text)
        if len(wanted) < 2:
            return self.filter(folded_name__startswith=wanted) if wanted else self
        having = self.filter(search_bigrams__contains=search.bigrams([wanted]))
        return having if len(wanted) == 2 else having.filter(search_text__contains=wanted)


class Enterprise(models.Model):
    """A firm under its 统一社会信用代码 (GB 32100-2015); the code may still be missing (待补代码).

    What is known *about* it (成立日期, 行业, 指标 …) are statements with source and day, not columns here.
    ``*_known_on`` is the day on which somebody last confirmed that the list is complete, null when nobody did:
    an empty list that nobody checked is unknown, not none.
    """

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    uscc_ok = models.BooleanField("校验位正确", null=True, editable=False)
    old_number = models.CharField("原注册号", max_length=15, blank=True)
    name = models.CharField("企业名称", max_length=200)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="责任单位", related_name="enterprises", db_index=False
    )  # found through enterprise_by_region
    officer = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name="责任人", related_name="portfolio"
    )
    deputy = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name="副责任人", related_name="deputised"
    )
    members = models.ManyToManyField(User, verbose_name="企业用户", related_name="enterprises", blank=True)
    deregistered_on = models.DateField("注销日期", null=True, blank=True)
    property_known_on = models.DateField("知识产权清单核对日", null=True, blank=True)
    honours_known_on = models.DateField("荣誉清单核对日", null=True, blank=True)
    institutions_known_on = models.DateField("研发机构清单核对日", null=True, blank=True)
    negatives_known_on = models.DateField("失信与事故核对日", null=True, blank=True)
    titles_known_on = models.DateField("资格清单核对日", null=True, blank=True)
    folded_name = models.CharField("折叠名称", max_length=200, editable=False)
    search_text = models.TextField("检索文本", editable=False, default="")
    search_bigrams = ArrayField(models.CharField(max_length=2), editable=False, default=list)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, verbose_name="建档批次", related_name="+"
    )

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = "企业"
        verbose_name_plural = "企业"
        indexes = [
            GinIndex(fields=["search_bigrams"], name="enterprise_by_bigram"),
            # Of patterns: what a name begins with is found by it whatever the database sorts by
            models.Index(fields=["folded_name"], name="enterprise_by_folded_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["name", "id"], name="enterprise_by_name"),
            models.Index(fields=["region", "name", "id"], name="enterprise_by_region"),
            models.Index(  # counts by unit and owner read this and not the wide table
                fields=["region", "officer", "id"],
                include=[
                    "uscc",
                    "uscc_ok",
                    "deregistered_on",
                    "property_known_on",
                    "honours_known_on",
                    "institutions_known_on",
                    "negatives_known_on",
                    "titles_known_on",
                ],
                name="enterprise_by_place",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(officer__isnull=True) | Q(deputy__isnull=True) | ~Q(deputy=F("officer")),
                name="enterprise_deputy_is_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        """Only the key: a log line never carries a name."""
        return f"<Enterprise {self.pk}>"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the columns the search needs."""
        self.index_names([former.name for former in self.former_names.all()] if self.pk else [])
        super().save(*args, **kwargs)

    def index_names(self, former: list[str]) -> None:
        """Fill the search columns from the present name, the former ones and the code."""
        self.folded_name = search.folded(self.name)
        self.search_text, self.search_bigrams = search_columns(self.name, former, self.uscc)


def search_columns(name: str, former: list[str], uscc: str | None) -> tuple[str, list[str]]:
    """Search text (lines of folded names, initials, code) and its bigrams."""
    names = [name, *former]
    lines = [*map(search.folded, names), *map(search.initials, names), (uscc or "").casefold()]
    lines = [line for line in dict.fromkeys(lines) if line]
    return "\n".join(lines), search.bigrams(lines)


class FormerName(models.Model):
    """A name the firm had (曾用名) until ``until``; a rename never makes a second firm."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="former_names")
    name = models.CharField("曾用名", max_length=200)
    folded_name = models.CharField("折叠名称", max_length=200, editable=False, db_index=True)
    until = models.DateField("用至", null=True, blank=True)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, verbose_name="导入批次", related_name="+"
    )

    class Meta:
        verbose_name = "曾用名"
        verbose_name_plural = "曾用名"
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "folded_name"], name="former_name_once_per_enterprise"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the folded name, and refresh what the firm is found by."""
        self.folded_name = search.folded(self.name)
        super().save(*args, **kwargs)
        self.enterprise.save()


class RegionMembership(models.Model):
    """Since when a firm belongs to a unit: past numbers stay with the old unit."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="region_memberships")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    from_on = models.DateField("自")
    to_on = models.DateField("至", null=True, blank=True)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, verbose_name="导入批次", related_name="+"
    )

    class Meta:
        verbose_name = "归属单位"
        verbose_name_plural = "归属单位"
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(to_on__isnull=True), name="enterprise_has_one_present_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.region_id}"


class AboveScaleSpell(models.Model):
    """A dated spell of 规上 status; open-ended while ``to_on`` is null."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="above_scale_spells")
    kind = models.CharField("类别", max_length=20, default="规上工业")
    from_on = models.DateField("自")
    to_on = models.DateField("至", null=True, blank=True)
    source = models.CharField("来源", max_length=60, blank=True)
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, verbose_name="导入批次", related_name="+"
    )

    class Meta:
        verbose_name = "规上时段"
        verbose_name_plural = "规上时段"
        indexes = [models.Index(fields=["enterprise", "to_on"], name="above_scale_by_enterprise")]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on}"


class NegativeFact(models.Model):
    """经营异常, 严重违法失信, 事故, 环境违法, 科研失信: dated, with a source."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="negatives")
    kind = models.CharField("事由", max_length=20)
    from_on = models.DateField("自")
    to_on = models.DateField("至", null=True, blank=True)
    source = models.CharField("来源", max_length=120, blank=True)

    class Meta:
        verbose_name = "失信与事故"
        verbose_name_plural = "失信与事故"

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on}"
