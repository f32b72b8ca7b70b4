"""Bounces: an answer or a report that an address cannot be written to; whom it marks, and who mends it."""

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message as Mail
from typing import Final

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import audit
from accounts.models import User
from enterprises.models import Enterprise
from enterprises.signals import duties_changed
from notifications.models import Bounce, Message

SOFT_DAYS: Final = timedelta(hours=30 * 24)
SOFT_MOST: Final = 3
STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
MESSAGE_ID: Final = re.compile(r"<[^<>\s]+@[^<>\s]+>")


@dataclass(frozen=True)
class Report:
    """One recipient of a delivery status notification (RFC 3464)."""

    message_id: str
    address: str
    action: str
    status: str
    said: str

    @property
    def permanent(self) -> bool:
        """Failed for good; “delayed” and 4.x are soft."""
        return self.action == "failed" and self.status.startswith("5")


def reports(raw: bytes) -> Iterator[Report]:
    """What a mail reports, as the standard library reads it; a mail that is no report yields nothing."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return
    message_id = of_which_letter(mail)
    for part in mail.walk():
        if message_id and part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for fields in part.get_payload():
                if isinstance(fields, Mail) and fields["Final-Recipient"] and fields["Action"]:
                    yield of_fields(message_id, fields)


def of_fields(message_id: str, fields: Mail) -> Report:
    """One block of fields of a report."""
    address = str(fields["Original-Recipient"] or fields["Final-Recipient"]).rpartition(";")[2].strip()
    status = STATUS.search(str(fields["Status"] or ""))
    said = " ".join(str(fields["Diagnostic-Code"] or "").split())
    return Report(message_id, address, str(fields["Action"]).strip().lower(), status.group() if status else "", said)


def of_which_letter(mail: Mail) -> str:
    """The Message-ID of the letter that came back, out of the copy, or the copy of its head, that a report carries."""
    for part in mail.walk():
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list):
            head = inner[0]
        elif part.get_content_type() == "text/rfc822-headers" and isinstance(inner, str):
            head = email.message_from_string(inner)
        else:
            continue
        found = MESSAGE_ID.search(str(head["Message-ID"])) if isinstance(head, Mail) else None
        if found:
            return found.group()
    return ""


def read(raw: bytes, *, at: datetime) -> int:
    """Take a report in; how many addresses it marks. One about no letter of ours, or read before, changes nothing."""
    new = 0
    for number, report in enumerate(reports(raw)):
        message = Message.objects.filter(message_id=report.message_id).first()
        if message is None or report.action not in {"failed", "delayed"}:
            continue
        key = hashlib.sha256(raw + str(number).encode()).hexdigest()
        new += note(message, permanent=report.permanent, status=report.status, said=report.said, report=key, at=at)
    return new


def refused(message: Message, said: str, *, at: datetime) -> None:
    """The server refused the recipient to our face; the letter has failed, and the address is as bad as by a report."""
    status = STATUS.search(said)
    key = hashlib.sha256(f"{message.key}:{message.attempts}:{at.isoformat()}".encode()).hexdigest()
    note(message, permanent=True, status=status.group() if status else said[:3], said=said, report=key, at=at)


@transaction.atomic
def note(message: Message, *, permanent: bool, status: str, said: str, report: str, at: datetime) -> bool:
    """Write a bounce down, once; the firms whose people read the address get the task to mend it."""
    fields = {"message": message, "address": message.to, "permanent": permanent, "status": status, "said": said[:500]}
    bounce, new = Bounce.objects.get_or_create(report=report, defaults={**fields, "at": at})
    if new:
        tell(bounce.address, at)
    return new


def tell(address: str, at: datetime) -> None:
    """The obligations of the firms behind an address follow at once."""
    firms = firms_behind([address]).values_list("pk", flat=True)
    duties_changed.send(sender=Bounce, on=timezone.localdate(at), enterprise_ids=list(firms))


def bad_addresses(at: datetime) -> QuerySet[Bounce, str]:
    """Addresses nobody should write to, in small letters: failed for good, or three times softly within 30 days."""
    unsettled = Bounce.objects.filter(settled_at__isnull=True)
    recent = Q(permanent=False, at__gte=at - SOFT_DAYS)
    counted = unsettled.annotate(small=Lower("address")).order_by().values("small")
    counted = counted.annotate(hard=Count("pk", filter=Q(permanent=True)), soft=Count("pk", filter=recent))
    return counted.filter(Q(hard__gt=0) | Q(soft__gte=SOFT_MOST)).values_list("small", flat=True)


def firms_behind(addresses: list[str]) -> QuerySet[Enterprise]:
    """Firms that one of these addresses is the contact's or an account's of."""
    wanted = Q()
    for address in addresses:
        wanted |= Q(contacts__email__iexact=address) | Q(members__email__iexact=address, members__is_active=True)
    return Enterprise.objects.filter(wanted).distinct().order_by("pk") if addresses else Enterprise.objects.none()


@transaction.atomic
def settle(*, address: str, by: User, reason: str, at: datetime) -> int:
    """An officer says that the address is right after all: it is written to again."""
    found = Bounce.objects.select_for_update().filter(address__iexact=address, settled_at__isnull=True)
    first = found.first()
    if first is None:
        return 0
    number = Bounce.objects.filter(address__iexact=address, settled_at__isnull=True).update(settled_at=at)
    audit.record("mail.address_right", first, by=by, before={"bounces": number}, reason=reason)
    tell(address, at)
    return number
