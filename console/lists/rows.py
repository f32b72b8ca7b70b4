"""The page of one list: its rows in three columns, the comparison of totals, what applying would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.forms import Form
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Region, User
from console import pages
from console.pages import Page
from enterprises.models import Enterprise
from pipeline.domain import access, list_apply, list_codes, list_plans, list_totals, published_lists
from pipeline.domain.list_plans import Outcome
from pipeline.domain.list_totals import Totals
from pipeline.lists import writing
from pipeline.models import ListRow, PublishedList

Match, Result, Decision = ListRow.Match, ListRow.Result, ListRow.Decision
SIZE: Final = 30
MOST_UNITS: Final = 400
COLUMNS: Final = (
    (Match.SURE, "circle-check", "名称、代码或曾用名与登记簿一致"),
    (Match.DOUBTFUL, "help-circle", "可能是这些企业，请逐家核定"),
    (Match.UNKNOWN, "circle-dashed", "登记簿中没有相近的企业"),
)
WILL: Final = {
    Result.TITLE: "登记资格",
    Result.RENEWED: "延续有效期（复核）",
    Result.RECOGNISED: "随培育申报认定",
    Result.PUBLICISED: "培育申报进入公示",
    Result.REJECTED: "培育申报办结为未通过",
    Result.REVOKED: "撤销资格",
    Result.FOUNDED: "只新建企业",
    Result.KNOWN: "早已登记，不再办理",
    Result.REFUSED: "不能办理",
}
DONE: Final = {
    Result.TITLE: "已登记资格",
    Result.RENEWED: "已延续有效期",
    Result.RECOGNISED: "已随申报认定",
    Result.PUBLICISED: "已进入公示",
    Result.REJECTED: "已办结为未通过",
    Result.REVOKED: "已撤销资格",
    Result.FOUNDED: "已新建企业",
    Result.KNOWN: "早已登记",
}
TONES: Final = {Result.REFUSED: "no", Result.KNOWN: ""}


@dataclass(frozen=True)
class Shown:
    """A row as the page shows it."""

    row: ListRow
    outcome: Outcome
    firm: Enterprise | None
    candidates: Sequence[tuple[Enterprise, str]]
    form: Form | None = None

    @property
    def tone(self) -> str:
        """The colour of the result's tag."""
        return TONES.get(Result(self.result), "ok") if self.result else ""

    @property
    def result(self) -> str:
        """What came of the row, or will."""
        return self.outcome.result or self.row.result

    @property
    def says(self) -> str:
        """The result in a few words."""
        if self.row.is_done:
            return DONE[Result(self.row.result)]
        return WILL[Result(self.result)] if self.result else ""

    @property
    def is_same_name(self) -> bool:
        """Whether the list writes the firm as the register does."""
        return self.firm is not None and writing.plain(self.row.name) == writing.plain(self.firm.name)

    @property
    def is_open(self) -> bool:
        """Whether the row waits for an officer."""
        return self.row.match == Match.DOUBTFUL and not self.row.decision and not self.row.is_done

    @property
    def choice(self) -> str:
        """What was chosen in a form that came back."""
        return str(self.form.data.get("choice", "")) if self.form is not None else ""

    @property
    def chosen(self) -> int:
        """The candidate chosen in a form that came back."""
        number = self.choice.removeprefix("firm-")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0

    @property
    def wants_certificate(self) -> bool:
        """Whether number or day are missing for what the row would do."""
        return self.result == Result.REFUSED and ("证书编号" in self.outcome.says or "日期" in self.outcome.says)


@dataclass(frozen=True)
class Side:
    """One of the columns: its rows on this page, and its neighbours' addresses."""

    key: str
    label: str
    icon: str
    hint: str
    rows: Sequence[Shown]
    page: Page
    previous: str = ""
    next: str = ""


@dataclass(frozen=True)
class Summary:
    """What pressing the button would do, and what speaks against pressing it."""

    lines: Sequence[tuple[str, int]]
    refusals: Sequence[tuple[str, int]]
    n_acts: int
    undecided: int
    against: Sequence[Any] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether there is something to do and nothing against it."""
        return bool(self.n_acts) and not self.against


def context(
    request: HttpRequest, published: PublishedList, by: User, bound: tuple[int, Form] | None = None
) -> dict[str, Any]:
    """Everything the page shows; ``bound`` is a row's form that came back with errors."""
    rows = list(published.rows.order_by("place"))
    on = timezone.localdate()
    outcomes = list_codes.with_codes(list_plans.plan(published, by=by, on=on, rows=rows), by)
    totals = list_totals.totals(published, rows)
    return {
        "list": published,
        "totals": totals,
        "comparison": comparison(totals),
        "sides": sides(request, outcomes, by, bound),
        "outside": [one for one in outcomes if one.row.match == Match.OUTSIDE],
        "summary": summary(published, outcomes, by),
        "is_at_work": published.asked_at is not None,
        "is_stuck": (is_stuck := published_lists.is_stuck(published, at=timezone.now())),
        "may_write": (may_write := by.may_write and (is_stuck or published.asked_at is None)),
        "units": units(by) if may_write else [],
    }


