"""Calendar addresses that people gave to their calendar programs, and what those programs have seen."""

from django.db import models
from django.db.models import Q

from accounts.models import Region, User
from enterprises.models import Enterprise
from notifications.models.duties import Obligation


class Feed(models.Model):
    """A secret address (日历订阅) that shows what its owner may see now: their own, a unit's or a firm's.

    Only the hash of the secret is kept, so the address is shown once; a new one is made in its place.
    """

    class Scope(models.TextChoices):
        """Whose obligations it shows."""

        PERSON = "person", "本人的"
        UNIT = "unit", "一个责任单位"
        FIRM = "firm", "一家企业"

    owner = models.ForeignKey(User, models.CASCADE, related_name="feeds", verbose_name="所有人")
    scope = models.CharField("范围", max_length=6, choices=Scope.choices)
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, verbose_name="责任单位")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, null=True, blank=True, verbose_name="企业")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    read_at = models.DateTimeField("最近读取", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="person", region__isnull=True, enterprise__isnull=True)
                | Q(scope="unit", region__isnull=False, enterprise__isnull=True)
                | Q(scope="firm", region__isnull=True, enterprise__isnull=False),
                name="feed_of_a_person_a_unit_or_a_firm",
            ),
        ]

    def __str__(self) -> str:
        return f"日历订阅 {self.pk}"


class CalendarEntry(models.Model):
    """What calendar programs were last told of one obligation; ``sequence`` rises when that changes (RFC 5545)."""

    obligation = models.OneToOneField(Obligation, models.CASCADE, primary_key=True, related_name="calendar_entry")
    content = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "日历条目"
        verbose_name_plural = "日历条目"

    def __str__(self) -> str:
        return f"日历条目 {self.pk}"
