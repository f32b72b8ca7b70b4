"""People who use the system: one account, one role, one region, some lines."""

import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models.region import Region


class Role(models.TextChoices):
    """What an account is for; rights follow from ``accounts/policy.py``."""

    CITY = "city", "市级"
    UNIT = "unit", "区县/乡镇"
    ENTERPRISE = "enterprise", "企业"
    AUDITOR = "auditor", "审计"
    ADMIN = "admin", "管理员"


class Line(models.TextChoices):
    """The department line a step belongs to (业务线)."""

    SCIENCE = "科技", "科技"
    INDUSTRY = "经信", "经信"
    REFORM = "发改", "发改"


class UserManager(BaseUserManager["User"]):
    """Creates accounts; a login name is compared NFKC-normalised and casefolded."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; without a password it can be entered only through an invitation."""
        user = self.model(username=self.model.normalize_username(username).casefold(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """The administrator (管理员): users, units and settings, no firms."""
        return self.create_user(username, password, **{"role": Role.ADMIN, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of this login name, whatever its width or case."""
        return self.get(username=self.model.normalize_username(username or "").casefold())


class User(AbstractBaseUser):
    """An account. Staff have a region and lines; people of a firm are ``Enterprise.members``."""

    username = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=40)
    email = models.EmailField("邮箱", blank=True, help_text="两个账号可共用一个邮箱,每周只收一封提醒")
    phone = models.CharField("办公电话", max_length=30, blank=True)
    department = models.CharField("科室", max_length=60, blank=True)
    role = models.CharField("角色", max_length=12, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="辖区", related_name="users")
    lines = ArrayField(
        models.CharField(max_length=12, choices=Line.choices), verbose_name="业务线", default=list, blank=True
    )
    leads = models.BooleanField(
        "负责人", default=False, help_text="单位或局的负责人：每周提醒按责任单位或责任人汇总，只列最紧的几项"
    )
    is_active = models.BooleanField("启用", default=True)
    receives_digest = models.BooleanField("接收每周提醒", default=True)
    away_until = models.DateField(
        "外出至", null=True, blank=True, help_text="含当日;其间所负责企业的待办由副责任人代办"
    )
    invited_at = models.DateTimeField("邀请时间", null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        ordering = ["role", "username"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(region__isnull=False) | models.Q(role__in=[Role.ENTERPRISE, Role.ADMIN]),
                name="user_of_the_bureau_has_a_region",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        """Only the key: a log line never carries a name."""
        return f"<User {self.pk}>"

    @property
    def is_bureau(self) -> bool:
        """Whether this account works in the console on firms."""
        return self.role in {Role.CITY, Role.UNIT, Role.AUDITOR}

    @property
    def may_write(self) -> bool:
        """Whether this account may change what it sees of firms; auditors only read."""
        return self.role in {Role.CITY, Role.UNIT}

    def is_absent(self, on: datetime.date) -> bool:
        """Whether this person cannot act on that day: the account is closed, or its owner is away."""
        return not self.is_active or (self.away_until is not None and self.away_until >= on)

    def has_line(self, line: str) -> bool:
        """Whether a step of this line is this account's to take."""
        return self.may_write and line in self.lines
