"""Who wants to be told what: one's own choice, else what the unit chose for one's role; a pause beats both."""

import datetime
from collections.abc import Sequence
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from accounts import audit
from accounts.domain import users
from accounts.models import Region, Role, User
from enterprises.models import Enterprise
from notifications.models import OptOut, Preference

KINDS: Final = ArrayField(CharField(max_length=20))
OWN: Final = Q(preference__isnull=False)


def with_wishes(people: QuerySet[User]) -> QuerySet[Any]:
    """Users with ``muted``, the kinds they are not told of, and ``unit_receives``, whether their unit has them told."""
    defaults = [(of_people(default), default) for default in defaults_by_nearness()]
    muted = [When(whom, then=Value(default.muted, output_field=KINDS)) for whom, default in defaults]
    receives = [When(whom, then=Value(default.receives)) for whom, default in defaults]
    return people.annotate(
        muted=Case(When(OWN, then=F("preference__muted")), *muted, default=Value([], output_field=KINDS)),
        unit_receives=Case(
            When(OWN, then=Value(value=True)), *receives, default=Value(value=True), output_field=BooleanField()
        ),
    )


def defaults_by_nearness() -> Sequence[Preference]:
    """What units chose, the lowest unit first: the nearest one holds."""
    found = Preference.objects.filter(user__isnull=True).select_related("region")
    return sorted(found, key=lambda default: -len(default.region.path) if default.region else 0)


def of_people(default: Preference) -> Q:
    """Whom a unit's choice is for; people of firms are where one of their firms is."""
    path = default.region.path if default.region else ""
    if default.role != Role.ENTERPRISE:
        return Q(role=default.role, region__path__startswith=path)
    firms = Enterprise.members.through.objects.filter(user=OuterRef("pk"), enterprise__region__path__startswith=path)
    return Q(Exists(firms), role=default.role)


def paused(on: datetime.date) -> Q:
    """Who asked to be left alone, that day included."""
    return Q(preference__paused_until__gte=on)


def willing(people: QuerySet[User], on: datetime.date) -> QuerySet[User]:
    """Those of the people who are to be told on a day."""
    return with_wishes(people).exclude(paused(on)).filter(receives_digest=True, unit_receives=True)


def muted_of(user: User) -> Sequence[str]:
    """The kinds a user is not told of; read with the user where many were read."""
    known: Sequence[str] | None = user.__dict__.get("muted")
    if known is not None:
        return known
    return with_wishes(User.objects.filter(pk=user.pk)).values_list("muted", flat=True).first() or ()


@transaction.atomic
def choose(*, user: User, receives: bool, muted: Sequence[str], paused_until: datetime.date | None) -> None:
    """What a person wants to be told; from now on the unit's choice is not theirs."""
    users.change(user_id=user.pk, by=user, receives_digest=receives)
    chosen = {"muted": sorted(muted), "paused_until": paused_until}
    Preference.objects.update_or_create(user=user, defaults=chosen)
    audit.record("reminder.choose", user, by=user, after={**chosen, "paused_until": str(paused_until or "")})


@transaction.atomic
def choose_for(*, region: Region, role: str, receives: bool, muted: Sequence[str], by: User) -> Preference:
    """What the people of a role in a unit are told until they choose themselves."""
    chosen = {"receives": receives, "muted": sorted(muted)}
    default, _ = Preference.objects.update_or_create(region=region, role=role, defaults=chosen)
    audit.record("reminder.default", default, by=by, after={"region": region.pk, "role": role, **chosen})
    return default


@transaction.atomic
def forget_for(*, default: Preference, by: User) -> None:
    """The people of that role in that unit follow the unit above again."""
    before = {"region": default.region_id, "role": default.role, "receives": default.receives, "muted": default.muted}
    audit.record("reminder.default_end", default, by=by, before=before)
    default.delete()


def declined() -> QuerySet[OptOut, str]:
    """Mailboxes of contacts that want nothing, in small letters."""
    return OptOut.objects.annotate(small=Lower("address")).values_list("small", flat=True)
