"""What is due, what was sent, which days are working days, which runs happened."""

from notifications.models.channels import Channel
from notifications.models.duties import Obligation, ObligationQuerySet, WorkCalendarDay
from notifications.models.feeds import CalendarEntry, Feed
from notifications.models.mail import (
    SECRET,
    STOP,
    Bounce,
    Listed,
    Message,
    MessageQuerySet,
    NumberListed,
    Recipient,
)
from notifications.models.preferences import OptOut, Preference
from notifications.models.runs import DigestRun, Heartbeat, MailPause, TaskRun

__all__ = [
    "SECRET",
    "STOP",
    "Bounce",
    "CalendarEntry",
    "Channel",
    "DigestRun",
    "Feed",
    "Heartbeat",
    "Listed",
    "MailPause",
    "Message",
    "MessageQuerySet",
    "NumberListed",
    "Obligation",
    "ObligationQuerySet",
    "OptOut",
    "Preference",
    "Recipient",
    "TaskRun",
    "WorkCalendarDay",
]
