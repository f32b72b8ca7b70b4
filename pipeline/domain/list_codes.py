"""The codes that a list has for firms without one (待补代码): only where the name is sure and the code is free."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from accounts.models import User
from enterprises.domain import codes
from enterprises.models import Enterprise
from pipeline.domain.list_plans import Outcome
from pipeline.models import ListRow, PublishedList


def with_codes(planned: Sequence[Outcome], by: User) -> list[Outcome]:
    """The outcomes with the codes that applying would complete; a few queries for any length."""
    said: dict[int, set[str]] = defaultdict(set)
    for one in planned:
        if one.firm is not None and tells_code(one.row):
            said[one.firm].add(one.row.uscc)
    wanted = wanted_codes(said, by)
    left = dict(wanted)
    return [replace(one, code=left.pop(one.firm)) if one.firm in left else one for one in planned]


def tells_code(row: ListRow) -> bool:
    """Whether the row names a right code for a firm that its name makes sure."""
    is_sure = row.match == ListRow.Match.SURE and not row.decision
    return bool(is_sure and row.uscc and row.uscc_ok and not row.is_done)


def wanted_codes(said: Mapping[int, set[str]], by: User) -> dict[int, str]:
    """Which of the codes complete a firm in sight."""
    if not said:
        return {}
    waiting = Enterprise.objects.visible_to(by).filter(pk__in=said, uscc__isnull=True)
    agreed = codes.agreeing({firm: said[firm] for firm in waiting.values_list("pk", flat=True)})
    known = codes.taken(set(agreed.values()))
    return {firm: code for firm, code in agreed.items() if code not in known}


def complete(planned: Sequence[Outcome], published: PublishedList, by: User, on: datetime.date) -> list[Outcome]:
    """Complete the codes; the outcomes with those that were."""
    asked = with_codes(planned, by)
    wanted = {one.firm: one.code for one in asked if one.firm is not None and one.code}
    done = codes.complete(codes=wanted, by=by, on=on, document=published.reference) if wanted else set()
    return [one if one.firm in done else replace(one, code="") for one in asked]
