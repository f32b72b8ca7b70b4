"""Firms behind a number of 建有率, as its list and its file show them."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from accounts.models import Region
from console.exports.cells import Column
from console.exports.writer import limit, workbook_response
from enterprises.domain import coverage, scale
from enterprises.models import AboveScaleSpell, Enterprise, ResearchInstitution
from enterprises.models.enterprise import EnterpriseQuerySet

AT_ONCE: Final = 500
COLUMNS: Final = (
    Column("企业"), Column("统一社会信用代码"), Column("统计日责任单位"), Column("规上工业自", kind="date"),
    Column("行业代码"), Column("研发机构"), Column("研发机构清单核对日", kind="date"),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A firm as it was on the day: its unit, since when 规上, its industry, its institutions."""

    firm: Enterprise
    unit: str
    since: datetime.date | None
    until: datetime.date | None
    industry: str
    institutions: list[ResearchInstitution] = field(default_factory=list)


def rows(seen: EnterpriseQuerySet, ids: Sequence[int], on: datetime.date) -> list[Row]:
    """The firms in the order of their ids, whatever is shown of them in a constant number of queries."""
    asked: Any = seen.filter(pk__in=ids).annotate(unit=coverage.unit_on(on), industry=coverage.industry_code())
    firms: dict[int, Any] = {firm.pk: firm for firm in asked}
    names = dict(Region.objects.filter(pk__in={firm.unit for firm in firms.values()}).values_list("pk", "name"))
    spells = spells_of(ids, on)
    held: dict[int, list[ResearchInstitution]] = defaultdict(list)
    for one in ResearchInstitution.objects.filter(enterprise__in=ids).standing(on).order_by("pk"):
        held[one.enterprise_id].append(one)
    return [
        Row(
            firm=firm, unit=names[firm.unit], since=spells[pk].from_on if pk in spells else None,
            until=spells[pk].to_on if pk in spells else None, industry=firm.industry or "", institutions=held[pk],
        )
        for pk in ids
        if (firm := firms.get(pk))
    ]  # fmt: skip


def spells_of(ids: Sequence[int], on: datetime.date) -> dict[int, AboveScaleSpell]:
    """Of each firm its last 规上工业 spell that began by the day."""
    begun = AboveScaleSpell.objects.filter(Q(from_on__lte=on), enterprise__in=ids, kind=scale.INDUSTRY)
    return {spell.enterprise_id: spell for spell in begun.order_by("from_on", "pk")}


def workbook(
    request: HttpRequest, found: EnterpriseQuerySet, seen: EnterpriseQuerySet, words: str, on: datetime.date
) -> HttpResponse:
    """The list as a file."""
    return workbook_response(
        request, what="institution_coverage", title="建有率名单", columns=COLUMNS, filters=words,
        rows=lines(found, seen, on), count=found.order_by()[: limit() + 1].count(),
    )  # fmt: skip


def lines(found: EnterpriseQuerySet, seen: EnterpriseQuerySet, on: datetime.date) -> Iterator[tuple[Any, ...]]:
    """The firms in the order of the screen, some hundred at a time."""
    rest = cast(Any, found.order_by("name", "pk").values_list("pk", flat=True)).iterator(AT_ONCE)
    while some := list(islice(rest, AT_ONCE)):
        for row in rows(seen, some, on):
            held = "、".join(
                f"{one}（{one.get_level_display()} {one.get_state_display()}）" for one in row.institutions
            )
            known = row.firm.institutions_known_on
            yield row.firm.name, row.firm.uscc or "", row.unit, row.since, row.industry, held, known
