"""A receipt keeps the very bytes its digest is of; receipts and their replays can only be added."""

import json

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION tidu_receipts_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END $$;
CREATE TRIGGER receipts_never_change BEFORE UPDATE OR DELETE ON pipeline_receipt
    FOR EACH ROW EXECUTE FUNCTION tidu_receipts_are_append_only();
CREATE TRIGGER receipts_are_never_emptied BEFORE TRUNCATE ON pipeline_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION tidu_receipts_are_append_only();
CREATE TRIGGER receipt_checks_never_change BEFORE UPDATE OR DELETE ON pipeline_receiptcheck
    FOR EACH ROW EXECUTE FUNCTION tidu_receipts_are_append_only();
CREATE TRIGGER receipt_checks_are_never_emptied BEFORE TRUNCATE ON pipeline_receiptcheck
    FOR EACH STATEMENT EXECUTE FUNCTION tidu_receipts_are_append_only();
"""
BACKWARD = """
DROP TRIGGER receipt_checks_are_never_emptied ON pipeline_receiptcheck;
DROP TRIGGER receipt_checks_never_change ON pipeline_receiptcheck;
DROP TRIGGER receipts_are_never_emptied ON pipeline_receipt;
DROP TRIGGER receipts_never_change ON pipeline_receipt;
DROP FUNCTION tidu_receipts_are_append_only();
"""


def write_content(apps, schema_editor):
    """The text of each receipt as its digest was taken: from the columns it was spread over."""
    receipts = apps.get_model("pipeline", "Receipt").objects.select_related("edition")
    for receipt in receipts.iterator(200):
        said = {
            "enterprise": receipt.enterprise_id,
            "track": receipt.track,
            "kind": receipt.kind,
            "edition": receipt.edition.digest,
            "judged_on": str(receipt.judged_on),
            "verdict": receipt.verdict,
            "score": receipt.facts["score"],
            "facts": receipt.facts,
            "findings": receipt.findings,
        }
        receipt.content = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        receipt.save(update_fields=["content"])


class Migration(migrations.Migration):
    """Content as text, who issued it, replays, append-only triggers."""

    dependencies = [
        ("pipeline", "0012_published_editions_stay_as_they_are"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("receipt", "content", models.TextField("内容", default=""), preserve_default=False),
        migrations.AddField(
            "receipt",
            "by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="出具人",
            ),
        ),
        migrations.AlterField("receipt", "created_at", models.DateTimeField("出具时间", auto_now_add=True)),
        migrations.RunPython(write_content, migrations.RunPython.noop),
        migrations.RemoveField("receipt", "facts"),
        migrations.RemoveField("receipt", "findings"),
        migrations.AddIndex("receipt", models.Index(fields=["enterprise", "-id"], name="receipt_by_firm")),
        migrations.CreateModel(
            name="ReceiptCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField(verbose_name="复算时间")),
                (
                    "problems",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None, verbose_name="不一致之处"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="pipeline.receipt"
                    ),
                ),
            ],
            options={
                "verbose_name": "凭证复算",
                "verbose_name_plural": "凭证复算",
                "indexes": [
                    models.Index(fields=["receipt", "-id"], name="receipt_check_latest"),
                    models.Index(fields=["-checked_at"], name="receipt_check_by_time"),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
