"""What a new name asks for: holders of 高企 report it to the office that recognised them within three months."""

import datetime
from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, OuterRef, Q

from enterprises import deadlines
from enterprises.models import FormerName
from notifications.causes import BEHIND, Due, Scope
from notifications.models import Obligation
from pipeline.models import Title

TRACK: Final = "hnte"
MONTHS: Final = 3
BECAUSE: Final = "国科发火〔2016〕32号：更名或重大变化3个月内报告认定机构，编号和有效期不变"


def renames(scope: Scope) -> Iterator[Due]:
    """Renames of firms that held 高企 on the day of the new name; whether they were reported a person must say."""
    oldest = deadlines.days_after(scope.on, -BEHIND)
    earliest = deadlines.months_after(oldest, -MONTHS)
    held = Title.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("until")),
        enterprise=OuterRef("enterprise"), track=TRACK, valid_from__lte=OuterRef("until"),
    )  # fmt: skip
    changed = FormerName.objects.filter(Exists(held), until__range=(earliest, scope.on))
    for pk, enterprise_id, name, until in scope.of(changed).values_list("pk", "enterprise_id", "name", "until"):
        renamed_on = deadlines.days_after(until, 1)
        due_on = deadlines.months_after(renamed_on, MONTHS)
        if renamed_on > scope.on or deadlines.is_past(due_on, oldest):
            continue
        yield due(pk, enterprise_id, name, renamed_on, due_on)


def due(pk: int, enterprise_id: int, name: str, renamed_on: datetime.date, due_on: datetime.date) -> Due:
    """One rename to report."""
    return Due(
        key=f"rename:{enterprise_id}:{pk}",
        kind=Obligation.Kind.RENAME_REPORT,
        enterprise_id=enterprise_id,
        says=f"向高新技术企业认定机构报告更名（原名{name}）"[:200],
        because=BECAUSE,
        track=TRACK,
        due_on=due_on,
        event="更名",
        event_on=renamed_on,
    )
