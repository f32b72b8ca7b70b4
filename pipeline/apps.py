"""Django application of the room ``pipeline``."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    """The room ``pipeline``."""

    name = "pipeline"
    verbose_name = "培育与认定"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of the policy files."""
        from pipeline import checks  # noqa: F401, PLC0415 -- importing registers them; apps must be loaded first
