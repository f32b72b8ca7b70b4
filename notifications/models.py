"""What is due, what was sent, which days are working days, which runs happened."""

import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery, Value

from accounts.models import Role, User
from enterprises.models import Enterprise
from pipeline.models.tracks import TRACK_CHOICES


class WorkCalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a working weekend (调休)."""

    class Kind(models.TextChoices):
        """Off although a weekday or holiday, or worked although a weekend."""

        OFF = "off", "放假"
        WORK = "work", "上班"

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=4, choices=Kind.choices)
    name = models.CharField("节日", max_length=30, blank=True)
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Obligations."""

    def open(self) -> Self:
        """Neither satisfied nor waived, overdue ones included."""
        return self.filter(satisfied_on__isnull=True, waived_on__isnull=True)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Obligations of the firms ``user`` may see."""
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def overdue(self, on: datetime.date) -> Self:
        """Whose day has passed."""
        return self.filter(due_on__lt=on)


class Obligation(models.Model):
    """Something a firm or officer must do by a day (应办事项); reminders ask for *due, not satisfied, not waived*.

    ``key`` names rule, firm and period (``title-expiry:12:hnte:2026-12-31``), so that computing again changes nothing.
    """

    class Kind(models.TextChoices):
        """Which dated rule it comes from."""

        TITLE_EXPIRY = "title_expiry", "资格到期"
        ROUND_CLOSING = "round_closing", "申报截止"
        MATERIAL_MISSING = "material_missing", "材料待补"
        FIGURES_WANTED = "figures_wanted", "指标待补"
        FIGURES_TO_ACCEPT = "figures_to_accept", "填报待采纳"
        MATERIAL_TO_ACCEPT = "material_to_accept", "材料待核收"
        ANNUAL_DUTY = "annual_duty", "年度报送"
        INSTITUTION_WANTED = "institution_wanted", "研发机构待建"
        SIX_RECHECK = "six_recheck", "六有复查"

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="obligations")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES, blank=True)
    says = models.CharField("内容", max_length=200)
    because = models.CharField("缘由", max_length=200, blank=True)
    due_on = models.DateField("截止", null=True, blank=True)
    verified = models.BooleanField("时限已核实", default=False)
    for_enterprise = models.BooleanField("需企业办理", default=True)
    created_on = models.DateField("产生日")
    satisfied_on = models.DateField("办结日", null=True, blank=True)
    waived_on = models.DateField("豁免日", null=True, blank=True)
    waived_because = models.CharField("豁免理由", max_length=200, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "应办事项"
        verbose_name_plural = "应办事项"
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "enterprise"],
                condition=Q(satisfied_on__isnull=True, waived_on__isnull=True),
                name="obligation_open_by_day",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DigestRun(models.Model):
    """One weekly run; unique per ISO week of Shanghai (``2026-W53``)."""

    week = models.CharField("周次", max_length=8, unique=True)
    on = models.DateField("所属周一")
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    messages = models.PositiveIntegerField("生成提醒", default=0)

    is_new = False  # set by the call that made the run

    class Meta:
        verbose_name = "每周提醒批次"
        verbose_name_plural = "每周提醒批次"
        ordering = ["-week"]

    def __str__(self) -> str:
        return self.week


SECRET = "［链接已隐去］"


class Listed(Func):
    """The keys of the obligations that a letter lists, as rows; the one argument is its ``basis``."""

    template = "(SELECT jsonb_array_elements_text(%(expressions)s -> 'obligations')::bigint)"
    output_field = models.BigIntegerField()


class NumberListed(Func):
    """How many obligations a letter lists; the one argument is its ``basis``."""

    template = "coalesce(jsonb_array_length(%(expressions)s -> 'obligations'), 0)"
    output_field = models.IntegerField()


class MessageQuerySet(models.QuerySet["Message"]):
    """Letters."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Letters ``user`` may read: the city all, a unit the digests all of whose firms it may see now.

        Where the recipients work now says nothing of what was written to them. A line whose firm is gone is seen by
        no unit. Letters that name no firm open an account; a unit reads those to its own people.
        """
        if not isinstance(user, User) or not user.is_active or user.region is None or not user.may_write:
            return self.none()
        if user.role == Role.CITY:
            return self
        own = self.of_people_within(user.region.path).exclude(kind=Message.Kind.DIGEST)
        seen = Obligation.objects.visible_to(user).filter(pk__in=Listed(OuterRef("basis"))).order_by()
        number = seen.values(together=Value(1)).annotate(number=Count("pk")).values("number")
        digest = Q(kind=Message.Kind.DIGEST, listed__gt=0, listed=Subquery(number))
        return self.alias(listed=NumberListed(F("basis"))).filter(digest | Q(pk__in=own.values("pk")))

    def of_people_within(self, path: str) -> Self:
        """Letters whose every recipient belongs wholly to the unit of this path."""
        beyond = Enterprise.objects.filter(members=OuterRef("pk")).exclude(region__path__startswith=path)
        within = User.objects.filter(
            Q(role=Role.UNIT, region__path__startswith=path)
            | Q(role=Role.ENTERPRISE, enterprises__region__path__startswith=path)
        ).exclude(Exists(beyond))
        recipients = Message.recipients.through.objects.filter(message=OuterRef("pk"))
        inside, outside = recipients.filter(user__in=within), recipients.exclude(user__in=within)
        return self.filter(Exists(inside)).exclude(Exists(outside))


class Message(models.Model):
    """One mail to one mailbox: the row is the truth, Celery only wakes somebody up.

    ``key`` names the letter, not the attempt (``digest:2026-W47:zhou@example.cn``); the Message-ID follows from it.
    ``lease_until`` and ``lease`` fence a slow worker. Classes: a digest is sent at least once, a password letter at
    most once automatically (then ``uncertain``, for a person to decide). A link that opens an account stands in
    ``secret``, never in the bodies, and is wiped once the letter is done with. ``basis`` is what a digest rests on:
    the day and its obligations.
    """

    class Kind(models.TextChoices):
        """Which letter of the catalogue."""

        DIGEST = "digest", "每周提醒"
        INVITATION = "invitation", "开户邀请"
        PASSWORD = "password", "重设密码"

    class State(models.TextChoices):
        """Where the letter is."""

        QUEUED = "queued", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"
        DROPPED = "dropped", "已办结，未发送"
        UNCERTAIN = "uncertain", "不确定是否送达"

    key = models.CharField(max_length=300, unique=True)
    kind = models.CharField("提醒", max_length=12, choices=Kind.choices)
    to = models.EmailField("收件人")
    recipients = models.ManyToManyField(User, verbose_name="账号", related_name="messages")
    run = models.ForeignKey(DigestRun, models.PROTECT, null=True, blank=True, related_name="letters")
    message_id = models.CharField(max_length=120, unique=True)
    subject = models.CharField("标题", max_length=200)
    text = models.TextField("正文")
    html = models.TextField("网页正文", blank=True)
    secret = models.TextField(blank=True, editable=False)
    basis = models.JSONField(default=dict, editable=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    possibly_twice = models.BooleanField("可能重复", default=False)
    next_try_at = models.DateTimeField("下次发送")
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField("错误", blank=True)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = "提醒"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="message_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_leased"),
        ]

    def __str__(self) -> str:
        return self.key


class TaskRun(models.Model):
    """A periodic run that happened; unique per job and period, so that two schedulers make one run."""

    job = models.CharField("任务", max_length=40)
    period = models.CharField("周期", max_length=20)
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    summary = models.JSONField("结果", default=dict)

    class Meta:
        verbose_name = "运行记录"
        verbose_name_plural = "运行记录"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="task_run_once_a_period")]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"
