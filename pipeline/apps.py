"""Django application of the room ``pipeline``."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """The room ``pipeline``."""

    name = "pipeline"
    verbose_name = "培育与认定"
    default_auto_field = "django.db.models.BigAutoField"
