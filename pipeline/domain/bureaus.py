"""The bureau this installation serves: set up once, renamed when it is renamed."""

from datetime import date

from django.db import transaction

from accounts import audit, memory
from accounts.machine import Reason, StepRefused
from accounts.models import Region, Role, User
from pipeline.models import Bureau, Ladder


@transaction.atomic
def describe(*, name: str, phone: str, by: User, on: date) -> Bureau:
    """Give the bureau its name and the number that firms may call."""
    check_right(by)
    bureau = Bureau.objects.select_for_update().get()
    before = {"name": bureau.name, "phone": bureau.phone}
    bureau.name, bureau.phone = name, phone
    bureau.save(update_fields=["name", "phone"])
    audit.record("bureau.describe", bureau, by=by, before=before, after={"name": name, "phone": phone}, on=on)
    return bureau


@transaction.atomic
def establish(*, name: str, phone: str, region: Region, ladder: Ladder, by: User, on: date) -> Bureau:
    """Set the bureau up: its unit stays, its ladder may be chosen anew."""
    check_right(by)
    if Bureau.objects.exists():
        raise StepRefused([Reason("bureau", "本局已经设置", who="bureau")])
    bureau = Bureau.objects.create(pk=1, name=name, phone=phone, region=region, ladder=ladder)
    memory.forget()
    after = {"name": name, "region": region.pk, "ladder": ladder.slug}
    audit.record("bureau.establish", bureau, by=by, after=after, on=on)
    return bureau


def check_right(by: User) -> None:
    """Only the city level and administrators settle what the bureau is."""
    if by.role not in {Role.CITY, Role.ADMIN}:
        raise StepRefused([Reason("right", "本局设置由市级或管理员办理", who="bureau")])
