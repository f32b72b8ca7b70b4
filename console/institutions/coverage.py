"""建有率: coverage of 规上 firms with research institutions on any day, by unit; every number opens its firms."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Region, User
from console import pages
from console.filtering import units_in_sight
from console.institutions import coverage_rows
from console.institutions.coverage_form import CoverageForm
from enterprises import shares
from enterprises.domain import coverage
from enterprises.domain.coverage import Count3, Two
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet

PARTS: Final = {
    "whole": "全部",
    "have": "有研发机构",
    "none": "无研发机构",
    "unknown": "未核",
    "unplaced": "行业未知",
    "gained": "新建或新认定",
    "lost": "终止、到期或不再达标",
    "entered": "新进规上",
    "moved_in": "迁入",
    "left": "退出规上",
    "moved_out": "迁出",
}


@dataclass(frozen=True)
class Cell:
    """A number and the firms behind it."""

    count: int
    query: str

    @property
    def url(self) -> str:
        """The list of exactly these firms."""
        return f"{reverse('console:institution_coverage_firms')}?{self.query}"


@dataclass(frozen=True)
class Line:
    """A unit: its firms on the day, the rate, and how much it changed."""

    name: str
    opens: str
    whole: Cell
    have: Cell
    none: Cell
    unknown: Cell
    rate: Fraction | None
    change: Decimal | None

    @property
    def percent(self) -> str:
        """The rate in words: 62.5%."""
        return percent(self.rate)


def percent(rate: Fraction | None) -> str:
    """A rate to one decimal; without firms there is none."""
    return "—" if rate is None else f"{Decimal(round(rate * 1000)) / 10:.1f}%"


def rate_of(count: Count3) -> Fraction | None:
    """Firms with an institution of all firms; without firms there is none."""
    return Fraction(count.have, count.whole) if count.whole else None


@dataclass(frozen=True)
class Move:
    """One part of the change, with the firms behind it."""

    label: str
    cell: Cell
    having: int
    sign: str
    points: Decimal | None


def firms_in_sight(request: HttpRequest) -> EnterpriseQuerySet:
    """Where everything begins."""
    return Enterprise.objects.visible_to(request.user)


@require_GET
def institution_coverage(request: HttpRequest) -> HttpResponse:
    """The rate of a day by unit, and what moved it since another day."""
    form = CoverageForm(request.GET, request=request, on=timezone.localdate())
    context: dict[str, Any] = {"form": form, "tab": "coverage", "is_valid": form.is_valid()}
    if form.is_valid():
        context |= answered(request, form)
    return render(request, "console/institutions/coverage/page.html", context, status=200 if form.is_valid() else 422)


def answered(request: HttpRequest, form: CoverageForm) -> dict[str, Any]:
    """The numbers of the page: two days by unit, and what lies between."""
    firms, unit, address = firms_in_sight(request), form.asked("unit"), form.address()
    now = coverage.by_unit(firms, form.question())
    then = coverage.by_unit(firms, form.question("since"))
    units = list(units_in_sight(request).filter(path__startswith=unit.path))
    groups = grouped(unit, units)
    lines = [line(group, now, then, address) for group in groups]
    total = line(Group(unit.name, "", {"unit": str(unit.pk)}, [one.pk for one in units]), now, then, address)
    two = coverage.between(firms, form.question("since"), form.question(), [one.pk for one in units])
    return {
        "unit": unit, "lines": [one for one in lines if one.whole.count or one.opens], "total": total,
        "most": most(total), "change": change(two, address), "day": form.asked("day"), "since": form.asked("since"),
        "base": coverage.BASES[form.asked("base")], "rule": coverage.RULES[form.asked("rule")],
        "unplaced": unplaced(firms, form, address), "up": way_up(request, unit, address),
    }  # fmt: skip


@dataclass(frozen=True)
class Group:
    """A line of the table: a unit with those below, or the firms that belong to the upper unit itself."""

    name: str
    opens: str
    where: Mapping[str, str]
    units: list[int]


def grouped(unit: Region, units: list[Region]) -> list[Group]:
    """The units right below, each with its own below it, and the firms of the unit itself."""
    below: dict[int, list[int]] = defaultdict(list)
    for one in units:
        if one.pk != unit.pk:
            below[int(one.path[len(unit.path) :].split("/")[0])].append(one.pk)
    children = [one for one in units if one.parent_id == unit.pk]
    found = [
        Group(one.name, str(one.pk) if len(below[one.pk]) > 1 else "", {"unit": str(one.pk)}, below[one.pk])
        for one in sorted(children, key=lambda one: (one.order, one.pk))
    ]
    return [*found, Group(f"{unit.name}（本级）", "", {"unit": str(unit.pk), "direct": "1"}, [unit.pk])]


def line(group: Group, now: Mapping[int, Count3], then: Mapping[int, Count3], address: Mapping[str, str]) -> Line:
    """The numbers of a group on the day, and the change of its rate."""
    counts, before = (sum((one.get(pk, Count3()) for pk in group.units), Count3()) for one in (now, then))
    rate, old = rate_of(counts), rate_of(before)
    names = ("whole", "have", "none", "unknown")
    whole, have, none, unknown = (cell(getattr(counts, name), name, address, group.where) for name in names)
    moved = None if rate is None or old is None else shares.rounded([(rate - old) * 100])[0]
    opens = f"?{urlencode({**address, 'unit': group.opens})}" if group.opens else ""
    return Line(group.name, opens, whole, have, none, unknown, rate, moved)


def cell(count: int, part: str, address: Mapping[str, str], where: Mapping[str, str] | None = None) -> Cell:
    """A number with its address."""
    return Cell(count, urlencode({**address, **(where or {}), "part": part}))


def most(total: Line) -> str:
    """What the rate would be if every firm of whom nobody knows had one."""
    whole = total.whole.count
    return percent(Fraction(total.have.count + total.unknown.count, whole)) if whole else "—"


def unplaced(firms: EnterpriseQuerySet, form: CoverageForm, address: Mapping[str, str]) -> Cell | None:
    """Firms whose industry nobody knows, where the question turns on it."""
    if form.asked("base") != "manufacturing":
        return None
    return cell(part_of(firms, form, "unplaced").count(), "unplaced", address)


def change(two: Two, address: Mapping[str, str]) -> dict[str, Any]:
    """The two rates and the moves between them; points add up to the difference exactly."""
    parts = shares.parts(two.before, two.moves)
    points: list[Decimal | None] = list(shares.rounded([part.points for part in parts])) or [None] * len(two.moves)
    moves = [
        Move(PARTS[name], cell(two.moves[name][0], name, address), two.moves[name][1], sign(name), points[place])
        for place, (name, _) in enumerate(shares.ordered(two.moves))
    ]
    known = [one for one in points if one is not None]
    return {
        "moves": moves,
        "before": two.before, "after": two.after,
        "rates": [percent(Fraction(have, whole) if whole else None) for whole, have in (two.before, two.after)],
        "whole_change": f"{two.after[0] - two.before[0]:+d}",
        "whole_points": sum(known[2:], Decimal(0)) if known else None,
        "have_points": sum(known[:2], Decimal(0)) if known else None,
        "points": sum(known, Decimal(0)) if known else None,
    }  # fmt: skip


def sign(move: str) -> str:
    """Whether a move adds or takes away."""
    return "+" if move in {"gained", "entered", "moved_in"} else "−"


def way_up(request: HttpRequest, unit: Region, address: Mapping[str, str]) -> str:
    """The page of the unit above, as far as the reader may go."""
    own = cast(User, request.user).region
    if own is None or unit.pk == own.pk or unit.parent_id is None:
        return ""
    return f"?{urlencode({**address, 'unit': str(unit.parent_id)})}"


def part_of(firms: EnterpriseQuerySet, form: CoverageForm, part: str, *, direct: bool = False) -> EnterpriseQuerySet:
    """The firms behind a number of the page."""
    unit, asked = form.asked("unit"), form.question()
    if part in coverage.MOVES:
        return coverage.moved(firms, form.question("since"), asked, coverage.units_within(unit), part)
    if part == "unplaced":
        return coverage.within(coverage.without_industry(firms, asked.on), asked.on, unit)
    return coverage.part(firms, asked, part, unit, direct=direct)


def asked_for(request: HttpRequest) -> tuple[CoverageForm, str, EnterpriseQuerySet]:
    """The form of the address, the number it names, and the firms behind it."""
    form = CoverageForm(request.GET, request=request, on=timezone.localdate())
    part = request.GET.get("part", "whole")
    firms = firms_in_sight(request)
    if not form.is_valid() or part not in PARTS:
        return form, part, firms.none()
    return form, part, part_of(firms, form, part, direct=request.GET.get("direct") == "1")


@require_GET
def institution_coverage_firms(request: HttpRequest) -> HttpResponse:
    """The firms behind one number of 建有率."""
    form, part, found = asked_for(request)
    seen = firms_in_sight(request)
    page, ids = pages.firms_page(found, seen, request.GET.dict())
    address = {name: value for name, value in request.GET.items() if name not in {"page", "after", "before"}}
    on = form.asked("day") if form.is_valid() else timezone.localdate()
    context = {
        "tab": "coverage", "page": page, "rows": coverage_rows.rows(seen, ids, on),
        "query": f"{urlencode(address)}&" if address else "", "words": words(form, part), "part": PARTS.get(part, part),
        "back": urlencode({name: value for name, value in address.items() if name not in {"part", "direct"}}),
        "errors": [error for errors in form.errors.values() for error in errors],
    }  # fmt: skip
    return render(request, "console/institutions/coverage/firms.html", context, status=200 if form.is_valid() else 422)


def words(form: CoverageForm, part: str) -> str:
    """What a list was asked for: 2026-11-25；规上工业；东溪县；无研发机构."""
    if not form.is_valid():
        return ""
    days = f"{form.asked('since')} 至 {form.asked('day')}" if part in coverage.MOVES else str(form.asked("day"))
    rule = coverage.RULES[form.asked("rule")]
    return "；".join([days, coverage.BASES[form.asked("base")], form.asked("unit").name, rule, PARTS.get(part, part)])


@require_GET
def institution_coverage_export(request: HttpRequest) -> HttpResponse:
    """Exactly the firms of the list, as a file."""
    form, part, found = asked_for(request)
    seen, on = firms_in_sight(request), form.asked("day") if form.is_valid() else timezone.localdate()
    return coverage_rows.workbook(request, found, seen, words(form, part), on)
