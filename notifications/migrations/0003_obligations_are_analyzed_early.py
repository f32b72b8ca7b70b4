"""Obligations come by the thousand in one night: the planner is to learn of it before Monday's letters."""

from django.db import migrations


class Migration(migrations.Migration):
    """Autovacuum analyses the table after 2 % of change, not 10; the daily role, no owner of it, could not itself."""

    dependencies = [
        ("notifications", "0002_obligations_say_why_and_letters_keep_secrets"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE notifications_obligation SET (autovacuum_analyze_scale_factor = 0.02)",
            "ALTER TABLE notifications_obligation RESET (autovacuum_analyze_scale_factor)",
        ),
    ]
