"""工作台: the bureau's stock in numbers; each opens the list whose count it is."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from console import deadlines, first_day
from console.filters import JUDGED
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY, label_of
from pipeline.domain import ladder, stock
from pipeline.domain.stock import Figure, Firms, RungStock
from pipeline.models import Assessment, Bureau


@dataclass(frozen=True)
class Number:
    """A number on the page, what it counts, and the list behind it."""

    label: str
    count: int
    query: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def url(self) -> str:
        """企业库 filtered to exactly these firms."""
        text = urlencode(self.query)
        return reverse("console:enterprise_list") + (f"?{text}" if text else "")


@dataclass(frozen=True)
class RungColumn:
    """One rung of the drawn ladder."""

    name: str
    stock: Number
    new: Number
    coaching: Number
    filed: Number


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    """The numbers of the reader's units; before any firm is known, the steps of the first day."""
    user = cast(User, request.user)
    on = timezone.localdate()
    firms = Enterprise.objects.visible_to(user)
    bureau = Bureau.objects.first()
    if bureau is None or not firms.exists():
        return render(request, "console/first_day.html", {"steps": first_day.steps(user, on), "bureau": bureau})
    context = {
        "bureau": bureau,
        "year": on.year,
        "numbers": numbers(firms, on),
        "rungs": [column(stock.rung_stock(firms, rung, on.year)) for rung in ladder.rungs_in_use()],
        "off_ladder": number("未入梯队", Figure(stock.on_rungs(firms, [stock.OFF_LADDER]), {"rung": stock.OFF_LADDER})),
        "near": [nearness(firms, track, label) for track, label in JUDGED],
        "wanted": [wanted(name, count) for name, count in stock.most_wanted(firms, 5)],
        "gaps": gaps(firms, on),
        "deadlines": deadlines.coming(firms, on),
        "judged_on": Assessment.objects.filter(enterprise__in=firms.order_by()).order_by("judged_on").first(),
    }
    return render(request, "console/workbench.html", context)


def number(label: str, figure: Figure, note: str = "") -> Number:
    """A figure with its words."""
    return Number(label, figure.count, figure.query, note)


def numbers(firms: Firms, on: datetime.date) -> list[Number]:
    """The strip of key figures."""
    short = [
        number(f"{TRACK_BY_KEY[t].short}只差一项", Figure(stock.one_short(firms, t), {"one_short": t}))
        for t in ("hnte", "tsme")
    ]
    return [
        number("在库企业", Figure(firms)),
        number("在途培育申报", Figure(stock.with_case(firms), {"flight": "1"})),
        *short,
        number("90 天内资格到期", Figure(stock.expiring(firms, on, 90), {"expiring": "90"})),
        number("填报待采纳", Figure(stock.with_pending_statements(firms), {"pending": "1"})),
    ]


def column(found: RungStock) -> RungColumn:
    """The words of one rung."""
    return RungColumn(
        name=found.rung.name,
        stock=number("存量", found.stock),
        new=number("本年新增", found.new),
        coaching=number("培育", found.coaching),
        filed=number("申报", found.filed),
    )


@dataclass(frozen=True)
class Nearness:
    """How near firms are to one track."""

    label: str
    numbers: list[Number]


def nearness(firms: Firms, track: str, label: str) -> Nearness:
    """Eligible, one short, one short if the unknowns hold, undecided."""
    queries = {
        "符合条件": ({"track": track, "verdict": "eligible"}, stock.judged(firms, [track], "eligible")),
        "只差一项": ({"one_short": track}, stock.one_short(firms, track)),
        "只差一项，另有未知": ({"one_short_if": track}, stock.one_short_if_unknowns_hold(firms, track)),
        "待定": ({"track": track, "verdict": "undecided"}, stock.judged(firms, [track], "undecided")),
    }
    return Nearness(label, [number(words, Figure(found, query)) for words, (query, found) in queries.items()])


def wanted(name: str, count: int) -> Number:
    """A figure for want of which firms are undecided."""
    return Number(label_of(name), count, {"wants": name})


def gaps(firms: Firms, on: datetime.date) -> list[Number]:
    """What the register itself lacks."""
    bare, unchecked = (stock.without_institution(firms, on, checked=checked) for checked in (True, False))
    return [
        number("资格已到期未续", Figure(stock.lapsed(firms, on), {"lapsed": "1"})),
        number("规上工业无研发机构（清单已核对）", Figure(bare, {"institution": "none"})),
        number("规上工业未登记研发机构（清单未核对）", Figure(unchecked, {"institution": "unknown"})),
        number("缺联络员", Figure(stock.without_contact(firms), {"contact": "none"})),
    ]
