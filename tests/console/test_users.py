"""Accounts as the bureau sees them: each looks after its own, a foreign one does not exist."""

import pytest
from django.test import Client

from accounts.models import AuditEvent, Line, Region, User
from enterprises.models import Enterprise
from notifications.models import Message
from pipeline.models import Bureau
from tests.factories import EnterpriseFactory, MemberFactory, RegionFactory, UnitOfficerFactory, UserFactory

STAFF = {"username": "Chen.Wei", "name": "陈伟", "email": "chen@example.cn", "role": "unit", "lines": ["科技"]}
PERSON = {"username": "sun", "name": "孙玲", "email": "sun@example.cn"}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_city_invites_a_colleague_and_the_letter_goes_out_with_the_account(officer: User, county: Region):
    response = as_(officer).post("/users/invite/?for=staff", {**STAFF, "region": county.pk})

    user, letter = User.objects.get(username="chen.wei"), Message.objects.get()
    assert response["Location"] == "/users/"
    assert (user.region, user.lines, user.has_usable_password()) == (county, [Line.SCIENCE], False)
    assert (letter.kind, letter.to, list(letter.recipients.all())) == ("invitation", "chen@example.cn", [user])
    assert AuditEvent.objects.get(what="user.invite").by == officer


def test_a_county_invites_people_of_its_own_firms(county_officer: User, enterprise: Enterprise):
    as_(county_officer).post("/users/invite/", {**PERSON, "firm": " 云泽精密装备有限公司 "})

    user = User.objects.get(username="sun")
    assert list(user.enterprises.all()) == [enterprise]
    assert (user.role, user.region) == ("enterprise", None)


@pytest.mark.parametrize("typed", ["91420281ma0000001h", "９１４２０２８１ＭＡ０００００01H"])
def test_a_firm_is_found_by_its_code(county_officer: User, enterprise: Enterprise, typed: str):
    Enterprise.objects.filter(pk=enterprise.pk).update(uscc="91420281MA0000001H")

    as_(county_officer).post("/users/invite/", {**PERSON, "firm": typed})

    assert User.objects.get(username="sun").enterprises.get() == enterprise


@pytest.mark.parametrize("firm", ["远岑新材料有限公司", "没有这家企业"])
def test_a_foreign_firm_and_none_are_one_answer(county_officer: User, foreign_enterprise: Enterprise, firm: str):
    response = as_(county_officer).post("/users/invite/", {**PERSON, "firm": firm})

    assert "辖区内没有找到这家企业" in response.text
    assert not User.objects.filter(username="sun").exists()


def test_a_county_invites_no_staff(county_officer: User, county: Region):
    response = as_(county_officer).post("/users/invite/?for=staff", {**STAFF, "region": county.pk, "firm": ""})

    assert response.status_code == 200
    assert not User.objects.filter(username="chen.wei").exists()


def test_a_region_beyond_ones_own_is_no_choice(officer: User, county: Region, other_county: Region):
    officer.region = county
    officer.save()

    as_(officer).post("/users/invite/?for=staff", {**STAFF, "region": other_county.pk})

    assert not User.objects.filter(username="chen.wei").exists()


def test_a_login_name_is_given_once(officer: User, county: Region):
    response = as_(officer).post(
        "/users/invite/?for=staff", {**STAFF, "username": "ＯＦＦＩＣＥＲ", "region": county.pk}
    )

    assert "已被使用" in response.text


def test_each_looks_after_their_own(
    officer: User, county_officer: User, other_county_officer: User, member: User, administrator: User, county: Region
):
    foreign_member = MemberFactory(name="外县企业人员", enterprises=[EnterpriseFactory()])

    seen = {
        user.username: {each.pk for each, _ in as_(user).get("/users/").context["rows"]}
        for user in (officer, county_officer, administrator)
    }

    assert seen["officer"] == {officer.pk, county_officer.pk, other_county_officer.pk, member.pk}
    assert seen["county"] == {county_officer.pk, member.pk}
    assert foreign_member.pk in seen["admin"]


