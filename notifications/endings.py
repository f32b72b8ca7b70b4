"""Why an obligation ended: it was done, or what asked for it went away without anybody doing it (失效)."""

import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear

from enterprises import deadlines
from enterprises.models import Material
from notifications import reports
from notifications.causes import BEHIND
from notifications.models import Obligation, YearlyDuty
from pipeline.models import Candidacy, Title
from pipeline.models.candidacy import State
from pipeline.models.title import Standing

Kind = Obligation.Kind
OF_CASES: Final = (Kind.MATERIAL_MISSING, Kind.FIGURES_WANTED, Kind.RETURNED, Kind.MATERIAL_EXPIRING)
FILED: Final = [State.FILED, State.RECOMMENDED, State.PUBLICISED, State.RECOGNISED, State.REJECTED]
# Nothing tells the product that these were done; when their cause goes, their time is over
BY_HAND: Final = (Kind.RENAME_REPORT, Kind.DISPATCH)


def lapsed(on: datetime.date) -> Q:
    """Of the obligations whose cause is gone, those that nobody did."""
    case = Candidacy.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track"))
    lives = Q(Exists(case.exclude(state=State.WITHDRAWN)))
    filed, recommended = Q(Exists(case.filter(state__in=FILED))), Q(Exists(case.filter(state__in=FILED[1:])))
    title = Title.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track"))
    title = title.exclude(standing=Standing.REVOKED)
    later = Q(Exists(title.filter(Q(valid_until__gt=OuterRef("due_on")) | Q(valid_until__isnull=True))))
    paper = Material.objects.filter(
        Q(year=ExtractYear(OuterRef("due_on")) - 1), enterprise=OuterRef("enterprise"),
        accepted_at__isnull=False, withdrawn_at__isnull=True,
    )  # fmt: skip
    handed_in = Q(Exists(paper.filter(Exists(YearlyDuty.objects.filter(name=OuterRef("kind"))))))
    return (
        Q(due_on__lt=deadlines.days_after(on, -BEHIND))
        | Q(enterprise__deregistered_on__isnull=False)
        | Q(kind__in=BY_HAND)
        | Q(kind=Kind.ANNUAL_DUTY) & (Q(due_on__lt=deadlines.days_after(on, -reports.BEHIND)) | ~handed_in)
        | Q(kind=Kind.TITLE_EXPIRY) & ~later
        | Q(kind=Kind.ROUND_CLOSING) & ~filed
        | Q(kind=Kind.TO_RECOMMEND) & ~recommended
        | Q(kind__in=OF_CASES) & ~lives
    )


def end(gone: QuerySet[Obligation], *, on: datetime.date) -> int:
    """Write down how these ended; how many there were."""
    unmet = list(gone.filter(lapsed(on)).values_list("pk", flat=True))
    return Obligation.objects.filter(pk__in=unmet).update(lapsed_on=on) + gone.exclude(pk__in=unmet).update(
        satisfied_on=on
    )
