"""Accounts: who may open which, what is recorded, and that a closed one is out at once."""

from collections.abc import Sequence

import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain import users
from accounts.machine import StepRefused
from accounts.models import AuditEvent, Line, Region, Role, User
from tests.factories import AdministratorFactory, AuditorFactory, UserFactory


def invite(by: User, role: str, region: Region | None = None, lines: Sequence[str] = ()) -> User:
    return users.invite(
        username="ＬＩ.ming",
        name="李明",
        email="li@example.cn",
        role=role,
        by=by,
        at=timezone.now(),
        region=region,
        lines=lines,
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
    assert event.after == {"role": "auditor", "region": city.pk, "lines": [], "changed": ["lines", "region", "role"]}
    assert browser.get("/login/").wsgi_request.user.is_anonymous


def test_nobody_gives_a_line_they_do_not_hold(officer: User, county: Region, administrator: User):
    officer.lines = [Line.SCIENCE]

    with pytest.raises(StepRefused, match="不负责经信"):
        invite(officer, Role.UNIT, county, [Line.SCIENCE, Line.INDUSTRY])

    assert invite(administrator, Role.UNIT, county, [Line.INDUSTRY]).lines == [Line.INDUSTRY]


def test_a_line_one_does_not_hold_is_neither_added_nor_carried_elsewhere(
    officer: User, county_officer: User, other_county: Region
):
    officer.lines = [Line.REFORM]

    with pytest.raises(StepRefused, match="不负责经信"):
        users.change(user_id=county_officer.pk, by=officer, lines=[Line.SCIENCE, Line.INDUSTRY])
    with pytest.raises(StepRefused, match="不负责科技"):
        users.change(user_id=county_officer.pk, by=officer, region=other_county)

    kept = users.change(user_id=county_officer.pk, by=officer, lines=[Line.SCIENCE, Line.REFORM])
    assert kept.lines == [Line.SCIENCE, Line.REFORM]


def test_what_changed_is_recorded_by_name_and_never_by_value(officer: User, county_officer: User):
    users.change(user_id=county_officer.pk, by=officer, email="new@example.cn", name=county_officer.name, phone="1")

    event = AuditEvent.objects.get(what="user.change")
    assert event.after["changed"] == ["email", "phone"]
    assert "new@example.cn" not in f"{event.before}{event.after}"


MANAGING = {
    "change": lambda account, by: users.change(user_id=account.pk, by=by, email="mine@example.cn"),
    "deactivate": lambda account, by: users.deactivate(user_id=account.pk, by=by),
    "reactivate": lambda account, by: users.reactivate(user_id=account.pk, by=by),
    "invite_again": lambda account, by: users.invite_again(user_id=account.pk, by=by, at=timezone.now()),
}


@pytest.mark.parametrize("act", MANAGING)
def test_peers_and_those_above_are_the_administrators(
    act: str, officer: User, county_officer: User, city: Region, administrator: User
):
    colleague, above = UserFactory(region=city), AdministratorFactory(username="second-admin")
    auditor = AuditorFactory(region=city)

    for by, account in ((officer, colleague), (officer, auditor), (officer, above), (county_officer, officer)):
        with pytest.raises(StepRefused, match="请联系管理员"):
            MANAGING[act](account, by)
    for account in (colleague, auditor, above):
        MANAGING[act](account, administrator)


def test_ones_own_mailbox_is_ones_own(county_officer: User):
    assert users.change(user_id=county_officer.pk, by=county_officer, email="c@example.cn").email == "c@example.cn"


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
