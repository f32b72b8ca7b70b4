"""Looking at digests again before they leave: what was done meanwhile is taken out, and nothing is left unsaid."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Role
from enterprises.models import Enterprise
from notifications import outbox
from notifications.contents import Contents
from notifications.digest import Mailbox, compose, told_accounts, told_contacts
from notifications.models import Message, Obligation
from notifications.readers import GroupOf, Reader, key_of, told_of

CONTACT = "contact"


def still_wanted(batch: Sequence[Message], *, on: datetime.date) -> list[Message]:
    """The letters of a batch that are to be sent, written anew where something changed; the others are dropped."""
    digests = [message for message in batch if message.kind == Message.Kind.DIGEST]
    stand = standing(digests, on)
    wanted = []
    for message in batch:
        if message.kind != Message.Kind.DIGEST or message.pk in stand or written_anew(message, on=on):
            wanted.append(message)
        else:
            outbox.drop(message)
    return wanted


def standing(batch: Iterable[Message], on: datetime.date) -> set[int]:
    """The letters every line of which is still open for everybody who was told it: four queries for a whole batch.

    It decides for people of firms and contacts; letters with a reader of the bureau are looked at one by one.
    """
    told = {message.pk: message.basis.get("told") for message in batch}
    listed = {pk for readers in told.values() for pks in (readers or {}).values() for pk in pks}
    unsettled = {row.pk: row for row in Obligation.objects.open().filter(pk__in=listed, for_enterprise=True)}
    present = readers_in(batch, on)
    return {
        message_id
        for message_id, readers in told.items()
        if readers
        and all(
            key in present[message_id] and all(present[message_id][key].is_told(unsettled.get(pk)) for pk in pks)
            for key, pks in readers.items()
        )
    }


@dataclass(frozen=True)
class Present:
    """What a reader of a firm is told of now: obligations of these firms, but not of these kinds."""

    firms: set[int]
    muted: Sequence[str] = ()

    def is_told(self, row: Obligation | None) -> bool:
        """Whether a line is still this reader's."""
        return row is not None and row.enterprise_id in self.firms and row.kind not in self.muted


def readers_in(batch: Iterable[Message], on: datetime.date) -> Mapping[int, dict[str, Present]]:
    """For each letter, those of its readers who are people of firms or contacts, as things are now."""
    to = {message.pk: message.to.casefold() for message in batch}
    people: QuerySet[Any] = told_accounts(on).filter(role=Role.ENTERPRISE, messages__in=to).order_by()
    reads = [
        (message_id, user_id, muted)
        for message_id, user_id, email, muted in people.values_list("messages", "pk", "email", "muted")
        if to.get(message_id) == email.casefold()
    ]
    members: dict[int, set[int]] = defaultdict(set)
    through = Enterprise.members.through.objects.filter(user__in={user_id for _, user_id, _ in reads})
    for user_id, enterprise_id in through.values_list("user_id", "enterprise_id"):
        members[user_id].add(enterprise_id)
    contacts: dict[str, set[int]] = defaultdict(set)
    addresses = {message.to for message in batch} | set(to.values())
    for email, enterprise_id in told_contacts().filter(email__in=addresses).values_list("email", "enterprise_id"):
        contacts[email.casefold()].add(enterprise_id)
    found: dict[int, dict[str, Present]] = {pk: {} for pk in to}
    for message_id, user_id, muted in reads:
        found[message_id][str(user_id)] = Present(members[user_id], muted)
    for message_id, address in to.items():
        if address in contacts:
            found[message_id][CONTACT] = Present(contacts[address])
    return found


def present_readers(message: Message, on: datetime.date) -> list[Reader]:
    """Who of a letter's readers is still told by this mailbox, or whether its channel still is."""
    if message.channel is not None:
        return [GroupOf(message.channel.region)] if message.channel.is_active else []
    users = told_accounts(on).filter(messages=message, email__iexact=message.to)
    firms = told_contacts().filter(email__iexact=message.to).values_list("enterprise_id", flat=True)
    return Mailbox(message.to, list(users), set(firms)).readers


def stands(message: Message, readers: Sequence[Reader]) -> bool:
    """Whether every line of a letter is still open, and everybody who was told it is still here and may see it."""
    present = {key_of(reader): reader for reader in readers}
    told: dict[str, list[int]] | None = message.basis.get("told")
    if told is None or not told.keys() <= present.keys():
        return False
    return all(told_of(present[key]).filter(pk__in=listed).count() == len(listed) for key, listed in told.items())


def written_anew(message: Message, *, on: datetime.date) -> bool:
    """Write a digest anew where a line was done, or a reader left; False when nothing is left to say."""
    readers = present_readers(message, on)
    if stands(message, readers):
        return True
    letter = compose(readers, Contents(on, week=message.run.week if message.run else ""))
    if letter is None:
        return False
    message.subject, message.text, message.html = letter.rendered.subject, letter.rendered.text, letter.rendered.html
    message.basis = letter.basis
    message.save(update_fields=["subject", "text", "html", "basis"])
    return True
