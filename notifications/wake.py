"""Waking the worker: a courtesy, for the outbox is swept every minute anyway."""

import logging

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def wake() -> None:
    """Ask a worker to deliver what is due; without a broker the next sweep does it."""
    from notifications.tasks import deliver_due  # noqa: PLC0415 -- tasks stand above those who wake them

    try:
        deliver_due.apply_async(retry=False)
    except OperationalError:
        logger.warning("No broker: letters wait for the next sweep")
