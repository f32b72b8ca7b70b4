"""Published lists (公示名单) and their rows: what stood there, which firm is meant, who decided, what came of it."""

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from accounts.models import Region, User
from enterprises.models import Enterprise
from pipeline.models.candidacy import Candidacy
from pipeline.models.title import Title
from pipeline.models.tracks import TRACK_CHOICES


class PublishedListQuerySet(models.QuerySet["PublishedList"]):
    """Published lists."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Lists handed in by people whose unit is ``user``'s or below it; matched against firms of that unit only."""
        if not isinstance(user, User) or not user.is_active or not user.is_bureau or user.region is None:
            return self.none()
        return self.filter(region__path__startswith=user.region.path)


class PublishedList(models.Model):
    """A list handed in for one track: read, matched, decided, applied; applying again changes nothing.

    ``region`` is the unit of who handed it in: firms outside are 不在本辖区. ``recognised_on`` is the day its
    recognitions were given; without one nothing becomes a title. ``stated_total`` is what the list says of itself.
    """

    class Kind(models.TextChoices):
        """What a list does; only 认定公布 makes titles, 复核通过 prolongs them."""

        RECOGNITION = "recognition", "认定公布"
        REVIEW = "review", "复核通过"
        PROPOSAL = "proposal", "公示（拟认定）"
        FAILED = "failed", "申报未通过"
        REVOCATION = "revocation", "撤销或取消"

    class State(models.TextChoices):
        """Whether something of the list was applied yet."""

        READ = "read", "待办理"
        APPLIED = "applied", "已办理"

    filename = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64)
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    kind = models.CharField("名单种类", max_length=12, choices=Kind.choices, blank=True)
    title = models.CharField("标题", max_length=200, blank=True)
    document = models.CharField("文号", max_length=120, blank=True)
    publisher = models.CharField("公布单位", max_length=120, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    recognised_on = models.DateField("认定日期", null=True, blank=True)
    stated_total = models.PositiveIntegerField("名单自报家数", null=True, blank=True)
    notes = models.JSONField("识别报告", default=dict)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.READ)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="辖区", related_name="+")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="上传人", related_name="+")
    version = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("办理时间", null=True, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="办理人", related_name="+")
    asked_at = models.DateTimeField("提交办理时间", null=True, blank=True, help_text="后台正在办理；办完即清空")
    moved_at = models.DateTimeField("最近进展", null=True, blank=True)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    error = models.CharField("错误", max_length=200, blank=True)

    objects = PublishedListQuerySet.as_manager()

    class Meta:
        verbose_name = "公示名单"
        verbose_name_plural = "公示名单"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["region", "digest", "track"], name="list_once_per_unit_file_and_track"),
        ]

    def __str__(self) -> str:
        return self.title or self.filename

    @property
    def reference(self) -> str:
        """What a title from this list has for a document: its number, else its own title."""
        return (self.document or self.title or self.filename)[:120]


class ListRowQuerySet(models.QuerySet["ListRow"]):
    """Rows of published lists."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rows of lists in sight; once a firm is known, only while the firm is in sight too."""
        return self.filter(
            Q(enterprise__isnull=True) | Q(enterprise__in=Enterprise.objects.visible_to(user)),
            published_list__in=PublishedList.objects.visible_to(user),
        )


class ListRow(models.Model):
    """One firm of a list as it stood there; ``candidates`` are firms of the uploader's unit that may be meant."""

    class Match(models.TextChoices):
        """How sure it is which firm is meant."""

        SURE = "sure", "确定"
        DOUBTFUL = "doubtful", "存疑"
        UNKNOWN = "unknown", "未识别"
        OUTSIDE = "outside", "不在本辖区"

    class Decision(models.TextChoices):
        """What an officer decided about a row."""

        CHOSEN = "chosen", "选定企业"
        NONE = "none", "都不是"
        NEW = "new", "新建企业"

    class Result(models.TextChoices):
        """What applying made of a row."""

        TITLE = "title", "登记资格"
        RENEWED = "renewed", "延续有效期"
        RECOGNISED = "recognised", "随申报认定"
        PUBLICISED = "publicised", "进入公示"
        REJECTED = "rejected", "未通过"
        REVOKED = "revoked", "撤销资格"
        KNOWN = "known", "早已登记"
        FOUNDED = "founded", "新建企业"
        REFUSED = "refused", "未能办理"

    published_list = models.ForeignKey(PublishedList, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField("次序")
    sheet = models.CharField("工作表", max_length=100)
    line = models.PositiveIntegerField("行")
    text = models.CharField("原文", max_length=300)
    name = models.CharField("名单上的名称", max_length=200)
    former = models.CharField("名单注明的原名", max_length=200, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    uscc_ok = models.BooleanField("校验位正确", null=True)
    region_text = models.CharField("名单上的地区", max_length=100, blank=True)
    number = models.CharField("证书编号", max_length=60, blank=True)
    issued_on = models.DateField("认定日期", null=True, blank=True)
    valid_from = models.DateField("有效期自", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    kind = models.CharField("种类", max_length=12, choices=PublishedList.Kind.choices, blank=True)
    match = models.CharField("核对", max_length=8, choices=Match.choices, default=Match.UNKNOWN)
    why = models.CharField("依据", max_length=200, blank=True)
    repeats = models.PositiveIntegerField("与哪一行重复", null=True, blank=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="list_rows")
    candidates: Any = models.JSONField("候选", default=list)
    decision = models.CharField("认定结果", max_length=6, choices=Decision.choices, blank=True)
    unit = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="责任单位", related_name="+")
    is_confirmed = models.BooleanField("已逐行确认", default=False, help_text="未通过和撤销须逐行确认才办理")
    reason = models.CharField("理由", max_length=200, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("核定时间", null=True, blank=True)
    result = models.CharField("结果", max_length=10, choices=Result.choices, blank=True)
    says = models.CharField("说明", max_length=400, blank=True)
    recognition = models.ForeignKey(Title, models.PROTECT, null=True, blank=True, related_name="+")
    candidacy = models.ForeignKey(Candidacy, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ListRowQuerySet.as_manager()

    class Meta:
        verbose_name = "名单行"
        verbose_name_plural = "名单行"
        ordering = ["published_list", "place"]
        constraints = [
            models.UniqueConstraint(fields=["published_list", "place"], name="list_row_once_per_place"),
            models.CheckConstraint(
                condition=~Q(decision="chosen") | Q(enterprise__isnull=False), name="chosen_row_names_its_firm"
            ),
            models.CheckConstraint(
                condition=~Q(decision="new") | Q(unit__isnull=False), name="new_firm_of_a_row_has_a_unit"
            ),
        ]
        indexes = [models.Index(fields=["published_list", "match", "place"], name="list_row_by_match")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        """Whether the row was applied for good: a refusal may be tried again."""
        return self.result not in {"", self.Result.REFUSED}

    @property
    def kind_in_force(self) -> str:
        """What the row does: its own word, else its list's."""
        return self.kind or self.published_list.kind
