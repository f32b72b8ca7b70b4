"""Accounts: who may open which, what is recorded, and that a closed one is out at once."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain import users
from accounts.machine import StepRefused
from accounts.models import AuditEvent, Region, Role, User


def invite(by: User, role: str, region: Region | None = None) -> User:
    return users.invite(
        username="ＬＩ.ming", name="李明", email="li@example.cn", role=role, by=by, at=timezone.now(), region=region
    )


def test_an_invited_account_has_a_folded_name_no_password_and_an_audit_line(officer: User, county: Region):
    user = invite(officer, Role.UNIT, county)

    event = AuditEvent.objects.get(what="user.invite")
    assert (user.username, user.has_usable_password()) == ("li.ming", False)
    assert (event.by, event.object_id) == (officer, user.pk)
    assert event.after == {"role": "unit", "region": county.pk, "lines": []}


@pytest.mark.parametrize(
    ("who", "role"),
    [
        ("county_officer", Role.UNIT),
        ("county_officer", Role.CITY),
        ("county_officer", Role.ADMIN),
        ("officer", Role.ADMIN),
        ("auditor", Role.ENTERPRISE),
        ("member", Role.ENTERPRISE),
        ("administrator", Role.ENTERPRISE),
    ],
)
def test_nobody_hands_out_a_role_that_is_not_theirs_to_give(who: str, role: Role, county: Region, request):
    with pytest.raises(StepRefused, match="不能开设"):
        invite(request.getfixturevalue(who), role, county)


def test_nobody_hands_out_a_region_beyond_their_own(county: Region, other_county: Region, officer: User):
    officer.region = county
    officer.save()

    with pytest.raises(StepRefused, match="不在您的辖区"):
        invite(officer, Role.UNIT, other_county)


def test_staff_without_a_region_are_refused(officer: User):
    with pytest.raises(StepRefused, match="请选择辖区"):
        invite(officer, Role.UNIT)


def test_a_change_of_rights_is_recorded_and_ends_the_sessions(officer: User, county_officer: User, city: Region):
    browser = Client()
    browser.force_login(county_officer)

    users.change(user_id=county_officer.pk, by=officer, role=Role.AUDITOR, region=city)

    event = AuditEvent.objects.get(what="user.change")
    county_officer.refresh_from_db()
    assert (county_officer.role, county_officer.region, county_officer.lines) == (Role.AUDITOR, city, [])
    assert event.before["role"] == "unit"
    assert event.after == {"role": "auditor", "region": city.pk, "lines": []}
    assert browser.get("/login/").wsgi_request.user.is_anonymous


def test_nobody_changes_their_own_role(officer: User):
    with pytest.raises(StepRefused, match="自己"):
        users.change(user_id=officer.pk, by=officer, role=Role.ADMIN)


def test_a_closed_account_is_out_at_once_and_cannot_come_back_in(officer: User, county_officer: User):
    browser = Client()
    browser.force_login(county_officer)

    users.deactivate(user_id=county_officer.pk, by=officer, reason="调离")

    assert browser.get("/login/").wsgi_request.user.is_anonymous
    assert not browser.login(username="county", password="password")
    assert AuditEvent.objects.get(what="user.deactivate").reason == "调离"


def test_nobody_closes_their_own_account(officer: User):
    with pytest.raises(StepRefused):
        users.deactivate(user_id=officer.pk, by=officer)


def test_a_reopened_account_keeps_its_password(officer: User, county_officer: User):
    users.deactivate(user_id=county_officer.pk, by=officer)
    users.reactivate(user_id=county_officer.pk, by=officer)

    assert Client().login(username="county", password="password")


def test_an_invitation_is_not_repeated_to_somebody_who_came(officer: User, county_officer: User):
    Client().force_login(county_officer)

    with pytest.raises(StepRefused, match="已登录过"):
        users.invite_again(user_id=county_officer.pk, by=officer, at=timezone.now())


def test_a_new_password_ends_every_session(officer: User):
    browser = Client()
    browser.force_login(officer)

    users.set_password(user=officer, password="a long enough one")

    assert browser.get("/login/").wsgi_request.user.is_anonymous
