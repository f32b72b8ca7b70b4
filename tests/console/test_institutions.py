"""研发机构 as pages: the registry, one institution, kinds, and what 企业详情 says of them."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent, Region, User
from enterprises import six_haves
from enterprises.domain import institution_grades
from enterprises.models import AboveScaleSpell, Enterprise, InstitutionGrade, ResearchInstitution
from notifications.models import Obligation
from pipeline.models import Bureau
from tests.console.exported import Exported
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import EnterpriseFactory, InstitutionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(db: None) -> Any:
    institution_grades.load_seeds()
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def institution(enterprise: Enterprise) -> ResearchInstitution:
    """One that is being built."""
    return InstitutionFactory(
        enterprise=enterprise, state="building", name="云泽研发中心", established_on=datetime.date(2026, 3, 1)
    )


# The registry


FILTERS = {
    "state=building": {"a", "b"}, "state=recognised": {"c"}, "level=市": {"c"}, "kind=企校联合创新中心": {"c"},
    "six=all": {"b"}, "six=lacks": {"a"}, "six=unchecked": {"a", "c"}, "six=rules": {"a"}, "six=site": set(),
    "recheck=overdue": {"a"}, "recheck=30": {"b"}, "expiring=90": {"c"}, "expiring=lapsed": set(),
    "q=理工": {"c"}, "q=云泽": {"a", "b", "c"}, "": {"a", "b", "c", "d"},
}  # fmt: skip


@pytest.fixture
def registry(enterprise: Enterprise, other_county: Region) -> None:
    """Four institutions of one firm and one of another county's."""
    InstitutionFactory(
        enterprise=enterprise, name="a", state="building", lacks=["rules"], haves=["site"],
        recheck_on=ON - datetime.timedelta(days=1),
    )  # fmt: skip
    InstitutionFactory(
        enterprise=enterprise, name="b", state="building", haves=list(six_haves.KEYS),
        recheck_on=ON + datetime.timedelta(days=30),
    )  # fmt: skip
    InstitutionFactory(
        enterprise=enterprise, name="c", state="recognised", kind="企校联合创新中心", level="市",
        recognised_on=datetime.date(2024, 2, 1), valid_until=ON + datetime.timedelta(days=90),
        partner_school="云川理工大学",
    )  # fmt: skip
    other = EnterpriseFactory(name="远岑秘境新材料有限公司", region=other_county)
    InstitutionFactory(enterprise=other, name="d", state="ended", lacks=["site"], recheck_on=datetime.date(2026, 1, 1))


@pytest.mark.feature(37)
@pytest.mark.parametrize("query", FILTERS)
def test_each_filter_lists_and_exports_what_it_says(registry: None, officer: User, query: str):
    """Registry of institutions: kind, level, validity, host, partner school; one firm many institutions."""
    page = as_(officer).get(f"/institutions/?{query}")

    assert {row.institution.name for row in page.context["rows"]} == FILTERS[query]
    assert page.context["page"].count == len(FILTERS[query])
    exported = Exported(as_(officer).get(f"/institutions/export/?{query}"))
    assert {row[2] for row in exported.table} == FILTERS[query]


def test_a_county_lists_its_own_only(registry: None, county_officer: User):
    page = as_(county_officer).get("/institutions/")

    assert {row.institution.name for row in page.context["rows"]} == {"a", "b", "c"}
    assert "秘境" not in page.content.decode()


def test_a_filter_that_makes_no_sense_lists_nothing_and_says_why(registry: None, officer: User):
    page = as_(officer).get("/institutions/?state=nonsense")

    assert (list(page.context["rows"]), page.context["filter"].complaints != []) == ([], True)
    assert as_(officer).get("/institutions/export/?state=nonsense").status_code == 422


def test_more_institutions_ask_no_more_of_the_database(enterprise: Enterprise, officer: User):
    client = as_(officer)

    def asked() -> int:
        InstitutionFactory(enterprise=enterprise)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/institutions/").status_code == 200
        return len(queries)

    first = asked()

    assert [asked(), asked()] == [first, first]


# Put on record, corrected, moved


