"""Addresses that bounced: each is a task for whoever looks after the firm."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from enterprises.models import Contact, Enterprise
from notifications import bounces
from notifications.causes import Due, Scope
from notifications.models import Obligation

BECAUSE: Final = "发往此邮箱的提醒被退回，暂不再发送"


def addresses_wanted(scope: Scope) -> Iterator[Due]:
    """A firm whose contact or account reads a mailbox that refuses letters: somebody must ask for the right one."""
    bad = bounces.bad_addresses(timezone.now())
    later = Contact.objects.filter(enterprise=OuterRef("enterprise"), pk__gt=OuterRef("pk")).exclude(email="")
    marked = Contact.objects.alias(mailbox=Lower("email")).filter(~Exists(later), mailbox__in=bad)
    contacts = scope.of(marked)
    for pk, enterprise_id, name, address in contacts.values_list("pk", "enterprise_id", "name", "email"):
        yield due(f"contact:{pk}", enterprise_id, f"联络员{name}的邮箱 {address} 退信，待更正")
    people = User.objects.filter(is_active=True).alias(mailbox=Lower("email")).filter(mailbox__in=bad)
    firms = Enterprise.objects.filter(members__in=people, deregistered_on__isnull=True)
    if scope.enterprise_ids is not None:
        firms = firms.filter(pk__in=scope.enterprise_ids)
    columns = ("pk", "members", "members__name", "members__email")
    for enterprise_id, who, name, address in firms.order_by("pk", "members").values_list(*columns):
        yield due(f"account:{who}:{enterprise_id}", enterprise_id, f"{name}的邮箱 {address} 退信，待更正")


def due(key: str, enterprise_id: int, says: str) -> Due:
    """One address of one firm; the bureau asks, for a firm that is not reached cannot be asked by mail."""
    return Due(
        key=f"address:{key}",
        kind=Obligation.Kind.ADDRESS_WANTED,
        enterprise_id=enterprise_id,
        says=says,
        because=BECAUSE,
        for_enterprise=False,
        verified=True,
    )
