"""Which acts of the audit trail somebody may read: it names firms by number, so their rooms say whose they are."""

from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import AuditEvent, Region, Role, User
from enterprises.models import Enterprise

# Acts on accounts and settings, which the administrator looks after
KEPT: Final = ("user.", "bureau.", "round.", "material.requirement.", "ladder.choose", "institution.grade.")


def in_sight(user: User) -> QuerySet[AuditEvent]:
    """What ``user`` may read: acts on firms in sight and own acts that touch no firm; the administrator's own field."""
    own = Q(by=user, enterprise_id__isnull=True)
    if user.role == Role.ADMIN:
        kept = Q()
        for what in KEPT:
            kept |= Q(what__startswith=what)
        return AuditEvent.objects.filter(own | kept)
    if user.is_bureau and user.is_active and user.region is not None and Region.objects.is_whole(user.region):
        return AuditEvent.objects.filter(own | Q(enterprise_id__isnull=False))  # every firm is in sight
    firms = Enterprise.objects.visible_to(user).order_by().values("pk")
    return AuditEvent.objects.filter(own | Q(enterprise_id__in=firms))
