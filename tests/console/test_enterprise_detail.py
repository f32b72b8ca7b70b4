"""企业详情: what is known with its source, what is missing with its clause, and who may do something about it."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from enterprises.models import Enterprise
from notifications.models import Obligation
from pipeline.domain import candidacies, titles, touch
from pipeline.models import Bureau
from tests.console.visit import MORNING, ON, as_, text, unnumbered
from tests.factories import CandidacyFactory, YearFiguresFactory
from tests.firms import make_fit, ready_to_file

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

    assert re.findall(r"<dialog[^>]* id=\"([^\"]*)", read.content.decode()) == ["keys"]  # what the keyboard does
    assert written.content.decode().count("<dialog") > 5


def test_a_firm_of_the_next_county_does_not_exist(foreign_enterprise: Enterprise, county_officer: User):
    foreign = as_(county_officer).get(f"/enterprises/{foreign_enterprise.pk}/")
    absent = as_(county_officer).get("/enterprises/999999/")

    assert (foreign.status_code, unnumbered(foreign)) == (404, unnumbered(absent))


def test_the_filing_dialog_lists_what_stays_open_and_what_was_ruled(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    ready_to_file(enterprise, officer)

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/")

    filing = next(step for step in page.context["cases"][0].steps if step.option.step == "file")
    stands = {one.key or one.says: one.stands for one in filing.kept}
    assert stands["H7"] == "总分 45至94分（要求 >70分），待专家评定"
    assert stands["技术的先进程度"] == "0至8分，待专家评定"
    assert stands["H3.core"].startswith("核定符合（周市级")
    assert "H4" not in stands, "what is met is not open"
    assert text(page).count("以下各项登记后按现状保留") == 1


def test_a_filing_that_is_refused_lists_nothing_to_be_kept(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    ready_to_file(enterprise, officer)
    make_unfit = {"tech_staff_hnte_headcount": 5}
    touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=make_unfit, by=officer, at=MORNING)

    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    assert "暂不能“登记申报”" in page
    assert "按现状保留" not in page


def test_the_page_asks_as_often_however_many_cases_the_firm_has_had(
    reference_data: Bureau, enterprise: Enterprise, officer: User, django_assert_num_queries: Any
):
    ready_to_file(enterprise, officer)
    desk, address = as_(officer), f"/enterprises/{enterprise.pk}/"
    desk.get(address)
    with CaptureQueriesContext(connection) as asked:
        desk.get(address)
    for _ in range(3):
        CandidacyFactory(enterprise=enterprise, track="hnte", state="rejected")

    with django_assert_num_queries(len(asked)):
        desk.get(address)


def test_a_track_under_way_is_not_offered_again(reference_data: Bureau, enterprise: Enterprise, officer: User):
    candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/")

    offered = [track for track, _ in page.context["forms"]["case"].tracks_left]
    assert "hnte" not in offered
    assert {"tsme", "srdi"} <= set(offered)


def test_a_statement_with_a_part_beyond_its_whole_is_doubted_on_its_card(
    reference_data: Bureau, enterprise: Enterprise, member: User, officer: User
):
    YearFiguresFactory(enterprise=enterprise, year=2025, total_income_cny=48_000_000)
    stated = {"hi_tech_income_cny": 480_000_000_000}
    touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=stated, by=member, at=MORNING)

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/")

    assert page.context["pending"][0].doubts == ["高新技术产品（服务）收入大于总收入，请核对单位"]
    assert "收入大于总收入，请核对单位" in text(page)


def test_what_is_due_stands_on_the_page_of_its_firm(
    reference_data: Bureau, enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User
):
    for firm, words in ((enterprise, "规上企业尚无研发机构"), (foreign_enterprise, "别家的事")):
        Obligation.objects.create(
            key=f"x:{firm.pk}", kind="annual_duty", enterprise=firm, says=words, created_on=ON,
            due_on=ON - datetime.timedelta(days=400),
        )  # fmt: skip

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/").text

    assert "规上企业尚无研发机构" in page
    assert "（待核实）" in page
    assert "逾期" in page
    assert "别家的事" not in page


def test_no_two_things_on_the_page_have_one_name(reference_data: Bureau, enterprise: Enterprise, officer: User):
    make_fit(enterprise)
    candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)

    ids = re.findall(r' id="([^"]+)"', as_(officer).get(f"/enterprises/{enterprise.pk}/?track=hnte").text)

    assert [name for name, number in Counter(ids).items() if number > 1] == []
