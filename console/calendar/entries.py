"""The entries of 时限日历: a round's cut-offs and what falls due for firms, in words, each with what it opens."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from accounts import policy
from accounts.models import User
from console.calendar.deadlines import HOT, WARM
from enterprises.vocabulary import TRACK_BY_KEY
from notifications import agenda
from notifications.agenda import Entries
from notifications.workdays import Workdays
from pipeline.models import Round

# The days of a round by who closes: level, field, words
LEVELS: Final = (
    ("top", "closes_on", "申报截止"),
    ("city", "city_cutoff_on", "市级截止"),
    ("county", "county_cutoff_on", "县级截止"),
    ("township", "township_cutoff_on", "乡镇截止"),
)
LEVEL_LABELS: Final = (("top", "国家和省"), ("city", "市级"), ("county", "县级"), ("township", "乡镇"))


@dataclass(frozen=True)
class Entry:
    """One line of a day; ``count`` is None for a round."""

    day: datetime.date | None
    track: str
    label: str
    count: int | None
    confirmed: bool
    url: str
    hint: str = ""
    left: int = 0
    act_by: datetime.date | None = None
    late: bool = False

    @property
    def short(self) -> str:
        """For a cell: 高企 资格到期."""
        track = TRACK_BY_KEY.get(self.track)
        return f"{track.short} {self.label}" if track else self.label

    @property
    def tone(self) -> str:
        """How near it is, for those who see colours."""
        if self.day is None:
            return ""
        return "late" if self.late or self.left <= HOT else "soon" if self.left <= WARM else ""

    @property
    def order(self) -> tuple[bool, str, str]:
        """Rounds first, then by track and kind."""
        return (self.count is not None, self.track, self.label)


@dataclass(frozen=True)
class Words:
    """What an entry needs to be said: the reader, the day, the work calendar, the rest of the address."""

    user: User
    on: datetime.date
    calendar: Workdays
    unit: str = ""

    def of_firms(self, found: Entries, when: str = "") -> Entry:
        """What falls due for firms, with the list of exactly these."""
        when = when or (found.day.isoformat() if found.day else agenda.UNDATED)
        query = {"due": f"{found.key}:{found.track}:{when}"} | ({"unit": self.unit} if self.unit else {})
        hint = f"其中 {found.unsure} 家的期限待核实" if 0 < found.unsure < found.firms else ""
        url = reverse("console:enterprise_list") + "?" + urlencode(query)
        label = agenda.LABELS[found.key]
        return self.dated(found.day, found.track, label, found.firms, not found.unsure, url, hint)

    def of_round(self, one: Round, day: datetime.date, label: str) -> Entry:
        """A day of a round, with the round for who keeps it."""
        hint = "，".join(part for part in (one.name, one.document or one.source) if part)
        url = ""
        if policy.may_open(self.user, "console:settings_round_edit"):
            url = reverse("console:settings_round_edit", args=[one.pk])
        return self.dated(day, one.track, label, None, one.verified_on is not None, url, hint)

    def dated(
        self,
        day: datetime.date | None,
        track: str,
        label: str,
        count: int | None,
        confirmed: bool,
        url: str,
        hint: str,
    ) -> Entry:
        """An entry with its distance from today and, where its day is a holiday, the last working day before it."""
        if day is None:
            return Entry(day, track, label, count, confirmed, url, hint)
        act_by = None if day < self.on or self.calendar.is_workday(day) else self.calendar.last_workday(day)
        left = self.calendar.workdays_left(self.on, day)
        return Entry(day, track, label, count, confirmed, url, hint, left, act_by, day < self.on)


def of_rounds(words: Words, first: datetime.date, last: datetime.date, track: str, level: str) -> Iterator[Entry]:
    """The days of rounds between the two, all levels or one; their opening only among all."""
    fields = [(key, field, label) for key, field, label in LEVELS if level in {"", key}]
    fields += [] if level else [("", "opens_on", "开始申报")]
    wanted = Q()
    for _, field, _ in fields:
        wanted |= Q(**{f"{field}__range": (first, last)})
    rounds = Round.objects.filter(wanted, **({"track": track} if track else {})).order_by("closes_on", "pk")
    for one in rounds:
        for _, field, label in fields:
            day: datetime.date | None = getattr(one, field)
            if day and first <= day <= last:
                yield words.of_round(one, day, label)


def unannounced(words: Words, track: str) -> list[Entry]:
    """Rounds of this year and the next whose window nobody announced."""
    rounds = Round.objects.filter(year__in=[words.on.year, words.on.year + 1], closes_on=None)
    chosen = rounds.filter(track=track) if track else rounds
    return [
        Entry(None, one.track, one.window, None, one.verified_on is not None, url_of(words, one), hint_of(one))
        for one in chosen.order_by("year", "track", "pk")
    ]


def url_of(words: Words, one: Round) -> str:
    """The round, for who keeps it."""
    return words.of_round(one, words.on, "").url


def hint_of(one: Round) -> str:
    """Which round, and where that stands."""
    return "，".join(part for part in (one.name, one.document or one.source) if part)
