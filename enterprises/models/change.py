"""What a ledger replaced in firms that stood already, so that it can be put back."""

from django.db import models

from enterprises.models.batch import ImportBatch
from enterprises.models.enterprise import Enterprise


class BatchChange(models.Model):
    """One value of a known firm, or of one of its contacts, that an applied ledger replaced.

    Statements, titles, spells and whatever else stands in rows of its own needs none: such rows bear the batch.
    ``old`` and ``new`` are the columns as they were and as the ledger left them.
    """

    class What(models.TextChoices):
        """Which value."""

        CODE = "code", "统一社会信用代码"
        NAME = "name", "企业名称"
        REGION = "region", "责任单位"
        NEGATIVES = "negatives", "失信与事故核对日"
        CONTACT = "contact", "联络员"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="changes")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="batch_changes")
    what = models.CharField("事项", max_length=10, choices=What.choices)
    object_id = models.BigIntegerField("对象", null=True, blank=True)
    old = models.JSONField("之前", default=dict)
    new = models.JSONField("之后", default=dict)

    class Meta:
        verbose_name = "导入改动"
        verbose_name_plural = "导入改动"

    def __str__(self) -> str:
        return f"{self.batch_id} {self.enterprise_id} {self.what}"
