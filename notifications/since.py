"""What changed since the letters before: exact to the moment they were written, not only to the day."""

import datetime
from dataclasses import dataclass
from typing import Self

from django.db.models import Max, Q

from enterprises import deadlines
from notifications.models import DigestRun, Obligation, ObligationQuerySet


def week_of(on: datetime.date) -> str:
    """The ISO week of a day: 2027-01-03 is in 2026-W53."""
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(on: datetime.date) -> datetime.date:
    """Monday of the ISO week of a day."""
    return deadlines.monday_of(on)


def remember(run: DigestRun, on: datetime.date) -> None:
    """Keep with a run what the next one compares with: the newest obligation, and what had ended that day already."""
    ended = Obligation.objects.filter(Q(satisfied_on=on) | Q(waived_on=on) | Q(lapsed_on=on)).order_by("pk")
    run.written_on, run.newest = on, Obligation.objects.aggregate(newest=Max("pk"))["newest"] or 0
    run.ended = list(ended.values_list("pk", flat=True))


@dataclass(frozen=True)
class Since:
    """The letters of an earlier week: when they were written, and what there was then."""

    on: datetime.date
    newest: int
    before: tuple[int, ...]

    @classmethod
    def last_before(cls, week: str) -> Self | None:
        """The last letters before this week; None where there are none, or none that kept what there was."""
        run = DigestRun.objects.filter(week__lt=week, written_on__isnull=False).order_by("-week").first()
        return cls(run.written_on, run.newest, tuple(run.ended)) if run and run.written_on else None

    def is_new(self, row: Obligation) -> bool:
        """Whether an obligation came up since."""
        return row.pk > self.newest

    def ended(self, rows: ObligationQuerySet) -> ObligationQuerySet:
        """What was open then and is done, waived or lapsed now."""
        over = Q(satisfied_on__gte=self.on) | Q(waived_on__gte=self.on) | Q(lapsed_on__gte=self.on)
        return rows.filter(over, pk__lte=self.newest).exclude(pk__in=self.before)
