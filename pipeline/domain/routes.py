"""The ways of a firm to a recognition at this bureau's prices, and the door for changing these."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from pipeline.domain.checklists import Checklist
from pipeline.models import LeverPrice
from pipeline.rules.levers import Price
from pipeline.rules.plans import Plans, plans
from pipeline.rules.route import routes

GIVEN = ("money", "months", "risk", "note", "is_offered")


def prices() -> dict[str, Price]:
    """The price list of the bureau; a lever without a row has no price."""
    rows = LeverPrice.objects.all()
    return {
        row.lever: Price(row.money, row.months, row.risk, row.note, row.is_offered)  # type: ignore[arg-type]
        for row in rows
    }


def ways(checked: Checklist, known: Mapping[str, Price] | None = None) -> Plans:
    """The cheapest plans for a firm that was just judged."""
    given = prices() if known is None else known
    found = routes(checked.rules, checked.register, checked.judged_on, given)
    return plans(checked.rules, found, checked.judged_on, given)


@transaction.atomic
def set_price(*, lever: str, given: Mapping[str, Any], by: User, on: datetime.date) -> LeverPrice:
    """Enter or change what one unit of a lever costs."""
    if by.role != Role.CITY:
        raise StepRefused([Reason("right", "价目由市级维护", who="bureau")])
    row = LeverPrice.objects.select_for_update().filter(lever=lever).first() or LeverPrice(lever=lever)
    before = described(row) if row.pk else None
    if given.get("money") is not None and not given.get("note"):
        raise StepRefused([Reason("note", "填写费用须写明依据", who="bureau")])
    for name in GIVEN:
        setattr(row, name, given[name])
    row.changed_by, row.changed_on = by, on
    row.save()
    audit.record("price.save", row, by=by, before=before, after=described(row), on=on)
    return row


def described(row: LeverPrice) -> dict[str, Any]:
    """What the log keeps of a price."""
    return {"lever": row.lever, "label": str(row), **{name: getattr(row, name) for name in GIVEN}}
