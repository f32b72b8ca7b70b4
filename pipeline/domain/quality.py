"""What is missing or doubtful in the register, counted by owner and by unit; each number is a set of firms.

A condition here both counts and lists, so that a number and the list behind it cannot differ.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from enterprises.models import Contact, FigureConflict, StatementState, YearFigures
from enterprises.models.enterprise import EnterpriseQuerySet
from pipeline.domain.wanting import Place, Waiting, Wants
from pipeline.models import Assessment
from pipeline.models.assessment import Verdict

Firms = EnterpriseQuerySet
Condition = Callable[[datetime.date], Q]


@dataclass(frozen=True)
class Issue:
    """One thing that can be wrong with a firm's record, and which firms have it on a day."""

    key: str
    label: str
    short: str
    condition: Condition
    is_plain: bool = True  # columns of the firm itself: counted all in one pass


def without_figures(on: datetime.date) -> Q:
    """No accepted figures of the year just closed."""
    said = YearFigures.objects.filter(enterprise=OuterRef("pk"), year=on.year - 1, state=StatementState.ACCEPTED)
    return Q(~Exists(said))


def unchecked(name: str) -> Condition:
    """A list that nobody ever confirmed to be complete."""
    return lambda on: Q(**{f"{name}_known_on__isnull": True})


ISSUES: Final = (
    Issue("officer", "无责任人", "无责任人", lambda on: Q(officer__isnull=True)),
    Issue(
        "contact", "缺联络员", "缺联络员",
        lambda on: Q(~Exists(Contact.objects.filter(enterprise=OuterRef("pk")))), is_plain=False,
    ),
    Issue("code", "待补统一社会信用代码", "待补代码", lambda on: Q(uscc__isnull=True)),
    Issue("digit", "统一社会信用代码校验位不符", "代码有误", lambda on: Q(uscc__isnull=False, uscc_ok=False)),
    Issue(
        "conflict", "来源不一致", "来源不一致",
        lambda on: Q(Exists(FigureConflict.objects.filter(enterprise=OuterRef("pk")))), is_plain=False,
    ),
    Issue("stale", "没有上年度指标", "缺上年指标", without_figures, is_plain=False),
    Issue("property", "知识产权清单未核对", "知识产权", unchecked("property")),
    Issue("honours", "荣誉清单未核对", "荣誉", unchecked("honours")),
    Issue("institutions", "研发机构清单未核对", "研发机构", unchecked("institutions")),
    Issue("negatives", "失信与事故未核对", "失信事故", unchecked("negatives")),
    Issue("titles", "资格清单未核对", "资格", unchecked("titles")),
)  # fmt: skip
BY_KEY: Final = {issue.key: issue for issue in ISSUES}


def with_issue(firms: Firms, key: str, on: datetime.date) -> Firms:
    """The firms that have it."""
    return firms.filter(BY_KEY[key].condition(on))


def wanting_only(firms: Firms, figure: str, tracks: Sequence[str]) -> Firms:
    """Firms undecided, on one of these tracks, for want of this figure and nothing else."""
    undecided = Assessment.objects.filter(verdict=Verdict.UNDECIDED, wants=[figure], track__in=tracks)
    alone = undecided.filter(enterprise=OuterRef("pk"))
    return firms.filter(Exists(alone))


@dataclass
class Tally:
    """The firms of one owner or unit: how many there are, how many have which issue, what they want most."""

    total: int = 0
    issues: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wants: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: "Tally") -> None:
        """Put another set of firms to these; no firm is in both."""
        self.total += other.total
        for mine, theirs in ((self.issues, other.issues), (self.wants, other.wants)):
            for key, number in theirs.items():
                mine[key] += number

    @property
    def most_wanted(self) -> str:
        """The figure for want of which most of these firms are undecided, empty when there is none."""
        return min(self.wants, key=lambda name: (-self.wants[name], name), default="")


def tallies(firms: Firms, on: datetime.date, undecided: Sequence[Waiting]) -> dict[Place, Tally]:
    """Every owner in every unit with what their firms lack, in as many queries as there are kinds of issues."""
    found: dict[Place, Tally] = defaultdict(Tally)
    plain = {f"n_{one.key}": Count("pk", filter=one.condition(on)) for one in ISSUES if one.is_plain}
    for row in places(firms).annotate(total=Count("pk"), **plain):
        tally = found[row["officer"], row["region"]]
        tally.total = row["total"]
        tally.issues.update({one.key: row[f"n_{one.key}"] for one in ISSUES if one.is_plain})
    for issue in ISSUES:
        if not issue.is_plain:
            for row in places(firms.filter(issue.condition(on))).annotate(total=Count("pk")):
                found[row["officer"], row["region"]].issues[issue.key] = row["total"]
    for group in undecided:
        wants = found[group.place].wants
        for figure in group.wants.figures:
            wants[figure] += group.count
    return found


def places(firms: Firms) -> Any:
    """The firms by owner and unit, to be counted."""
    return firms.order_by().values("officer", "region")


@dataclass
class Want:
    """A figure that is missing: verdicts it keeps open, firms it concerns, and firms where nothing else is missing."""

    figure: str
    verdicts: int = 0
    firms: int = 0
    alone: int = 0


def ranking(undecided: Sequence[Waiting], limit: int = 10) -> Sequence[Want]:
    """The figures whose absence keeps most verdicts open, the most first."""
    alike: Counter[Wants] = Counter()
    for group in undecided:
        alike[group.wants] += group.count
    found: dict[str, Want] = {}
    for wants, count in alike.items():
        for figure in wants.figures:
            want = found.setdefault(figure, Want(figure))
            want.verdicts += count * sum(figure in of_track for of_track in wants.tracks)
            want.firms += count
            want.alone += count * ((figure,) in wants.tracks)
    return sorted(found.values(), key=lambda want: (-want.verdicts, want.figure))[:limit]
