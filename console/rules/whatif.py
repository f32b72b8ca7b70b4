"""试算: who gains and who loses by an edition before it judges anybody; counts, units, rungs, names, a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from kombu.exceptions import OperationalError

from accounts.models import User
from console import pages
from console.exports.cells import Column
from console.exports.writer import workbook_response
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline import tasks
from pipeline.domain import editions, ladder, whatif
from pipeline.models import Edition, Flip, Forecast
from pipeline.models.assessment import Verdict
from pipeline.rules import outline

NO_QUEUE: Final = "后台没有应答，试算没有开始；请稍后再试。"
WORDS: Final = {**dict(Verdict.choices), "": "无规则判定"}
TURNS: Final = {"gain": "新符合", "lose": "不再符合", "opens": "转为待定", "other": "其他变动"}
TONES: Final = {"gain": "ok", "lose": "no", "opens": "wait", "other": ""}
OF_TURN: Final = {
    "gain": Q(after=Verdict.ELIGIBLE),
    "lose": Q(before=Verdict.ELIGIBLE, after__in=[Verdict.INELIGIBLE, ""]),
    "opens": Q(after=Verdict.UNDECIDED),
}
OF_TURN["other"] = ~OF_TURN["gain"] & ~OF_TURN["lose"] & ~OF_TURN["opens"]


@dataclass(frozen=True)
class Pair:
    """How many firms have these two verdicts."""

    before: str
    after: str
    count: int

    @property
    def stays(self) -> bool:
        """Whether nothing changes for them."""
        return self.before == self.after


@require_http_methods(["GET", "POST"])
def rule_whatif(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer's latest trial of an edition; a POST tries it anew."""
    row = get_object_or_404(Edition, pk=pk, track__in=TRACK_BY_KEY)  # a standard is no verdict
    if request.method == "POST":
        return tried(request, row)
    found = mine(request).filter(edition=row).first()
    known = {"row": row, "track": TRACK_BY_KEY[row.track], "forecast": found, "on": timezone.localdate()}
    context: dict[str, Any] = known | doubts(row)
    if found and found.is_done:
        context |= shown(request, found)
    elif found:
        context["is_stuck"] = found.is_stuck(timezone.now())
    return render(request, "console/rules/whatif.html", context)


def mine(request: HttpRequest) -> QuerySet[Forecast]:
    """The officer's own trials."""
    return Forecast.objects.visible_to(cast(User, request.user)).select_related("edition")


def doubts(row: Edition) -> dict[str, Any]:
    """What of the text nobody has confirmed."""
    rules = editions.rules_of(row)
    return {
        "confidence": rules.confidence,
        "unconfirmed": sum(clause.is_unconfirmed for clause in outline.every(rules)),
    }


def tried(request: HttpRequest, row: Edition) -> HttpResponse:
    """Begin: a few firms while the page waits, many by the worker."""
    by = cast(User, request.user)
    begun = whatif.ask(edition_id=row.pk, by=by, on=timezone.localdate())
    if Enterprise.objects.visible_to(by).count() <= whatif.AT_THE_PAGE:
        whatif.run(forecast_id=begun.pk)
        return redirect("console:rule_whatif", row.pk)

    def hand_over() -> None:
        try:
            tasks.try_edition.apply_async((begun.pk,), retry=False)
        except OperationalError:
            begun.delete()
            messages.error(request, NO_QUEUE)

    transaction.on_commit(hand_over)
    return redirect("console:rule_whatif", row.pk)


def flips_of(request: HttpRequest, found: Forecast) -> QuerySet[Flip]:
    """Who would be judged otherwise, as far as the officer sees them today; one turn of them where asked."""
    firms = Enterprise.objects.visible_to(cast(User, request.user))
    flips = Flip.objects.filter(forecast=found, enterprise__in=firms)
    turn = request.GET.get("turn", "")
    return flips.filter(OF_TURN[turn]) if turn in OF_TURN else flips


