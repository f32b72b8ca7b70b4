"""The nightly replay: a sample of receipts judged again, every result kept, a mismatch on record and on the page."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts import audit
from pipeline.domain import receipts
from pipeline.models import Receipt, ReceiptCheck

log = logging.getLogger(__name__)

SAMPLE: Final = 200  # receipts a night, besides those that did not agree last time
AT_ONCE: Final = 50
LATE_AFTER: Final = timedelta(hours=36)


@dataclass(frozen=True)
class Health:
    """How receipts stand: how many there are, when they were last replayed and how many, which do not agree."""

    receipts: int
    last_at: datetime | None
    last_count: int
    alarms: list[ReceiptCheck]
    is_late: bool

    @property
    def is_well(self) -> bool:
        """Whether nothing needs anybody."""
        return not self.alarms and not self.is_late


def replay_sample(*, at: datetime, size: int = SAMPLE) -> int:
    """Replay a random sample, and what did not agree before; how many do not agree."""
    keys = list(Receipt.objects.values_list("pk", flat=True))
    doubtful = {check.receipt_id for check in alarms()}
    chosen = sorted(doubtful | set(SystemRandom().sample(keys, min(size, len(keys)))))
    return sum(replay_some(chosen[start : start + AT_ONCE], at) for start in range(0, len(chosen), AT_ONCE))


@transaction.atomic
def replay_some(keys: Sequence[int], at: datetime) -> int:
    """Replay these and keep what was found; of a receipt that agreed so far the mismatch is an act of its own."""
    known = {check.receipt_id for check in alarms().filter(receipt__in=keys)}
    checks = [
        ReceiptCheck(receipt=receipt, checked_at=at, problems=receipts.problems(receipt))
        for receipt in Receipt.objects.filter(pk__in=keys).select_related("edition").order_by("pk")
    ]
    ReceiptCheck.objects.bulk_create(checks)
    failed = [check for check in checks if check.problems]
    for check in failed:
        log.error("receipt %s does not agree with its replay", check.receipt_id)
    audit.write(
        audit.event("receipt.mismatch", check.receipt, by=None, after={"problems": check.problems})
        for check in failed
        if check.receipt_id not in known
    )
    return len(failed)


def alarms() -> QuerySet[ReceiptCheck]:
    """The latest replay of each receipt whose latest replay did not agree."""
    later = ReceiptCheck.objects.filter(receipt=OuterRef("receipt"), pk__gt=OuterRef("pk"))
    failed = ReceiptCheck.objects.filter(~Exists(later), problems__len__gt=0)
    return failed.select_related("receipt__enterprise").order_by("-checked_at", "pk")


def health(*, now: datetime) -> Health:
    """How receipts stand now; they are late where some waited a night and a half and nobody replayed any."""
    last = ReceiptCheck.objects.order_by("-checked_at").first()
    first = Receipt.objects.order_by("pk").values_list("created_at", flat=True).first()
    since = last.checked_at if last else first
    return Health(
        receipts=Receipt.objects.count(),
        last_at=last.checked_at if last else None,
        last_count=ReceiptCheck.objects.filter(checked_at=last.checked_at).count() if last else 0,
        alarms=list(alarms()[:AT_ONCE]),
        is_late=since is not None and since < now - LATE_AFTER,
    )