def test_a_foreign_account_does_not_exist(county_officer: User, other_county_officer: User, officer: User):
    reader = as_(county_officer)

    codes = [reader.get(f"/users/{pk}/").status_code for pk in (other_county_officer.pk, officer.pk, 10**9)]

    assert codes == [404, 404, 404]


def test_rights_are_changed_and_recorded(officer: User, county_officer: User, other_county: Region):
    given = {
        "act": "save",
        "name": "陈县级",
        "email": "new@example.cn",
        "role": "unit",
        "region": other_county.pk,
        "lines": ["经信", "科技"],
    }

    as_(officer).post(f"/users/{county_officer.pk}/", given)

    county_officer.refresh_from_db()
    event = AuditEvent.objects.get(what="user.change")
    assert (county_officer.region, county_officer.email) == (other_county, "new@example.cn")
    assert event.after["lines"] == ["经信", "科技"]


def test_nobody_raises_themselves(county_officer: User, city: Region):
    given = {"act": "save", "name": "陈县级", "email": "c@example.cn", "role": "city", "region": city.pk}

    as_(county_officer).post(f"/users/{county_officer.pk}/", given)

    county_officer.refresh_from_db()
    assert (county_officer.role, county_officer.email) == ("unit", "c@example.cn")


def test_a_closed_account_is_out_and_may_be_opened_again(officer: User, member: User):
    inside, desk = as_(member), as_(officer)

    desk.post(f"/users/{member.pk}/", {"act": "deactivate", "reason": "离职"})
    assert inside.get("/my/").status_code == 302
    desk.post(f"/users/{member.pk}/", {"act": "reactivate"})

    member.refresh_from_db()
    assert member.is_active


def test_a_county_closes_no_colleague(county: Region, county_officer: User, officer: User):
    colleague = UnitOfficerFactory(region=county)

    assert as_(county_officer).post(f"/users/{colleague.pk}/", {"act": "deactivate"}).status_code == 404
    assert as_(officer).post(f"/users/{officer.pk}/", {"act": "deactivate"}).status_code == 403


TAKING = [
    {"act": "save", "name": "孙企业", "email": "mine@example.cn"},
    {"act": "deactivate"},
    {"act": "reactivate"},
    {"act": "invite_again"},
]


@pytest.mark.parametrize("act", TAKING, ids=lambda act: act["act"])
def test_who_acts_for_a_firm_elsewhere_too_is_managed_by_who_sees_both(
    act: dict[str, str], officer: User, county_officer: User, member: User, foreign_enterprise: Enterprise
):
    foreign_enterprise.members.add(member)
    desk, address = as_(county_officer), f"/users/{member.pk}/"

    assert 'name="email"' not in desk.get(address).text
    response = desk.post(address, act)

    member.refresh_from_db()
    assert (response.status_code, member.email, member.is_active) == (403, "member@example.cn", True)
    assert "辖区以外的企业" in response.text
    assert as_(officer).post(address, act).status_code == 302


def test_a_county_ends_its_own_firms_seat_of_who_acts_elsewhere_too(
    county_officer: User, member: User, enterprise: Enterprise, foreign_enterprise: Enterprise
):
    foreign_enterprise.members.add(member)

    as_(county_officer).post(f"/users/{member.pk}/", {"act": "leave", "enterprise": enterprise.pk})

    assert list(member.enterprises.all()) == [foreign_enterprise]


@pytest.mark.parametrize("act", TAKING, ids=lambda act: act["act"])
def test_a_colleague_of_the_city_is_seen_and_left_to_the_administrator(
    act: dict[str, str], officer: User, administrator: User
):
    colleague = UserFactory(username="colleague", region=officer.region)
    whole = {**act, "role": "city", "region": officer.region.pk}
    address = f"/users/{colleague.pk}/"

    assert "由上级单位或管理员维护" in as_(officer).get(address).text
    assert as_(officer).post(address, whole).status_code == 403
    assert as_(administrator).post(address, whole).status_code == 302


