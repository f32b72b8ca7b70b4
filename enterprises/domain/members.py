"""Who acts for a firm in the portal."""

from collections.abc import Iterable

from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Role, User
from enterprises.models import Enterprise


@transaction.atomic
def join(*, user: User, enterprise: Enterprise, by: User) -> None:
    """Let an enterprise account act for a firm; one account may act for several."""
    if user.role != Role.ENTERPRISE:
        raise StepRefused([Reason("role", "只有企业账号可以关联企业", who="bureau")])
    enterprise.members.add(user)
    audit.record("member.join", user, by=by, enterprise_id=enterprise.pk)


@transaction.atomic
def leave(*, user: User, enterprise: Enterprise, by: User) -> None:
    """End it; from the next request on the account no longer sees the firm."""
    enterprise.members.remove(user)
    audit.record("member.leave", user, by=by, enterprise_id=enterprise.pk)


def firms_of(accounts: Iterable[User], by: User) -> dict[int, list[Enterprise]]:
    """The firms in sight that each of these accounts acts for; to whom manages all accounts, all of them by name."""
    known = Enterprise.objects.all() if by.role == Role.ADMIN else Enterprise.objects.visible_to(by)
    ids = [account.pk for account in accounts]
    seats = Enterprise.members.through.objects.filter(user__in=ids, enterprise__in=known).select_related("enterprise")
    firms: dict[int, list[Enterprise]] = {}
    for seat in seats.order_by("enterprise__name"):
        firms.setdefault(seat.user_id, []).append(seat.enterprise)
    return firms
