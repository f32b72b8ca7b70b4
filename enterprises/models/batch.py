"""One uploaded workbook and what became of it."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from accounts.models import User


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Imported ledgers."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Ledgers handed in by people whose unit is ``user``'s or below it; a ledger shows firms of that unit only."""
        if not isinstance(user, User) or not user.is_active or not user.is_bureau or user.region is None:
            return self.none()
        return self.filter(by__region__path__startswith=user.region.path)


class ImportBatch(models.Model):
    """A ledger handed in: read, previewed, applied. The preview is exactly what is then applied.

    What an applied batch wrote bears its key (or, where a value of a known firm was replaced, a ``BatchChange``), so
    that it can be taken back; ``sender`` is who filled the ledger in, whose columns are remembered.

    ``digest`` is the sha256 of the file; ``frame`` the parsed rows, kept so that nothing is parsed twice; ``preview``
    what becomes of each row (Parquet); ``report`` the recognised sheets and headings and how many rows do what.
    """

    class State(models.TextChoices):
        """What became of the file."""

        UPLOADED = "uploaded", "待识别"
        READ = "read", "待确认"
        APPLYING = "applying", "写入中"
        APPLIED = "applied", "已写入"
        REFUSED = "refused", "无法识别"
        FAILED = "failed", "写入失败"
        UNDOING = "undoing", "撤回中"
        UNDONE = "undone", "已撤回"

    filename = models.CharField("文件名", max_length=200)
    digest = models.CharField("文件摘要", max_length=64, db_index=True)
    content = models.BinaryField("文件", null=True)
    frame = models.BinaryField("识别结果", null=True)
    preview = models.BinaryField("预览", null=True)
    report = models.JSONField("识别报告", default=dict)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.UPLOADED)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    figures_year = models.PositiveSmallIntegerField("指标年度", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="导入人", related_name="+")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)
    moved_at = models.DateTimeField("最近进展", default=timezone.now, editable=False)
    error = models.TextField("错误", blank=True)
    sender = models.CharField("报送单位", max_length=60, blank=True)
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)
    undone = models.JSONField("撤回结果", default=dict)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.filename
