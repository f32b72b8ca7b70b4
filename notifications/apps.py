"""Django application of the room ``notifications``."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The room ``notifications``."""

    name = "notifications"
    verbose_name = "提醒"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what changes obligations, and of tasks that ended well."""
        from notifications import follow, watch  # noqa: PLC0415 -- apps must be loaded first

        follow.listen()
        watch.listen()
