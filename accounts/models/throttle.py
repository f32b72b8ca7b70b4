"""Failed logins, counted per account and per address in PostgreSQL."""

from django.db import models


class LoginFailure(models.Model):
    """How often a login name or an address failed since ``since``; the key is a digest, never the name."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "登录失败"
        verbose_name_plural = "登录失败"

    def __str__(self) -> str:
        return self.key[:8]
