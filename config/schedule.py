"""What runs when: the beat table, in Shanghai time.

All of it, the sweep too, comes to a worker by the broker. What must also work without one, the week's letters and
their delivery, is what cron does each minute with `manage.py deliver_due`.
"""

from typing import Any

from celery.schedules import crontab

# A run that the minute, hour or day has overtaken is not worth delivering late: the next one does its work.
MINUTE, HOUR = 55, 55 * 60

SCHEDULE: dict[str, dict[str, Any]] = {
    "Monday's mail": {
        "task": "notifications.tasks.weekly_digest",
        "schedule": crontab(day_of_week="mon", hour=8, minute=30),
    },
    "a Monday that was missed": {
        "task": "notifications.tasks.catch_up_digest",
        "schedule": crontab(minute=45),
        "options": {"expires": HOUR},
    },
    "letters that are due": {
        "task": "notifications.tasks.sweep",
        "schedule": crontab(),
        "options": {"expires": MINUTE},
    },
    "what is due to be done": {
        "task": "notifications.tasks.refresh_obligations",
        "schedule": crontab(hour=6, minute=0),
    },
    "the ladder, as titles lapse": {
        "task": "pipeline.tasks.settle_ladder",
        "schedule": crontab(hour=0, minute=5),
    },
    "the register, judged": {
        "task": "pipeline.tasks.judge_register",
        "schedule": crontab(hour=2, minute=0),
    },
    "receipts, replayed": {
        "task": "pipeline.tasks.replay_receipts",
        "schedule": crontab(hour=3, minute=30),
    },
}
