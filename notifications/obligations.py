"""Obligations: what the rules find due is kept as rows, idempotent by key; a row ends when its cause is gone."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from notifications import addresses, casework, causes, endings, escalation, papers, renames, reports, research
from notifications.causes import Cause, Due, Scope
from notifications.models import Obligation

CAUSES: Final[tuple[Cause, ...]] = (
    causes.titles_ending,
    reports.annual_duties,
    reports.dispatches,
    casework.rounds_closing,
    casework.filings_to_recommend,
    casework.returned,
    papers.materials_missing,
    papers.materials_expiring,
    casework.figures_wanted,
    causes.figures_to_accept,
    papers.materials_to_accept,
    renames.renames,
    research.institutions_wanted,
    research.six_to_recheck,
    addresses.addresses_wanted,
)
FIELDS: Final = (
    "kind", "enterprise_id", "unit_id", "track", "says", "because", "due_on", "due_time", "timing", "event", "event_on",
    "postponed_from", "postponed_by", "verified", "for_enterprise",
)  # fmt: skip
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
    known = Obligation.objects.filter(Q(satisfied_on__isnull=True) | Q(satisfied_by__isnull=False))
    if enterprise_ids is not None:
        known = known.filter(enterprise__in=enterprise_ids)
    present = {row.key: row for row in known}
    told_done = {key for key, row in present.items() if row.satisfied_by_id is not None}
    wanted = {due.key: due for cause in CAUSES for due in cause(scope) if due.key not in told_done}
    changed = [due for key, due in wanted.items() if key not in present or differs(present[key], due)]
    write(changed, on=on)
    gone = [row.pk for key, row in present.items() if key not in wanted and row.state_kept is None]
    closed = endings.end(Obligation.objects.filter(pk__in=gone), on=on)
    escalation.raise_levels(on=on, enterprise_ids=enterprise_ids)
    return Refreshed(written=len(changed), closed=closed)


def differs(row: Obligation, due: Due) -> bool:
    """Whether the rule now says something else than the row, or asks again for what had lapsed."""
    return row.lapsed_on is not None or any(getattr(row, name) != getattr(due, name) for name in FIELDS)


def write(found: Collection[Due], *, on: datetime.date) -> None:
    """Insert or update by key; one that had ended and whose cause is back is open again, a waived one stays so."""
    rows = [Obligation(key=due.key, created_on=on, **{name: getattr(due, name) for name in FIELDS}) for due in found]
    Obligation.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[*(name.removesuffix("_id") for name in FIELDS), "satisfied_on", "lapsed_on"],
    )
