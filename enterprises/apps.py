"""Django application of the room ``enterprises``."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """The room ``enterprises``."""

    name = "enterprises"
    verbose_name = "企业"
    default_auto_field = "django.db.models.BigAutoField"
