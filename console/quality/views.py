"""数据质量: what is missing or doubtful, by owner and by unit; each number opens the list of exactly these firms."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Region, User
from console import pages
from console.exports.writer import Column, workbook_response
from console.filtering import units_in_sight
from console.firms.filters import EnterpriseFilter
from console.quality.filters import NOBODY, officers_in_sight
from enterprises.models import Enterprise, FigureConflict
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import FIGURE_BY_NAME, label_of
from pipeline.domain import outlook, quality, wanting
from pipeline.domain.passes import roomy
from pipeline.domain.quality import ISSUES, Tally

BY: Final = {"officer": "按责任人", "unit": "按责任单位"}
NARROWING: Final = ("unit", "officer")
MOST_WANTED: Final = 10


@dataclass(frozen=True)
class Number:
    """How many firms, and the filters of 企业库 that list exactly these."""

    count: int
    query: Mapping[str, Any]
    label: str = ""
    is_link: bool = True

    @cached_property
    def url(self) -> str:
        """企业库 filtered to these firms; empty where no filter names them."""
        if not self.is_link or not self.count:
            return ""
        return f"{reverse('console:enterprise_list')}?{urlencode(self.query)}"


@dataclass(frozen=True)
class Line:
    """One owner or unit: its firms, the number of each issue, the figure it wants most."""

    name: str
    total: Number
    issues: Sequence[Number]
    want: Number | None


class Scope(EnterpriseFilter):
    """The unit and owner that the page is narrowed to; the other filters of 企业库 are none of it."""

    @property
    def only(self) -> Mapping[str, Any]:
        """What the address says of unit and owner, as each link repeats it."""
        data = cast(QueryDict, self.data)
        return {name: data[name] for name in NARROWING if data.get(name)}


@require_GET
def quality_page(request: HttpRequest) -> HttpResponse:
    """The counts of the reader's units, and what is missing most."""
    on = timezone.localdate()
    scope, firms = narrowed(request, on)
    by = asked_by(request)
    with roomy():
        undecided = wanting.by_place(firms, scope.bureau_tracks)
        lines, whole = lines_of(quality.tallies(firms, on, undecided), scope, by, request)
    page = pages.numbered(len(lines), request.GET.dict())
    context = {
        "scope": scope,
        "by": by,
        "ways": [(key, label, urlencode({**scope.only, "by": key})) for key, label in BY.items()],
        "issues": ISSUES,
        "lines": lines[page.first - 1 : page.last],
        "whole": whole,
        "page": page,
        "query": urlencode({**scope.only, "by": by}) + "&",
        "wants": want_lines(undecided, outlook.worths(firms), scope.only),
        "n_conflicts": FigureConflict.objects.filter(enterprise__in=firms.order_by()).count(),
        "on": on,
    }
    return render(request, "console/quality/page.html", context)


def narrowed(request: HttpRequest, on: datetime.date) -> tuple[Scope, EnterpriseQuerySet]:
    """The firms in sight, narrowed to a unit and an owner where the address names them."""
    seen = Enterprise.objects.visible_to(request.user)
    data = QueryDict(mutable=True)
    data.update({name: request.GET[name] for name in NARROWING if request.GET.get(name)})
    scope = Scope(data, queryset=seen, request=request, on=on)
    return scope, cast(EnterpriseQuerySet, scope.qs) if scope.is_valid() else seen.none()


def asked_by(request: HttpRequest) -> str:
    """By owner unless the address says by unit."""
    return "unit" if request.GET.get("by") == "unit" else "officer"


def lines_of(
    tallies: Mapping[wanting.Place, Tally], scope: Scope, by: str, request: HttpRequest
) -> tuple[list[Line], Line]:
    """A line for each owner or unit, the one with most firms first, and one for all."""
    whole = Tally()
    for tally in tallies.values():
        whole.add(tally)
    found = by_officer(tallies, request) if by == "officer" else by_unit(tallies, scope, request)
    lines = [line(name, tally, {**scope.only, **query}, is_link=bool(query)) for name, tally, query in found]
    return sorted(lines, key=lambda one: (-one.total.count, one.name)), line("合计", whole, scope.only)


Found = Iterator[tuple[str, Tally, Mapping[str, Any]]]


def by_officer(tallies: Mapping[wanting.Place, Tally], request: HttpRequest) -> Found:
    """Owners with their firms, nobody among them."""
    found: dict[int | None, Tally] = defaultdict(Tally)
    for (officer, _), tally in tallies.items():
        found[officer].add(tally)
    names = dict(User.objects.filter(pk__in=[pk for pk in found if pk]).values_list("pk", "name"))
    known = set(officers_in_sight(request).values_list("pk", flat=True))
    for pk, tally in found.items():
        if pk is None:
            yield "无责任人", tally, {"officer": NOBODY}
        else:
            yield names[pk], tally, {"officer": pk} if pk in known else {}


