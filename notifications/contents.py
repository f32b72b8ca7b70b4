"""What stands in a digest: the lines of one person, most urgent first, and the figures above them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.conf import settings
from django.db.models import Case, Count, F, Min, Q, QuerySet, SmallIntegerField, Value, When
from django.urls import reverse

from accounts.models import Role, User
from enterprises.models import Enterprise, FirmStatement, StatementState, YearFigures
from enterprises.vocabulary import TRACK_BY_KEY, TRACKS
from notifications.catalogue import bureau_name
from notifications.models import Obligation
from notifications.workdays import Urgency, Workdays, calendar_of, end_of_week, urgency
from pipeline.domain import stock
from pipeline.models import Assessment

MOST_LINES: Final = 30
MOST_OVERDUE: Final = 10  # the latest ones: what lapsed last can be rescued best
EXPIRING_DAYS: Final = 90
NEAR: Final = datetime.timedelta(days=30)


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
class Rest:
    """How many obligations of one kind and track did not fit in."""

    kind: str
    track: str
    number: int


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
    rest: Sequence[Rest]
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
    """Composes parts for one day; calendar and name of the bureau are read once."""

    on: datetime.date

    @cached_property
    def bureau(self) -> str:
        """Who writes."""
        return bureau_name()

    @cached_property
    def calendar(self) -> Workdays:
        """The work calendar from this year on."""
        return calendar_of([self.on.year])

    def part(self, reader: Reader) -> Part | None:
        """What this reader has to do, or None when there is nothing to say."""
        staff = staff_in(reader)
        mine = obligations_of(reader)
        counts = mine.aggregate(
            all=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=self.on)),
            week=Count("pk", filter=self.this_week),
            nearest=Min("due_on", filter=Q(due_on__gte=self.on)),
        )
        if not counts["all"]:
            return None
        chosen = most_urgent(mine, self.on, reader)
        return Part(
            key=key_of(reader),
            name=reader.name if isinstance(reader, User) else "",
            for_staff=staff is not None,
            count=counts["all"],
            overdue=counts["overdue"],
            nearest=counts["nearest"],
            buckets=self.buckets(chosen, reader),
            rest=left_over(mine, chosen) if counts["all"] > len(chosen) else [],
            figures=self.figures(staff, counts["overdue"], counts["week"]) if staff else [],
            url=home_of(reader),
        )

    @property
    def this_week(self) -> Q:
        """Due from today to Sunday."""
        return Q(due_on__range=(self.on, end_of_week(self.on)))

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
            workdays_left=self.calendar.workdays_left(self.on, due) if due else 0,
            today=due == self.on,
            whose=whose(obligation.enterprise, reader, self.on),
        )

    def figures(self, user: User, overdue: int, week: int) -> list[KeyFigure]:
        """The numbers an officer looks at first."""
        firms = Enterprise.objects.visible_to(user)
        short = Assessment.objects.one_short().filter(enterprise__in=firms)
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


def most_urgent(mine: QuerySet[Obligation], on: datetime.date, reader: Reader) -> Sequence[Obligation]:
    """The lines of a letter, thirty at most: the latest overdue ones, what is due within a month, what waits without
    a day (the bureau's own before the firms'); the room left goes to more overdue ones, then to what is far away.
    Among equals an officer's own firms stand first, and those of an absent owner whose deputy they are."""
    near = Q(due_on__range=(on, on + NEAR))
    rank = Case(
        When(due_on__lt=on, then=Value(3)), When(near, then=Value(1)), When(due_on__isnull=True, then=Value(2)),
        default=Value(4), output_field=SmallIntegerField(),
    )  # fmt: skip
    lapse = Case(When(due_on__lt=on, then=F("due_on")))
    lines = mine.select_related("enterprise__officer").annotate(rank=rank, lapse=lapse, others=others(reader, on))
    first: list[Obligation] = list(lines.filter(due_on__lt=on).order_by("others", "-due_on", "pk")[:MOST_OVERDUE])
    waiting = lines.exclude(pk__in=[line.pk for line in first])
    by_day = F("due_on").asc(nulls_last=True)
    order = ("rank", "others", F("lapse").desc(nulls_last=True), by_day, "for_enterprise", "pk")
    return [*first, *waiting.order_by(*order)[: MOST_LINES - len(first)]]


def others(reader: Reader, on: datetime.date) -> Case:
    """0 for firms that are the reader's to care for on the day, 1 for the rest."""
    if not isinstance(reader, User):
        return Case(default=Value(1), output_field=SmallIntegerField())
    absent = Q(enterprise__officer__is_active=False) | Q(enterprise__officer__away_until__gte=on)
    cared = Q(enterprise__officer=reader.pk) | Q(absent, enterprise__deputy=reader.pk)
    return Case(When(cared, then=Value(0)), default=Value(1), output_field=SmallIntegerField())


def left_over(mine: QuerySet[Obligation], chosen: Sequence[Obligation]) -> list[Rest]:
    """What did not fit in, counted by kind and track."""
    rest = mine.exclude(pk__in=[obligation.pk for obligation in chosen])
    counted = rest.order_by().values("kind", "track").annotate(number=Count("pk")).order_by("-number", "kind", "track")
    return [
        Rest(
            kind=Obligation.Kind(row["kind"]).label,
            track=TRACK_BY_KEY[row["track"]].short if row["track"] else "",
            number=row["number"],
        )
        for row in counted
    ]
