"""The Celery app: tasks carry ids, the database holds the truth."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun
from django.conf import settings

from accounts import request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

app = Celery("tidu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(weak=False)
def log_like_the_web(**_: Any) -> None:
    """Worker and beat write the log lines of the web process, not Celery's own."""
    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect(weak=False)
def name_the_run(task_id: str, **_: Any) -> None:
    """Audit rows and log lines of a task carry the task's id."""
    request_id.current.set(task_id)


@task_postrun.connect(weak=False)
def forget_the_run(**_: Any) -> None:
    """The next line of this process belongs to no task."""
    request_id.current.set("")
