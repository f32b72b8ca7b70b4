"""Which runs happened, which workers live, when no mail could leave."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from notifications.models.channels import Channel


class DigestRun(models.Model):
    """One weekly run; unique per ISO week of Shanghai (``2026-W53``).

    The last three columns are what the next run compares with: its day, the newest obligation there was, and those
    that had ended on that day before the letters were written.
    """

    week = models.CharField("周次", max_length=8, unique=True)
    on = models.DateField("所属周一")
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    messages = models.PositiveIntegerField("生成提醒", default=0)
    written_on = models.DateField("生成日", null=True, blank=True)
    newest = models.BigIntegerField(default=0, editable=False)
    ended = ArrayField(models.BigIntegerField(), default=list, editable=False)

    is_new = False  # set by the call that made the run

    class Meta:
        verbose_name = "每周提醒批次"
        verbose_name_plural = "每周提醒批次"
        ordering = ["-week"]

    def __str__(self) -> str:
        return self.week


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


class Heartbeat(models.Model):
    """A worker's sign of life, renewed every half minute while it is connected to its queue."""

    worker = models.CharField("进程", max_length=120, unique=True)
    started_at = models.DateTimeField("开始时间", auto_now_add=True)
    at = models.DateTimeField("最近心跳")

    class Meta:
        verbose_name = "后台进程心跳"
        verbose_name_plural = "后台进程心跳"
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.worker


class MailPause(models.Model):
    """A stretch in which no letter leaves and none loses a try, because the mail server shut all of them out; or no
    word leaves by one ``channel``.

    It holds until ``until``; then one letter tries the server, and either ends the pause or prolongs it.
    """

    class Cause(models.TextChoices):
        """Whether somebody must correct our settings, or the server is away."""

        CONFIGURATION = "configuration", "发信配置有误"
        UNREACHABLE = "unreachable", "邮件服务器不可用"

    channel = models.ForeignKey(
        Channel, models.CASCADE, null=True, blank=True, related_name="pauses", verbose_name="渠道"
    )
    cause = models.CharField("原因", max_length=14, choices=Cause.choices)
    error = models.CharField("邮件服务器的答复", max_length=500)
    since = models.DateTimeField("开始时间")
    until = models.DateTimeField("下次尝试")
    tries = models.PositiveSmallIntegerField("尝试次数", default=1)
    ended_at = models.DateTimeField("恢复时间", null=True, blank=True)

    class Meta:
        verbose_name = "暂停发信"
        verbose_name_plural = "暂停发信"
        ordering = ["-since"]

    def __str__(self) -> str:
        return f"{self.cause} {self.since:%Y-%m-%d %H:%M}"
