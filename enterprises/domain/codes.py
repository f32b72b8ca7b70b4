"""A firm that waits for its code (待补代码) gets it from an official list: the code is right and nobody else has it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import User
from enterprises.models import Enterprise


def taken(codes: set[str]) -> set[str]:
    """Those of the codes that a firm has, wherever it is."""
    known = Enterprise.objects.filter(uscc__in=codes).values_list("uscc", flat=True) if codes else []
    return {code for code in known if code}


def agreeing(said: Mapping[int, set[str]]) -> dict[int, str]:
    """The one code of each firm; none where two codes are said of a firm, or one code of two firms."""
    times = Counter(code for codes in said.values() for code in codes)
    return {firm: code for firm, codes in said.items() if len(codes) == 1 for code in codes if times[code] == 1}


@transaction.atomic
def complete(*, codes: Mapping[int, str], by: User, on: date, document: str) -> set[int]:
    """Give firms in sight the codes they waited for; the firms that got one. ``codes`` have right check digits.

    A firm that has a code keeps it, and a code that a firm has is given to no other: so there is never a duplicate.
    """
    seen = Enterprise.objects.visible_to(by).filter(pk__in=codes).values("pk")
    waiting = Enterprise.objects.filter(pk__in=seen, uscc__isnull=True).order_by("pk").select_for_update(no_key=True)
    known = taken(set(codes.values()))
    events, done = [], set()
    for firm in waiting:
        if (code := codes[firm.pk]) in known:
            continue
        firm.uscc, firm.uscc_ok = code, True
        firm.save()
        done.add(firm.pk)
        after = {"uscc": code}
        events.append(
            audit.event(
                "enterprise.code", firm, by=by, before={"uscc": ""}, after=after, document=document, on=on,
                enterprise_id=firm.pk,
            )
        )  # fmt: skip
    audit.write(events)
    return done
