"""Hand-over of firms with the cases in flight: batch by batch, each batch one transaction, each firm its result."""

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.machine import StepRefused
from accounts.models import User
from enterprises.domain import care
from enterprises.domain.care import Handed
from pipeline.models import Candidacy
from pipeline.models.candidacy import CLOSED

MOST: Final = 20_000  # in one go; more is handed over unit by unit


def hand_over(
    *, enterprise_ids: Collection[int], to: User, by: User, on: date, note: str, with_cases: bool
) -> list[Handed]:
    """Hand these firms over, lowest id first; with ``with_cases`` the open cases of the former owner follow."""
    if reasons := care.against_hand_over(by, note):
        raise StepRefused(reasons)
    ids, size = sorted(enterprise_ids), care.HAND_OVER_AT_ONCE
    batches = [ids[start : start + size] for start in range(0, len(ids), size)]
    return [one for batch in batches for one in one_batch(batch, to, by, on, note, with_cases)]


@transaction.atomic
def one_batch(ids: Collection[int], to: User, by: User, on: date, note: str, with_cases: bool) -> list[Handed]:
    """One batch, all of it or nothing."""
    results = care.hand_over(enterprise_ids=ids, to=to, by=by, on=on, note=note)
    if with_cases:
        move_cases({result.enterprise.pk: result.before for result in results if not result.refused}, to, by, on, note)
    return results


def move_cases(owners: dict[int, int | None], to: User, by: User, on: date, note: str) -> None:
    """The open cases that were the former owner's or nobody's become the new owner's; a third person keeps theirs."""
    open_cases = Candidacy.objects.filter(enterprise__in=owners).exclude(state__in=CLOSED).order_by("pk")
    moved = [
        case
        for case in open_cases.select_for_update(no_key=True)
        if case.officer_id in {None, owners[case.enterprise_id]} and case.officer_id != to.pk
    ]
    events = [
        audit.event(
            "candidacy.hand_over", case, by=by, before={"track": case.track, "officer": case.officer_id},
            after={"track": case.track, "officer": to.pk}, reason=note, on=on,
        )
        for case in moved
    ]  # fmt: skip
    Candidacy.objects.filter(pk__in=[case.pk for case in moved]).update(officer=to)
    audit.write(events)
