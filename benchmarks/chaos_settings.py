"""The product with a fast clock, for `python -m benchmarks.chaos`: sweeps every second, short patience, real tasks."""

from config.settings.test import *  # noqa: F403 -- settings build on the settings before them

CELERY_BEAT_SCHEDULE = {
    "Monday's mail": {"task": "notifications.tasks.weekly_digest", "schedule": 2.0},
    "letters that are due": {"task": "notifications.tasks.sweep", "schedule": 1.0, "options": {"expires": 5}},
}
CELERY_TASK_ALWAYS_EAGER = False
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 2
TIDU_OUTBOX_LEASE_SECONDS = 25  # over twice the five time-outs of a letter
TIDU_OUTBOX_PATIENCE_SECONDS = 1
TIDU_MAIL_PAUSE_SECONDS = 1
