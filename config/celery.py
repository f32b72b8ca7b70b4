"""The Celery app: tasks carry ids, the database holds the truth."""

import logging.config
import os
from typing import Any

from celery import Celery, bootsteps
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


class Pulse(bootsteps.StartStopStep):
    """The worker's sign of life every half minute, from its own loop: one that lost its queue stops giving it."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        """The queue is connected."""
        from notifications import watch  # noqa: PLC0415 -- models are not loaded when the app is made

        self.timer = parent.timer.call_repeatedly(watch.BEAT_EVERY.total_seconds(), self.beat, (parent.hostname,))
        self.beat(parent.hostname)

    def stop(self, parent: Any) -> None:
        """The queue is gone, or the worker ends."""
        timer = getattr(self, "timer", None)
        if timer:
            timer.cancel()

    @staticmethod
    def beat(worker: str) -> None:
        """Write it down over a connection of its own: a forked child must never inherit an open one."""
        from django.db import DatabaseError, connection  # noqa: PLC0415 -- needs the settings

        from notifications import watch  # noqa: PLC0415 -- models are not loaded when the app is made

        try:
            watch.beat(worker)
        except DatabaseError:
            logging.getLogger(__name__).warning("No database for the heartbeat; the next one is in half a minute")
        finally:
            connection.close()


app.steps["consumer"].add(Pulse)
