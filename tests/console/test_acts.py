"""What officers do on 企业详情: done with an audit line, refused with reasons, outrun with the winner's name."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEvent, User
from enterprises.models import Contact, Enterprise, Material, YearFigures
from pipeline.domain import candidacies, judge, touch
from pipeline.models import Assessment, Bureau, Candidacy, LadderPosition, Round, Ruling, Title
from pipeline.models.candidacy import State
from tests.console.visit import MORNING, ON, as_, text, unnumbered
from tests.factories import CandidacyFactory, MaterialFactory, UserFactory
from tests.firms import case_at, make_fit, ready_to_file, rule_what_is_manual

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def move(user: User, case: Candidacy, step: str, version: int = 0, **fields: Any) -> Any:
    return as_(user).post(f"/candidacies/{case.pk}/move/", {"step": step, "version": version, **fields})


def test_a_step_is_taken_and_the_page_says_so(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise)

    response = move(officer, case, "coach", reason="研发投入增长快")

    assert response["Location"] == f"/enterprises/{enterprise.pk}/"
    assert Candidacy.objects.get().state == State.COACHING
    assert AuditEvent.objects.get(what="candidacy.coach").reason == "研发投入增长快"


@pytest.mark.feature(12, partial="on the page and on refusal")
def test_a_refused_filing_names_condition_actual_required_gap_and_who(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    case = case_at(enterprise, State.PREPARING)

    refusal = move(officer, case, "file")

    assert refusal.status_code == 403
    for says in ("科技人员占当年职工总数的比例不低于10%", "现状：5%", "要求：≥10%", "差5人", "由企业办理"):
        assert says in text(refusal)
    assert Candidacy.objects.get().state == State.PREPARING


def test_the_reasons_stand_on_the_page_before_anybody_tries(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    case_at(enterprise, State.PREPARING)

    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    assert "暂不能“登记申报”" in page
    assert "缺少申报材料" in page


def test_whoever_comes_second_learns_who_was_first(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise)
    move(officer, case, "coach")

    late = move(officer, case, "coach")

    assert late.status_code == 409
    assert "周市级已于11月23日" in text(late)
    assert "先行办理“转入培育”" in text(late)
    assert AuditEvent.objects.filter(what="candidacy.coach").count() == 1


@pytest.mark.feature(41, partial="from filing to certificate")
def test_a_fit_firm_walks_from_filing_to_the_rung(reference_data: Bureau, enterprise: Enterprise, officer: User):
    case = ready_to_file(enterprise, officer)
    certificate = {"number": "GR202642000001", "issued_on": "2026-11-20", "document": "国科火字〔2026〕1号"}

    steps = [("file", {"round": case.round_id}), ("recommend", {}), ("publicise", {}), ("recognise", certificate)]
    codes = [move(officer, case, step, version, **fields).status_code for version, (step, fields) in enumerate(steps)]

    assert codes == [302, 302, 302, 302]
    assert Title.objects.get().valid_until.isoformat() == "2029-11-19"
    assert LadderPosition.objects.get().rung == "hnte"
    assert "高新技术企业<small>2026-11起" in text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))


def test_a_recognition_without_certificate_is_refused(reference_data: Bureau, enterprise: Enterprise, officer: User):
    refusal = move(officer, case_at(enterprise, State.PUBLICISED), "recognise")

    assert refusal.status_code == 403
    assert "请填写证书编号" in text(refusal)


@pytest.mark.parametrize("fields", [{"step": "fly"}, {"version": "x"}, {"issued_on": "明天"}, {"round": "abc"}])
def test_a_form_that_cannot_be_read_comes_back(enterprise: Enterprise, officer: User, fields: dict[str, str]):
    case = CandidacyFactory(enterprise=enterprise)

    response = as_(officer).post(f"/candidacies/{case.pk}/move/", {"step": "coach", "version": "0", **fields})

    assert response.status_code == 422
    assert Candidacy.objects.get().state == State.POOLED


def test_another_line_and_another_county_may_not(
    enterprise: Enterprise, county_officer: User, other_county_officer: User
):
    industry = CandidacyFactory(enterprise=enterprise, track="srdi")

    wrong_line, wrong_county = (move(user, industry, "coach") for user in (county_officer, other_county_officer))

    assert (wrong_line.status_code, wrong_county.status_code) == (403, 404)
    assert "经信线办理" in text(wrong_line)


def test_a_firm_enters_the_reserve_once(enterprise: Enterprise, officer: User):
    client, address = as_(officer), f"/enterprises/{enterprise.pk}/candidacies/"

    first, second = (client.post(address, {"track": "hnte"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 403)
    assert "已有办理中的培育申报" in text(second)
    assert Candidacy.objects.count() == 1


def test_an_accepted_statement_is_judged_at_once(
    reference_data: Bureau, enterprise: Enterprise, member: User, officer: User
):
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    rule_what_is_manual(enterprise, officer)
    judge.judge(on=ON)
    assert Assessment.objects.get(track="hnte").n_unmet == 1
    enough = {"tech_staff_hnte_headcount": 30}
    stated = touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=enough, by=member, at=MORNING)

    response = as_(officer).post(f"/statements/{stated.pk}/accept/")

    assert response.status_code == 302
    assert Assessment.objects.get(track="hnte").n_unmet == 0


def test_a_statement_is_decided_once_and_declined_with_a_reason(enterprise: Enterprise, member: User, officer: User):
    stated = touch.state_figures(
        enterprise_id=enterprise.pk, year=2025, figures={"sales_cny": 1}, by=member, at=MORNING
    )
    client = as_(officer)

    silent = client.post(f"/statements/{stated.pk}/decline/", {"reason": ""})
    declined = client.post(f"/statements/{stated.pk}/decline/", {"reason": "与审计报告不符"})
    late = client.post(f"/statements/{stated.pk}/accept/")

    assert [silent.status_code, declined.status_code, late.status_code] == [422, 302, 409]
    assert "先行办理“未采纳企业填报”" in text(late)
    assert YearFigures.objects.get().state == "declined"


def test_a_ruling_counts_at_once_and_needs_a_basis(reference_data: Bureau, enterprise: Enterprise, officer: User):
    make_fit(enterprise)
    client, address = as_(officer), f"/enterprises/{enterprise.pk}/rulings/"
    answer = {"track": "hnte", "criterion": "H3.core", "value": "yes"}

    silent = client.post(address, {**answer, "basis": ""})
    ruled = client.post(address, {**answer, "basis": "专家现场核查"})
    points = client.post(address, {"track": "hnte", "criterion": "ip_core", "points": "99", "basis": "专家意见"})

    assert [silent.status_code, ruled.status_code, points.status_code] == [422, 302, 403]
    assert ruled["Location"] == f"/enterprises/{enterprise.pk}/?track=hnte"
    assert Ruling.objects.get().value is True


def test_papers_are_noted_and_accepted(enterprise: Enterprise, officer: User):
    client = as_(officer)
    client.post(f"/enterprises/{enterprise.pk}/materials/", {"kind": "审计报告", "year": "2025", "on_paper": "on"})
    material = Material.objects.get()

    client.post(f"/materials/{material.pk}/accept/", {"valid_until": "2027-12-31"})

    material.refresh_from_db()
    assert (material.accepted_by, str(material.valid_until)) == (officer, "2027-12-31")


def test_a_contact_is_noted_without_name_in_the_trail(enterprise: Enterprise, officer: User):
    as_(officer).post(f"/enterprises/{enterprise.pk}/contacts/", {"name": "李联络", "mobile": "13800000000"})

    assert Contact.objects.get().name == "李联络"
    assert "李联络" not in str(AuditEvent.objects.values())


def test_only_officers_of_the_firm_s_region_look_after_it(
    enterprise: Enterprise, officer: User, county_officer: User, other_county_officer: User
):
    client, address = as_(officer), f"/enterprises/{enterprise.pk}/officer/"

    foreign = client.post(address, {"officer": other_county_officer.pk})
    own = client.post(address, {"officer": county_officer.pk})

    enterprise.refresh_from_db()
    assert (foreign.status_code, own.status_code, enterprise.officer) == (422, 302, county_officer)


def test_objects_of_foreign_firms_do_not_exist(foreign_enterprise: Enterprise, county_officer: User):
    case = candidacies.open_case(
        enterprise_id=foreign_enterprise.pk, track="hnte", by=UserFactory(region=foreign_enterprise.region), on=ON
    )
    material = MaterialFactory(enterprise=foreign_enterprise)
    client = as_(county_officer)

    answers = [
        client.post(f"/candidacies/{case.pk}/move/", {"step": "coach", "version": 0}),
        client.post(f"/materials/{material.pk}/accept/"),
        client.post(f"/enterprises/{foreign_enterprise.pk}/contacts/", {"name": "x"}),
        client.post("/candidacies/999999/move/", {"step": "coach", "version": 0}),
    ]

    assert {(answer.status_code, unnumbered(answer)) for answer in answers} == {(404, unnumbered(answers[-1]))}


def test_a_round_of_another_track_is_refused(reference_data: Bureau, enterprise: Enterprise, officer: User):
    case = ready_to_file(enterprise, officer)
    other = Round.objects.filter(track="tsme").first()

    refusal = move(officer, case, "file", round=other.pk if other else 0)

    assert refusal.status_code == 403
    assert "不属于这一认定方向" in text(refusal)
