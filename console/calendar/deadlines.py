"""The deadlines on 工作台: rounds that close and titles that end, with working days left."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from enterprises.deadlines import days_after
from enterprises.vocabulary import TRACK_BY_KEY
from notifications import workdays
from pipeline.domain import stock
from pipeline.domain.stock import Firms
from pipeline.models import Round

AHEAD = 90  # days
SHOWN = 8
HOT, WARM = 5, 15  # working days


@dataclass(frozen=True)
class Deadline:
    """One dated line."""

    due: datetime.date
    says: str
    hint: str
    left: int
    notice: str
    is_confirmed: bool
    url: str = ""

    @property
    def tone(self) -> str:
        """How near it is, for those who see colours."""
        return "late" if self.left <= HOT else "soon" if self.left <= WARM else ""


def coming(firms: Firms, on: datetime.date) -> list[Deadline]:
    """The next deadlines, soonest first."""
    calendar = workdays.calendar_of([on.year, on.year + 1])
    found = sorted([*closing(on), *ending(firms, on)], key=lambda line: line[0])[:SHOWN]
    return [
        Deadline(due, says, hint, calendar.workdays_left(on, due), calendar.notice(on, due), confirmed, url)
        for due, says, hint, confirmed, url in found
    ]


Line = tuple[datetime.date, str, str, bool, str]


def closing(on: datetime.date) -> Iterator[Line]:
    """Rounds that open or close within sight."""
    last = days_after(on, AHEAD)
    for one in Round.objects.filter(closes_on__range=(on, last)).order_by("closes_on", "pk"):
        yield one.closes_on or last, f"{one.name}申报截止", TRACK_BY_KEY[one.track].label, bool(one.verified_on), ""


def ending(firms: Firms, on: datetime.date) -> Iterator[Line]:
    """Days on which titles of firms in sight end."""
    for track, day, count in stock.ends(firms, on, AHEAD):
        url = reverse("console:enterprise_list") + "?" + urlencode({"ends": f"{track}:{day}"})
        yield day, f"{TRACK_BY_KEY[track].label}资格到期", f"{count} 家", True, url
