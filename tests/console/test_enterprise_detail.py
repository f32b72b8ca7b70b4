"""企业详情: what is known with its source, what is missing with its clause, and who may do something about it."""

from collections.abc import Iterator

import pytest
import time_machine

from accounts.models import User
from enterprises.models import Enterprise
from pipeline.domain import candidacies, titles, touch
from pipeline.models import Bureau
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import YearFiguresFactory
from tests.firms import make_fit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def test_each_condition_comes_with_actual_required_gap_clause_and_who(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    make_fit(enterprise, tech_staff_hnte_headcount=5)

    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/?track=hnte"))

    for says in ("科技人员占当年职工总数的比例不低于10%", "现状5%", "要求≥10%", "差5人", "第十一条", "由企业解决"):
        assert says in page
    assert "评估截至2026年11月23日" in page
    assert "国科发火〔2016〕32号" in page


def test_an_unconfirmed_rule_and_an_unknown_figure_say_so(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    make_fit(enterprise, hi_tech_income_cny=None)

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/?track=hnte")

    gate = next(each for each in page.context["sheet"].gates if each.finding.key == "H6")
    assert (gate.finding.outcome, gate.confidence) == ("unknown", "待核实")
    assert "未知" in text(page)


def test_figures_stand_with_their_source(reference_data: Bureau, enterprise: Enterprise, officer: User):
    YearFiguresFactory(enterprise=enterprise, year=2025, sales_cny=48_000_000, staff_headcount=90)
    touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures={"sales_cny": 1}, by=officer, at=MORNING)

    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    assert "0.0001</span>" in page, "a yuan is shown exactly"
    assert "核定2026-11-23" in page
    assert "台账2026-03-01" in page


def test_what_the_firm_stated_stands_beside_what_stands_now(
    reference_data: Bureau, enterprise: Enterprise, member: User, officer: User
):
    YearFiguresFactory(enterprise=enterprise, year=2025, sales_cny=48_000_000)
    stated = {"sales_cny": 50_005_000, "hi_tech_income_cny": 30_000_000}
    touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=stated, by=member, at=MORNING)

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/")

    changes = [(change.figure.name, change.old, change.new) for change in page.context["pending"][0].changes]
    assert changes == [("sales_cny", 48_000_000, 50_005_000), ("hi_tech_income_cny", None, 30_000_000)]
    assert "5,000.5" in text(page)


def test_titles_say_whether_they_hold(reference_data: Bureau, enterprise: Enterprise, officer: User):
    for track, issued in (("hnte", "2023-12-05"), ("tsme", "2025-07-01"), ("srdi", "2026-01-01")):
        day = ON.fromisoformat(issued)
        titles.record(enterprise_id=enterprise.pk, track=track, number="", issued_on=day, by=officer, on=ON)

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/")

    assert {held.title.track: held.says for held in page.context["titles"]} == {
        "hnte": "临期，剩 11 天",
        "tsme": "已到期",
        "srdi": "有效",
    }
    assert [(step.name, step.state) for step in page.context["stairs"]][:3] == [
        ("科技型中小企业", ""),
        ("高新技术企业", "held"),
        ("专精特新中小企业", "now"),
    ]


def test_the_timeline_tells_every_act_in_words(reference_data: Bureau, enterprise: Enterprise, officer: User):
    case = candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)
    candidacies.move(candidacy_id=case.pk, step="coach", by=officer, version=0, on=ON, reason="研发投入增长快")

    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    assert '转入培育<spanclass="muted">高新技术企业：储备→培育' in page
    assert "理由：研发投入增长快" in page


def test_a_missing_code_and_a_wrong_check_digit_are_said(enterprise: Enterprise, officer: User):
    bare = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))
    Enterprise.objects.filter(pk=enterprise.pk).update(uscc="91420281MA0000001X", uscc_ok=False)

    coded = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    assert "待补代码" in bare
    assert "校验位有误" in coded


def test_readers_are_offered_nothing_to_do(
    reference_data: Bureau, enterprise: Enterprise, auditor: User, officer: User
):
    candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)

    read, written = (as_(user).get(f"/enterprises/{enterprise.pk}/") for user in (auditor, officer))

    assert read.content.decode().count("<dialog") == 0
    assert written.content.decode().count("<dialog") > 5


def test_a_firm_of_the_next_county_does_not_exist(foreign_enterprise: Enterprise, county_officer: User):
    foreign = as_(county_officer).get(f"/enterprises/{foreign_enterprise.pk}/")
    absent = as_(county_officer).get("/enterprises/999999/")

    assert (foreign.status_code, foreign.content) == (404, absent.content)
