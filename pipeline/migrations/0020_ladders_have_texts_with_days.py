"""Every ladder is one text with its days; texts of a family follow each other."""

from django.db import migrations, models

KNOWN_END = models.Q(effective_to__gte=models.F("effective_from"))


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0019_forecasts")]

    operations = [
        migrations.AddField("ladder", "family", models.SlugField("梯队标识", default=""), preserve_default=False),
        migrations.RunSQL("UPDATE pipeline_ladder SET family = slug", migrations.RunSQL.noop),
        migrations.RenameField("ladder", "source", "note"),
        migrations.AlterField("ladder", "note", models.CharField("说明", max_length=300, blank=True)),
        migrations.AddField("ladder", "place", models.CharField("适用地区", max_length=30, blank=True, default=""), False),
        migrations.AddField("ladder", "document", models.CharField("文件", max_length=200, blank=True, default=""), False),
        migrations.AddField("ladder", "address", models.URLField("网址", blank=True, default=""), False),
        migrations.AddField("ladder", "issued_on", models.DateField("印发日期", null=True, blank=True)),
        migrations.AddField("ladder", "effective_from", models.DateField("施行自", null=True, blank=True)),
        migrations.AddField("ladder", "effective_to", models.DateField("施行至", null=True, blank=True)),
        migrations.AddConstraint(
            "ladder",
            models.CheckConstraint(
                condition=models.Q(effective_from__isnull=True) | models.Q(effective_to__isnull=True) | KNOWN_END,
                name="ladder_ends_after_it_begins",
            ),
        ),
    ]
