"""What is due to be done, found by dated rules: one function per rule, each a constant number of queries."""

import datetime
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from enterprises import deadlines
from enterprises.models import FirmStatement, StatementState, YearFigures
from enterprises.vocabulary import TRACK_BY_KEY
from notifications.models import Obligation, Timing
from notifications.models.duties import dated
from pipeline.domain import ledgers, titles
from pipeline.models import Candidacy, Title
from pipeline.models.candidacy import State
from pipeline.models.title import Standing

AHEAD: Final = 180  # days
# A title that lapsed longer ago is history, not something left undone this year.
BEHIND: Final = 365  # days
HANDED_IN: Final = [State.FILED, State.RECOMMENDED, State.PUBLICISED]
RENEWAL: Final = {"hnte": "到期前须重新认定", "tsme": "次年须重新评价入库"}
OTHER_RENEWAL: Final = "到期前须复核或重新申报"


@dataclass(frozen=True)
class Due:
    """One thing to be done, as a rule sees it on a day; ``key`` names rule, firm and period.

    ``timing`` follows from what is given: an event, a notice that postponed the day, an hour, a day, or none of them.
    """

    key: str
    kind: Obligation.Kind
    enterprise_id: int | None
    says: str
    because: str
    track: str = ""
    due_on: datetime.date | None = None
    verified: bool = False
    for_enterprise: bool = True
    due_time: datetime.time | None = None
    event: str = ""
    event_on: datetime.date | None = None
    postponed_from: datetime.date | None = None
    postponed_by: str = ""
    unit_id: int | None = None

    @property
    def timing(self) -> Timing:
        """Which kind of deadline it is."""
        if self.due_on is None:
            return Timing.OPEN
        if self.postponed_from is not None:
            return Timing.POSTPONED
        if self.event_on is not None:
            return Timing.RELATIVE
        return Timing.HOUR if self.due_time is not None else Timing.DAY


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


def titles_ending(scope: Scope) -> Iterator[Due]:
    """Titles that end within half a year, or ended within the last one, with no later title of their track."""
    later = Title.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track")).filter(
        Q(valid_until__gt=OuterRef("valid_until")) | Q(valid_until__isnull=True)
    )
    renewal = Candidacy.objects.filter(enterprise=OuterRef("enterprise"), track=OuterRef("track"), state__in=HANDED_IN)
    ending = (
        scope.of(Title.objects.all())
        .filter(valid_until__range=deadlines.around(scope.on, BEHIND, AHEAD))
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
    if deadlines.is_past(valid_until, on):
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
