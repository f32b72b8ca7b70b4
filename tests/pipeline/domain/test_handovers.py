"""Owner, deputy, hand-over: each firm its result, its event, its cases; nobody keeps a firm they cannot see."""

import datetime

import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.domain import care
from enterprises.models import Enterprise
from pipeline.domain import handovers, stock
from tests.factories import CandidacyFactory, EnterpriseFactory, UnitOfficerFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 11, 23)


@pytest.fixture
def leaver(county: Region) -> User:
    """The officer whose firms are handed over."""
    return UnitOfficerFactory(name="离任人", region=county)


@pytest.fixture
def firms(county: Region, leaver: User) -> list[Enterprise]:
    """Three firms of the leaver."""
    return [EnterpriseFactory(region=county, officer=leaver) for _ in range(3)]


def ids(firms: list[Enterprise]) -> list[int]:
    return [firm.pk for firm in firms]


@pytest.mark.feature(34, partial="absent owner → deputy; the page of nobody's firms")
def test_firms_are_handed_over_with_a_note_and_an_event_each(
    firms: list[Enterprise], county_officer: User, officer: User
):
    """reassign in bulk with note."""
    results = handovers.hand_over(
        enterprise_ids=ids(firms), to=county_officer, by=officer, on=ON, note="岗位调整", with_cases=False
    )

    assert [(one.enterprise.pk, one.refused) for one in results] == [(firm.pk, "") for firm in firms]
    assert Enterprise.objects.filter(officer=county_officer).count() == 3
    events = AuditEvent.objects.filter(what="officer.hand_over")
    assert sorted(events.values_list("enterprise_id", "reason")) == [(firm.pk, "岗位调整") for firm in firms]


def test_open_cases_of_the_former_owner_follow_and_others_stay(
    firms: list[Enterprise], leaver: User, county_officer: User, officer: User
):
    followed = CandidacyFactory(enterprise=firms[0], officer=leaver, state="coaching")
    closed = CandidacyFactory(enterprise=firms[1], officer=leaver, state="withdrawn")
    anothers = CandidacyFactory(enterprise=firms[2], officer=officer, state="coaching")

    handovers.hand_over(
        enterprise_ids=ids(firms), to=county_officer, by=officer, on=ON, note="岗位调整", with_cases=True
    )

    for case in (followed, closed, anothers):
        case.refresh_from_db()
    assert (followed.officer, closed.officer, anothers.officer) == (county_officer, leaver, officer)
    assert AuditEvent.objects.filter(what="candidacy.hand_over").count() == 1


def test_each_firm_that_stays_says_why(
    firms: list[Enterprise], foreign_enterprise: Enterprise, county_officer: User, officer: User
):
    Enterprise.objects.filter(pk=firms[0].pk).update(officer=county_officer)

    results = handovers.hand_over(
        enterprise_ids=[*ids(firms), foreign_enterprise.pk],
        to=county_officer,
        by=officer,
        on=ON,
        note="调整",
        with_cases=True,
    )

    assert {one.enterprise.pk: one.refused for one in results if one.refused} == {
        firms[0].pk: "已由陈县级负责",
        foreign_enterprise.pk: "陈县级不管辖这家企业（西岭县）",
    }


def test_a_foreign_firm_is_passed_over_in_silence(
    firms: list[Enterprise], foreign_enterprise: Enterprise, county_officer: User
):
    results = handovers.hand_over(
        enterprise_ids=[firms[0].pk, foreign_enterprise.pk],
        to=county_officer,
        by=county_officer,
        on=ON,
        note="调整",
        with_cases=True,
    )

    assert [one.enterprise.pk for one in results] == [firms[0].pk]


def test_without_a_note_or_a_right_nothing_is_handed_over(
    firms: list[Enterprise], county_officer: User, officer: User, auditor: User
):
    for by, note in ((officer, "　"), (auditor, "调整")):
        with pytest.raises(StepRefused):
            handovers.hand_over(enterprise_ids=ids(firms), to=county_officer, by=by, on=ON, note=note, with_cases=True)
    assert not Enterprise.objects.filter(officer=county_officer).exists()


def test_nobody_receives_firms_who_left_or_only_reads(firms: list[Enterprise], officer: User, auditor: User):
    gone = UnitOfficerFactory(region=firms[0].region, is_active=False)

    for to, why in ((gone, "账号已停用"), (auditor, "不是经办人账号")):
        results = handovers.hand_over(enterprise_ids=ids(firms), to=to, by=officer, on=ON, note="调整", with_cases=True)
        assert all(why in one.refused for one in results)


def test_a_deputy_who_becomes_owner_is_deputy_no_longer(firms: list[Enterprise], county_officer: User, officer: User):
    Enterprise.objects.filter(pk=firms[0].pk).update(deputy=county_officer)

    care.hand_over(enterprise_ids=ids(firms), to=county_officer, by=officer, on=ON, note="调整")

    assert Enterprise.objects.get(pk=firms[0].pk).deputy is None


def test_owner_and_deputy_are_two_people_who_see_the_firm(
    enterprise: Enterprise, county_officer: User, officer: User, other_county_officer: User
):
    act = {"enterprise_id": enterprise.pk, "by": officer, "on": ON}

    care.assign_officer(officer=county_officer, deputy=officer, **act)

    enterprise.refresh_from_db()
    assert (enterprise.officer, enterprise.deputy) == (county_officer, officer)
    for refused in ({"officer": officer, "deputy": officer}, {"officer": officer, "deputy": other_county_officer}):
        with pytest.raises(StepRefused, match="副责任人"):
            care.assign_officer(**refused, **act)


def test_an_absent_owners_firms_are_the_deputys_to_care_for(
    enterprise: Enterprise, county_officer: User, officer: User
):
    Enterprise.objects.update(officer=county_officer, deputy=officer)

    def cared() -> list[Enterprise]:
        return list(Enterprise.objects.cared_for_by(officer, ON))

    assert cared() == []
    User.objects.filter(pk=county_officer.pk).update(away_until=ON)
    assert cared() == [enterprise]
    User.objects.filter(pk=county_officer.pk).update(away_until=None, is_active=False)
    assert cared() == [enterprise]


def test_nobodys_firms_and_those_of_closed_accounts_are_told_apart(
    firms: list[Enterprise], leaver: User, county: Region
):
    nobodys = EnterpriseFactory(region=county)

    User.objects.filter(pk=leaver.pk).update(is_active=False)

    assert list(stock.without_officer(Enterprise.objects.all())) == [nobodys]
    assert set(stock.with_officer_gone(Enterprise.objects.all())) == {*firms}
