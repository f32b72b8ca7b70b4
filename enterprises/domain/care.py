"""Who looks after a firm, and whom to call there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.domain.statements import against_right, locked
from enterprises.models import Contact, Enterprise

HAND_OVER_AT_ONCE: Final = 500  # firms in one transaction


@transaction.atomic
def assign_officer(
    *, enterprise_id: int, officer: User | None, by: User, on: date, deputy: User | None = None
) -> Enterprise:
    """Put a firm into an officer's portfolio, or into nobody's, with or without a deputy; both must see it."""
    enterprise = locked(enterprise_id, by)
    reasons = against_right(by, own=False)
    reasons += [
        Reason(name, f"所选{label}{why}", who="bureau")
        for name, label, person in (("officer", "责任人", officer), ("deputy", "副责任人", deputy))
        if person and (why := against_keeper(person, enterprise))
    ]
    if officer and deputy == officer:
        reasons.append(Reason("deputy", "副责任人不能与责任人是同一人", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    before = described(enterprise)
    enterprise.officer, enterprise.deputy = officer, deputy
    enterprise.save(update_fields=["officer", "deputy"])
    after = described(enterprise)
    audit.record("officer.assign", enterprise, by=by, before=before, after=after, on=on, enterprise_id=enterprise_id)
    return enterprise


def described(enterprise: Enterprise) -> dict[str, int | None]:
    """Who looks after the firm, as the audit trail keeps it."""
    return {"officer": enterprise.officer_id, "deputy": enterprise.deputy_id}


def against_keeper(person: User, enterprise: Enterprise) -> str:
    """Why this person cannot look after the firm; empty means they can."""
    if not person.is_active:
        return "账号已停用"
    if not person.may_write or person.region is None:
        return "不是经办人账号"
    sees = enterprise.region.path.startswith(person.region.path)
    return "" if sees else f"不管辖这家企业（{enterprise.region.name}）"


@dataclass(frozen=True)
class Handed:
    """What became of one firm of a hand-over: who had it before, and why it stays there if it does."""

    enterprise: Enterprise
    before: int | None
    refused: str = ""


def keep_or_why(enterprise: Enterprise, to: User) -> str:
    """Why a firm is not handed to this person; empty means it is."""
    if enterprise.officer_id == to.pk:
        return f"已由{to.name}负责"
    return (why := against_keeper(to, enterprise)) and f"{to.name}{why}"


@transaction.atomic
def hand_over(*, enterprise_ids: Collection[int], to: User, by: User, on: date, note: str) -> list[Handed]:
    """Hand firms to another owner (移交), locked in the order of their ids; each firm has its result and its event.

    Firms out of the sight of ``by`` do not exist. A deputy who becomes the owner is deputy no longer.
    """
    if reasons := against_hand_over(by, note):
        raise StepRefused(reasons)
    results = [Handed(firm, firm.officer_id, keep_or_why(firm, to)) for firm in locked_in_sight(enterprise_ids, by)]
    moved = [result.enterprise for result in results if not result.refused]
    before = {firm.pk: described(firm) for firm in moved}
    for firm in moved:
        firm.officer, firm.deputy_id = to, None if firm.deputy_id == to.pk else firm.deputy_id
    Enterprise.objects.bulk_update(moved, ["officer", "deputy"], batch_size=HAND_OVER_AT_ONCE)
    audit.write(
        audit.event(
            "officer.hand_over", firm, by=by, before=before[firm.pk], after=described(firm), reason=note, on=on,
            enterprise_id=firm.pk,
        )
        for firm in moved
    )  # fmt: skip
    return results


def against_hand_over(by: User, note: str) -> list[Reason]:
    """What speaks against a hand-over as a whole."""
    reasons = against_right(by, own=False)
    if not note.strip():
        reasons.append(Reason("note", "请写明移交说明", who="bureau"))
    return reasons


def locked_in_sight(ids: Collection[int], by: User) -> list[Enterprise]:
    """Those of the firms that this person sees, locked in the order of their ids."""
    visible = Enterprise.objects.visible_to(by).filter(pk__in=ids).order_by().values("pk")
    firms = Enterprise.objects.filter(pk__in=visible).select_related("region").order_by("pk")
    return list(firms.select_for_update(no_key=True, of=("self",)))


@transaction.atomic
def add_contact(
    *, enterprise_id: int, name: str, by: User, on: date, mobile: str = "", email: str = "", role: str = ""
) -> Contact:
    """Note whom to call at the firm."""
    enterprise = locked(enterprise_id, by)
    if reasons := against_right(by, own=False):
        raise StepRefused(reasons)
    contact = Contact.objects.create(enterprise=enterprise, name=name, mobile=mobile, email=email, role=role)
    # The trail says that a contact was added, not whom: names and numbers stay in one place
    audit.record("contact.create", contact, by=by, on=on)
    return contact
