"""The rules of a track in one document."""

from django.db import models

from pipeline.models.tracks import TRACK_CHOICES


class Edition(models.Model):
    """A rule edition (规则版本): content and its sha256; a published edition is never edited.

    YAML files in the repository are its seed, loaded by hash (``pipeline.domain.editions.load_seeds``).
    """

    class Status(models.TextChoices):
        """Whether an edition judges anybody."""

        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤回"

    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES)
    slug = models.CharField("标识", max_length=80, help_text="例如 hnte/2016-01-01-32")
    title = models.CharField("名称", max_length=120)
    document = models.CharField("文件", max_length=200)
    effective_from = models.DateField("自")
    effective_to = models.DateField("至", null=True, blank=True)
    content = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64, unique=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.PUBLISHED)
    created_at = models.DateTimeField("载入时间", auto_now_add=True)

    class Meta:
        verbose_name = "规则版本"
        verbose_name_plural = "规则版本"
        ordering = ["track", "-effective_from"]

    def __str__(self) -> str:
        return self.title
