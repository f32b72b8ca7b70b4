"""A Monday on which letters are made: firms that owe something by a day, and the letter somebody then got."""

import datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from enterprises.models import Enterprise
from notifications.models import Message
from pipeline.models import Title
from tests.factories import TitleFactory

ON = datetime.date(2026, 11, 23)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def ending(enterprise: Enterprise, until: str, track: str = "hnte") -> Title:
    """A title that ends on that day: one obligation of the firm."""
    last = datetime.date.fromisoformat(until)
    return TitleFactory(
        enterprise=enterprise, track=track, issued_on=last.replace(year=last.year - 2), valid_until=last
    )


def letter_to(user: User) -> Message:
    return Message.objects.get(to=user.email)
