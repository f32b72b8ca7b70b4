"""操作日志 is read latest first: of everybody, of a firm, of a person; a million acts must not be sorted for fifty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three indexes on the audit table."""

    dependencies = [("accounts", "0002_audit_is_append_only")]
    operations = [
        migrations.AddIndex(
            model_name="auditevent", index=models.Index(fields=["-recorded_at", "-id"], name="audit_by_time")
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["enterprise_id", "-recorded_at", "-id"], name="audit_by_firm"),
        ),
        migrations.AddIndex(
            model_name="auditevent", index=models.Index(fields=["by", "-recorded_at", "-id"], name="audit_by_person")
        ),
    ]
