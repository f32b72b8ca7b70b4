"""Letters, and what came back of them."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Lower

from accounts.models import Role, User
from enterprises.models import Enterprise
from notifications.models.channels import Channel
from notifications.models.duties import Obligation
from notifications.models.runs import DigestRun

SECRET = "［链接已隐去］"
STOP = "［退订链接已隐去］"  # only the addressee gets it: whoever reads the outbox must not stop another's mail


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
        recipients = Recipient.objects.filter(message=OuterRef("pk"))
        inside, outside = recipients.filter(user__in=within), recipients.exclude(user__in=within)
        return self.filter(Exists(inside)).exclude(Exists(outside))


class Message(models.Model):
    """One mail to one mailbox, or one word to one ``channel``: the row is the truth, Celery only wakes somebody up.

    ``key`` names the letter, not the attempt (``digest:2026-W47:zhou@example.cn``); the Message-ID follows from it.
    ``lease`` and ``lease_until`` say whose it is: still queued it was only taken, ``sending`` it is being handed over.
    Classes: a digest is sent at least once, a password letter at
    most once automatically (then ``uncertain``, for a person to decide). A link that opens an account stands in
    ``secret``, never in the bodies, and is wiped once the letter is done with. ``basis`` is what a digest rests on:
    the day and its obligations.
    """

    class Kind(models.TextChoices):
        """Which letter of the catalogue."""

        DIGEST = "digest", "每周提醒"
        INVITATION = "invitation", "开户邀请"
        PASSWORD = "password", "重设密码"
        ALARM = "alarm", "运行告警"

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
    to = models.EmailField("收件人", blank=True)
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="渠道"
    )
    recipients = models.ManyToManyField(User, through="Recipient", verbose_name="账号", related_name="messages")
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

    @property
    def addressee(self) -> str:
        """Where it goes, for people: a mailbox, or the name of a group or a system."""
        return str(self.channel) if self.channel else self.to


class Recipient(models.Model):
    """A message as one account's own notice (消息); unread while ``read_at`` is empty.

    Letters that open an account are no notices, nor those that were dropped: they count as read from the start.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        db_table = "notifications_message_recipients"
        unique_together = [("message", "user")]
        indexes = [models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="recipient_unread")]

    def __str__(self) -> str:
        return f"消息 {self.message_id} {self.user_id}"


class Bounce(models.Model):
    """A mail server's word that an address cannot be written to: its answer to us, or a report that came back.

    ``report`` names the report (a digest of its bytes), so that reading a mailbox twice changes nothing. Settled are
    those that an officer has answered for: the address is right.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="bounces", verbose_name="提醒")
    address = models.EmailField("邮箱")
    permanent = models.BooleanField("永久退信")
    status = models.CharField("状态码", max_length=12)
    said = models.CharField("退信说明", max_length=500, blank=True)
    report = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField("退信时间")
    settled_at = models.DateTimeField("核实时间", null=True, blank=True)

    class Meta:
        verbose_name = "退信"
        verbose_name_plural = "退信"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(Lower("address"), "at", condition=Q(settled_at__isnull=True), name="bounce_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.status}"
