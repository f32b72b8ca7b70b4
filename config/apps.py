"""Django application of the room ``config``: it has no tables, only the checks before production."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The room ``config``."""

    name = "config"
    verbose_name = "运行配置"