def test_an_institution_is_registered_with_its_recognition(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    response = as_(officer).post(
        f"/enterprises/{enterprise.pk}/institutions/new/",
        {"grade": "企业技术中心|省部", "name": "云泽技术中心", "partner_school": "云川理工大学", "version": "0",
         "recognised_on": "2026-10-01", "document": "鄂发改高技〔2026〕1号", "valid_until": "2029-09-30"},
    )  # fmt: skip

    made = ResearchInstitution.objects.get()
    assert response.url == f"/institutions/{made.pk}/"
    assert (made.state, made.level, str(made.valid_until)) == ("recognised", "省部", "2029-09-30")
    assert "待核实" in text(as_(officer).get(response.url))  # the conditions of the kind were not compared


def test_half_a_recognition_comes_back_with_what_was_typed(enterprise: Enterprise, officer: User):
    page = as_(officer).post(
        f"/enterprises/{enterprise.pk}/institutions/new/",
        {"grade": "企业技术中心|省部", "name": "云泽技术中心", "version": "0", "recognised_on": "2026-10-01"},
    )

    assert page.status_code == 422
    assert "云泽技术中心" in page.content.decode()
    assert "请填写文号或文件" in page.content.decode()
    assert not ResearchInstitution.objects.exists()


def test_correcting_an_older_version_is_answered_with_the_winner(
    reference_data: Bureau, institution: ResearchInstitution, officer: User, county_officer: User
):
    sent = {"grade": "自建研发机构|自建", "name": "云泽新研发中心", "version": "0"}

    assert as_(county_officer).post(f"/institutions/{institution.pk}/edit/", sent).status_code == 302
    outrun = as_(officer).post(f"/institutions/{institution.pk}/edit/", sent)

    assert outrun.status_code == 409
    assert "陈县级" in outrun.content.decode()


def test_a_step_that_is_refused_says_each_reason(institution: ResearchInstitution, officer: User):
    refused = as_(officer).post(f"/institutions/{institution.pk}/move/", {"step": "complete", "version": "0"})

    assert refused.status_code == 403
    assert all(f"{item.label}尚未核查" in refused.content.decode() for item in six_haves.ITEMS)


def test_the_page_shows_the_six_the_looks_and_the_steps(institution: ResearchInstitution, officer: User):
    page = as_(officer).get(f"/institutions/{institution.pk}/")

    assert text(page).count("没有核查过") == 6
    assert {step.option.step for step in page.context["steps"]} == {"complete", "record", "end"}
    assert "沃土计划" in page.content.decode()  # where the six come from, 待核实


# Kinds


def test_kinds_are_kept_by_the_city_and_say_who_verified(officer: User, county_officer: User):
    row = InstitutionGrade.objects.get(kind="企校联合创新中心", level="市")
    sent = {"kind": row.kind, "level": "市", "line": "科技", "source": "云科技〔2026〕8号", "verified": "on",
            "valid_years": "3", "version": "0"}  # fmt: skip

    assert as_(county_officer).get(f"/institutions/kinds/{row.pk}/").status_code == 404
    assert as_(officer).post(f"/institutions/kinds/{row.pk}/", sent).status_code == 302

    row.refresh_from_db()
    assert (row.valid_years, row.verified_by, row.verified_on) == (3, officer, ON)
    assert as_(officer).post(f"/institutions/kinds/{row.pk}/", sent).status_code == 409
    twice = as_(officer).post("/institutions/kinds/new/", sent)
    assert (twice.status_code, "已在表中" in twice.content.decode()) == (422, True)


# 企业详情 and the portal


@pytest.mark.feature(39, partial="the rate and its names; this is the task of the day")
def test_entering_above_scale_on_the_firms_page_is_a_task_at_once(enterprise: Enterprise, county_officer: User):
    """进规一家扫零一家 task appears the day a firm enters 规上."""
    client = as_(county_officer)

    client.post(f"/enterprises/{enterprise.pk}/scale/",
                {"kind": "规上工业", "from_on": "2026-11-20", "source": "统计局名单"})  # fmt: skip

    task = Obligation.objects.open().get(kind="institution_wanted")
    assert (task.enterprise, task.created_on) == (enterprise, ON)
    spell = AboveScaleSpell.objects.get()
    client.post(f"/scale/{spell.pk}/end/", {"to_on": "2026-11-22"})
    assert not Obligation.objects.open().filter(kind="institution_wanted").exists()
    acts = AuditEvent.objects.filter(enterprise_id=enterprise.pk)
    assert list(acts.order_by("pk").values_list("what", flat=True)) == ["scale.begin", "scale.end"]


def test_a_day_that_cannot_be_keeps_the_form_and_a_firm_within_is_not_asked_again(
    enterprise: Enterprise, county_officer: User
):
    client, address = as_(county_officer), f"/enterprises/{enterprise.pk}/scale/"
    sent = {"kind": "规上工业", "from_on": "2030-01-01", "source": "统计局名单"}

    early = client.post(address, sent)
    client.post(address, sent | {"from_on": "2026-11-20"})

    page = early.content.decode()
    assert (early.status_code, "入规日晚于今天" in page, "统计局名单" in page) == (422, True, True)
    assert 'data-opens="spell"' in page
    assert 'data-opens="spell"' not in client.get(f"/enterprises/{enterprise.pk}/").content.decode()


def test_the_firms_page_and_the_portal_name_its_institutions_and_what_they_lack(
    reference_data: Bureau, enterprise: Enterprise, officer: User, member: User
):
    InstitutionFactory(enterprise=enterprise, name="云泽研发中心", state="building", lacks=["rules"], haves=["site"])

    staff = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))
    own = text(as_(member).get(f"/my/{enterprise.pk}/"))

    assert "云泽研发中心" in staff
    assert "无研发制度" in staff
    assert '还缺：<spanclass="late">研发制度</span>' in own
    assert "待现场核查：研发人员、研发设备、研发投入、研发项目" in own
    assert "建设中" in own


def test_going_through_the_list_turns_unknown_into_none(reference_data: Bureau, enterprise: Enterprise, officer: User):
    AboveScaleSpell.objects.create(enterprise=enterprise, from_on=ON)

    as_(officer).post(f"/enterprises/{enterprise.pk}/institutions/confirm/")

    enterprise.refresh_from_db()
    assert enterprise.institutions_known_on == ON
    assert "应筹建并登记" in Obligation.objects.open().get(kind="institution_wanted").says
