"""The table between messages and accounts says who has read what; everything sent so far counts as read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

READ = "UPDATE notifications_message_recipients SET read_at = now() WHERE read_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0008_calendar_feeds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Recipient",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="notifications.message"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "消息",
                        "verbose_name_plural": "消息",
                        "db_table": "notifications_message_recipients",
                        "unique_together": {("message", "user")},
                    },
                ),
                migrations.AlterField(
                    model_name="message",
                    name="recipients",
                    field=models.ManyToManyField(
                        related_name="messages",
                        through="notifications.Recipient",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ]
        ),
        migrations.AddField(
            model_name="recipient",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="已读时间"),
        ),
        migrations.RunSQL(READ, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["user"], name="recipient_unread"
            ),
        ),
    ]
