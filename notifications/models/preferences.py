"""What people want to be told, and which mailboxes want nothing."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Region, Role, User
from notifications.models.duties import Obligation


class Preference(models.Model):
    """What one person wants to be told, or, of a unit, what its people of a role are told until they choose themselves.

    A person's own switch is ``User.receives_digest``; ``receives`` is the unit's. ``muted`` are kinds of obligations
    that stand in no letter.
    """

    user = models.OneToOneField(User, models.CASCADE, null=True, blank=True, related_name="preference")
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True, verbose_name="责任单位")
    role = models.CharField("角色", max_length=12, choices=Role.choices, blank=True)
    receives = models.BooleanField("接收每周提醒", default=True)
    muted = ArrayField(models.CharField(max_length=20, choices=Obligation.Kind.choices), default=list, blank=True)
    paused_until = models.DateField("暂停至", null=True, blank=True)

    class Meta:
        verbose_name = "提醒设置"
        verbose_name_plural = "提醒设置"
        ordering = ["region__order", "region", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, region__isnull=True, role="")
                | Q(user__isnull=True, region__isnull=False, paused_until__isnull=True) & ~Q(role=""),
                name="preference_of_a_person_or_of_a_role_in_a_unit",
            ),
            models.UniqueConstraint(fields=["region", "role"], name="preference_once_for_a_role_in_a_unit"),
        ]

    def __str__(self) -> str:
        return f"提醒设置 {self.pk}"


class OptOut(models.Model):
    """A mailbox of a contact that wants no weekly mail (退订); a contact has no account to say so with."""

    address = models.EmailField("邮箱")
    at = models.DateTimeField("退订时间", auto_now_add=True)

    class Meta:
        verbose_name = "退订"
        verbose_name_plural = "退订"
        constraints = [models.UniqueConstraint(Lower("address"), name="opt_out_once_an_address")]

    def __str__(self) -> str:
        return f"退订 {self.pk}"
