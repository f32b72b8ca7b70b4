"""The suite's settings with a fast clock: Monday comes every second, and so does the sweep."""

from config.settings.test import *  # noqa: F403 -- settings build on the settings before them

CELERY_BEAT_SCHEDULE = {
    "Monday's mail": {"task": "notifications.tasks.weekly_digest", "schedule": 1.0},
    "letters that are due": {"task": "notifications.tasks.sweep", "schedule": 1.0},
}
EMAIL_TIMEOUT = 5
TIDU_OUTBOX_LEASE_SECONDS = 3
TIDU_MAIL_PAUSE_SECONDS = 1
TIDU_OUTBOX_PATIENCE_SECONDS = 1
