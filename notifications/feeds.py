"""Calendar feeds: made, revoked, and what each shows now; rights are those of its owner at the moment of reading."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Region, Role, User
from enterprises import deadlines
from enterprises.models import Enterprise
from notifications import ics
from notifications.models import CalendarEntry, Feed, Obligation, ObligationQuerySet
from notifications.readers import obligations_of

BEHIND: Final = 90  # what passed longer ago and is still open stands in the letters, not in a calendar
MOST: Final = 1000  # the earliest ones; a calendar program reads all of it each time
MOST_FEEDS: Final = 20  # addresses of one person that hold
NOTED_EVERY: Final = timedelta(hours=1)


def hashed(secret: str) -> str:
    """What is kept of a secret; it is long and random, so a plain hash cannot be turned round."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(
    *, owner: User, scope: str, region: Region | None = None, enterprise: Enterprise | None = None
) -> tuple[Feed, str]:
    """A new address and its secret, which nobody can read again."""
    if Feed.objects.filter(owner=owner, revoked_at__isnull=True).count() >= MOST_FEEDS:
        raise StepRefused([Reason("feed", f"最多 {MOST_FEEDS} 个日历订阅，请先撤销不用的", who="bureau")])
    secret = secrets.token_urlsafe(32)
    feed = Feed.objects.create(
        owner=owner, scope=scope, region=region, enterprise=enterprise, secret_hash=hashed(secret)
    )
    after = {"scope": scope, "region": region and region.pk}
    audit.record("feed.make", feed, by=owner, after=after, enterprise_id=enterprise and enterprise.pk)
    return feed, secret


@transaction.atomic
def revoke(*, feed: Feed, by: User, at: datetime) -> None:
    """The address shows nothing any more, at once and for good."""
    if Feed.objects.filter(pk=feed.pk, revoked_at__isnull=True).update(revoked_at=at):
        audit.record("feed.revoke", feed, by=by, enterprise_id=feed.enterprise_id)


def found(secret: str) -> Feed | None:
    """The feed of an address, while it holds and its owner's account is in use."""
    feeds = Feed.objects.select_related("owner__region", "region", "enterprise")
    return feeds.filter(secret_hash=hashed(secret), revoked_at__isnull=True, owner__is_active=True).first()


def rows(feed: Feed, at: datetime) -> ObligationQuerySet:
    """What the feed shows: dated obligations that are its owner's to see now, the earliest first."""
    mine = obligations_of(feed.owner).filter(due_on__gte=deadlines.days_after(timezone.localdate(at), -BEHIND))
    match feed.scope:
        case Feed.Scope.UNIT:
            path = feed.region.path if feed.region else "-"
            mine = mine.filter(Q(enterprise__region__path__startswith=path) | Q(unit=feed.region))
        case Feed.Scope.FIRM:
            mine = mine.filter(enterprise=feed.enterprise_id)
        case Feed.Scope.PERSON if feed.owner.role != Role.ENTERPRISE:
            own = Q(enterprise__officer=feed.owner) | Q(enterprise__deputy=feed.owner)
            mine = mine.filter(own | Q(unit__isnull=False))  # what is one's own unit's to do
    return mine.select_related("enterprise", "unit").order_by("due_on", "pk")


def shown(feed: Feed, at: datetime) -> bytes:
    """The calendar as a program reads it."""
    listed = list(rows(feed, at)[:MOST])
    known = entries(listed, at)
    return ics.calendar(name_of(feed), [(row, known[row.pk]) for row in listed], feed.owner)


def name_of(feed: Feed) -> str:
    """What the calendar is called in a program."""
    whose = {Feed.Scope.UNIT: feed.region, Feed.Scope.FIRM: feed.enterprise}.get(Feed.Scope(feed.scope))
    return f"梯度 {whose.name if whose else feed.owner.name}"


def entries(listed: Sequence[Obligation], at: datetime) -> dict[int, CalendarEntry]:
    """What programs are told of each: the sequence rises where it says something else than the last time."""
    known = CalendarEntry.objects.in_bulk([row.pk for row in listed])
    changed = {row.pk: content for row in listed if differs(known.get(row.pk), content := ics.content(row))}
    new = [CalendarEntry(obligation_id=pk, content=changed[pk], changed_at=at) for pk in changed if pk not in known]
    CalendarEntry.objects.bulk_create(new, ignore_conflicts=True)
    for pk in changed.keys() & known.keys():  # two programs that ask at once count one change once
        again = CalendarEntry.objects.filter(pk=pk, content=known[pk].content)
        again.update(content=changed[pk], sequence=F("sequence") + 1, changed_at=at)
    return known if not changed else CalendarEntry.objects.in_bulk([row.pk for row in listed])


def differs(entry: CalendarEntry | None, content: str) -> bool:
    """Whether a program has to be told anew."""
    return entry is None or entry.content != content


def note_reading(feed: Feed, at: datetime) -> None:
    """A program asked: kept to the hour, so that a person sees which address is in use."""
    late = Q(read_at__isnull=True) | Q(read_at__lt=at - NOTED_EVERY)
    Feed.objects.filter(late, pk=feed.pk).update(read_at=at)


def of_owner(owner: User) -> Iterable[Feed]:
    """The addresses of one person that hold."""
    return Feed.objects.filter(owner=owner, revoked_at__isnull=True).select_related("region", "enterprise")
