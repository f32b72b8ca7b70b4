"""What is owed again and again: the yearly reports of holders, the dispatch of units every ten days."""

import datetime
from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Region, Role
from enterprises import deadlines
from enterprises.models import Material
from notifications.causes import Due, Scope
from notifications.models import Obligation, YearlyDay, YearlyDuty
from pipeline.models import Title

# From mid-November, so that next spring's report stands in the first letter after a recognition.
AHEAD: Final = 200  # days
# Nobody may have told us that a report was handed in: it is not shown as overdue for longer than this.
BEHIND: Final = 60
DISPATCH_AHEAD: Final = 10


def annual_duties(scope: Scope) -> Iterator[Due]:
    """Yearly reports of those who hold, or held, the title, until the paper was accepted."""
    of_year = {(day.duty_id, day.year): day for day in YearlyDay.objects.all()}
    duties = YearlyDuty.objects.filter(is_active=True, rhythm=YearlyDuty.Rhythm.YEARLY)
    earliest, latest = deadlines.around(scope.on, BEHIND, AHEAD)
    for duty in duties:
        for year in range(earliest.year, scope.on.year + 2):
            day = of_year.get((duty.pk, year)) or usual_day(duty, year)
            if earliest <= day.due_on <= latest:
                yield from of_holders(scope, duty, day)


def usual_day(duty: YearlyDuty, year: int) -> YearlyDay:
    """The day of former years, unverified, for a year of which nobody entered a notice."""
    usual = datetime.date(2024, duty.month or 12, duty.day or 31)  # a yearly duty has both
    return YearlyDay(duty=duty, year=year, due_on=deadlines.in_year(usual, year))


def of_holders(scope: Scope, duty: YearlyDuty, day: YearlyDay) -> Iterator[Due]:
    """One report of one year, for each firm that owes it."""
    handed_in = Material.objects.filter(
        enterprise=OuterRef("enterprise"), kind=duty.name, year=day.year - 1,
        accepted_at__isnull=False, withdrawn_at__isnull=True,
    )  # fmt: skip
    owing = scope.of(holders(duty, day, scope.on)).filter(~Exists(handed_in))
    for enterprise_id in owing.values_list("enterprise_id", flat=True).distinct():
        yield Due(
            key=f"annual:{enterprise_id}:{duty.slug}:{day.year}",
            kind=Obligation.Kind.ANNUAL_DUTY,
            enterprise_id=enterprise_id,
            says=f"报送{day.year - 1}年{duty.name}",
            because=duty.because,
            track=duty.track,
            due_on=day.due_on,
            due_time=day.due_time,
            postponed_from=day.postponed_from,
            postponed_by=day.postponed_by,
            verified=day.verified_on is not None,
        )


def holders(duty: YearlyDuty, day: YearlyDay, on: datetime.date) -> QuerySet[Title]:
    """The titles whose firms owe the report."""
    if duty.whom == YearlyDuty.Whom.HELD_BEFORE:
        return Title.objects.in_force(datetime.date(day.year - 1, 12, 31)).filter(track=duty.track)
    return Title.objects.in_force(day.due_on).filter(track=duty.track, issued_on__lte=on)


def dispatches(scope: Scope) -> Iterator[Due]:
    """The dispatch of each unit with an officer, for the ten days that end next and those that ended last."""
    duties = list(YearlyDuty.objects.filter(is_active=True, rhythm=YearlyDuty.Rhythm.TEN_DAYS))
    if scope.enterprise_ids is not None or not duties:
        return
    units = Region.objects.filter(users__role=Role.UNIT, users__is_active=True).distinct().values_list("pk", flat=True)
    for duty in duties:
        for day in around(scope.on):
            for unit_id in units:
                yield Due(
                    key=f"dispatch:{duty.slug}:{unit_id}:{day}",
                    kind=Obligation.Kind.DISPATCH,
                    enterprise_id=None,
                    unit_id=unit_id,
                    says=f"{duty.name}（{day.month}月{'上中下'[min(day.day // 10, 3) - 1]}旬）",
                    because=duty.because,
                    due_on=day,
                    for_enterprise=False,
                )


def around(on: datetime.date) -> list[datetime.date]:
    """The end of the ten days before the day, and of those it lies in."""
    months = [deadlines.first_of_month(on, -1), on]
    ends = [end for month in months for end in deadlines.tens_of_month(month)]
    ahead = next(place for place, end in enumerate(ends) if end >= on)
    return ends[ahead - 1 : ahead + 1]
