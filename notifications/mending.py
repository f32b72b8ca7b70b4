"""What a person decides about a letter that did not go through: again, or taken as sent. The only door for people."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Contact
from notifications import bounces
from notifications.catalogue import CATALOGUE
from notifications.models import Message, Obligation
from notifications.wake import wake

State = Message.State


def token(message: Message) -> str:
    """What a page remembers of a letter, so that two people do not decide it twice."""
    return f"{message.state}:{message.attempts}"


def reasons_against_again(message: Message) -> list[Reason]:
    """Why a letter cannot be sent again; a letter with a link is empty once the link was wiped."""
    came_back = message.state == State.SENT and message.bounces.exists()
    if message.state not in {State.FAILED, State.UNCERTAIN} and not came_back:
        return [Reason("state", f"当前状态为“{message.get_state_display()}”，不需要重发", who="bureau")]
    if not CATALOGUE[message.kind].repeats:
        says = "信里的链接已经作废，不能重发；请在用户页重新邀请，或请本人重新申请重设密码"
        return [Reason("link", says, who="bureau")]
    if present_address(message).casefold() in bounces.bad_addresses(timezone.now()):
        says = "这个邮箱退信；请先更正账号或联络员的邮箱，或者核实后在本页点“邮箱无误”"
        return [Reason("address", says, who="bureau")]
    return []


def present_address(message: Message) -> str:
    """Where the readers of a letter read now, if that is one mailbox; else where it was sent to."""
    people = message.recipients.filter(is_active=True).exclude(email="").values_list("email", flat=True)
    told = message.basis.get("told", {}).get("contact", [])
    firms = Obligation.objects.filter(pk__in=told).values("enterprise")
    contacts = Contact.objects.filter(enterprise__in=firms).exclude(email="").values_list("email", flat=True)
    found = {email.casefold(): email for email in [*people, *contacts]}
    return message.to if message.to.casefold() in found or len(found) != 1 else next(iter(found.values()))


def reasons_against_sent(message: Message) -> list[Reason]:
    """Why a letter cannot be taken as sent."""
    if message.state != State.UNCERTAIN:
        return [Reason("state", f"当前状态为“{message.get_state_display()}”，只有不确定的可以认作已送达", who="bureau")]
    return []


@transaction.atomic
def send_again(*, message_id: int, by: User, seen: str) -> Message:
    """Queue a letter anew with all its tries; it is looked at again before it leaves, as every letter is."""
    message = taken(message_id, by, seen)
    refuse(reasons_against_again(message))
    to, before = present_address(message), {"state": message.state}
    message.possibly_twice = message.possibly_twice or message.state == State.UNCERTAIN
    message.state, message.attempts, message.next_try_at, message.error = State.QUEUED, 0, timezone.now(), ""
    moved, message.to = to != message.to, to
    message.save(update_fields=["state", "attempts", "next_try_at", "error", "possibly_twice", "to"])
    after = {"state": message.state, **({"to": to} if moved else {})}
    audit.record("mail.send_again", message, by=by, before=before, after=after)
    transaction.on_commit(wake)
    return message


@transaction.atomic
def take_as_sent(*, message_id: int, by: User, seen: str, reason: str = "") -> Message:
    """Somebody asked the reader: it arrived."""
    message = taken(message_id, by, seen)
    refuse(reasons_against_sent(message))
    before = message.state
    message.state = State.SENT
    message.save(update_fields=["state"])
    after = {"state": message.state}
    audit.record("mail.take_as_sent", message, by=by, before={"state": before}, after=after, reason=reason)
    return message


def taken(message_id: int, by: User, seen: str) -> Message:
    """The letter under its lock; out of sight it is not there, and decided by somebody else it is stale."""
    pk = Message.objects.visible_to(by).values_list("pk", flat=True).get(pk=message_id)
    message = Message.objects.select_for_update().get(pk=pk)
    if token(message) != seen:
        events = AuditEvent.objects.filter(object_type="message", object_id=pk).select_related("by")
        raise Stale(message, events.order_by("-pk").first())
    return message


def refuse(reasons: list[Reason]) -> None:
    """Stop where there is a reason against."""
    if reasons:
        raise StepRefused(reasons)
