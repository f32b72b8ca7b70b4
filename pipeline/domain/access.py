"""What every door asks first: is the firm in sight, is the step this person's to take, has nobody been faster."""

from typing import TypeVar

from django.db import models

from accounts.machine import Reason, Stale
from accounts.models import AuditEvent, Role, User
from enterprises.models import Enterprise
from enterprises.vocabulary import RULED_BY_KEY
from pipeline.models import Candidacy, Edition, Title

Thing = TypeVar("Thing", bound=models.Model)


def lock_enterprise(enterprise_id: int, by: User) -> Enterprise:
    """Lock the firm's row, the first lock of every door; out of sight it does not exist."""
    visible = Enterprise.objects.visible_to(by)
    firms = Enterprise.objects.filter(pk__in=visible.filter(pk=enterprise_id).values("pk"))
    return firms.select_for_update(no_key=True).get()


def lock(model: type[Thing], pk: int, by: User) -> Thing:
    """Lock the firm of an object, then the object; out of sight it does not exist."""
    found = model._default_manager.filter(enterprise__in=Enterprise.objects.visible_to(by)).values("enterprise_id")
    lock_enterprise(found.get(pk=pk)["enterprise_id"], by)
    return model._default_manager.select_for_update(no_key=True).get(pk=pk)


def check_version(thing: Candidacy | Edition | Title, version: int) -> None:
    """Refuse whoever looked at an older version of the object."""
    if thing.version != version:
        raise Stale(thing, last_act(thing))


def last_act(thing: models.Model) -> AuditEvent | None:
    """The last recorded act on the object."""
    acts = AuditEvent.objects.filter(object_type=thing._meta.model_name, object_id=thing.pk)
    return acts.select_related("by").order_by("-pk").first()


def against_right(by: User, track: str | None = None) -> list[Reason]:
    """Reasons why this person may not take steps, on the line of a track if one is given."""
    if not by.may_write:
        return [Reason("right", f"{Role(by.role).label}账号不能办理这一步", who="bureau")]
    if track and not by.has_line(RULED_BY_KEY[track].line):
        line = RULED_BY_KEY[track].line
        return [Reason("right", f"“{RULED_BY_KEY[track].label}”由{line}线办理，您没有{line}业务线", who="bureau")]
    return []
