"""A firm states a year's figures: what is known stands beside, what is wrong loses nothing, an officer accepts."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise, StatementState, YearFigures
from pipeline.domain import judge, touch
from pipeline.models import Assessment, Bureau
from tests.factories import YearFiguresFactory


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 10:00+08:00", tick=False):
        yield


@pytest.fixture
def reader(member: User, client: Client) -> Client:
    client.force_login(member)
    return client


def test_what_is_known_stands_beside_the_input_with_its_source(reader: Client, enterprise: Enterprise):
    YearFiguresFactory(enterprise=enterprise, sales_cny=60_000_003)

    html = " ".join(reader.get(f"/my/{enterprise.pk}/figures/2025/").text.split())

    assert "6,000.0003 万元 <small>台账 2026-03-01</small>" in html
    assert 'name="sales_cny"' in html
    assert "未知" in html


def test_a_statement_waits_and_the_firm_sees_it_waiting(reader: Client, enterprise: Enterprise, member: User):
    response = reader.post(f"/my/{enterprise.pk}/figures/2025/", {"sales_cny": "6,000.5"})

    statement = YearFigures.objects.get()
    assert response["Location"] == f"/my/{enterprise.pk}/"
    assert (statement.sales_cny, statement.state, statement.stated_by) == (60_005_000, "submitted", member)
    assert statement.staff_headcount is None
    assert "待采纳：6,000.5 万元" in reader.get(f"/my/{enterprise.pk}/figures/2025/").text


def test_wrong_figures_are_refused_and_nothing_typed_is_lost(reader: Client, enterprise: Enterprise):
    typed = {"sales_cny": "六千万", "staff_headcount": "-3", "total_income_cny": "5,100"}

    response = reader.post(f"/my/{enterprise.pk}/figures/2025/", typed)

    assert response.status_code == 200
    assert not YearFigures.objects.exists()
    assert "有 2 项需要更正" in response.text
    assert all(f'value="{text}"' in response.text for text in typed.values())


@pytest.mark.parametrize("year", [2026, 2020, 1990, 9999])
def test_only_closed_recent_years_have_a_form(reader: Client, enterprise: Enterprise, year: int):
    assert reader.get(f"/my/{enterprise.pk}/figures/{year}/").status_code == 404


def test_once_accepted_the_assessment_follows(
    reader: Client, enterprise: Enterprise, officer: User, reference_data: Bureau
):
    judge.judge(on=datetime.date(2026, 11, 22), enterprise_ids=[enterprise.pk])
    before = Assessment.objects.get(track="tsme").wants
    reader.post(f"/my/{enterprise.pk}/figures/2025/", {"staff_headcount": "80"})
    waiting = YearFigures.objects.get(state=StatementState.SUBMITTED)
    assert Assessment.objects.get(track="tsme").wants == before

    touch.accept_figures(statement_id=waiting.pk, by=officer, at=timezone.now())

    after = Assessment.objects.get(track="tsme").wants
    assert "staff_headcount" in before
    assert "staff_headcount" not in after
    assert "80 人" in reader.get(f"/my/{enterprise.pk}/figures/2025/").text


def test_a_part_beyond_its_whole_is_doubted_and_taken(reader: Client, enterprise: Enterprise):
    YearFiguresFactory(enterprise=enterprise, total_income_cny=60_000_000)
    address = f"/my/{enterprise.pk}/figures/2025/"

    response = reader.post(address, {"hi_tech_income_cny": "48,000,000"}, follow=True)

    doubt = "高新技术产品（服务）收入大于总收入，请核对单位"
    assert YearFigures.objects.filter(hi_tech_income_cny__gt=0).exists()
    assert f"2025 年{doubt}" in response.text
    assert doubt in reader.get(address).text


def test_figures_that_fit_are_not_doubted(reader: Client, enterprise: Enterprise):
    typed = {"total_income_cny": "6,000", "hi_tech_income_cny": "6,000"}

    assert "请核对单位" not in reader.post(f"/my/{enterprise.pk}/figures/2025/", typed, follow=True).text
