"""The firm's own page: what is missing, by when, on which stair, and whom to call; in its own words."""

import datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from enterprises.models import Enterprise, Material
from notifications import workdays
from pipeline.domain import candidacies, ladder
from pipeline.models import Bureau, Candidacy, MaterialRequirement, Round
from portal.progress import next_date
from tests.factories import (
    EnterpriseFactory,
    FirmStatementFactory,
    MaterialFactory,
    RoundFactory,
    TitleFactory,
    YearFiguresFactory,
)

ON = datetime.date(2026, 11, 22)
# Words of the bureau that a firm never reads
INTERNAL = ("储备", "拟申报", "转入培育", "推荐上报", "待人工判定", "梯队", "candidacy", "None", "undecided")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 10:00+08:00", tick=False):
        yield


@pytest.fixture
def reader(member: User, client: Client) -> Client:
    client.force_login(member)
    return client


@pytest.fixture
def firm(enterprise: Enterprise, reference_data: Bureau) -> Enterprise:
    """A firm with three years of figures, two heads short of 10 % research staff."""
    FirmStatementFactory(enterprise=enterprise, registered_on=datetime.date(2018, 3, 14), hi_tech_field="新材料")
    for year in (2025, 2024, 2023):
        YearFiguresFactory(
            enterprise=enterprise,
            year=year,
            sales_cny=60_000_000,
            total_income_cny=60_000_000,
            hi_tech_income_cny=48_000_000,
            rd_cost_hnte_cny=3_600_000,
            rd_cost_hnte_domestic_cny=3_600_000,
            net_assets_cny=40_000_000,
            staff_hnte_headcount=100,
            tech_staff_hnte_headcount=8,
            result_conversions=6,
            class_one_count=1,
            class_two_count=6,
        )
    return enterprise


def page(reader: Client, firm: Enterprise, track: str = "hnte") -> str:
    response = reader.get(f"/my/{firm.pk}/", {"track": track})
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_the_headline_counts_what_is_missing(reader: Client, firm: Enterprise):
    html = page(reader, firm)

    assert "距“高新技术企业”申报，还差 1 项条件、4 份材料" in html
    assert "差 2人" in html


def test_a_paper_brought_is_no_longer_missing(reader: Client, firm: Enterprise):
    kinds = list(MaterialRequirement.objects.filter(track="hnte").values_list("kind", flat=True))
    MaterialFactory(enterprise=firm, kind=kinds[0])
    MaterialFactory(enterprise=firm, kind=kinds[1], accepted_at=None)
    MaterialFactory(enterprise=firm, kind=kinds[2], valid_until=ON - datetime.timedelta(days=1))

    html = page(reader, firm)

    assert "1 项条件、2 份材料" in html
    assert "已登记，待核收" in html


def test_unknown_is_said_and_never_shown_as_nought(reader: Client, enterprise: Enterprise, reference_data: Bureau):
    html = page(reader, enterprise)

    assert "项条件未知，请先补报数据" in html
    assert "现状 0" not in html
    assert "2025 年销售收入" in html


def test_the_one_action_of_a_condition_is_the_form_of_the_year(reader: Client, firm: Enterprise):
    assert f'href="/my/{firm.pk}/figures/2025/">更新数据</a>' in page(reader, firm)


@pytest.mark.parametrize("steps", [[], ["coach"], ["coach", "prepare"]])
def test_no_word_of_the_bureau_reaches_the_firm(reader: Client, firm: Enterprise, officer: User, steps: list[str]):
    case = candidacies.open_case(enterprise_id=firm.pk, track="hnte", by=officer, on=ON)
    for step in steps:
        case = candidacies.move(candidacy_id=case.pk, step=step, by=officer, version=case.version, on=ON, reason="研判")

    html = page(reader, firm) + page(reader, firm, "tsme")

    assert Candidacy.objects.get().get_state_display() in ("储备", "培育", "拟申报")
    assert [word for word in INTERNAL if word in html] == []
    assert "研判" not in html


def test_the_track_aimed_at_is_the_next_stair_then_the_open_case(reader: Client, firm: Enterprise, officer: User):
    assert "科技型中小企业”申报" in page(reader, firm, "")

    candidacies.open_case(enterprise_id=firm.pk, track="hnte", by=officer, on=ON)

    assert "高新技术企业”申报" in page(reader, firm, "")


def test_a_title_stands_on_the_stairs_and_in_the_list(reader: Client, firm: Enterprise):
    TitleFactory(enterprise=firm, number="GR202542000123")
    TitleFactory(
        enterprise=firm, track="tsme", issued_on=datetime.date(2024, 6, 1), valid_until=datetime.date(2024, 12, 31)
    )
    ladder.settle(enterprise_id=firm.pk, on=ON)

    html = page(reader, firm)

    assert "您的“高新技术企业”资格有效期至2028年10月31日" in html
    assert "2025-11 起" in html
    assert "GR202542000123 · 有效期 2025-11-01 至 2028-10-31，认定 2025-11-01" in html
    assert "已到期" in html


