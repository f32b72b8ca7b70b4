"""What is due to be done, found by dated rules: one function per rule, each a constant number of queries."""

import datetime
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from enterprises.models import FirmStatement, Material, StatementState, YearFigures
from enterprises.vocabulary import TRACK_BY_KEY
from notifications.models import Obligation
from pipeline.domain import ledgers, titles
from pipeline.models import Candidacy, Title
from pipeline.models.candidacy import State
from pipeline.models.title import Standing

AHEAD: Final = datetime.timedelta(days=180)
# A title that lapsed longer ago is history, not something left undone this year.
BEHIND: Final = datetime.timedelta(days=365)
HANDED_IN: Final = [State.FILED, State.RECOMMENDED, State.PUBLICISED]
RENEWAL: Final = {"hnte": "到期前须重新认定", "tsme": "次年须重新评价入库"}
OTHER_RENEWAL: Final = "到期前须复核或重新申报"


@dataclass(frozen=True)
class Due:
    """One thing to be done, as a rule sees it on a day; ``key`` names rule, firm and period."""

    key: str
    kind: Obligation.Kind
    enterprise_id: int
    says: str
    because: str
    track: str = ""
    due_on: datetime.date | None = None
    verified: bool = False
    for_enterprise: bool = True


@dataclass(frozen=True)
class Scope:
    """The day, and the firms looked at; None is the whole register. Deregistered firms owe nothing."""

    on: datetime.date
    enterprise_ids: Collection[int] | None = None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of these firms."""
        living = rows.filter(enterprise__deregistered_on__isnull=True)
        return living if self.enterprise_ids is None else living.filter(enterprise__in=self.enterprise_ids)


Cause = Callable[[Scope], Iterator[Due]]


def dated(day: datetime.date) -> str:
    """A day in words."""
    return f"{day.year}年{day.month}月{day.day}日"


def titles_ending(scope: Scope) -> Iterator[Due]:
    """Titles that end within half a year, or ended within the last one, with no later title of their track."""
    later = Title.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track")).filter(
        Q(valid_until__gt=OuterRef("valid_until")) | Q(valid_until__isnull=True)
    )
    renewal = Candidacy.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track"), state__in=HANDED_IN)
    ending = (
        scope.of(Title.objects.all())
        .filter(valid_until__range=(scope.on - BEHIND, scope.on + AHEAD))
        .exclude(standing=Standing.REVOKED)
        .filter(~Exists(later.exclude(standing=Standing.REVOKED)))
        .annotate(renewing=Exists(renewal))
    )
    for title in ending:
        yield ending_title(scope.on, title, title.renewing)


def is_documented(title: Title) -> bool:
    """Whether the last day was read somewhere: typed otherwise than the rule counts it, or backed by a document.

    A day counted from the day of issue looks like any other; only its document tells that somebody saw the paper, and
    the name of an imported ledger is not one.
    """
    counted = title.valid_until == titles.lapses_on(title.track, title.valid_from)
    return not counted or bool(title.document and not title.document.startswith(ledgers.DOCUMENT))


def ending_title(on: datetime.date, title: Title, renewing: bool) -> Due:
    """What one ending title asks for: a renewal, unless one was already handed in."""
    assert title.valid_until is not None  # only titles that end are asked for
    enterprise_id, track, valid_until = title.enterprise_id, title.track, title.valid_until
    label, until = TRACK_BY_KEY[track].label, dated(valid_until)
    says = f"{label}资格{until}到期，{RENEWAL.get(track, OTHER_RENEWAL)}"
    if valid_until < on:
        says = f"{label}资格已于{until}到期，未见新的认定"
    if renewing:
        says = f"{label}资格{until}到期，新的申报已提交，等待结果"
    return Due(
        key=f"title-expiry:{enterprise_id}:{track}:{valid_until}",
        kind=Obligation.Kind.TITLE_EXPIRY,
        enterprise_id=enterprise_id,
        says=says,
        because=f"登记的{label}资格有效期至{until}",
        track=track,
        due_on=valid_until,
        verified=is_documented(title),
        for_enterprise=not renewing,
    )


@dataclass(frozen=True)
class AnnualDuty:
    """A report that holders of a title owe every year by a day, and the paper whose acceptance settles it."""

    track: str
    month: int
    day: int
    paper: str
    because: str
    code: str = ""  # tells several duties of one track apart

    def next_day(self, on: datetime.date) -> datetime.date:
        """The next day on which it is due."""
        this_year = datetime.date(on.year, self.month, self.day)
        return this_year if this_year >= on else this_year.replace(year=on.year + 1)


# None of these days was compared with an official text, so each is shown as 待核实. 火炬统计: the days that were seen
# are those of other places (西安 03-31 for 2025, 武汉经开区 03-24 for 2023), none of Hubei for the present year.
# 创新型: 04-30 under the old rules; 05-31 at the latest is assumed.
ANNUAL_DUTIES: Final = (
    AnnualDuty("hnte", 5, 31, "高新技术企业年度发展情况报表", "高新技术企业每年5月底前填报上一年度情况"),
    AnnualDuty("hnte", 3, 31, "火炬统计年报", "高新技术企业每年填报火炬统计年报，湖北当年截止日未见通知", code="torch"),
    AnnualDuty("isme", 5, 31, "创新型中小企业年度信息更新", "创新型中小企业每年更新信息，截止日暂按5月底"),
    AnnualDuty("srdi", 5, 31, "专精特新中小企业年度信息更新", "专精特新中小企业每年更新信息"),
    AnnualDuty("little_giant", 5, 31, "专精特新“小巨人”企业年度信息更新", "“小巨人”企业每年更新信息"),
    AnnualDuty("champion_national", 5, 31, "制造业单项冠军年度信息更新", "单项冠军企业每年更新信息"),
)
# From mid-November, so that next spring's report stands in the first letter after a recognition.
ANNUAL_AHEAD: Final = datetime.timedelta(days=200)
# Nobody may have told us that a report was handed in: it is not shown as overdue for longer than this.
ANNUAL_BEHIND: Final = datetime.timedelta(days=60)


def annual_duties(scope: Scope) -> Iterator[Due]:
    """Yearly reports of those who will hold the title on the day, until the paper was accepted."""
    for duty in ANNUAL_DUTIES:
        due_on = duty.next_day(scope.on - ANNUAL_BEHIND)
        if due_on > scope.on + ANNUAL_AHEAD:
            continue
        handed_in = Material.objects.filter(
            enterprise=OuterRef("enterprise"), kind=duty.paper, year=due_on.year - 1, accepted_at__isnull=False
        )
        holders = scope.of(Title.objects.in_force(due_on).filter(track=duty.track, issued_on__lte=scope.on))
        owing = holders.filter(~Exists(handed_in)).values_list("enterprise_id", flat=True).distinct()
        for enterprise_id in owing:
            yield Due(
                key=":".join(filter(None, ["annual", str(enterprise_id), duty.track, duty.code, str(due_on.year)])),
                kind=Obligation.Kind.ANNUAL_DUTY,
                enterprise_id=enterprise_id,
                says=f"报送{due_on.year - 1}年{duty.paper}",
                because=duty.because,
                track=duty.track,
                due_on=due_on,
            )


def figures_to_accept(scope: Scope) -> Iterator[Due]:
    """Statements of firms that no officer has accepted or declined yet."""
    waiting = scope.of(YearFigures.objects.filter(state=StatementState.SUBMITTED))
    for pk, enterprise_id, year, known_at in waiting.values_list("pk", "enterprise_id", "year", "known_at"):
        yield to_accept(f"figures:{pk}", enterprise_id, f"企业填报的{year}年度指标待采纳", known_at)
    waiting = scope.of(FirmStatement.objects.filter(state=StatementState.SUBMITTED))
    for pk, enterprise_id, known_at in waiting.values_list("pk", "enterprise_id", "known_at"):
        yield to_accept(f"firm:{pk}", enterprise_id, "企业填报的基本情况待采纳", known_at)


def to_accept(which: str, enterprise_id: int, says: str, known_at: datetime.datetime) -> Due:
    """A statement for an officer to decide on."""
    return Due(
        key=f"accept:{which}",
        kind=Obligation.Kind.FIGURES_TO_ACCEPT,
        enterprise_id=enterprise_id,
        says=says,
        because=f"企业{dated(timezone.localdate(known_at))}提交，采纳后即重新评估",
        for_enterprise=False,
    )


def materials_to_accept(scope: Scope) -> Iterator[Due]:
    """Papers handed in that no officer has checked yet."""
    waiting = scope.of(Material.objects.filter(accepted_at__isnull=True))
    for pk, enterprise_id, kind, stated_at in waiting.values_list("pk", "enterprise_id", "kind", "stated_at"):
        yield Due(
            key=f"accept:material:{pk}",
            kind=Obligation.Kind.MATERIAL_TO_ACCEPT,
            enterprise_id=enterprise_id,
            says=f"“{kind}”待核收",
            because=f"企业{dated(timezone.localdate(stated_at))}提交",
            for_enterprise=False,
        )
