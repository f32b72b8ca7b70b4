"""后备库: the live pools, who is in them on a day, who came and went in its week, and why."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from console import pages
from console.exports.writer import Column, workbook_response
from console.firms.asked_words import Asked, asked
from console.pools import rows as pool_rows
from enterprises import deadlines
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import pools
from pipeline.models import Pool, PoolDefinition, PoolPin, PoolPlace, PoolSpell
from pipeline.models.pool import SpellQuerySet

SHOWN: Final = {"members": "在库企业", "joined": "本周入库", "left": "本周出库"}
PINS_LISTED: Final = 50


@dataclass(frozen=True)
class Line:
    """A pool on the list."""

    pool: Pool
    asked: Asked
    members: int
    joined: int
    left: int
    pins: int


def week_of(on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Monday of the day's week, and the day itself."""
    return deadlines.monday_of(on), on


@require_GET
def pool_list(request: HttpRequest) -> HttpResponse:
    """Every pool in sight with its rule in words and its numbers."""
    user, on = cast(User, request.user), timezone.localdate()
    found = list(Pool.objects.visible_to(user).select_related("region"))
    context = {"lines": list(lines(request, found, on)), "may_write": user.may_write, "on": on}
    return render(request, "console/pools/list.html", context)


def lines(request: HttpRequest, found: Sequence[Pool], on: datetime.date) -> Iterator[Line]:
    """The lines of the list; two counts for all pools together."""
    spells = {row["pool"]: row for row in counted(PoolSpell.objects.visible_to(request.user), on)}
    pinned = per_pool(PoolPin.objects.visible_to(request.user).in_force(on))
    definitions = current(found, on)
    for pool in found:
        rule = asked(definitions[pool.pk].query, request, on) if pool.pk in definitions else Asked([], ["没有入库条件"])
        n = spells.get(pool.pk, {})
        yield Line(pool, rule, n.get("members", 0), n.get("joined", 0), n.get("left", 0), pinned[pool.pk])


def counted(spells: SpellQuerySet, on: datetime.date) -> Iterable[dict[str, Any]]:
    """How many spells of each pool stand in each tab on that day; all tabs in one pass."""
    held, week = Q(left_on__isnull=True) | Q(left_on__gt=on), week_of(on)
    rows = (
        spells.order_by()
        .values("pool")
        .annotate(
            members=Count("pk", filter=held & Q(entered_on__lte=on)),
            joined=Count("pk", filter=Q(entered_on__range=week)),
            left=Count("pk", filter=Q(left_on__range=week)),
        )
    )
    return [dict(row) for row in rows]


def current(found: Sequence[Pool], on: datetime.date) -> dict[int, PoolDefinition]:
    """What each pool takes in on that day."""
    rows = PoolDefinition.objects.filter(pool__in=found, from_on__lte=on).order_by("from_on", "pk")
    return {row.pool_id: row for row in rows}


def per_pool(rows: Any) -> Counter[int]:
    """How many rows each pool has."""
    return Counter(dict(rows.order_by().values_list("pool").annotate(n=Count("pk"))))


def part(spells: SpellQuerySet, show: str, on: datetime.date) -> SpellQuerySet:
    """The spells of one tab: those that hold on the day, those that began or ended in its week up to the day."""
    if show == "joined":
        return spells.filter(entered_on__range=week_of(on))
    if show == "left":
        return spells.filter(left_on__range=week_of(on))
    return spells.on(on)


@dataclass(frozen=True)
class View:
    """What the address asks of a pool's page."""

    show: str
    day: datetime.date
    today: datetime.date
    factors: Sequence[str]
    complaint: str = ""

    @property
    def is_past(self) -> bool:
        """Whether the page shows an earlier day than today."""
        return self.day < self.today

    def query(self, **other: str) -> str:
        """The address of the page with something else asked."""
        kept = {"show": self.show, "on": self.day.isoformat() if self.is_past else ""} | other
        pairs = [(name, value) for name, value in kept.items() if value]
        chosen = [("rank", factor) for factor in self.factors] or [("rank", "none")]
        return urlencode([*pairs, *(chosen if len(self.factors) != len(pool_rows.FACTORS) else [])])


def view_of(request: HttpRequest) -> View:
    """Read the address; a day that makes no sense is said and means today, other nonsense the members, every factor."""
    today, asked_day = timezone.localdate(), request.GET.get("on", "")
    day, complaint = day_asked(asked_day, today)
    show = request.GET.get("show", "")
    wanted = request.GET.getlist("rank")
    factors = [factor for factor in pool_rows.FACTORS if not wanted or factor in wanted]
    return View(show if show in SHOWN else "members", day, today, factors, complaint)


def day_asked(text: str, today: datetime.date) -> tuple[datetime.date, str]:
    """The day asked for and what is wrong with it; without one, or with a wrong one, today."""
    if not text:
        return today, ""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return today, f"“{text[:20]}”不是日期，现按今天显示。请写作 {today.isoformat()} 的样子。"
    return (today, f"{day.isoformat()} 还没有到，现按今天显示。") if day > today else (day, "")


def spells_of(pool: Pool, user: User, view: View) -> SpellQuerySet:
    """The spells of the tab, of firms in sight."""
    return part(PoolSpell.objects.visible_to(user).filter(pool=pool), view.show, view.day)


