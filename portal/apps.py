"""Django application of the room ``portal``."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The room ``portal``."""

    name = "portal"
    verbose_name = "企业服务端"
    default_auto_field = "django.db.models.BigAutoField"
