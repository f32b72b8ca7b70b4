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
# Whose account one may change, close, reopen or invite again: only of a lower role, because whoever sets a mailbox can
# have the password sent there. Peers of the city and auditors are the administrator's, who alone looks after all.
MAY_MANAGE: dict[str, tuple[Role, ...]] = {
    Role.ADMIN: tuple(Role),
    Role.CITY: (Role.UNIT, Role.ENTERPRISE),
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
    refuse_unless_may_give(by, role, region, lines if role in WITH_LINES else ())
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
    refuse_unless_may_manage(by, user)
    if not user.is_active or user.last_login is not None:
        raise StepRefused([Reason("account", "该账号已停用或已登录过，无需再次邀请", who="bureau")])
    user.invited_at = at
    user.save(update_fields=["invited_at"])
    audit.record("user.invite_again", user, by=by)
    return user


@transaction.atomic
def change(*, user_id: int, by: User, **values: Any) -> User:
    """Change person, role, region or lines of one's own account or a managed one; rights hold from the next request."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.pk != by.pk:
        refuse_unless_may_manage(by, user)
    before, old = rights(user), {field: getattr(user, field) for field in (*values, "region", "lines")}
    role = values.get("role", user.role)
    if user.pk == by.pk and role != user.role:
        raise StepRefused([Reason("role", "不能更改自己的角色", who="bureau")])
    for field, value in values.items():
        setattr(user, field, value)
    user.region = None if role in WITHOUT_REGION else user.region
    user.lines = list(user.lines) if role in WITH_LINES else []
    changed = sorted(field for field, value in old.items() if getattr(user, field) != value)
    if rights(user) != before:
        refuse_unless_may_give(by, user.role, user.region, lines_given(before, rights(user)))
        end_sessions(user, but_of=by)
    user.save(update_fields=list(old))
    audit.record("user.change", user, by=by, before=before, after={**rights(user), "changed": changed})
    return user


def lines_given(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The lines a change hands out: those added, and in another role or region all of them."""
    moved = (before["role"], before["region"]) != (after["role"], after["region"])
    return [line for line in after["lines"] if moved or line not in before["lines"]]


@transaction.atomic
def deactivate(*, user_id: int, by: User, reason: str = "") -> User:
    """Close an account (停用): nobody can enter it, whoever is in it is out."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.pk == by.pk:
        raise StepRefused([Reason("account", "不能停用自己的账号", who="bureau")])
    refuse_unless_may_manage(by, user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    audit.record("user.deactivate", user, by=by, reason=reason)
    return user


@transaction.atomic
def reactivate(*, user_id: int, by: User) -> User:
    """Open a closed account again; its password is what it was."""
    user = User.objects.select_for_update().get(pk=user_id)
    refuse_unless_may_manage(by, user)
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


def refuse_unless_may_give(by: User, role: str, region: Region | None, lines: Sequence[str]) -> None:
    """Nobody hands out a role, a region or a line that is not theirs to give; the administrator gives every line."""
    if role not in MAY_INVITE.get(by.role, ()):
        raise StepRefused([Reason("role", "您不能开设或管理这一角色的账号", who="bureau")])
    foreign = [line for line in lines if by.role != Role.ADMIN and line not in by.lines]
    if foreign:
        raise StepRefused([Reason("lines", f"您不负责{'、'.join(foreign)}业务线，不能授予他人", who="bureau")])
    if role in WITHOUT_REGION:
        return
    if region is None:
        raise StepRefused([Reason("region", "请选择辖区", who="bureau")])
    if by.region is not None and not region.path.startswith(by.region.path):
        raise StepRefused([Reason("region", "所选辖区不在您的辖区内", who="bureau")])


def may_manage(by: User, account: User) -> bool:
    """Whether the account is of a role that ``by`` looks after; whether it is in sight is the caller's question."""
    return account.role in MAY_MANAGE.get(by.role, ())


def refuse_unless_may_manage(by: User, account: User) -> None:
    """Nobody changes, closes, reopens or invites again a peer or somebody above; the administrator may all."""
    if not may_manage(by, account):
        raise StepRefused([Reason("role", "您不能管理这一角色的账号，请联系管理员", who="bureau")])


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
