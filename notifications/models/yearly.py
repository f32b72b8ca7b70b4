"""What is owed again and again: reports of a year, dispatch every ten days; and on which day of which year."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from pipeline.models.tracks import TRACK_CHOICES


class YearlyDuty(models.Model):
    """A report that holders of a title owe every year, or a dispatch that every unit owes every ten days (年度事项).

    ``month`` and ``day`` are those of former years: they stand, as 待核实, for a year of which no notice is known.
    """

    class Rhythm(models.TextChoices):
        """How often."""

        YEARLY = "yearly", "每年一次"
        TEN_DAYS = "ten_days", "每旬一次（10日、20日、月末）"

    class Whom(models.TextChoices):
        """Who owes it."""

        HOLDERS = "holders", "截止日持有该资格的企业"
        HELD_BEFORE = "held_before", "上年末持有该资格的企业"
        UNITS = "units", "有经办人的责任单位"

    slug = models.CharField(max_length=40, unique=True)
    name = models.CharField("事项", max_length=80, help_text="企业上交同名材料并核收后，即为办结")
    track = models.CharField("认定方向", max_length=24, choices=TRACK_CHOICES, blank=True)
    whom = models.CharField("由谁办理", max_length=12, choices=Whom.choices, default=Whom.HOLDERS)
    rhythm = models.CharField("周期", max_length=10, choices=Rhythm.choices, default=Rhythm.YEARLY)
    month = models.PositiveSmallIntegerField("往年截止月", null=True, blank=True)
    day = models.PositiveSmallIntegerField("往年截止日", null=True, blank=True)
    because = models.CharField("缘由", max_length=200)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "年度事项"
        verbose_name_plural = "年度事项"
        ordering = ["track", "month", "day", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(rhythm="yearly") | Q(month__isnull=False, day__isnull=False),
                name="yearly_duty_has_a_usual_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class YearlyDay(models.Model):
    """By when a duty is owed in one year, as that year's notice says; ``verified_on`` null is shown as 待核实."""

    duty = models.ForeignKey(YearlyDuty, models.CASCADE, related_name="days")
    year = models.PositiveSmallIntegerField("年度", help_text="截止日所在年")
    due_on = models.DateField("截止日")
    due_time = models.TimeField("截止时刻", null=True, blank=True)
    postponed_from = models.DateField("原截止", null=True, blank=True)
    postponed_by = models.CharField("延期通知", max_length=200, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)
    verified_on = models.DateField("核实日", null=True, blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )

    class Meta:
        verbose_name = "年度截止日"
        verbose_name_plural = "年度截止日"
        ordering = ["-year", "duty"]
        constraints = [models.UniqueConstraint(fields=["duty", "year"], name="yearly_day_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.due_on}"