@require_GET
def pool_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One pool on one day."""
    user, view = cast(User, request.user), view_of(request)
    pool = get_object_or_404(Pool.objects.visible_to(user).select_related("region"), pk=pk)
    seen = Enterprise.objects.visible_to(user)
    counts = tab_counts(pool, user, view)
    page = pages.numbered(min(counts[view.show], pages.COUNTED), request.GET.dict())
    spells = ordered(pool, user, view, counts[view.show])[page.first - 1 : page.first - 1 + pages.SIZE]
    definition = pools.definition_on(pool, view.day)
    pins = PoolPin.objects.in_force(view.today).filter(enterprise__in=seen.order_by(), pool=pool)
    context = {
        "pool": pool,
        "view": view,
        "rows": pool_rows.pool_rows(seen, pool, spells, view.today),
        "page": page,
        "capped": counts[view.show] > pages.COUNTED,
        "tabs": tabs(counts, view),
        "factors": [(key, label, key in view.factors) for key, label in pool_rows.FACTORS.items()],
        "definition": definition,
        "rule": asked(definition.query, request, view.day) if definition else Asked([], []),
        "history": pool.definitions.select_related("by")[:20],
        "pins": pins.select_related("enterprise", "by").order_by("-from_on", "-pk")[:PINS_LISTED],
        "n_pins": pins.count(),
        "query": (text := view.query()) + ("&" if text else ""),
        "on": view.today,
        "may_write": user.may_write,
        "may_define": pools.may_define(pool, user),
    }
    return render(request, "console/pools/detail.html", context)


def ordered(pool: Pool, user: User, view: View, count: int) -> Any:
    """Members of today by rank, those of a past day by name; who came and went by day, and if they are few by name."""
    if view.show == "members" and not view.is_past:
        return Ranked(pool, user, view)
    days = {"members": [], "joined": ["-entered_on"], "left": ["-left_on"]}[view.show]
    named = ["enterprise__name", "pk"] if view.show == "members" or count <= pages.FEW else ["-pk"]
    return spells_of(pool, user, view).order_by(*days, *named)


@dataclass(frozen=True)
class Ranked:
    """Members of today in the order of their rank; a slice reads their places, then their spells."""

    pool: Pool
    user: User
    view: View

    def __getitem__(self, span: slice) -> list[PoolSpell]:
        """The spells of the firms in these places."""
        places = pool_rows.ranked(PoolPlace.objects.visible_to(self.user).filter(pool=self.pool), self.view.factors)
        ids = list(places.values_list("enterprise_id", flat=True)[span])
        held = PoolSpell.objects.on(self.view.day).filter(enterprise__in=ids, pool=self.pool)
        spells = {spell.enterprise_id: spell for spell in held}
        return [spells[pk] for pk in ids if pk in spells]


def tab_counts(pool: Pool, user: User, view: View) -> dict[str, int]:
    """How many spells each tab holds, counted as far as anybody learns from it; one over that is more."""
    spells = PoolSpell.objects.visible_to(user).filter(pool=pool).order_by()
    return {key: part(spells, key, view.day)[: pages.COUNTED + 1].count() for key in SHOWN}


def tabs(counts: Mapping[str, int], view: View) -> list[dict[str, Any]]:
    """The three tabs with their numbers."""
    return [
        {
            "label": label,
            "count": counts[key] if counts[key] <= pages.COUNTED else f"{pages.COUNTED:,}+",
            "query": view.query(show=key),
            "current": key == view.show,
        }
        for key, label in tab_labels(view).items()
    ]


def tab_labels(view: View) -> dict[str, str]:
    """What the tabs are called on the day shown."""
    return {"members": "当日在库", "joined": "当周入库", "left": "当周出库"} if view.is_past else SHOWN


@require_GET
def pool_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows of the tab as a workbook."""
    user, view = cast(User, request.user), view_of(request)
    pool = get_object_or_404(Pool.objects.visible_to(user), pk=pk)
    label = tab_labels(view)[view.show]
    return workbook_response(
        request,
        what="pool",
        title=f"{pool.name}-{label}",
        columns=[Column(heading) for heading in HEADINGS[:-2]] + [Column(one, kind="date") for one in HEADINGS[-2:]],
        rows=exported(pool, user, view),
        filters=f"后备库：{pool.name}　{label}　{view.day:%Y-%m-%d}",
        count=spells_of(pool, user, view).count(),
    )


HEADINGS: Final = (
    "企业名称", "统一社会信用代码", "责任单位", "梯队层级", "评估", "失信与事故", "责任人", "副责任人", "入库原因",
    "出库原因", "手工办理", "入库日", "出库日",
)  # fmt: skip


def exported(pool: Pool, user: User, view: View) -> Iterator[Sequence[Any]]:
    """The lines of the file, read a page at a time in the order of the screen."""
    start, seen, count = 0, Enterprise.objects.visible_to(user), spells_of(pool, user, view)[: pages.FEW + 1].count()
    while spells := list(ordered(pool, user, view, count)[start : start + 500]):
        start += 500
        for one in pool_rows.pool_rows(seen, pool, spells, view.today):
            yield export_line(one)


def export_line(one: pool_rows.PoolRow) -> Sequence[Any]:
    """One line of the file."""
    firm = one.row.firm
    return (
        firm.name,
        firm.uscc,
        firm.region.name,
        one.row.rung or "未入梯队",
        "；".join(f"{line.track} {line.says}" for line in one.row.shown),
        "、".join(fact.kind for fact in one.negatives),
        firm.officer.name if firm.officer else "无责任人",
        firm.deputy.name if firm.deputy else None,
        one.spell.get_entered_why_display(),
        one.spell.get_left_why_display() if one.spell.left_on else None,
        f"{one.pin.get_kind_display()}：{one.pin.reason}" if one.pin else None,
        one.spell.entered_on,
        one.spell.left_on,
    )


def track_label(pool: Pool) -> str:
    """The recognition the pool works towards."""
    return TRACK_BY_KEY[pool.track].label