def by_unit(tallies: Mapping[wanting.Place, Tally], scope: Scope, request: HttpRequest) -> Found:
    """The units right below the one looked at, each with all below it; firms of the unit itself in a line of theirs."""
    root: Region | None = scope.form.cleaned_data.get("unit") or cast(User, request.user).region
    regions = {one.pk: one for one in units_in_sight(request)}
    found: dict[int | None, Tally] = defaultdict(Tally)
    for (_, region), tally in tallies.items():
        found[below(root, regions[region])].add(tally)
    for pk, tally in found.items():
        if pk is None:
            yield f"{root.name if root else ''}（本级）", tally, {}
        else:
            yield regions[pk].name, tally, {"unit": pk}


def below(root: Region | None, region: Region) -> int | None:
    """Which unit right below the root a unit belongs to; none for the root itself."""
    rest = region.path.removeprefix(root.path if root else "")
    return int(rest.split("/")[0]) if rest else None


def line(name: str, tally: Tally, query: Mapping[str, Any], *, is_link: bool = True) -> Line:
    """The numbers of one line with their lists."""
    wanted = tally.most_wanted
    want = Number(tally.wants[wanted], {**query, "wants": wanted}, label_of(wanted), is_link) if wanted else None
    issues = [Number(tally.issues.get(one.key, 0), {**query, "quality": one.key}, one.label, is_link) for one in ISSUES]
    return Line(name, Number(tally.total, query, "企业", is_link), issues, want)


@dataclass(frozen=True)
class WantLine:
    """A missing figure: verdicts it would settle alone, those it keeps open, firms where nothing else is missing."""

    label: str
    settled: int
    settles: Number
    verdicts: int
    firms: Number
    alone: Number


def want_lines(
    undecided: Sequence[wanting.Waiting], worths: Sequence[outlook.Worth], only: Mapping[str, Any]
) -> list[WantLine]:
    """The figures worth asking for: those that settle most verdicts alone first, then those that keep most open."""
    known = {worth.figure: worth for worth in worths}
    wants = {want.figure: want for want in quality.ranking(undecided, len(FIGURE_BY_NAME) + MOST_WANTED)}
    order = dict.fromkeys([*(name for name in known if name in wants), *wants])
    return [want_line(wants[name], known.get(name), only) for name in order][:MOST_WANTED]


def want_line(want: quality.Want, worth: outlook.Worth | None, only: Mapping[str, Any]) -> WantLine:
    """A missing figure with the lists behind its numbers."""
    return WantLine(
        label_of(want.figure),
        worth.verdicts if worth else 0,
        Number(worth.firms if worth else 0, {**only, "settles": want.figure}),
        want.verdicts,
        Number(want.firms, {**only, "wants": want.figure}),
        Number(want.alone, {**only, "alone": want.figure}),
    )


@require_GET
def quality_export(request: HttpRequest) -> HttpResponse:
    """The table of the page, all its lines."""
    on = timezone.localdate()
    scope, firms = narrowed(request, on)
    by = asked_by(request)
    with roomy():
        lines, _ = lines_of(
            quality.tallies(firms, on, wanting.by_place(firms, scope.bureau_tracks)), scope, by, request
        )
    columns = [
        Column(BY[by].removeprefix("按")),
        Column("企业", unit="家", kind="count", total=True),
        *(Column(one.label, unit="家", kind="count", total=True) for one in ISSUES),
        Column("最缺的指标"),
        Column("因此待定", unit="家", kind="count"),
    ]
    rows = (
        [one.name, one.total.count, *(number.count for number in one.issues), *want_cells(one.want)] for one in lines
    )
    return workbook_response(
        request, what="quality", title="数据质量", columns=columns, rows=rows, filters=scope_words(scope),
        count=len(lines),
    )  # fmt: skip


def want_cells(want: Number | None) -> tuple[str, int | None]:
    """The figure wanted most and by how many firms."""
    return (want.label, want.count) if want else ("", None)


def scope_words(scope: Scope) -> str:
    """The unit and owner looked at, in words."""
    if not scope.is_valid():
        return ""
    chosen = ((name, scope.form.cleaned_data.get(name)) for name in scope.only)
    return "；".join(f"{scope.form.fields[name].label}：{'无' if one == NOBODY else one}" for name, one in chosen)
