"""What the bureau has in stock: each figure of the workbench is a set of firms, and 企业库 lists the same set.

Every function takes firms somebody may see and returns those that fit; counting and listing cannot differ.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q

from enterprises import deadlines
from enterprises.domain import scale
from enterprises.models import (
    AboveScaleSpell,
    Contact,
    FirmStatement,
    ResearchInstitution,
    StatementState,
    YearFigures,
)
from enterprises.models.enterprise import EnterpriseQuerySet
from pipeline.models import Assessment, Candidacy, Title
from pipeline.models.assessment import AssessmentQuerySet
from pipeline.models.candidacy import IN_FLIGHT

Firms = EnterpriseQuerySet
OFF_LADDER: Final = "none"  # 未入梯队, beside the keys of rungs
NOBODY: Final = "none"  # 无责任人, beside the keys of officers


def on_rungs(firms: Firms, rungs: Sequence[str]) -> Firms:
    """Firms standing on one of these rungs; ``OFF_LADDER`` means on none."""
    wanted = Q(position__rung__in=[rung for rung in rungs if rung != OFF_LADDER])
    if OFF_LADDER in rungs:
        wanted |= Q(position__isnull=True) | Q(position__rung="")
    return firms.filter(wanted)


def newly_recognised(firms: Firms, tracks: Iterable[str], year: int) -> Firms:
    """Firms with a title of these tracks issued in that year: the day of issue counts, never that of typing."""
    issued = Title.objects.filter(enterprise=OuterRef("pk"), track__in=list(tracks), issued_on__year=year)
    return firms.filter(Exists(issued))


def with_case(firms: Firms, tracks: Iterable[str] | None = None, states: Sequence[str] = tuple(IN_FLIGHT)) -> Firms:
    """Firms with a case in one of these states, in flight unless told otherwise; of any track, or of these."""
    cases = Candidacy.objects.filter(enterprise=OuterRef("pk"), state__in=states)
    if tracks is not None:
        cases = cases.filter(track__in=list(tracks))
    return firms.filter(Exists(cases))


def judged(firms: Firms, tracks: Iterable[str], verdict: str) -> Firms:
    """Firms with this verdict for one of the tracks."""
    found = Assessment.objects.filter(enterprise=OuterRef("pk"), track__in=list(tracks), verdict=verdict)
    return firms.filter(Exists(found))


def one_short(firms: Firms, track: str) -> Firms:
    """Firms exactly one condition short of the track, nothing unknown."""
    return firms.filter(Exists(of_firm(Assessment.objects.one_short(), track)))


def one_short_if_unknowns_hold(firms: Firms, track: str) -> Firms:
    """Firms one condition short of the track as far as is known."""
    return firms.filter(Exists(of_firm(Assessment.objects.one_short_if_unknowns_hold(), track)))


def of_firm(assessments: AssessmentQuerySet, track: str) -> AssessmentQuerySet:
    """Of these assessments, the one of the firm at hand for the track."""
    return assessments.filter(enterprise=OuterRef("pk"), track=track)


def wanting(firms: Firms, figure: str, tracks: Iterable[str]) -> Firms:
    """Firms undecided, on one of these tracks, for want of this figure."""
    wanted = Assessment.objects.undecided_for_want_of(figure).filter(enterprise=OuterRef("pk"), track__in=list(tracks))
    return firms.filter(Exists(wanted))


def expiring(firms: Firms, on: datetime.date, days: int) -> Firms:
    """Firms with a title ending within so many days and none to follow."""
    return firms.filter(Exists(Title.objects.expiring(on, days).filter(enterprise=OuterRef("pk"))))


def ending_on(firms: Firms, on: datetime.date, track: str, last_day: datetime.date) -> Firms:
    """Firms whose title of the track ends on that very day, with none to follow."""
    days = max(0, deadlines.days_between(on, last_day))
    titles = Title.objects.expiring(on, days).filter(enterprise=OuterRef("pk"), track=track, valid_until=last_day)
    return firms.filter(Exists(titles))


def ends(firms: Firms, on: datetime.date, days: int) -> list[tuple[str, datetime.date, int]]:
    """The last days of titles that end within so many days, soonest first: track, day, how many firms."""
    titles = Title.objects.expiring(on, days).filter(enterprise__in=firms.order_by())
    rows = titles.order_by("valid_until", "track").values("track", "valid_until")
    counted = rows.annotate(n=Count("enterprise", distinct=True))
    return [(row["track"], row["valid_until"] or on, row["n"]) for row in counted]


def lapsed(firms: Firms, on: datetime.date) -> Firms:
    """Firms that held a title of some track, whose last one has ended."""
    later = Title.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track")).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    )
    ended = Title.objects.filter(~Exists(later), enterprise=OuterRef("pk"), valid_until__lt=on)
    return firms.filter(Exists(ended))


def without_institution(firms: Firms, on: datetime.date, *, checked: bool) -> Firms:
    """Firms 规上工业 with no research institution set up; whether somebody checked that the record is complete."""
    spells = AboveScaleSpell.objects.filter(enterprise=OuterRef("pk"), from_on__lte=on, kind=scale.INDUSTRY)
    above_scale = spells.filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    standing = ResearchInstitution.objects.filter(enterprise=OuterRef("pk")).standing(on)
    return firms.filter(Exists(above_scale), ~Exists(standing), institutions_known_on__isnull=not checked)


def with_pending_statements(firms: Firms) -> Firms:
    """Firms that stated something an officer has not yet accepted or declined."""
    figures, facts = (
        model.objects.filter(state=StatementState.SUBMITTED).order_by().values("enterprise")
        for model in (YearFigures, FirmStatement)
    )
    return firms.filter(pk__in=figures.union(facts))  # few wait: the planner starts from them


def without_contact(firms: Firms) -> Firms:
    """Firms nobody knows whom to call at."""
    return firms.filter(~Exists(Contact.objects.filter(enterprise=OuterRef("pk"))))


def without_officer(firms: Firms) -> Firms:
    """Nobody's firms (无责任人)."""
    return firms.filter(officer__isnull=True)


def with_officer_gone(firms: Firms) -> Firms:
    """Firms whose owner's account was closed: to be handed over."""
    return firms.filter(officer__is_active=False)


def holding(firms: Firms, track: str, on: datetime.date) -> Firms:
    """Firms with a title of the track in force."""
    return firms.filter(Exists(Title.objects.in_force(on).filter(enterprise=OuterRef("pk"), track=track)))


def not_holding(firms: Firms, track: str, on: datetime.date) -> Firms:
    """Firms without a title of the track in force."""
    return firms.filter(~Exists(Title.objects.in_force(on).filter(enterprise=OuterRef("pk"), track=track)))


def above_scale(firms: Firms, on: datetime.date) -> Firms:
    """Firms 规上 on the day, of whatever kind."""
    spells = AboveScaleSpell.objects.filter(enterprise=OuterRef("pk"), from_on__lte=on)
    return firms.filter(Exists(spells.filter(Q(to_on__isnull=True) | Q(to_on__gte=on))))


def near(firms: Firms, track: str) -> Firms:
    """Firms eligible for the track, waiting for nothing but a person's answer, or exactly one condition short."""
    return firms.filter(Exists(of_firm(Assessment.objects.near(), track)))
