"""Accounts: invited, changed, closed; every act audited, every session of a closed account ended."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.password_validation import password_changed
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import Region, Role, User

# Whom an account may invite; people of a firm only by those who see the firm.
MAY_INVITE: dict[str, tuple[Role, ...]] = {
    Role.ADMIN: (Role.CITY, Role.UNIT, Role.AUDITOR, Role.ADMIN),
    Role.CITY: (Role.CITY, Role.UNIT, Role.AUDITOR, Role.ENTERPRISE),
    Role.UNIT: (Role.ENTERPRISE,),
}
WITH_LINES = {Role.CITY, Role.UNIT}
WITHOUT_REGION = {Role.ENTERPRISE, Role.ADMIN}


@transaction.atomic
def invite(
    *,
    username: str,
    name: str,
    email: str,
    role: str,
    by: User,
    at: datetime.datetime,
    region: Region | None = None,
    lines: Sequence[str] = (),
    phone: str = "",
    department: str = "",
) -> User:
    """Open an account that only its invitation can enter; whoever calls this sends the letter."""
    refuse_unless_may_give(by, role, region)
    user = User.objects.create_user(
        username,
        name=name,
        email=email,
        role=role,
        region=None if role in WITHOUT_REGION else region,
        lines=list(lines) if role in WITH_LINES else [],
        phone=phone,
        department=department,
        invited_at=at,
    )
    audit.record("user.invite", user, by=by, after=rights(user))
    return user


@transaction.atomic
def invite_again(*, user_id: int, by: User, at: datetime.datetime) -> User:
    """Note that the invitation is sent once more; the earlier link stays good until one of them is used."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.is_active or user.last_login is not None:
        raise StepRefused([Reason("account", "该账号已停用或已登录过，无需再次邀请", who="bureau")])
    user.invited_at = at
    user.save(update_fields=["invited_at"])
    audit.record("user.invite_again", user, by=by)
    return user


@transaction.atomic
def change(*, user_id: int, by: User, **values: Any) -> User:
    """Change name, mailbox, role, region or lines; new rights hold from the next request on."""
    user = User.objects.select_for_update().get(pk=user_id)
    before, role = rights(user), values.get("role", user.role)
    if user.pk == by.pk and role != user.role:
        raise StepRefused([Reason("role", "不能更改自己的角色", who="bureau")])
    for field, value in values.items():
        setattr(user, field, value)
    user.region = None if role in WITHOUT_REGION else user.region
    user.lines = list(user.lines) if role in WITH_LINES else []
    if rights(user) != before:
        refuse_unless_may_give(by, user.role, user.region)
    user.save(update_fields=[*values, "region", "lines"])
    if rights(user) != before:
        end_sessions(user, but_of=by)
    audit.record("user.change", user, by=by, before=before, after=rights(user))
    return user


@transaction.atomic
def deactivate(*, user_id: int, by: User, reason: str = "") -> User:
    """Close an account (停用): nobody can enter it, whoever is in it is out."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.pk == by.pk:
        raise StepRefused([Reason("account", "不能停用自己的账号", who="bureau")])
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    audit.record("user.deactivate", user, by=by, reason=reason)
    return user


@transaction.atomic
def reactivate(*, user_id: int, by: User) -> User:
    """Open a closed account again; its password is what it was."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("user.reactivate", user, by=by)
    return user


@transaction.atomic
def set_password(*, user: User, password: str) -> User:
    """Set the password its owner chose; every session under the old one ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    password_changed(password, user)
    end_sessions(user)
    audit.record("user.password", user, by=user)
    return user


def refuse_unless_may_give(by: User, role: str, region: Region | None) -> None:
    """Nobody hands out a role or a region that is not theirs to give."""
    if role not in MAY_INVITE.get(by.role, ()):
        raise StepRefused([Reason("role", "您不能开设或管理这一角色的账号", who="bureau")])
    if role in WITHOUT_REGION:
        return
    if region is None:
        raise StepRefused([Reason("region", "请选择辖区", who="bureau")])
    if by.region is not None and not region.path.startswith(by.region.path):
        raise StepRefused([Reason("region", "所选辖区不在您的辖区内", who="bureau")])


def refuse_unless_may_manage(by: User, account: User) -> None:
    """Closing, opening and inviting again belong to those who may open such an account; the administrator may all."""
    if by.role != Role.ADMIN and account.role not in MAY_INVITE.get(by.role, ()):
        raise StepRefused([Reason("role", "您不能开设或管理这一角色的账号", who="bureau")])


def rights(user: User) -> dict[str, Any]:
    """What an account may do, as the audit trail keeps it; no names, no mailboxes."""
    return {"role": user.role, "region": user.region_id, "lines": list(user.lines)}


def end_sessions(user: User, *, but_of: User | None = None) -> None:
    """Delete every session of an account; sessions name their account only inside, so all are looked through."""
    if but_of is not None and but_of.pk == user.pk:
        return
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
