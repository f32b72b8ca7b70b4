"""Which columns of 企业库 a file holds: groups that the address names, each with how its cells are filled."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.http import HttpRequest

from accounts.models import User
from console.exports.writer import Column, limit, shows_people
from console.firms.rows import Row, VerdictLine
from enterprises.models import Contact
from enterprises.models.enterprise import EnterpriseQuerySet
from enterprises.vocabulary import FIGURE_BY_NAME, TRACK_BY_KEY, TRACKS, Figure
from pipeline.domain import concerns, ladder
from pipeline.models import Title

# Which columns may be left out; the address says which are wanted
GROUPS: Final = {
    "titles": "资格证书",
    "verdicts": "评估结论",
    "cases": "培育申报",
    "figures": "年度指标",
    "contacts": "联络员",
}
LEFT_OUT: Final = {"cols", "page", "after", "before", "more"}
MAIN_FIGURES: Final = (
    "operating_revenue_cny",
    "sales_cny",
    "net_profit_cny",
    "rd_cost_hnte_cny",
    "rd_cost_deduction_cny",
    "rd_spend_stat_cny",
    "total_assets_cny",
    "staff_headcount",
    "tech_staff_tsme_headcount",
    "class_one_count",
    "class_two_count",
)
KINDS: Final = {"cny": "money", "headcount": "count", "count": "count", "score": "score"}


@dataclass(frozen=True)
class Line:
    """A firm with everything its line says."""

    row: Row
    contact: Contact | None
    figures: dict[str, Any]


Cell = Callable[[Line], Any]
Layout = Sequence[tuple[Column, Cell]]


@dataclass(frozen=True)
class Dialog:
    """What the export dialog of the list asks: ``asked`` is the rest of the address."""

    asked: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, str, bool]]
    most: str
    shows_people: bool


def dialog(request: HttpRequest) -> Dialog:
    """The dialog under the address of the list."""
    chosen = wanted(request)
    return Dialog(
        asked=[
            (name, value) for name, values in request.GET.lists() if name not in LEFT_OUT for value in values if value
        ],
        groups=[(key, label, key in chosen) for key, label in GROUPS.items()],
        most=f"{limit():,}",
        shows_people=shows_people(cast(User, request.user)),
    )


def wanted(request: HttpRequest) -> list[str]:
    """The groups of columns the address asks for; all of them when it asks for none."""
    asked = [group for group in request.GET.getlist("cols") if group in GROUPS]
    return asked or list(GROUPS)


def layout_of(groups: Sequence[str], firms: EnterpriseQuerySet, on: datetime.date) -> Layout:
    """The columns asked for and how each cell is filled."""
    parts: dict[str, Callable[[], Layout]] = {
        "titles": lambda: title_columns(tracks_held(firms, on)),
        "verdicts": lambda: [verdict_column(track) for track in concerns.of_bureau(ladder.rungs_in_use(on))],
        "cases": lambda: [(Column("在办培育申报"), cases)],
        "figures": lambda: [figure_column(FIGURE_BY_NAME[name], on.year - 1) for name in MAIN_FIGURES],
        "contacts": lambda: CONTACTS,
    }
    return [*IDENTITY, *(column for group in GROUPS if group in groups for column in parts[group]())]


IDENTITY: Final[Layout] = [
    (Column("企业名称"), lambda line: line.row.firm.name),
    (Column("统一社会信用代码"), lambda line: line.row.firm.uscc),
    (Column("责任单位"), lambda line: line.row.firm.region.name),
    (Column("责任人"), lambda line: line.row.firm.officer.name if line.row.firm.officer else None),
    (Column("副责任人"), lambda line: line.row.firm.deputy.name if line.row.firm.deputy else None),
    (Column("梯队层级"), lambda line: line.row.rung or "未入梯队"),
]
CONTACTS: Final[Layout] = [
    (Column("联络员"), lambda line: line.contact.name if line.contact else None),
    (Column("联络员手机", personal=True), lambda line: line.contact.mobile if line.contact else None),
    (Column("联络员邮箱", personal=True), lambda line: line.contact.email if line.contact else None),
]


def tracks_held(firms: EnterpriseQuerySet, on: datetime.date) -> list[str]:
    """The recognitions that some firm of the list holds, in the order of the vocabulary."""
    held = Title.objects.in_force(on).filter(enterprise__in=firms.order_by().values("pk"))
    found = set(held.order_by().values_list("track", flat=True).distinct())
    return [track.key for track in TRACKS if track.key in found]


def title_columns(tracks: Sequence[str]) -> Layout:
    """Number, first and last day of each recognition, under headings an import knows again."""
    return [column for track in tracks for column in columns_of_title(track, TRACK_BY_KEY[track].label)]


def columns_of_title(track: str, label: str) -> Layout:
    """The three columns of one recognition."""
    return [
        (Column(f"{label}证书编号"), lambda line: part(line, track, "number")),
        (Column(f"{label}发证日期", kind="date"), lambda line: part(line, track, "issued_on")),
        (Column(f"{label}有效期至", kind="date"), lambda line: part(line, track, "valid_until")),
    ]


def part(line: Line, track: str, name: str) -> Any:
    """One part of the title in force of a track."""
    return next((getattr(title, name) for title in line.row.held if title.track == track), None)


def verdict_column(track: str) -> tuple[Column, Cell]:
    """The verdict of a judged track, with the conditions it hangs on."""
    short = TRACK_BY_KEY[track].short
    return Column(f"{TRACK_BY_KEY[track].label}评估结论"), lambda line: next(
        (verdict_text(verdict) for verdict in line.row.verdicts if verdict.track == short), "尚未评估"
    )


def verdict_text(verdict: VerdictLine) -> str:
    """差1项：近三个会计年度研发费用总额占同期销售收入总额的比例."""
    return f"{verdict.says}：{verdict.in_full}" if verdict.in_full else verdict.says


def cases(line: Line) -> str:
    """高企：拟申报；科小：培育."""
    return "；".join(f"{case.track}：{case.label}" for case in line.row.cases)


def figure_column(figure: Figure, year: int) -> tuple[Column, Cell]:
    """One figure of last year with its unit; counts of a whole list are added up, money too."""
    kind: Any = KINDS[figure.unit]
    unit = "" if kind == "money" else figure.unit_label
    column = Column(f"{year}年{figure.label}", unit, kind, total=kind in {"money", "count"})
    return column, lambda line: line.figures.get(figure.name)
