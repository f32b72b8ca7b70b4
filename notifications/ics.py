"""Obligations as a calendar program reads them (RFC 5545): one UID for ever, a sequence that rises with changes."""

import datetime
import hashlib
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Alarm, Calendar, Event

from accounts.models import User
from enterprises import deadlines
from notifications.models import CalendarEntry, Obligation
from notifications.where import page_of

MADE_BY: Final = "-//Tidu//Obligations//ZH"
REFRESH: Final = datetime.timedelta(hours=6)
# At nine in the morning, a week and a day before: a day without an hour begins at midnight
ALARMS: Final = (datetime.timedelta(hours=7 * 24 - 9), datetime.timedelta(hours=24 - 9))

HOURS_BEFORE: Final = (datetime.timedelta(hours=7 * 24), datetime.timedelta(hours=24))
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def content(row: Obligation) -> str:
    """A fingerprint of all that the event says of an obligation; where it leads is not part of it."""
    said = [row.says, row.because, str(row.due_on), str(row.due_time), str(row.verified), row.kind, row.whose]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def calendar(name: str, rows: Iterable[tuple[Obligation, CalendarEntry]], owner: User) -> bytes:
    """The whole calendar; the same rows give the same bytes."""
    made = Calendar()
    made.add("prodid", MADE_BY)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for row, entry in rows:
        made.add_component(event(row, entry, owner))
    made.add_missing_timezones()  # of deadlines with an hour
    return bytes(made.to_ical())


def event(row: Obligation, entry: CalendarEntry, owner: User) -> Event:
    """One obligation: the day it is due, why, and the page where its reader does it."""
    assert row.due_on is not None  # only dated ones stand in a feed
    made = Event()
    made.add("uid", f"obligation-{row.pk}@{urlsplit(settings.TIDU_BASE_URL).hostname or 'localhost'}")
    made.add("sequence", entry.sequence)
    made.add("dtstamp", entry.changed_at)
    made.add("last-modified", entry.changed_at)
    if row.due_time is None:
        made.add("dtstart", row.due_on)
        made.add("dtend", deadlines.days_after(row.due_on, 1))
    else:
        made.add("dtstart", datetime.datetime.combine(row.due_on, row.due_time, SHANGHAI))
    made.add("summary", f"{row.whose}：{row.says}")
    doubt = "" if row.verified else "\n时限待核实。"
    address = page_of(row, owner)
    made.add("description", f"缘由：{row.because}{doubt}\n办理：{address}")
    made.add("url", address)
    made.add("categories", [Obligation.Kind(row.kind).label])
    made.add("status", "CONFIRMED" if row.verified else "TENTATIVE")
    made.add("transp", "TRANSPARENT")  # a day on which something is due is not a day on which one is busy
    for before in ALARMS if row.due_time is None else HOURS_BEFORE:
        made.add_component(alarm(row, before))
    return made


def alarm(row: Obligation, before: datetime.timedelta) -> Alarm:
    """A reminder of the calendar program's own."""
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("trigger", -before)
    made.add("description", f"{row.whose}：{row.says}")
    return made
