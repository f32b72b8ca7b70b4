"""Django application of the room ``accounts``."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room ``accounts``."""

    name = "accounts"
    verbose_name = "用户与辖区"
    default_auto_field = "django.db.models.BigAutoField"
