"""Which firms a bulk act is about: those ticked in a list, or all that the filters of the address leave."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from console.filtering import chips
from console.firms.views import asked_for
from enterprises.models.enterprise import EnterpriseQuerySet

ACTS = frozenset({"to", "kind", "pool_to", "page", "after", "before"})  # of the act, not of the choice


@dataclass(frozen=True)
class Chosen:
    """The firms in sight that were chosen, how many, and in words how."""

    firms: EnterpriseQuerySet
    count: int
    words: Sequence[str]
    address: Sequence[tuple[str, str]]  # name and value of everything that chose them

    @property
    def is_ticked(self) -> bool:
        """Whether the firms were ticked one by one."""
        return any(name == "firm" for name, _ in self.address)


def chosen(request: HttpRequest, on: datetime.date) -> Chosen:
    """Read the choice from the address; without ticks and filters nothing is chosen, never everything."""
    address = [(name, value) for name, values in request.GET.lists() for value in values if value and name not in ACTS]
    seen, filterset, firms = asked_for(request, on)
    ticked = [int(value) for name, value in address if name == "firm" and value.isascii() and value.isdigit()]
    if ticked:
        picked = seen.filter(pk__in=[pk for pk in ticked if pk < 2**63])
        return Chosen(picked, picked.count(), ["所选企业"], [pair for pair in address if pair[0] == "firm"])
    words = [chip.label for chip in chips(filterset, request.GET)]
    if not words or not filterset.is_valid():
        return Chosen(seen.none(), 0, filterset.complaints if words else [], [])
    known = set(filterset.form.fields)
    return Chosen(firms, firms.count(), words, [pair for pair in address if pair[0] in known])