def test_only_lines_one_holds_are_offered(officer: User, county: Region, county_officer: User):
    User.objects.filter(pk=officer.pk).update(lines=[Line.REFORM])
    desk = as_(officer)

    offered = [value for value, _ in desk.get("/users/invite/?for=staff").context["form"].fields["lines"].choices]
    kept = [value for value, _ in desk.get(f"/users/{county_officer.pk}/").context["form"].fields["lines"].choices]
    desk.post("/users/invite/?for=staff", {**STAFF, "region": county.pk})

    assert (offered, kept) == ([Line.REFORM], [Line.SCIENCE, Line.REFORM])
    assert not User.objects.filter(username="chen.wei").exists()


def test_the_weekly_reminder_is_switched_off_for_somebody(officer: User, county_officer: User, county: Region):
    desk, address = as_(officer), f"/users/{county_officer.pk}/"
    assert 'name="receives_digest"' in desk.get(address).text
    given = {"act": "save", "name": "陈县级", "email": "c@example.cn", "role": "unit", "region": county.pk}

    desk.post(address, given)

    county_officer.refresh_from_db()
    assert not county_officer.receives_digest
    assert "receives_digest" in AuditEvent.objects.get(what="user.change").after["changed"]


def test_an_invited_account_gets_the_weekly_reminder(county_officer: User, enterprise: Enterprise):
    as_(county_officer).post("/users/invite/", {**PERSON, "firm": enterprise.name})

    assert User.objects.get(username="sun").receives_digest


def test_an_invitation_is_sent_again(officer: User, member: User):
    as_(officer).post(f"/users/{member.pk}/", {"act": "invite_again"})

    assert Message.objects.get().recipients.get() == member


def test_an_account_may_act_for_a_second_firm_and_stop(county_officer: User, member: User, enterprise: Enterprise):
    second = EnterpriseFactory(name="云岭新材料有限公司", region=enterprise.region)
    desk = as_(county_officer)

    desk.post(f"/users/{member.pk}/", {"act": "join", "firm": second.name})
    assert set(member.enterprises.all()) == {enterprise, second}
    desk.post(f"/users/{member.pk}/", {"act": "leave", "enterprise": enterprise.pk})

    assert list(member.enterprises.all()) == [second]


def test_a_foreign_firm_is_neither_joined_nor_left(county_officer: User, member: User, foreign_enterprise: Enterprise):
    foreign_enterprise.members.add(member)
    desk = as_(county_officer)

    assert desk.post(f"/users/{member.pk}/", {"act": "leave", "enterprise": foreign_enterprise.pk}).status_code == 404
    assert foreign_enterprise.name not in desk.get(f"/users/{member.pk}/").text


def test_the_list_is_searched_and_filtered(officer: User, county_officer: User, member: User):
    reader = as_(officer)

    by_name = reader.get("/users/", {"q": "孙"}).context["rows"]
    by_role = reader.get("/users/", {"role": "unit"}).context["rows"]

    assert [account for account, _ in by_name] == [member]
    assert [account for account, _ in by_role] == [county_officer]


def test_the_list_asks_as_often_for_many_as_for_one(officer: User, county: Region, django_assert_num_queries):
    reader = as_(officer)
    reader.get("/users/")
    for _ in range(2):
        with django_assert_num_queries(6):
            reader.get("/users/")
        for _ in range(3):
            MemberFactory(enterprises=[EnterpriseFactory(region=county)])


def test_the_administrator_reads_firms_by_name_and_follows_no_link(
    administrator: User, member: User, enterprise: Enterprise
):
    desk = as_(administrator)

    for address in ("/users/", f"/users/{member.pk}/"):
        page = desk.get(address).text
        assert enterprise.name in page
        assert "/enterprises/" not in page
        assert "解除关联" not in page


def test_the_administrator_too_chooses_among_the_bureau_s_own_units(
    administrator: User, county_officer: User, county: Region, reference_data: Bureau
):
    stranger = RegionFactory(name="邻市科技局")
    desk = as_(administrator)

    for address in ("/users/invite/?for=staff", f"/users/{county_officer.pk}/"):
        offered = set(desk.get(address).context["form"].fields["region"].queryset)
        assert county in offered
        assert stranger not in offered
    desk.post("/users/invite/?for=staff", {**STAFF, "region": stranger.pk})

    assert not User.objects.filter(username="chen.wei").exists()
