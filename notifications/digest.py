"""Monday's mail: one letter per mailbox and ISO week, re-checked before it leaves."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import Role, User
from notifications import obligations, outbox
from notifications.catalogue import DIGEST, Rendered
from notifications.contents import Contents, Part
from notifications.models import DigestRun, Message, Obligation
from notifications.wake import wake

READERS = [Role.CITY, Role.UNIT, Role.ENTERPRISE]
START = datetime.time(8, 30)


def week_of(on: datetime.date) -> str:
    """The ISO week of a day: 2027-01-03 is in 2026-W53."""
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(on: datetime.date) -> datetime.date:
    """Monday of the ISO week of a day."""
    return on - datetime.timedelta(days=on.weekday())


def is_missed(now: datetime.datetime) -> bool:
    """Whether this week's run should have happened by now and did not; ``now`` is local time."""
    due = now.weekday() > 0 or now.time() >= START
    return due and not DigestRun.objects.filter(week=week_of(now.date())).exists()


@dataclass(frozen=True)
class Digest:
    """The letter to one mailbox."""

    parts: list[Part]
    rendered: Rendered
    on: datetime.date

    @property
    def basis(self) -> dict[str, object]:
        """What it rests on: the day and the obligations listed."""
        return {
            "on": self.on.isoformat(),
            "obligations": sorted({pk for part in self.parts for pk in part.obligations}),
        }


def compose(users: Iterable[User], contents: Contents) -> Digest | None:
    """The letter to the mailbox these accounts share, or None when there is nothing to say."""
    parts = [part for user in users if (part := contents.part(user)) is not None]
    if not parts:
        return None
    days = [part.nearest for part in parts if part.nearest]
    context = {
        "bureau": contents.bureau,
        "parts": parts,
        "count": sum(part.count for part in parts),
        "overdue": sum(part.overdue for part in parts),
        "nearest": min(days, default=None),
        "notice": contents.notice(parts),
        "on": contents.on,
        "week": contents.on.isocalendar(),
    }
    return Digest(parts, DIGEST.render(context), contents.on)


def mailboxes() -> Mapping[str, list[User]]:
    """The accounts that are told, by mailbox; the officer of the bureau first."""
    readers = User.objects.filter(is_active=True, receives_digest=True, role__in=READERS).exclude(email="")
    boxes: dict[str, list[User]] = defaultdict(list)
    for user in readers.select_related("region").order_by("role", "pk"):
        boxes[user.email.casefold()].append(user)
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
    contents = Contents(on)
    for mailbox, users in mailboxes().items():
        if letter := compose(users, contents):
            put(letter, mailbox=mailbox, users=users, of=made)
            made.messages += 1
    made.finished_at = timezone.now()
    made.save(update_fields=["messages", "finished_at"])
    made.is_new = True
    transaction.on_commit(wake)
    return made


def put(letter: Digest, *, mailbox: str, users: list[User], of: DigestRun) -> Message:
    """Put one mailbox's letter into the outbox."""
    return outbox.put(
        key=f"digest:{of.week}:{mailbox}",
        letter=DIGEST,
        rendered=letter.rendered,
        to=users[0].email,
        recipients=users,
        run=of,
        basis=letter.basis,
        waking=False,
    )


def still_wanted(message: Message, *, on: datetime.date) -> bool:
    """Look at a digest again before it leaves: False when all is done; what was done meanwhile is taken out."""
    if message.kind != Message.Kind.DIGEST:
        return True
    listed = message.basis["obligations"]
    readers = list(message.recipients.select_related("region").order_by("role", "pk"))
    present = [user for user in readers if user.is_active and user.receives_digest]
    if len(present) == len(readers) and Obligation.objects.open().filter(pk__in=listed).count() == len(listed):
        return True
    letter = compose(present, Contents(on))
    if letter is None:
        return False
    message.subject, message.text, message.html = letter.rendered.subject, letter.rendered.text, letter.rendered.html
    message.basis = letter.basis
    message.save(update_fields=["subject", "text", "html", "basis"])
    return True
