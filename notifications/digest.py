"""Monday's mail: one letter per mailbox and ISO week, re-checked before it leaves."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Role, User
from enterprises.models import Contact, Enterprise
from notifications import bounces, obligations, outbox
from notifications.catalogue import DIGEST, Rendered
from notifications.contents import Contents, Part
from notifications.models import STOP, Channel, DigestRun
from notifications.readers import ContactOf, GroupOf, Reader
from notifications.since import monday_of, remember, week_of
from notifications.wake import wake
from notifications.where import page
from notifications.wishes import declined, willing

READERS = [Role.CITY, Role.UNIT, Role.ENTERPRISE]
START = datetime.time(8, 30)


def is_missed(now: datetime.datetime) -> bool:
    """Whether this week's run should have happened by now and did not; ``now`` is local time."""
    due = now.weekday() > 0 or now.time() >= START
    return due and not DigestRun.objects.filter(week=week_of(now.date())).exists()


def group_words(part: Part, contents: Contents) -> Rendered:
    """A part as a group chat reads it: short, and without a style."""
    context = {"part": part, "bureau": contents.bureau, "week": contents.on.isocalendar(), "on": contents.on}
    context |= {"count": part.count, "overdue": part.overdue, "nearest": part.nearest, "lapsed": part.lapsed}
    subject = render_to_string("emails/digest/subject.txt", context)
    return Rendered(" ".join(subject.split()), render_to_string("emails/digest/group.txt", context).strip() + "\n", "")


@dataclass
class Mailbox:
    """Who reads one mailbox: accounts, the officer of the bureau first, and the firms whose contact it belongs to."""

    to: str = ""
    users: list[User] = field(default_factory=list)
    firms: set[int] = field(default_factory=set)

    @property
    def readers(self) -> list[Reader]:
        """The readers, each of whom gets a part."""
        contact = [ContactOf(frozenset(self.firms))] if self.firms else []
        return [*self.users, *contact]


@dataclass(frozen=True)
class Digest:
    """The letter to one mailbox."""

    parts: Sequence[Part]
    rendered: Rendered
    on: datetime.date

    @property
    def basis(self) -> dict[str, object]:
        """What it rests on: the day, the obligations listed, and which of them each reader was told."""
        told = {part.key: part.obligations for part in self.parts}
        return {
            "on": self.on.isoformat(),
            "obligations": sorted({pk for pks in told.values() for pk in pks}),
            "told": told,
        }


def compose(readers: Sequence[Reader], contents: Contents) -> Digest | None:
    """The letter to the mailbox these readers share, or None when there is nothing to say."""
    parts = [part for reader in readers if (part := contents.part(reader)) is not None]
    if not parts:
        return None
    if isinstance(readers[0], GroupOf):
        return Digest(parts, group_words(parts[0], contents), contents.on)
    days = [part.nearest for part in parts if part.nearest]
    lapses = [part.lapsed for part in parts if part.lapsed]
    context = {
        "bureau": contents.bureau,
        "parts": parts,
        "count": sum(part.count for part in parts),
        "overdue": sum(part.overdue for part in parts),
        "nearest": min(days, default=None),
        "lapsed": max(lapses, default=None),
        "notice": contents.notice(parts),
        "on": contents.on,
        "week": contents.on.isocalendar(),
        "stop": STOP,
        "settings_url": page("reminders:preferences") if any(isinstance(each, User) for each in readers) else "",
    }
    return Digest(parts, DIGEST.render(context), contents.on)


def readers_of_mail(on: datetime.date) -> QuerySet[User]:
    """The accounts that wish to be told on a day and can be; the officer of the bureau first."""
    readers = willing(User.objects.filter(is_active=True, role__in=READERS), on).exclude(email="")
    return readers.select_related("region").order_by("role", "pk")


def told_accounts(on: datetime.date) -> QuerySet[User]:
    """The accounts that are told on a day: those whose mailbox takes letters."""
    readers = readers_of_mail(on).alias(mailbox=Lower("email"))
    return readers.exclude(mailbox__in=bounces.bad_addresses(timezone.now()))


def told_contacts() -> QuerySet[Contact]:
    """The contacts that are told at present: those of firms none of whose people has an account in use."""
    contacts = contacts_in_place().alias(mailbox=Lower("email")).exclude(mailbox__in=declined())
    return contacts.exclude(mailbox__in=bounces.bad_addresses(timezone.now())).order_by("pk")


def contacts_in_place() -> QuerySet[Contact]:
    """The contacts with a mailbox who read in place of an account."""
    people = Enterprise.members.through.objects.filter(enterprise=OuterRef("enterprise"), user__is_active=True)
    return Contact.objects.exclude(email="").exclude(Exists(people))


def mailboxes(on: datetime.date) -> Mapping[str, Mailbox]:
    """Who is told on a day, by mailbox."""
    boxes: dict[str, Mailbox] = defaultdict(Mailbox)
    for user in told_accounts(on):
        box = boxes[user.email.casefold()]
        box.to = box.to or user.email
        box.users.append(user)
    for contact in told_contacts():
        box = boxes[contact.email.casefold()]
        box.to = box.to or contact.email
        box.firms.add(contact.enterprise_id)
    return boxes


@transaction.atomic
def run(*, on: datetime.date) -> DigestRun:
    """Make this week's letters, once: the run and all its letters, or none of it. A second call finds the first run.

    ``on`` decides the week and the lines. A parallel call waits here for the first one's end.
    """
    made, new = DigestRun.objects.get_or_create(week=week_of(on), defaults={"on": monday_of(on)})
    if not new:
        return made
    obligations.refresh(on=on)
    remember(made, on)
    rest, contents = iter(mailboxes(on).items()), Contents(on)
    while some := list(islice(rest, outbox.AT_ONCE)):
        batch = contents.reading_ahead([reader for _, box in some for reader in box.readers])
        drafts = (draft(key, box, batch, of=made) for key, box in some)
        made.messages += outbox.put_all(filter(None, drafts))
    made.messages += outbox.put_all(filter(None, (to_channel(channel, contents, of=made) for channel in in_use())))
    made.finished_at = timezone.now()
    made.save(update_fields=["messages", "finished_at", "written_on", "newest", "ended"])
    made.is_new = True
    transaction.on_commit(wake)
    return made


def in_use() -> QuerySet[Channel]:
    """Groups and systems that are told."""
    return Channel.objects.filter(is_active=True).select_related("region").order_by("pk")


def to_channel(channel: Channel, contents: Contents, *, of: DigestRun) -> outbox.Draft | None:
    """One group's word, or None when its unit has nothing to do."""
    letter = compose([GroupOf(channel.region)], contents)
    if letter is None:
        return None
    return outbox.Draft(
        key=f"digest:{of.week}:channel:{channel.pk}",
        letter=DIGEST,
        rendered=letter.rendered,
        to="",
        channel=channel,
        run=of,
        basis=letter.basis,
    )


def draft(key: str, mailbox: Mailbox, contents: Contents, *, of: DigestRun) -> outbox.Draft | None:
    """One mailbox's letter, or None when there is nothing to say."""
    letter = compose(mailbox.readers, contents)
    if letter is None:
        return None
    return outbox.Draft(
        key=f"digest:{of.week}:{key}",
        letter=DIGEST,
        rendered=letter.rendered,
        to=mailbox.to,
        recipients=mailbox.users,
        run=of,
        basis=letter.basis,
    )
