"""What is most urgent to one reader: asked of the database for an officer, gathered from rows read ahead for a firm."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, SmallIntegerField, Value, When

from enterprises import deadlines
from enterprises.vocabulary import TRACK_BY_KEY
from notifications.models import Obligation
from notifications.since import Since
from notifications.workdays import end_of_week

MOST_LINES: Final = 30
MOST_OF_HEAD: Final = 10  # a head reads the sums
MOST_ENDED: Final = 5
NOBODY: Final = 9  # a level that nothing reaches
OVERDUE_SHARE: Final = 3  # a third of the lines, the latest ones: what lapsed last can be rescued best
NEAR: Final = 30  # days


@dataclass(frozen=True)
class Rest:
    """How many obligations of one kind and track did not fit in."""

    kind: str
    track: str
    number: int


@dataclass(frozen=True)
class Told:
    """What one reader is told: how much there is, the lines that fit in, and how it changed since the letters before.

    ``new`` came up since; ``done`` ended since, of which ``ended`` are the latest; ``waived`` or lapsed did the others.
    """

    count: int
    overdue: int
    week: int
    nearest: datetime.date | None
    lapsed: datetime.date | None
    chosen: Sequence[Obligation]
    rest: Sequence[Rest]
    new: int = 0
    done: int = 0
    waived: int = 0
    ended: Sequence[Obligation] = ()

    @property
    def stays(self) -> int:
        """How much stood in the letters before already."""
        return self.count - self.new

    @property
    def left_over(self) -> int:
        """How many did not fit in."""
        return sum(rest.number for rest in self.rest)


def asked(
    mine: QuerySet[Obligation],
    on: datetime.date,
    pk: int | None,
    since: Since | None = None,
    ended: QuerySet[Obligation] | None = None,
    most: int = MOST_LINES,
    level: int = NOBODY,
) -> Told | None:
    """The same out of the database, for readers of whom much may be owed; ``pk`` is whose own firms stand first.

    What was brought before the reader as a head (``level`` and above) stands before everything.
    """
    counts = mine.aggregate(
        count=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=on)),
        week=Count("pk", filter=Q(due_on__range=(on, end_of_week(on)))),
        nearest=Min("due_on", filter=Q(due_on__gte=on)),
        lapsed=Max("due_on", filter=Q(due_on__lt=on)),
        new=Count("pk", filter=Q(pk__gt=since.newest) if since else Q(pk__isnull=True)),
    )
    if not counts["count"]:
        return None
    chosen = most_urgent(mine, on, pk, most, level)
    rest = left_over(mine, chosen) if counts["count"] > len(chosen) else []
    gone = {} if ended is None else ended.aggregate(
        done=Count("pk", filter=Q(satisfied_on__isnull=False)), waived=Count("pk", filter=Q(satisfied_on__isnull=True))
    )  # fmt: skip
    return Told(chosen=chosen, rest=rest, ended=latest_done(ended) if gone.get("done") else [], **counts, **gone)


def latest_done(ended: QuerySet[Obligation] | None) -> list[Obligation]:
    """The latest of what was done."""
    if ended is None:
        return []
    return list(
        ended.filter(satisfied_on__isnull=False).select_related("enterprise", "unit").order_by("-pk")[:MOST_ENDED]
    )


def gathered(
    mine: Sequence[Obligation], on: datetime.date, since: Since | None = None, gone: Sequence[Obligation] = ()
) -> Told | None:
    """The same out of rows at hand, for readers of a firm: no line is more theirs than another."""
    if not mine:
        return None
    late = [row for row in mine if deadlines.is_past(row.due_on, on)]
    ahead = [row.due_on for row in mine if row.due_on and not deadlines.is_past(row.due_on, on)]
    late.sort(key=lambda row: (-row.due_on.toordinal() if row.due_on else 0, row.pk))
    first = late[: MOST_LINES // OVERDUE_SHARE]
    taken = {row.pk for row in first}
    waiting = sorted((row for row in mine if row.pk not in taken), key=lambda row: place(row, on))
    chosen = [*first, *waiting[: MOST_LINES - len(first)]]
    return Told(
        count=len(mine),
        overdue=len(late),
        week=sum(day <= end_of_week(on) for day in ahead),
        nearest=min(ahead, default=None),
        lapsed=late[0].due_on if late else None,
        chosen=chosen,
        rest=counted(row for row in waiting[MOST_LINES - len(first) :]),
        new=sum(since.is_new(row) for row in mine) if since else 0,
        done=sum(row.satisfied_on is not None for row in gone),
        waived=sum(row.satisfied_on is None for row in gone),
        ended=latest_of(gone),
    )


def latest_of(gone: Iterable[Obligation]) -> list[Obligation]:
    """The latest of what was done."""
    done = [row for row in gone if row.satisfied_on is not None]
    return sorted(done, key=lambda row: -row.pk)[:MOST_ENDED]


def place(row: Obligation, on: datetime.date) -> tuple[int, int, bool, int]:
    """Where a line stands among those that are not the latest overdue ones."""
    if row.due_on is None:
        return 2, 0, row.for_enterprise, row.pk
    day = row.due_on.toordinal()
    if deadlines.is_past(row.due_on, on):
        return 3, -day, row.for_enterprise, row.pk
    return (1 if deadlines.is_within(row.due_on, on, NEAR) else 4), day, row.for_enterprise, row.pk


def most_urgent(
    mine: QuerySet[Obligation], on: datetime.date, pk: int | None, most: int, level: int
) -> Sequence[Obligation]:
    """The lines of a letter, so many at most: the latest overdue ones, what is due within a month, what waits without
    a day (the bureau's own before the firms'); the room left goes to more overdue ones, then to what is far away.
    Among equals an officer's own firms stand first, and those of an absent owner whose deputy they are."""
    near = deadlines.within("due_on", on, NEAR)
    rank = Case(
        When(due_on__lt=on, then=Value(3)), When(near, then=Value(1)), When(due_on__isnull=True, then=Value(2)),
        default=Value(4), output_field=SmallIntegerField(),
    )  # fmt: skip
    lapse = Case(When(due_on__lt=on, then=F("due_on")))
    raised = Case(When(level__gte=level, then=Value(0)), default=Value(1), output_field=SmallIntegerField())
    lines = mine.select_related("enterprise__officer", "unit").annotate(
        rank=rank, lapse=lapse, others=others(pk, on), raised=raised
    )
    first: list[Obligation] = list(
        lines.filter(due_on__lt=on).order_by("raised", "others", "-due_on", "pk")[: most // OVERDUE_SHARE]
    )
    waiting = lines.exclude(pk__in=[line.pk for line in first])
    by_day = F("due_on").asc(nulls_last=True)
    order = ("raised", "rank", "others", F("lapse").desc(nulls_last=True), by_day, "for_enterprise", "pk")
    return [*first, *waiting.order_by(*order)[: most - len(first)]]


def others(pk: int | None, on: datetime.date) -> Case:
    """0 for firms that are the reader's to care for on the day, 1 for the rest."""
    if pk is None:
        return Case(default=Value(1), output_field=SmallIntegerField())
    absent = Q(enterprise__officer__is_active=False) | Q(enterprise__officer__away_until__gte=on)
    cared = Q(enterprise__officer=pk) | Q(absent, enterprise__deputy=pk)
    return Case(When(cared, then=Value(0)), default=Value(1), output_field=SmallIntegerField())


def left_over(mine: QuerySet[Obligation], chosen: Sequence[Obligation]) -> list[Rest]:
    """What did not fit in, counted by kind and track."""
    rest = mine.exclude(pk__in=[obligation.pk for obligation in chosen])
    number = rest.order_by().values("kind", "track").annotate(number=Count("pk")).order_by("-number", "kind", "track")
    return [worded(row["kind"], row["track"], row["number"]) for row in number]


def counted(rest: Iterable[Obligation]) -> list[Rest]:
    """The same of rows at hand."""
    numbers = Counter((row.kind, row.track) for row in rest)
    order = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return [worded(kind, track, number) for (kind, track), number in order]


def worded(kind: str, track: str, number: int) -> Rest:
    """One line of what did not fit in."""
    return Rest(Obligation.Kind(kind).label, TRACK_BY_KEY[track].short if track else "", number)