def comparison(totals: Totals) -> str:
    """The tone of the comparison: no word is no difference."""
    return "unstated" if totals.difference is None else "same" if totals.difference == 0 else "different"


def units(by: User) -> list[str]:
    """Names of units for a new firm, of the reader's own tree."""
    known = Region.objects.within(by.region) if by.region else Region.objects.none()
    return list(known.order_by("path").values_list("name", flat=True)[:MOST_UNITS])


def sides(
    request: HttpRequest, outcomes: Sequence[Outcome], by: User, bound: tuple[int, Form] | None
) -> list[Side]:  # fmt: skip
    """The three columns, each with its own page; firms of all shown rows in one query."""
    asked = request.GET.dict()
    found = []
    for match, icon, hint in COLUMNS:
        of_side = sorted((one for one in outcomes if one.row.match == match), key=is_settled)
        page = numbered(len(of_side), asked.get(match.value, ""))
        some = of_side[(page.number - 1) * SIZE : page.number * SIZE]
        found.append((match, icon, hint, some, page))
    firms = firms_of([one for _, _, _, some, _ in found for one in some], by)
    return [
        Side(
            match.value, str(match.label), icon, hint, [shown(one, firms, bound) for one in some], page,
            address(asked, match.value, page.previous), address(asked, match.value, page.next),
        )
        for match, icon, hint, some, page in found
    ]  # fmt: skip


def is_settled(one: Outcome) -> tuple[bool, int]:
    """Rows that wait stand first, then in the order of the list."""
    return (one.row.is_done or bool(one.row.decision), one.row.place)


def numbered(count: int, asked: str) -> Page:
    """A page of a column."""
    last = max(1, -(-count // SIZE))
    number = min(pages.number_asked({"page": asked}), last)
    shown_here = min(SIZE, count - (number - 1) * SIZE)
    return Page(
        number, shown_here, count, str(number - 1) if number > 1 else "", str(number + 1) if number < last else ""
    )


def address(asked: Mapping[str, str], key: str, page: str) -> str:
    """The address of another page of a column; the other columns stay where they are."""
    if not page:
        return ""
    kept = {match.value: asked[match.value] for match, _, _ in COLUMNS if asked.get(match.value, "").isdigit()}
    return "?" + "&".join(f"{name}={number}" for name, number in (kept | {key: page}).items()) + f"#{key}"


def firms_of(outcomes: Sequence[Outcome], by: User) -> dict[int, Enterprise]:
    """The firms of these rows and their candidates, as far as they are in sight now."""
    ids = {one.row.enterprise_id for one in outcomes} | {one.firm for one in outcomes}
    ids |= {candidate["firm"] for one in outcomes for candidate in one.row.candidates}
    return Enterprise.objects.visible_to(by).select_related("region").in_bulk([pk for pk in ids if pk is not None])


def shown(one: Outcome, firms: Mapping[int, Enterprise], bound: tuple[int, Form] | None) -> Shown:
    """A row with its firm and candidates."""
    candidates = [
        (firms[candidate["firm"]], candidate["how"]) for candidate in one.row.candidates if candidate["firm"] in firms
    ]
    firm = firms.get(one.row.enterprise_id or 0) or firms.get(one.firm or 0)
    return Shown(one.row, one, firm, candidates, bound[1] if bound and bound[0] == one.row.pk else None)


def summary(published: PublishedList, outcomes: Sequence[Outcome], by: User) -> Summary:
    """What applying would do now."""
    counted = list_plans.counts(outcomes)
    lines = [(label, counted[result]) for result, label in WILL.items() if counted[result]]
    if codes := sum(bool(one.code) for one in outcomes):
        lines.append(("补全统一社会信用代码", codes))
    if counted["offered"]:
        lines.append(("待逐行确认（未通过或撤销）", counted["offered"]))
    reasons: dict[str, int] = {}
    for one in outcomes:
        if one.result == Result.REFUSED and not one.row.is_done:
            reasons[one.says] = reasons.get(one.says, 0) + 1
    open_rows = [one for one in outcomes if not one.row.decision and not one.row.is_done and one.row.repeats is None]
    undecided = sum(one.row.match in {Match.DOUBTFUL, Match.UNKNOWN} for one in open_rows)
    against = [*access.against_right(by, published.track), *list_apply.against(published)]
    refusals = sorted(reasons.items(), key=lambda reason: -reason[1])[:5]
    return Summary(lines, refusals, sum(one.acts or bool(one.code) for one in outcomes), undecided, against)
