"""By when an open case must move on, as columns that a list sorts and filters by; the same days as the letters name."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product

from django.db.models import Case, DateField, Expression, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Least

from accounts.models import Region
from notifications import casework
from notifications.casework import Rounds
from notifications.models import Obligation
from pipeline.models import Candidacy
from pipeline.models.candidacy import State

LEVEL = "enterprise__region__level"
ABOVE = ("round__city_cutoff_on", "round__closes_on")


def with_due(cases: QuerySet[Candidacy], rounds: Rounds) -> QuerySet[Candidacy]:
    """Cases with ``cutoff_on`` (of their round), ``lapse_on`` (of the title they renew), ``due_on`` (the earlier)."""
    lapses = Obligation.objects.open().filter(
        kind=Obligation.Kind.TITLE_EXPIRY,
        enterprise=OuterRef("enterprise"),
        track=OuterRef("track"),
        due_on__gte=rounds.on,
    )
    soonest = lapses.order_by().values("enterprise").annotate(day=Min("due_on")).values("day")
    return cases.annotate(cutoff_on=cutoff(rounds), lapse_on=Subquery(soonest)).annotate(
        due_on=Least("cutoff_on", "lapse_on")
    )


def cutoff(rounds: Rounds) -> Case:
    """The cut-off on the way up: before filing the unit's own, once filed the city's; afterwards no day is known.

    A case whose round has closed stays overdue, however long ago that was, until somebody moves or ends it.
    """
    before, chosen = Q(state__in=casework.BEFORE_FILING), Q(round__isnull=False)
    own = Case(
        When(**{LEVEL: Region.Level.TOWNSHIP}, then=earliest("round__township_cutoff_on", "round__county_cutoff_on")),
        When(**{LEVEL: Region.Level.COUNTY}, then=earliest("round__county_cutoff_on")),
        default=earliest(),
    )
    coming = [
        When(before & Q(track=track, **{LEVEL: level}), then=Value(day)) for track, level, day in next_days(rounds)
    ]
    return Case(
        When(before & chosen, then=own),
        When(chosen, state=State.FILED, then=earliest()),
        *coming,
        default=None,
        output_field=DateField(),
    )


def earliest(*inner: str) -> Expression:
    """The first of the round's days from a unit upwards."""
    return Least(*map(F, (*inner, *ABOVE)))


def next_days(rounds: Rounds) -> list[tuple[str, str, datetime.date]]:
    """For a case without a round: the next cut-off to come in its track, for each level of unit."""
    tracks = sorted({each.track for each in rounds.by_id.values()})
    found = [
        (track, level, rounds.deadline(casework.Case(0, 0, track, None, level)))
        for track, level in product(tracks, Region.Level.values)
    ]
    return [(track, level, deadline.day) for track, level, deadline in found if deadline]


@dataclass(frozen=True)
class Named:
    """A day of a case in words: which cut-off or lapse it is, and whether anybody verified it."""

    day: datetime.date
    name: str
    is_verified: bool


def named(case: Candidacy, rounds: Rounds, lapses: Mapping[tuple[int, str], bool]) -> Named | None:
    """The day that ``with_due`` found for a case, with its name; ``lapses`` says which titles are documented."""
    due_on, cutoff_on, lapse_on = case.due_on, case.cutoff_on, case.lapse_on  # type: ignore[attr-defined]
    if due_on is None:
        return None
    if due_on == lapse_on and due_on != cutoff_on:
        return Named(due_on, "资格到期", lapses.get((case.enterprise_id, case.track), False))
    level = case.enterprise.region.level if case.state in casework.BEFORE_FILING else Region.Level.CITY
    found = casework.Case(case.pk, case.enterprise_id, case.track, None, level)
    chosen = rounds.by_id.get(case.round_id or 0)
    if chosen and (cut := casework.cut_off(chosen, level)):
        return Named(due_on, cut[1], chosen.verified_on is not None)
    deadline = rounds.deadline(found)
    return Named(due_on, deadline.name, deadline.round.verified_on is not None) if deadline else None


def documented_lapses(enterprise_ids: Collection[int]) -> dict[tuple[int, str], bool]:
    """Whether the titles of these firms that lapse next are documented, by firm and track."""
    open_ones = Obligation.objects.open().filter(kind=Obligation.Kind.TITLE_EXPIRY, enterprise__in=enterprise_ids)
    rows = open_ones.order_by("-due_on").values_list("enterprise_id", "track", "verified")
    return {(enterprise_id, track): verified for enterprise_id, track, verified in rows}
