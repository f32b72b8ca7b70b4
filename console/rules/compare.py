"""新旧对照: two editions of a track by condition, and one firm under both, each on a day of its own."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from enterprises.models import Enterprise
from pipeline.domain import editions, side_by_side
from pipeline.domain.side_by_side import Judged
from pipeline.models import Edition
from pipeline.rules import outline
from pipeline.rules.explain import Finding
from pipeline.rules.outline import Clause

FOUND_AT_MOST = 8


@dataclass(frozen=True)
class Pair:
    """A condition or score item under its key in both editions, and what each finds of the firm."""

    key: str
    old: Sequence[Clause]
    new: Sequence[Clause]
    old_finding: Finding | None
    new_finding: Finding | None

    @property
    def differs(self) -> bool:
        """Whether the texts differ."""
        return list(self.old) != list(self.new)

    @property
    def is_shown(self) -> bool:
        """Whether the texts differ, or what they find of the firm."""
        old, new = self.old_finding, self.new_finding
        return self.differs or bool(old and new and (old.outcome, old.points) != (new.outcome, new.points))


@require_GET
def rule_compare(request: HttpRequest) -> HttpResponse:
    """Two editions side by side; with a firm, its findings under both."""
    new = edition_asked(request, "new")
    others = list(Edition.objects.filter(track=new.track).exclude(pk=new.pk).order_by("-effective_from", "-pk"))
    old = next((each for each in others if str(each.pk) == request.GET.get("old")), others[0] if others else None)
    firm, found = firm_asked(request)
    sides = judged(firm, old, new, timezone.localdate()) if firm and old else None
    pairs = side_by_side_pairs(old, new, sides) if old else []
    query = request.GET.get("q", "") or (firm.name if firm else "")
    context: dict[str, Any] = {
        "new": new, "old": old, "others": others, "firm": firm, "found": found, "query": query,
        "sides": sides, "better": side_by_side.better(*sides) if sides else "", "pairs": pairs,
        "n_different": sum(pair.differs for pair in pairs),
    }  # fmt: skip
    return render(request, "console/rules/compare.html", context)


def edition_asked(request: HttpRequest, name: str) -> Edition:
    """The edition the address names, else the latest of all."""
    asked = request.GET.get(name, "")
    if asked.isdecimal() and len(asked) < 10:
        return get_object_or_404(Edition, pk=int(asked))
    row = Edition.objects.order_by("-effective_from", "-pk").first()
    if row is None:
        raise Http404
    return row


def firm_asked(request: HttpRequest) -> tuple[Enterprise | None, list[Enterprise]]:
    """The firm the address names, and those a name finds; only firms in sight."""
    firms = Enterprise.objects.visible_to(request.user).select_related("region")
    asked, query = request.GET.get("firm", ""), request.GET.get("q", "").strip()
    firm = firms.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    found = list(firms.named(query).order_by("name", "pk")[:FOUND_AT_MOST]) if query else []
    return (found[0] if firm is None and len(found) == 1 else firm), found


def judged(firm: Enterprise, old: Edition, new: Edition, today: datetime.date) -> tuple[Judged, Judged]:
    """The firm under both."""
    return side_by_side.judged(firm, old, today), side_by_side.judged(firm, new, today)


def side_by_side_pairs(old: Edition, new: Edition, sides: tuple[Judged, Judged] | None) -> list[Pair]:
    """Conditions and score items of both, in the order of the new text, then what only the old one has."""
    before, after = clauses(old), clauses(new)
    of_old, of_new = ({each.key: each for each in side.findings} for side in sides) if sides else ({}, {})
    return [
        Pair(key, before.get(key, ()), after.get(key, ()), of_old.get(key), of_new.get(key))
        for key in dict.fromkeys([*after, *before])
    ]


def clauses(row: Edition) -> dict[str, Sequence[Clause]]:
    """Every condition with its parts and every score item, by key."""
    rules = editions.parsed(row.content)
    items = {item.key: [item] for part in outline.score(rules) for item in part.items}
    return {**outline.gates(rules), **items}
