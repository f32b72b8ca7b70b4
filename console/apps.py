"""Django application of the room ``console``."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The room ``console``."""

    name = "console"
    verbose_name = "市局工作端"
    default_auto_field = "django.db.models.BigAutoField"
