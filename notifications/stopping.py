"""Declining the weekly mail with one click (RFC 8058), by a signed address that names nobody and needs no login."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from accounts import audit
from accounts.models import User
from notifications.catalogue import CATALOGUE
from notifications.models import Message, OptOut

SIGNER: Final = Signer(salt="notifications.stopping")
CONTACT: Final = "contact"


def address(message: Message) -> str:
    """Where the reader of a letter stops it; it stays good, for letters are kept for years."""
    return f"{settings.TIDU_BASE_URL}{reverse('reminders:stop', args=[SIGNER.sign(str(message.pk))])}"


def headers(message: Message) -> dict[str, str]:
    """What a mail program needs to show its own button; nothing for letters that cannot be declined."""
    if not CATALOGUE[message.kind].stoppable:
        return {}
    return {"List-Unsubscribe": f"<{address(message)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


@dataclass(frozen=True)
class Reading:
    """Who reads the mailbox of one letter now: accounts that still have it, and the contact the letter was for."""

    message: Message
    people: list[User]
    is_contact: bool

    @property
    def is_stopped(self) -> bool:
        """Whether nobody of them gets the weekly mail."""
        told = any(person.receives_digest for person in self.people)
        return not told and not (self.is_contact and not self.has_declined)

    @property
    def has_declined(self) -> bool:
        """Whether the contact's mailbox is on the list of those that want nothing."""
        return OptOut.objects.filter(address__iexact=self.message.to).exists()


def reading(token: str) -> Reading | None:
    """The letter of an address; None where it is forged or not copied whole, or the letter cannot be declined."""
    try:
        pk = int(SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    message = Message.objects.filter(pk=pk).first()
    if message is None or not CATALOGUE[message.kind].stoppable:
        return None
    people = message.recipients.filter(email__iexact=message.to, is_active=True).order_by("pk")
    return Reading(message, list(people), CONTACT in message.basis.get("told", {}))


@transaction.atomic
def stop(found: Reading) -> None:
    """No more weekly mail to this mailbox; a second time changes nothing."""
    switch(found, receives=False)
    if found.is_contact:
        OptOut.objects.get_or_create(address=found.message.to.casefold())


@transaction.atomic
def resume(found: Reading) -> None:
    """The weekly mail comes again."""
    switch(found, receives=True)
    if found.is_contact:
        OptOut.objects.filter(address__iexact=found.message.to).delete()


def switch(found: Reading, *, receives: bool) -> None:
    """Turn the accounts' own switch; nobody has logged in, so the trail says nobody."""
    for person in User.objects.select_for_update().filter(pk__in=[each.pk for each in found.people]).order_by("pk"):
        if person.receives_digest != receives:
            person.receives_digest = receives
            person.save(update_fields=["receives_digest"])
            audit.record("reminder.resume" if receives else "reminder.stop", person, by=None)