def test_the_officer_is_named_with_department_and_number(reader: Client, firm: Enterprise, officer: User):
    officer.department, officer.phone = "高新技术科", "0714-8700000"
    officer.save()
    firm.officer = officer
    firm.save()

    html = page(reader, firm)

    assert "周市级 · 高新技术科" in html
    assert "0714-8700000" in html


def test_without_an_officer_the_bureau_is_named(reader: Client, firm: Enterprise):
    assert "请联系云川市科学技术局" in page(reader, firm)


def test_several_firms_of_one_account_are_within_reach(reader: Client, firm: Enterprise, member: User):
    second = EnterpriseFactory(name="云岭新材料有限公司", region=firm.region)
    second.members.add(member)

    assert reader.get("/my/")["Location"] == f"/my/{second.pk}/"
    assert f'href="/my/{second.pk}/"' in page(reader, firm)


def test_an_account_without_a_firm_is_told_so(reader: Client, member: User, enterprise: Enterprise):
    enterprise.members.clear()

    assert "尚未关联企业" in reader.get("/my/").text


def test_handing_in_a_paper_waits_for_the_officer_and_counts_once(reader: Client, firm: Enterprise):
    requirement = MaterialRequirement.objects.filter(track="hnte").first()
    given = {"track": "hnte", "kind": requirement.kind}

    first = reader.post(f"/my/{firm.pk}/materials/", given)
    reader.post(f"/my/{firm.pk}/materials/", given)

    material = Material.objects.get()
    assert (first.status_code, first["Location"]) == (302, f"/my/{firm.pk}/?track=hnte")
    assert (material.kind, material.accepted_at, material.year) == (requirement.kind, None, 2025)


def test_a_paper_nobody_asked_for_is_not_taken(reader: Client, firm: Enterprise):
    response = reader.post(f"/my/{firm.pk}/materials/", {"track": "hnte", "kind": "购车发票"})

    assert response.status_code == 404
    assert not Material.objects.exists()


def test_the_next_date_counts_working_days(db: None):
    workdays.load_calendar()
    RoundFactory(name="第一批", closes_on=datetime.date(2026, 12, 31), verified_on=ON)

    found = next_date("hnte", None, ON)

    assert (found.says, found.left, found.notice, found.unconfirmed) == (
        "第一批，网上填报截至 2026年12月31日", 29, "", False,
    )  # fmt: skip


def test_the_next_date_says_what_is_not_known(db: None):
    RoundFactory(name="2027年评价", year=2027, opens_on=None, closes_on=None)

    found = next_date("hnte", None, ON)

    assert (found.says, found.left, found.unconfirmed) == ("2027年评价，截止时间另行通知", None, True)
    Round.objects.all().delete()
    assert next_date("hnte", None, ON) is None


def test_the_page_asks_the_database_a_fixed_number_of_times(
    reader: Client, firm: Enterprise, officer: User, django_assert_max_num_queries
):
    for month in range(1, 6):
        YearFiguresFactory(enterprise=firm, year=2024, known_at=datetime.datetime(2026, month, 1, tzinfo=datetime.UTC))

    with django_assert_max_num_queries(45):
        page(reader, firm)


def test_the_firm_s_own_officer_comes_before_that_of_its_case(
    reader: Client, firm: Enterprise, officer: User, county_officer: User
):
    candidacies.open_case(enterprise_id=firm.pk, track="hnte", by=officer, on=ON)
    assert "<p>周市级" in page(reader, firm)

    firm.officer = county_officer
    firm.save()

    assert f"<p>{county_officer.name}" in page(reader, firm)


def test_a_title_that_counts_later_than_it_was_given_shows_both_days(reader: Client, firm: Enterprise):
    given, since = datetime.date(2025, 10, 28), datetime.date(2025, 11, 1)
    TitleFactory(enterprise=firm, issued_on=given, valid_from=since)
    ladder.settle(enterprise_id=firm.pk, on=ON)

    html = page(reader, firm)

    assert "有效期 2025-11-01 至 2028-10-31，认定 2025-10-28" in html
    assert "<small>2025-11 起</small>" in html


def test_what_happened_lately_names_the_paper(reader: Client, firm: Enterprise):
    reader.post(f"/my/{firm.pk}/materials/", {"track": "hnte", "kind": "知识产权清单及证明"})

    assert "材料“知识产权清单及证明”已登记上交，待核收" in page(reader, firm)
