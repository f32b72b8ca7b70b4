"""Who looks after a firm, and whom to call there."""

from datetime import date

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.domain.statements import against_right, locked
from enterprises.models import Contact, Enterprise


@transaction.atomic
def assign_officer(*, enterprise_id: int, officer: User | None, by: User, on: date) -> Enterprise:
    """Put a firm into an officer's portfolio, or into nobody's; the officer must be able to see it."""
    enterprise = locked(enterprise_id, by)
    reasons = against_right(by, own=False)
    if officer and not (officer.may_write and Enterprise.objects.visible_to(officer).filter(pk=enterprise_id).exists()):
        reasons.append(Reason("officer", "所选责任人不管辖这家企业", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    before, enterprise.officer = enterprise.officer_id, officer
    enterprise.save(update_fields=["officer"])
    after = officer.pk if officer else None
    audit.record("officer.assign", enterprise, by=by, before=before, after=after, on=on, enterprise_id=enterprise_id)
    return enterprise


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
