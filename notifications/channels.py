"""Channels: registered, stopped, used again; the trail never holds an address or a key."""

from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import Region, User
from notifications.models import Channel

SHORTEST_SECRET: Final = 16


def in_sight(by: User) -> QuerySet[Channel]:
    """The channels ``by`` looks after: those of units of one's region, for the administrator all."""
    found = Channel.objects.select_related("region")
    return found if by.region is None else found.filter(region__path__startswith=by.region.path)


@transaction.atomic
def make(*, by: User, kind: str, name: str, region: Region, address: str, secret: str = "") -> Channel:
    """A new channel."""
    channel = Channel.objects.create(kind=kind, name=name, region=region, address=address, secret=secret, made_by=by)
    audit.record("channel.make", channel, by=by, after=told(channel))
    return channel


@transaction.atomic
def switch(*, channel: Channel, by: User, is_active: bool) -> None:
    """Stop a channel or use it again; what waits for one that was stopped is dropped when its turn comes."""
    before = told(channel)
    channel.is_active = is_active
    channel.save(update_fields=["is_active"])
    audit.record("channel.switch", channel, by=by, before=before, after=told(channel))


def told(channel: Channel) -> dict[str, Any]:
    """What the trail may know of a channel."""
    return {"kind": channel.kind, "name": channel.name, "region": channel.region_id, "is_active": channel.is_active}
