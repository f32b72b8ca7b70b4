"""Django application of the room ``notifications``."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The room ``notifications``."""

    name = "notifications"
    verbose_name = "提醒"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what changes obligations, and of tasks that ended well; every page knows how much is unread."""
        from accounts import backend  # noqa: PLC0415 -- apps must be loaded first
        from notifications import follow, notices, watch  # noqa: PLC0415 -- apps must be loaded first

        backend.BESIDE["unread"] = notices.unread
        follow.listen()
        watch.listen()
