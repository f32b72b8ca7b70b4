"""Handing out a firm's dossier (一企一档): its verdicts are frozen as they stand, and the act is on record."""

import datetime
from collections.abc import Iterator

from django.db import transaction

from accounts import audit
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.domain import concerns, ladder, receipts
from pipeline.domain.checklists import Checklist, checklist
from pipeline.models import Candidacy, LadderPosition, Receipt
from pipeline.models.candidacy import CLOSED
from pipeline.rules.choose import NoEdition

PURPOSE = "一企一档打印"


@transaction.atomic
def hand_out(*, enterprise_id: int, by: User, on: datetime.date) -> AuditEvent:
    """Freeze a receipt for each track that concerns the firm, and write who took them; out of sight: no such firm."""
    visible = Enterprise.objects.visible_to(by).filter(pk=enterprise_id).values("pk")
    firm = Enterprise.objects.filter(pk__in=visible).select_for_update(no_key=True).get()
    kept = [receipts.freeze(checked, enterprise=firm, purpose=PURPOSE, by=by) for checked in checklists(firm, on)]
    after = {"receipts": [receipt.pk for receipt in kept], "tracks": [receipt.track for receipt in kept]}
    return audit.record("dossier.print", firm, by=by, after=after, on=on, enterprise_id=firm.pk)


def checklists(firm: Enterprise, on: datetime.date) -> Iterator[Checklist]:
    """The checklists of the day, of the firm's cases, the rung it stands on and those beside it."""
    cases = Candidacy.objects.filter(enterprise=firm).exclude(state__in=CLOSED).values_list("track", flat=True)
    standing = LadderPosition.objects.filter(enterprise=firm).values_list("rung", flat=True).first() or ""
    for track in concerns.of_firm(ladder.rungs_in_use(on), standing, cases):
        try:
            yield checklist(enterprise=firm, track=track, on=on)
        except NoEdition:
            continue


def still_says(receipt: Receipt, checked: Checklist) -> bool:
    """Whether a receipt says of the firm what a checklist says now, to the letter."""
    return receipt.digest == receipts.digest_of(checked, enterprise=receipt.enterprise)
