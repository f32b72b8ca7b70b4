"""What stands in a digest: the lines of one person, most urgent first, and the figures above them."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Role, User
from enterprises.models import Enterprise, FirmStatement, StatementState, YearFigures
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from notifications import urgent
from notifications.catalogue import bureau_name
from notifications.models import Obligation
from notifications.workdays import Urgency, Workdays, calendar_of, urgency
from pipeline.domain import concerns, ladder, stock
from pipeline.models import Assessment

EXPIRING_DAYS: Final = 90


@dataclass(frozen=True)
class ContactOf:
    """The contact of firms none of whose people has an account: a mailbox without a name, told what a firm is told."""

    firms: frozenset[int]


Reader = User | ContactOf


@dataclass(frozen=True)
class Line:
    """One obligation as a reader sees it."""

    obligation: Obligation
    url: str
    urgency: Urgency
    days_late: int
    workdays_left: int
    today: bool
    whose: str = ""

    @property
    def when(self) -> str:
        """The day in words, and whether anybody verified it."""
        due = self.obligation.due_on
        if due is None:
            return "未定期限"
        return f"{due.year}年{due.month}月{due.day}日{'' if self.obligation.verified else '（待核实）'}"

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
    """What one reader has to do; a mailbox with two accounts has two parts."""

    key: str
    name: str
    for_staff: bool
    count: int
    overdue: int
    nearest: datetime.date | None
    buckets: Sequence[Bucket]
    rest: Sequence[urgent.Rest]
    figures: Sequence[KeyFigure]
    url: str

    @property
    def obligations(self) -> list[int]:
        """The obligations that are listed."""
        return [line.obligation.pk for bucket in self.buckets for line in bucket.lines]

    @property
    def left_over(self) -> int:
        """How many did not fit in."""
        return sum(rest.number for rest in self.rest)


def page(view: str, *args: int) -> str:
    """The address of a page, for a letter."""
    return f"{settings.TIDU_BASE_URL}{reverse(view, args=args)}"


@dataclass(frozen=True)
class Contents:
    """Composes parts for one day; calendar and name of the bureau are read once.

    ``ahead`` holds the obligations of readers of firms that were read for many at once (``read_ahead``).
    """

    on: datetime.date
    ahead: Mapping[Reader, Sequence[Obligation]] = field(default_factory=dict)
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
        """The work calendar from this year on."""
        return calendar_of([self.on.year])

    def part(self, reader: Reader) -> Part | None:
        """What this reader has to do, or None when there is nothing to say."""
        staff = staff_in(reader)
        told = self.told(reader)
        if told is None:
            return None
        return Part(
            key=key_of(reader),
            name=reader.name if isinstance(reader, User) else "",
            for_staff=staff is not None,
            count=told.count,
            overdue=told.overdue,
            nearest=told.nearest,
            buckets=self.buckets(told.chosen, reader),
            rest=told.rest,
            figures=self.figures(staff, told.overdue, told.week) if staff else [],
            url=home_of(reader),
        )

    def told(self, reader: Reader) -> urgent.Told | None:
        """What this reader is told, out of the rows read ahead where there are any."""
        if reader in self.ahead:
            return urgent.gathered(self.ahead[reader], self.on)
        return urgent.asked(obligations_of(reader), self.on, reader.pk if isinstance(reader, User) else None)

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
            days_late=(self.on - due).days if due else 0,
            workdays_left=self.workdays_left(due) if due else 0,
            today=due == self.on,
            whose=whose(obligation.enterprise, reader, self.on),
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


def staff_in(reader: Reader) -> User | None:
    """The reader as somebody of the bureau, None for people of a firm."""
    return reader if isinstance(reader, User) and reader.role != Role.ENTERPRISE else None


def key_of(reader: Reader) -> str:
    """What tells the readers of one mailbox apart."""
    return str(reader.pk) if isinstance(reader, User) else "contact"


def home_of(reader: Reader) -> str:
    """The page where a reader goes on; a contact has no account to go on with."""
    if isinstance(reader, ContactOf):
        return ""
    return page("console:workbench" if staff_in(reader) else "portal:home")


def page_of(obligation: Obligation, reader: Reader) -> str:
    """The page of one line, for those who can open it."""
    if isinstance(reader, ContactOf):
        return ""
    return page("console:enterprise_detail" if staff_in(reader) else "portal:status", obligation.enterprise_id)


def obligations_of(reader: Reader) -> QuerySet[Obligation]:
    """The open obligations a reader is told of: staff those of their lines, people of a firm what is theirs to do."""
    unsettled = Obligation.objects.open()
    if isinstance(reader, ContactOf):
        return unsettled.filter(enterprise__in=reader.firms, for_enterprise=True)
    mine = unsettled.visible_to(reader)
    if reader.role == Role.ENTERPRISE:
        return mine.filter(for_enterprise=True)
    if not reader.may_write:
        return mine.none()
    tracks = [track.key for track in TRACKS if track.line in reader.lines]
    return mine.filter(track__in=[*tracks, ""])


def read_ahead(readers: Iterable[Reader]) -> dict[Reader, list[Obligation]]:
    """The obligations of those readers who are people of firms or contacts, in two queries for all of them."""
    people = [reader for reader in readers if isinstance(reader, User) and reader.role == Role.ENTERPRISE]
    firms: dict[Reader, set[int]] = {reader: set(reader.firms) for reader in readers if isinstance(reader, ContactOf)}
    by_key: dict[int, Reader] = {reader.pk: reader for reader in people}
    firms |= {reader: set() for reader in people}
    through = Enterprise.members.through.objects.filter(user__in=by_key)
    for user_id, enterprise_id in through.values_list("user_id", "enterprise_id"):
        firms[by_key[user_id]].add(enterprise_id)
    of_firm: dict[int, list[Obligation]] = defaultdict(list)
    wanted = {firm for some in firms.values() for firm in some}
    unsettled = Obligation.objects.open().filter(enterprise__in=wanted, for_enterprise=True)
    for row in unsettled.select_related("enterprise__officer").order_by("pk"):
        of_firm[row.enterprise_id].append(row)
    return {reader: [row for firm in sorted(some) for row in of_firm[firm]] for reader, some in firms.items()}


def whose(enterprise: Enterprise, reader: Reader, on: datetime.date) -> str:
    """Whose firm it is to this officer: one's own, or that of an absent colleague whose deputy one is."""
    if not isinstance(reader, User) or reader.role == Role.ENTERPRISE:
        return ""
    if enterprise.officer_id == reader.pk:
        return "您负责"
    owner = enterprise.officer
    if enterprise.deputy_id != reader.pk or owner is None or not owner.is_absent(on):
        return ""
    return f"请代{owner.name}办理（{'外出' if owner.is_active else '账号已停用'}）"
