"""What `manage.py check --deploy` adds to Django's own list."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def settings_are_safe(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """What would stop the web process, listed for the commands that always run."""
    return [Error(refusal, id="tidu.E001") for refusal in getattr(settings, "TIDU_REFUSED", [])]


@register(Tags.database, deploy=True)
def installation_is_ready(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """The answers of `/readyz`: `check --deploy --database default`."""
    if not databases:
        return []
    from config import readiness  # noqa: PLC0415 -- its models exist only once every app is loaded

    return [Error(check.text, id=f"tidu.E002.{check.name}") for check in readiness.checks() if not check.ok]
