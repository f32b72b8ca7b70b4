"""Waking the worker: a courtesy, for the outbox is swept every minute, by beat and worker or by cron."""

import logging
from typing import Final

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
# Whoever puts a letter in is waiting for a page: one try, one second.
IMPATIENT: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "socket_connect_timeout": 1}


def wake() -> None:
    """Ask a worker to deliver what is due; without a broker `manage.py deliver_due`, which needs none, does it."""
    from notifications.tasks import deliver_due  # noqa: PLC0415 -- tasks stand above those who wake them

    try:
        with current_app.connection_for_write(transport_options=IMPATIENT) as broker:
            # The stubs do not know `connection`, which apply_async hands on to send_task
            deliver_due.apply_async(connection=broker, retry=False)  # type: ignore[call-arg]
    except OperationalError:
        logger.warning("No broker: letters wait until it is back or manage.py deliver_due runs")
