"""The product's settings for `python -m benchmarks.mail`: real SMTP; the peer beside it where it is installed."""

import importlib.util

from config.settings.test import *  # noqa: F403 -- settings build on the settings before them
from config.settings.test import INSTALLED_APPS

CELERY_TASK_ALWAYS_EAGER = False
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if importlib.util.find_spec("post_office"):
    INSTALLED_APPS = [*INSTALLED_APPS, "post_office"]
    POST_OFFICE = {"BATCH_SIZE": 500, "LOG_LEVEL": 1}