def shown(request: HttpRequest, found: Forecast) -> dict[str, Any]:
    """Counts, units, rungs and a page of names."""
    pairs = sorted(
        (pair_of(pair, count) for pair, count in found.counts.items()),
        key=lambda pair: (pair.stays, -pair.count),
    )
    every = Flip.objects.filter(forecast=found, enterprise__in=Enterprise.objects.visible_to(cast(User, request.user)))
    turns = every.aggregate(**{key: Count("pk", filter=condition) for key, condition in OF_TURN.items()})
    names = flips_of(request, found).select_related("enterprise__region", "enterprise__position")
    turn = request.GET.get("turn", "")
    turn = turn if turn in TURNS else ""
    page = pages.numbered(turns[turn] if turn else sum(turns.values()), request.GET.dict())
    some = names.order_by("enterprise__name", "enterprise")[page.first - 1 : page.last]
    rungs = {rung.key: rung.name for rung in ladder.rungs_in_use(timezone.localdate())}
    return {
        "turns": [(key, TURNS[key], TONES[key], turns[key]) for key in TURNS],
        "turn": turn,
        "query": f"turn={turn}&" if turn else "",
        "pairs": pairs,
        "total": sum(pair.count for pair in pairs),
        "changed": sum(pair.count for pair in pairs if not pair.stays),
        "by_unit": grouped(every, F("enterprise__region__name"), {}),
        "by_rung": grouped(every, F("enterprise__position__rung"), rungs),
        "page": page,
        "lines": [(flip, *line(flip, rungs)) for flip in some],
        "is_outdated": whatif.is_outdated(found),
    }


def pair_of(pair: str, count: int) -> Pair:
    """``eligible>undecided`` in words."""
    before, _, after = pair.partition(">")
    return Pair(WORDS[before], WORDS[after], count)


def grouped(flips: QuerySet[Flip], by: F, names: dict[str, str]) -> Sequence[tuple[str, Sequence[int]]]:
    """Turns by a place of the firm, the most changed first."""
    counted = {f"n_{key}": Count("pk", filter=condition) for key, condition in OF_TURN.items()}
    rows: Any = (
        flips.order_by()
        .values(place=Coalesce(by, Value("")))
        .annotate(**counted, n=Count("pk"))
        .order_by("-n", "place")
    )
    return [
        (names.get(row["place"], "未入梯队") if names else row["place"], [row[f"n_{key}"] for key in TURNS])
        for row in rows
    ]


def line(flip: Flip, rungs: dict[str, str]) -> tuple[str, str, str]:
    """The two verdicts and the rung in words."""
    position = getattr(flip.enterprise, "position", None)
    return WORDS[flip.before], WORDS[flip.after], rungs.get(position.rung if position else "", "未入梯队")


@require_GET
def rule_whatif_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the worker is; when it is done the page is loaded anew."""
    found = get_object_or_404(mine(request), edition=pk)
    is_stuck = found.is_stuck(timezone.now())
    context = {"forecast": found, "row": found.edition, "is_stuck": is_stuck}
    response = render(request, "console/rules/whatif_progress.html", context)
    if found.is_done or found.error:
        response["HX-Refresh"] = "true"
    return response


COLUMNS: Final = (
    Column("企业名称"),
    Column("统一社会信用代码"),
    Column("责任单位"),
    Column("梯队层级"),
    Column("现行结论"),
    Column("试算结论"),
    Column("告知草稿"),
)


@require_GET
def rule_whatif_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The names on the page as a file, each with a draft of what the firm may be told."""
    found = get_object_or_404(mine(request), edition=pk)
    flips = flips_of(request, found).select_related("enterprise__region", "enterprise__position")
    rungs = {rung.key: rung.name for rung in ladder.rungs_in_use(timezone.localdate())}
    title = f"{TRACK_BY_KEY[found.edition.track].short}试算名单"
    turn = TURNS.get(request.GET.get("turn", ""), "")
    asked = " ".join(part for part in (found.edition.title, f"评估截至{found.on}", turn) if part)
    return workbook_response(
        request,
        what="whatif_list",
        title=title,
        columns=COLUMNS,
        rows=(cells(flip, found, rungs) for flip in flips.order_by("enterprise__name", "enterprise")),
        filters=asked,
        count=flips.count(),
    )


def cells(flip: Flip, found: Forecast, rungs: dict[str, str]) -> tuple[str, ...]:
    """One line of the file."""
    before, after, rung = line(flip, rungs)
    firm = flip.enterprise
    return firm.name, firm.uscc or "", firm.region.name, rung, before, after, notice(flip, found, before, after)


def notice(flip: Flip, found: Forecast, before: str, after: str) -> str:
    """What the firm may be told; a draft, for an officer to check and to send."""
    return (
        f"{flip.enterprise.name}：按{found.edition.title}试算（评估截至{found.on}），"
        f"贵公司{TRACK_BY_KEY[found.edition.track].label}的评估结论将由“{before}”变为“{after}”。"
        "本结论依登记簿现有数据得出，以正式施行的规定和认定结果为准。"
    )
