"""What is due, what was sent, which days are working days, which runs happened."""

from notifications.models.channels import Channel
from notifications.models.duties import DutyState, Obligation, ObligationQuerySet, Timing, WorkCalendarDay
from notifications.models.escalation import Escalation, Level
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
from notifications.models.plan import PlanStep
from notifications.models.preferences import OptOut, Preference
from notifications.models.runs import DigestRun, Heartbeat, MailPause, TaskRun
from notifications.models.yearly import YearlyDay, YearlyDuty

__all__ = [
    "SECRET",
    "STOP",
    "Bounce",
    "CalendarEntry",
    "Channel",
    "DigestRun",
    "DutyState",
    "Escalation",
    "Feed",
    "Heartbeat",
    "Level",
    "Listed",
    "MailPause",
    "Message",
    "MessageQuerySet",
    "NumberListed",
    "Obligation",
    "ObligationQuerySet",
    "OptOut",
    "PlanStep",
    "Preference",
    "Recipient",
    "TaskRun",
    "Timing",
    "WorkCalendarDay",
    "YearlyDay",
    "YearlyDuty",
]
