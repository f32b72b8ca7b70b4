"""What stands in a digest: the lines of one person, most urgent first, and the figures above them."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self

from accounts.models import User
from enterprises import deadlines
from enterprises.models import Enterprise, FirmStatement, StatementState, YearFigures
from enterprises.vocabulary import TRACK_BY_KEY
from notifications import escalation, urgent
from notifications.breakdown import Share, shares
from notifications.catalogue import bureau_name
from notifications.models import Obligation
from notifications.readers import GroupOf, Reader, ended_ahead, head_in, key_of, read_ahead, staff_in, told_of, why
from notifications.since import Since, week_of
from notifications.where import home_of, page, page_of
from notifications.workdays import Urgency, Workdays, calendar_of, urgency
from pipeline.domain import concerns, ladder, stock
from pipeline.models import Assessment

EXPIRING_DAYS: Final = 90


@dataclass(frozen=True)
class Line:
    """One obligation as a reader sees it."""

    obligation: Obligation
    url: str
    urgency: Urgency
    days_late: int
    workdays_left: int
    today: bool
    why: str
    new: bool
    raised: str = ""

    @property
    def when(self) -> str:
        """The day in words, and whether anybody verified it."""
        return "，".join(part for part in (self.obligation.when, self.obligation.reckoned) if part)

    @property
    def distance(self) -> str:
        """How far away the day is, in words; nothing where there is no day."""
        if self.obligation.due_on is None:
            return ""
        if self.days_late > 0:
            return f"已逾期 {self.days_late} 天"
        return "今天截止" if self.today else f"剩 {self.workdays_left} 个工作日"

    @property
    def track(self) -> str:
        """The short label of the track, or nothing."""
        known = TRACK_BY_KEY.get(self.obligation.track)
        return known.short if known else ""


@dataclass(frozen=True)
class Bucket:
    """The lines of one urgency."""

    urgency: Urgency
    lines: Sequence[Line]


@dataclass(frozen=True)
class KeyFigure:
    """A number above the list."""

    number: int
    label: str
    pressing: bool = False


@dataclass(frozen=True)
class Part:
    """What one reader has to do; a mailbox with two accounts has two parts.

    ``since`` is the day of the letters before, None where there is nothing to compare with; ``shares`` sums up for a
    head; ``all_url`` is where those are that did not fit in.
    """

    key: str
    name: str
    for_staff: bool
    told: urgent.Told
    buckets: Sequence[Bucket]
    figures: Sequence[KeyFigure]
    shares: Sequence[Share]
    since: datetime.date | None
    url: str
    all_url: str

    @property
    def count(self) -> int:
        """How much is open."""
        return self.told.count

    @property
    def overdue(self) -> int:
        """How much of it is overdue."""
        return self.told.overdue

    @property
    def nearest(self) -> datetime.date | None:
        """The next day on which something is due."""
        return self.told.nearest

    @property
    def lapsed(self) -> datetime.date | None:
        """The last day on which something was due."""
        return self.told.lapsed

    @property
    def rest(self) -> Sequence[urgent.Rest]:
        """What did not fit in, by kind and track."""
        return self.told.rest

    @property
    def obligations(self) -> list[int]:
        """The obligations that are listed."""
        return [line.obligation.pk for bucket in self.buckets for line in bucket.lines]

    @property
    def left_over(self) -> int:
        """How many did not fit in."""
        return sum(rest.number for rest in self.rest)


@dataclass(frozen=True)
class Contents:
    """Composes parts for one day; calendar and name of the bureau are read once.

    ``ahead`` and ``gone`` hold what is open and what ended for readers of firms, read for many at once. ``week`` is the
    week of the letter where it is not that of the day.
    """

    on: datetime.date
    ahead: Mapping[Reader, Sequence[Obligation]] = field(default_factory=dict)
    gone: Mapping[Reader, Sequence[Obligation]] = field(default_factory=dict)
    week: str = ""
    left: dict[datetime.date, int] = field(default_factory=dict)

    @cached_property
    def bureau(self) -> str:
        """Who writes."""
        return bureau_name()

    @cached_property
    def tracks(self) -> tuple[str, ...]:
        """The tracks of the bureau's ladder."""
        return concerns.of_bureau(ladder.rungs_in_use(self.on))

    @cached_property
    def calendar(self) -> Workdays:
        """The work calendar from last year on."""
        return calendar_of([self.on.year - 1])

    @cached_property
    def escalations(self) -> escalation.Rules:
        """Whom what is left undone is brought before, and when."""
        return escalation.Rules.known(self.on, self.calendar)

    @cached_property
    def since(self) -> Since | None:
        """The letters of the week before."""
        return Since.last_before(self.week or week_of(self.on))

    def reading_ahead(self, readers: Sequence[Reader]) -> Self:
        """The same with the rows of these readers at hand."""
        gone = ended_ahead(readers, self.since) if self.since else {}
        known = replace(self, ahead=read_ahead(readers), gone=gone)
        for name in ("bureau", "tracks", "calendar", "escalations", "since"):  # read once for all letters of a run
            known.__dict__[name] = getattr(self, name)
        return known

    def part(self, reader: Reader) -> Part | None:
        """What this reader has to do, or None when there is nothing to say."""
        staff, head = staff_in(reader), head_in(reader)
        told = self.told(reader)
        if told is None:
            return None
        return Part(
            key=key_of(reader),
            name=reader.name if isinstance(reader, User) else "",
            for_staff=staff is not None,
            told=told,
            buckets=self.buckets(told.chosen, reader),
            figures=self.figures(staff, told.overdue, told.week) if staff else [],
            shares=shares(told_of(head), head, self.on, self.since) if head else [],
            since=self.since.on if self.since else None,
            url=home_of(reader),
            all_url=f"{page('console:calendar')}?view=list" if staff else home_of(reader),
        )

    def told(self, reader: Reader) -> urgent.Told | None:
        """What this reader is told, out of the rows read ahead where there are any."""
        if reader in self.ahead:
            return urgent.gathered(self.ahead[reader], self.on, self.since, self.gone.get(reader, ()))
        ended = told_of(reader, self.since.ended(Obligation.objects.all())) if self.since else None
        most = urgent.MOST_OF_HEAD if head_in(reader) or isinstance(reader, GroupOf) else urgent.MOST_LINES
        pk = reader.pk if isinstance(reader, User) else None
        level = escalation.to_level(reader) if isinstance(reader, User) else urgent.NOBODY
        return urgent.asked(told_of(reader), self.on, pk, self.since, ended, most, level)

    def buckets(self, obligations: Iterable[Obligation], reader: Reader) -> list[Bucket]:
        """The lines by urgency, the most urgent bucket first."""
        lines = [self.line(obligation, reader) for obligation in obligations]
        found = [Bucket(each, [line for line in lines if line.urgency is each]) for each in Urgency]
        return [bucket for bucket in found if bucket.lines]

    def line(self, obligation: Obligation, reader: Reader) -> Line:
        """One obligation with its distance from today."""
        due = obligation.due_on
        return Line(
            obligation=obligation,
            url=page_of(obligation, reader),
            urgency=urgency(self.on, due),
            days_late=deadlines.days_between(due, self.on) if due else 0,
            workdays_left=self.workdays_left(due) if due else 0,
            today=due == self.on,
            why=why(obligation.enterprise, reader, self.on),
            new=self.since is not None and self.since.is_new(obligation),
            raised=self.escalations.says(obligation, self.on) if staff_in(reader) else "",
        )

    def workdays_left(self, due: datetime.date) -> int:
        """Working days until then; many letters name the same few days."""
        if due not in self.left:
            self.left[due] = self.calendar.workdays_left(self.on, due)
        return self.left[due]

    def figures(self, user: User, overdue: int, week: int) -> list[KeyFigure]:
        """The numbers an officer looks at first."""
        firms = Enterprise.objects.visible_to(user)
        short = Assessment.objects.one_short().filter(enterprise__in=firms, track__in=self.tracks)
        waiting = [
            rows.filter(state=StatementState.SUBMITTED, enterprise__in=firms).count()
            for rows in (YearFigures.objects.all(), FirmStatement.objects.all())
        ]
        return [
            KeyFigure(overdue + week, "已逾期和本周到期", pressing=True),
            KeyFigure(short.values("enterprise").distinct().count(), "只差一项条件的企业"),
            KeyFigure(stock.expiring(firms, self.on, EXPIRING_DAYS).count(), "90 天内资格到期企业"),
            KeyFigure(sum(waiting), "企业填报待采纳"),
        ]

    def notice(self, parts: Iterable[Part]) -> str:
        """What must be said of deadlines in a year whose calendar nobody announced yet."""
        lines = (line for part in parts for bucket in part.buckets for line in bucket.lines)
        last = max((line.obligation.due_on for line in lines if line.obligation.due_on), default=self.on)
        return self.calendar.notice(self.on, last) if last > self.on else ""
