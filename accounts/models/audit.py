"""The one audit table: who did what, on whose behalf, with which reason and document."""

from django.db import models

from accounts.models.user import User


class AuditEvent(models.Model):
    """One act (操作日志). Append-only: a trigger refuses UPDATE, DELETE and TRUNCATE."""

    by = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="操作人", related_name="acts")
    on_behalf_of = models.ForeignKey(User, models.PROTECT, null=True, verbose_name="代表", related_name="+")
    what = models.CharField("事项", max_length=60, help_text="例如 candidacy.file、title.record、figures.accept")
    object_type = models.CharField("对象类型", max_length=40)
    object_id = models.BigIntegerField("对象", null=True)
    # A plain number: accounts stands below enterprises and cannot point at it.
    enterprise_id = models.BigIntegerField("企业", null=True, db_index=True)
    before = models.JSONField("之前", null=True)
    after = models.JSONField("之后", null=True)
    reason = models.TextField("理由", blank=True)
    document = models.CharField("文号", max_length=120, blank=True)
    request_id = models.CharField("请求号", max_length=36, blank=True)
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)
    effective_on = models.DateField("生效日", null=True)

    class Meta:
        verbose_name = "操作日志"
        verbose_name_plural = "操作日志"
        ordering = ["-recorded_at", "-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["-recorded_at", "-id"], name="audit_by_time"),
            models.Index(fields=["enterprise_id", "-recorded_at", "-id"], name="audit_by_firm"),
            models.Index(fields=["by", "-recorded_at", "-id"], name="audit_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.object_type} {self.object_id}"
