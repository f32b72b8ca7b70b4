"""Every dated thing of the firms in sight, counted by day in the database, and listed again by the same rows."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from enterprises import deadlines
from enterprises.models import Material, ResearchInstitution
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.models.institution import State
from notifications.causes import BEHIND
from notifications.models import Obligation
from pipeline.domain import ledgers
from pipeline.models import Title
from pipeline.models.title import Standing

Firms = EnterpriseQuerySet
Rows = QuerySet[Any]
OVERDUE: Final = "overdue"
UNDATED: Final = "none"
# These stand in the calendar from their own tables, as far ahead as anybody looks
ELSEWHERE: Final = (Obligation.Kind.TITLE_EXPIRY, Obligation.Kind.SIX_RECHECK, Obligation.Kind.MATERIAL_EXPIRING)


@dataclass(frozen=True)
class Entries:
    """How many firms one thing falls due for; ``unsure`` of them by a day that nobody verified."""

    key: str
    track: str
    day: datetime.date | None
    firms: int
    unsure: int


def titles(on: datetime.date) -> Rows:
    """Titles with a last day and no later one of their track; sure where a document tells the day."""
    later = Title.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track")).filter(
        Q(valid_until__gt=OuterRef("valid_until")) | Q(valid_until__isnull=True)
    )
    oldest = deadlines.days_after(on, -BEHIND)
    unread = Q(document="") | Q(document__startswith=ledgers.DOCUMENT)
    return (
        Title.objects.filter(~Exists(later.exclude(standing=Standing.REVOKED)), valid_until__gte=oldest)
        .exclude(standing=Standing.REVOKED)
        .annotate(day=F("valid_until"), line=F("track"), sure=is_(~unread))
    )


def materials(on: datetime.date) -> Rows:
    """Accepted papers that expire and were not replaced."""
    standing = Material.objects.filter(accepted_at__isnull=False, withdrawn_at__isnull=True)
    newer = standing.filter(enterprise=OuterRef("enterprise"), kind=OuterRef("kind")).filter(
        Q(valid_until__gt=OuterRef("valid_until")) | Q(valid_until__isnull=True)
    )
    expiring = standing.filter(~Exists(newer), valid_until__gte=deadlines.days_after(on, -BEHIND))
    return expiring.annotate(day=F("valid_until"), line=Value(""), sure=Value(value=True))


def rechecks(on: datetime.date) -> Rows:
    """Institutions whose 六有 are to be looked at again."""
    standing = ResearchInstitution.objects.exclude(state=State.ENDED).filter(recheck_on__isnull=False)
    return standing.annotate(day=F("recheck_on"), line=Value(""), sure=Value(value=True))


def obligations(on: datetime.date) -> Rows:
    """What else is open, dated or not."""
    unsettled = Obligation.objects.open().exclude(kind__in=ELSEWHERE)
    return unsettled.annotate(day=F("due_on"), line=F("track"), sure=F("verified"))


def is_(condition: Q) -> Case:
    """A condition as a column."""
    return Case(When(condition, then=Value(value=True)), default=Value(value=False), output_field=BooleanField())


SOURCES: Final[Mapping[str, tuple[str, Callable[[datetime.date], Rows]]]] = {
    "title": ("资格到期", titles),
    "material": ("材料到期", materials),
    "recheck": ("六有复查", rechecks),
}
LABELS: Final[Mapping[str, str]] = {
    **{key: label for key, (label, _) in SOURCES.items()},
    **{kind.value: kind.label for kind in Obligation.Kind if kind not in ELSEWHERE},
}


def rows_of(key: str, on: datetime.date) -> Rows:
    """The rows behind one kind of entry."""
    if key in SOURCES:
        return SOURCES[key][1](on)
    return obligations(on).filter(kind=key)


def living(firms: Firms) -> Rows:
    """Firms that still owe something, for a subquery."""
    return firms.filter(deregistered_on__isnull=True).order_by().values("pk")


def counted(firms: Firms, on: datetime.date, when: Q, track: str, *, by_day: bool) -> Iterator[Entries]:
    """The entries of these rows, one query for each table."""
    sources = [(key, rows(on)) for key, (_, rows) in SOURCES.items()] + [("", obligations(on))]
    for key, rows in sources:
        columns = ["line", *(["day"] if by_day else []), *([] if key else ["kind"])]
        found = rows.filter(when, enterprise__in=living(firms))
        if track:
            found = found.filter(line=track)
        grouped = found.order_by().values(*columns).annotate(
            firms=Count("enterprise", distinct=True),
            unsure=Count("enterprise", distinct=True, filter=Q(sure=False)),
        )  # fmt: skip
        for row in grouped.filter(firms__gt=0):  # a table without a track and a day is one group, even an empty one
            yield Entries(key or row["kind"], row["line"], row.get("day"), row["firms"], row["unsure"])


def in_days(
    firms: Firms, on: datetime.date, first: datetime.date, last: datetime.date, track: str = ""
) -> list[Entries]:
    """What falls due on each day from first to last."""
    return list(counted(firms, on, Q(day__range=(first, last)), track, by_day=True))


def overdue(firms: Firms, on: datetime.date, track: str = "") -> list[Entries]:
    """What was due before the day and is still open."""
    return list(counted(firms, on, Q(day__lt=on), track, by_day=False))


def undated(firms: Firms, on: datetime.date, track: str = "") -> list[Entries]:
    """What is open without a day."""
    return list(counted(firms, on, Q(day__isnull=True), track, by_day=False))


@dataclass(frozen=True)
class Asked:
    """An entry as an address names it: ``title:hnte:2026-12-31``, ``annual_duty:hnte:overdue``, ``…:none``."""

    key: str
    track: str
    when: str

    @property
    def day(self) -> datetime.date | None:
        """The day, where it is one."""
        return None if self.when in {OVERDUE, UNDATED} else datetime.date.fromisoformat(self.when)


def parsed(text: str, tracks: Iterable[str]) -> Asked | None:
    """The entry of an address; None where it names nothing."""
    key, _, rest = text.partition(":")
    track, _, when = rest.partition(":")
    if key not in LABELS or (track and track not in set(tracks)):
        return None
    asked = Asked(key, track, when)
    try:
        asked.day  # noqa: B018 -- reading it is the check
    except ValueError:
        return None
    return asked


def firms_due(firms: Firms, asked: Asked, on: datetime.date) -> Firms:
    """The firms that one entry counts."""
    when = {OVERDUE: Q(day__lt=on), UNDATED: Q(day__isnull=True)}.get(asked.when, Q(day=asked.day))
    rows = rows_of(asked.key, on).filter(when, line=asked.track, enterprise=OuterRef("pk"))
    return firms.filter(Exists(rows), deregistered_on__isnull=True)
