"""Obligations: what the rules find due is kept as rows, idempotent by key; a row ends when its cause is gone."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from notifications import addresses, casework, causes, research
from notifications.causes import ANNUAL_BEHIND, BEHIND, Cause, Due, Scope
from notifications.models import Obligation

CAUSES: Final[tuple[Cause, ...]] = (
    causes.titles_ending,
    causes.annual_duties,
    casework.rounds_closing,
    casework.materials_missing,
    casework.figures_wanted,
    causes.figures_to_accept,
    causes.materials_to_accept,
    research.institutions_wanted,
    research.six_to_recheck,
    addresses.addresses_wanted,
)
FIELDS: Final = ("kind", "enterprise_id", "track", "says", "because", "due_on", "verified", "for_enterprise")
HISTORY: Final = "逾期已久，转为历史记录"
LOCK: Final = 2026_0001  # of this module alone: two refreshes wait for each other
BATCH: Final = 5000


@dataclass(frozen=True)
class Refreshed:
    """What a refresh changed."""

    written: int
    closed: int


@transaction.atomic
def refresh(*, on: datetime.date, enterprise_ids: Collection[int] | None = None) -> Refreshed:
    """Bring the obligations of these firms (all by default) up to the day: new, changed, satisfied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    scope = Scope(on, enterprise_ids)
    wanted = {due.key: due for cause in CAUSES for due in cause(scope)}
    unsatisfied = Obligation.objects.filter(satisfied_on__isnull=True)
    if enterprise_ids is not None:
        unsatisfied = unsatisfied.filter(enterprise__in=enterprise_ids)
    present = {row.key: row for row in unsatisfied}
    changed = [due for key, due in wanted.items() if key not in present or differs(present[key], due)]
    write(changed, on=on)
    gone = [row.pk for key, row in present.items() if key not in wanted and row.waived_on is None]
    return Refreshed(written=len(changed), closed=close(Obligation.objects.filter(pk__in=gone), on=on))


def differs(row: Obligation, due: Due) -> bool:
    """Whether the rule now says something else than the row."""
    return any(getattr(row, name) != getattr(due, name) for name in FIELDS)


def write(found: Collection[Due], *, on: datetime.date) -> None:
    """Insert or update by key; one that was satisfied and whose cause is back is open again, a waived one stays so."""
    rows = [Obligation(key=due.key, created_on=on, **{name: getattr(due, name) for name in FIELDS}) for due in found]
    Obligation.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[*(name.removesuffix("_id") for name in FIELDS), "satisfied_on"],
    )


def close(gone: QuerySet[Obligation], *, on: datetime.date) -> int:
    """End what has no cause any more: done, or so long overdue that it is history, which is not the same."""
    old = Q(due_on__lt=on - BEHIND) | Q(kind=Obligation.Kind.ANNUAL_DUTY, due_on__lt=on - ANNUAL_BEHIND)
    return gone.filter(old).update(waived_on=on, waived_because=HISTORY) + gone.exclude(old).update(satisfied_on=on)
