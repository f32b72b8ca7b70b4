"""Who reads a digest, what is theirs to be told, and why it is."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Region, Role, User
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACKS
from notifications.models import Obligation, ObligationQuerySet
from notifications.since import Since
from notifications.wishes import muted_of


@dataclass(frozen=True)
class ContactOf:
    """The contact of firms none of whose people has an account: a mailbox without a name, told what a firm is told."""

    firms: frozenset[int]


@dataclass(frozen=True)
class GroupOf:
    """A group chat, or another system, of a unit: told sums and the most urgent of what the unit may see."""

    region: Region


Reader = User | ContactOf | GroupOf


def staff_in(reader: Reader) -> User | None:
    """The reader as somebody of the bureau, None for people of a firm."""
    return reader if isinstance(reader, User) and reader.role != Role.ENTERPRISE else None


def head_in(reader: Reader) -> User | None:
    """The reader as head of a unit or of the bureau, None for everybody else."""
    staff = staff_in(reader)
    return staff if staff and staff.leads else None


def key_of(reader: Reader) -> str:
    """What tells the readers of one mailbox apart."""
    if isinstance(reader, GroupOf):
        return "group"
    return str(reader.pk) if isinstance(reader, User) else "contact"


def obligations_of(reader: Reader, rows: ObligationQuerySet | None = None) -> ObligationQuerySet:
    """The obligations a reader is told of, out of those that are open unless others are given.

    Staff are told those of their lines, a head without a line those of every line, people of a firm what is theirs to
    do.
    """
    found: ObligationQuerySet = Obligation.objects.open() if rows is None else rows
    if isinstance(reader, ContactOf):
        return found.filter(enterprise__in=reader.firms, for_enterprise=True)
    if isinstance(reader, GroupOf):
        within = Q(enterprise__region__path__startswith=reader.region.path)
        return found.filter(within | Q(unit=reader.region))
    own_unit = Q(unit__isnull=True) | Q(unit=reader.region_id)  # what another unit has to do is shown, not sent
    mine = found.visible_to(reader).filter(own_unit)
    if reader.role == Role.ENTERPRISE:
        return mine.filter(for_enterprise=True)
    if not reader.may_write:
        return mine.none()
    if reader.leads and not reader.lines:
        return mine
    tracks = [track.key for track in TRACKS if track.line in reader.lines]
    return mine.filter(track__in=[*tracks, ""])


def told_of(reader: Reader, rows: ObligationQuerySet | None = None) -> ObligationQuerySet:
    """The same without the kinds the reader does not want to be told of."""
    mine = obligations_of(reader, rows)
    muted = muted_of(reader) if isinstance(reader, User) else ()
    return mine.exclude(kind__in=muted) if muted else mine


Rows = dict[Reader, list[Obligation]]


def read_ahead(readers: Iterable[Reader]) -> Rows:
    """The open obligations of those readers who are people of firms or contacts, in two queries for all of them."""
    return of_firms(firms_of(readers), Obligation.objects.open())


def ended_ahead(readers: Iterable[Reader], since: Since) -> Rows:
    """What ended for the same readers since the letters before, in two queries too."""
    return of_firms(firms_of(readers), since.ended(Obligation.objects.all()))


def firms_of(readers: Iterable[Reader]) -> dict[Reader, set[int]]:
    """The firms of people of firms and of contacts."""
    people = [reader for reader in readers if isinstance(reader, User) and reader.role == Role.ENTERPRISE]
    firms: dict[Reader, set[int]] = {reader: set(reader.firms) for reader in readers if isinstance(reader, ContactOf)}
    by_key: dict[int, Reader] = {reader.pk: reader for reader in people}
    firms |= {reader: set() for reader in people}
    through = Enterprise.members.through.objects.filter(user__in=by_key)
    for user_id, enterprise_id in through.values_list("user_id", "enterprise_id"):
        firms[by_key[user_id]].add(enterprise_id)
    return firms


def of_firms(firms: dict[Reader, set[int]], rows: QuerySet[Obligation]) -> Rows:
    """The rows that are theirs to do, firm by firm."""
    of_firm: dict[int, list[Obligation]] = defaultdict(list)
    wanted = {firm for some in firms.values() for firm in some}
    theirs = rows.filter(enterprise__in=wanted, for_enterprise=True)
    for row in theirs.select_related("enterprise__officer").order_by("pk"):
        of_firm[row.enterprise_id or 0].append(row)
    return {
        reader: wanted_by(reader, (row for firm in sorted(some) for row in of_firm[firm]))
        for reader, some in firms.items()
    }


def wanted_by(reader: Reader, rows: Iterable[Obligation]) -> list[Obligation]:
    """The rows of the kinds that a reader wants to be told of."""
    muted = muted_of(reader) if isinstance(reader, User) else ()
    return [row for row in rows if row.kind not in muted]


def why(enterprise: Enterprise | None, reader: Reader, on: datetime.date) -> str:
    """Why this reader is told of this firm, or of what is one's own unit's to do."""
    if enterprise is None:
        return "本单位事项"
    if isinstance(reader, ContactOf):
        return "您是企业联络员"
    if isinstance(reader, GroupOf):
        return f"责任人{enterprise.officer.name}" if enterprise.officer else "暂无责任人"
    if reader.role == Role.ENTERPRISE:
        return "您为该企业填报"
    if enterprise.officer_id == reader.pk:
        return "您负责"
    owner = enterprise.officer
    if enterprise.deputy_id == reader.pk and owner is not None and owner.is_absent(on):
        return f"请代{owner.name}办理（{'外出' if owner.is_active else '账号已停用'}）"
    if reader.leads:
        return f"责任人{owner.name}" if owner else "暂无责任人"
    return "属您的辖区和业务线"
