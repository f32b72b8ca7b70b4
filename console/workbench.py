"""工作台: the bureau's stock in numbers; each opens the list whose count it is."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import policy
from accounts.models import User
from console import first_day
from console.calendar import deadlines
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import TRACK_BY_KEY, label_of
from pipeline.domain import concerns, ladder, replays, stock
from pipeline.domain.passes import roomy
from pipeline.domain.stock import OFF_LADDER
from pipeline.domain.tally import Tally, tally
from pipeline.models import Bureau, Rung


@dataclass(frozen=True)
class Number:
    """A number on the page, what it counts, and the list behind it."""

    label: str
    count: int
    query: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    pressing: bool = False

    @property
    def is_red(self) -> bool:
        """Whether it must come down to nothing and has not yet."""
        return self.pressing and self.count > 0

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
    rungs = ladder.rungs_in_use(on)
    with roomy():
        found, lacks, dated = counted(firms, on, rungs)
    context = {
        "bureau": bureau,
        "year": on.year,
        "numbers": numbers(found),
        "rungs": [column(found, rung) for rung in rungs],
        "off_ladder": number(found, "未入梯队", rung=OFF_LADDER),
        "near": [nearness(found, track, TRACK_BY_KEY[track].label) for track in concerns.of_bureau(rungs)],
        "wanted": [wanted(name, count) for name, count in found.most_wanted(5)],
        "gaps": lacks,
        "deadlines": dated,
        "judged_on": found.judged_on,
        "receipts_disagree": policy.may_open(user, "console:status") and replays.alarms().count(),
    }
    return render(request, "console/workbench/page.html", context)


def counted(
    firms: EnterpriseQuerySet, on: datetime.date, rungs: Sequence[Rung]
) -> tuple[Tally, list[Number], list[deadlines.Deadline]]:
    """Everything on the page that passes over the register."""
    found = tally(firms, on, rungs)
    return found, gaps(found, firms), deadlines.coming(firms, on)


def number(found: Tally, label: str, **query: str) -> Number:
    """A number with its words."""
    return Number(label, found[query], query)


def numbers(found: Tally) -> list[Number]:
    """The strip of key figures."""
    short = [number(found, f"{TRACK_BY_KEY[track].short}只差一项", one_short=track) for track in ("hnte", "tsme")]
    return [
        number(found, "在库企业"),
        number(found, "在途培育申报", flight="1"),
        *short,
        number(found, "90 天内资格到期", expiring="90"),
        number(found, "填报待采纳", pending="1"),
    ]


def column(found: Tally, rung: Rung) -> RungColumn:
    """The words of one rung."""
    return RungColumn(
        name=rung.name,
        stock=number(found, "存量", rung=rung.key),
        new=number(found, "本年新增", new=rung.key),
        coaching=number(found, "培育", way=f"{rung.key}:coaching"),
        filed=number(found, "申报", way=f"{rung.key}:filed"),
    )


@dataclass(frozen=True)
class Nearness:
    """How near firms are to one track."""

    label: str
    numbers: list[Number]


def nearness(found: Tally, track: str, label: str) -> Nearness:
    """Eligible, one short, one short if the unknowns hold, undecided."""
    return Nearness(
        label,
        [
            number(found, "符合条件", track=track, verdict="eligible"),
            number(found, "只差一项", one_short=track),
            number(found, "只差一项，另有未知", one_short_if=track),
            number(found, "待定", track=track, verdict="undecided"),
        ],
    )


def wanted(name: str, count: int) -> Number:
    """A figure for want of which firms are undecided."""
    return Number(label_of(name), count, {"wants": name})


def gaps(found: Tally, firms: EnterpriseQuerySet) -> list[Number]:
    """What the register itself lacks; whom nobody looks after comes first."""
    nobodys, left = stock.without_officer(firms).count(), stock.with_officer_gone(firms).count()
    return [
        Number("无责任人", nobodys, {"officer": stock.NOBODY}, pressing=True),
        Number("责任人账号已停用", left, {"keeper": "left"}, pressing=True),
        number(found, "资格已到期未续", lapsed="1"),
        number(found, "规上工业无研发机构（清单已核对）", institution="none"),
        number(found, "规上工业未登记研发机构（清单未核对）", institution="unknown"),
        number(found, "缺联络员", contact="none"),
    ]
