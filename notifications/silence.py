"""Who gets no letter next Monday, and why: one set a reason, the same truth as the digest's own."""

import datetime
from typing import Any, Final

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Line, Role, User
from enterprises.models import Contact, Enterprise
from enterprises.vocabulary import TRACKS
from notifications import bounces
from notifications.digest import READERS, contacts_in_place, told_accounts
from notifications.models import Obligation
from notifications.wishes import declined, paused, with_wishes

REASONS: Final = {
    "idle": "没有事项",
    "muted": "事项类别已关闭",
    "off": "关闭了提醒",
    "unit": "单位默认不发",
    "paused": "暂停中",
    "mailless": "没有邮箱",
    "closed": "账号停用",
    "bounced": "邮箱退信",
    "declined": "联络员已退订",
    "nobody": "企业无联系人",
}
MUTED: Final = Func(OuterRef("muted"), F("kind"), function="array_position", output_field=IntegerField())


def people_in_sight(by: User) -> QuerySet[User]:
    """Readers whose letters ``by`` may see: the city all, a unit its own officers and people of firms wholly within."""
    people = User.objects.filter(role__in=READERS)
    if by.role == Role.CITY or by.region is None:
        return people if by.role == Role.CITY else people.none()
    beyond = Enterprise.objects.filter(members=OuterRef("pk")).exclude(region__path__startswith=by.region.path)
    firms = Enterprise.objects.filter(members=OuterRef("pk"), region__path__startswith=by.region.path)
    unit = Q(role=Role.UNIT, region__path__startswith=by.region.path)
    return people.filter(unit | Q(Exists(firms), ~Exists(beyond), role=Role.ENTERPRISE))


def silent_people(by: User, reason: str, on: datetime.date) -> QuerySet[User]:
    """Accounts that get nothing on a day, each under one reason; a mailbox that bounced waits for an officer."""
    people: QuerySet[Any] = with_wishes(people_in_sight(by)).select_related("region").order_by("role", "name", "pk")
    willing = Q(is_active=True, receives_digest=True, unit_receives=True) & ~paused(on)
    match reason:
        case "closed":
            return people.filter(is_active=False)
        case "off":
            return people.filter(is_active=True, receives_digest=False)
        case "unit":
            return people.filter(is_active=True, receives_digest=True, unit_receives=False)
        case "paused":
            return people.filter(paused(on), is_active=True, receives_digest=True)
        case "mailless":
            return people.filter(willing, email="")
        case "bounced":
            bad = bounces.bad_addresses(timezone.now())
            readers = people.filter(willing).exclude(email="").alias(mailbox=Lower("email"))
            found: QuerySet[User] = readers.filter(mailbox__in=bad)
            return found
    told: QuerySet[User] = people.filter(pk__in=told_accounts(on).order_by().values("pk"))
    if reason == "muted":
        return told.filter(busy()).exclude(busy(wanted=True))
    return told.exclude(busy())


def busy(*, wanted: bool = False) -> Q:
    """Accounts with something to do: the database's own words for ``readers.obligations_of``.

    ``wanted`` leaves out the kinds that each account has muted: the words for ``readers.told_of``.
    """
    unsettled = Obligation.objects.open().order_by()
    if wanted:
        unsettled = unsettled.alias(muted=MUTED).filter(muted__isnull=True)
    of_firm = Exists(unsettled.filter(enterprise__members=OuterRef("pk"), for_enterprise=True))
    own = Q(unit=OuterRef("region"))
    within = unsettled.filter(Q(enterprise__region__path__startswith=OuterRef("region__path")) | own)
    found = Q(role=Role.ENTERPRISE) & Q(of_firm)
    staff = Q(role__in=[Role.CITY, Role.UNIT])
    found |= staff & Q(Exists(within.filter(track="")))
    found |= staff & Q(Exists(within), leads=True, lines=[])
    for line in Line.values:
        tracks = [track.key for track in TRACKS if track.line == line]
        found |= staff & Q(lines__contains=[line]) & Q(Exists(within.filter(track__in=tracks)))
    return found


def firms_without_reader(by: User) -> QuerySet[Enterprise]:
    """Firms with something to do and neither an account in use nor a contact with a mailbox."""
    owing = Obligation.objects.open().filter(enterprise=OuterRef("pk"), for_enterprise=True)
    people = User.objects.filter(enterprises=OuterRef("pk"), is_active=True)
    contacts = Contact.objects.filter(enterprise=OuterRef("pk")).exclude(email="")
    firms = Enterprise.objects.visible_to(by).filter(Exists(owing), ~Exists(people), ~Exists(contacts))
    return firms.select_related("region").order_by("name", "pk")


def firms_that_declined(by: User) -> QuerySet[Enterprise]:
    """Firms with something to do whose every contact that would read has declined."""
    owing = Obligation.objects.open().filter(enterprise=OuterRef("pk"), for_enterprise=True)
    contacts = contacts_in_place().filter(enterprise=OuterRef("pk")).alias(mailbox=Lower("email"))
    silent = Exists(contacts.filter(mailbox__in=declined())), ~Exists(contacts.exclude(mailbox__in=declined()))
    firms = Enterprise.objects.visible_to(by).filter(Exists(owing), *silent)
    return firms.select_related("region").order_by("name", "pk")
