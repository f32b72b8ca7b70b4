"""Django application of the room ``config``: it has no tables, only the checks before production."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The room ``config``."""

    name = "config"
    verbose_name = "运行配置"

    def ready(self) -> None:
        """Register the checks of `check --deploy`."""
        from config import checks  # noqa: F401, PLC0415 -- importing registers
