"""企业库 as a workbook: what is on screen is in the file, and an import finds nothing new in it."""

import datetime
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from enterprises.vocabulary import TRACKS
from pipeline.domain import judge, ladder
from pipeline.models import Bureau
from tests.console.exported import Exported
from tests.console.visit import MORNING, ON, as_
from tests.factories import CandidacyFactory, ContactFactory, EnterpriseFactory, TitleFactory, YearFiguresFactory
from tests.firms import make_fit
from tests.sheets import code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def at_work():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def furnished(reference_data: Bureau, enterprise: Enterprise, officer: User) -> Enterprise:
    """A firm of which everything is recorded."""
    enterprise.uscc, enterprise.officer = code(1), officer
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    TitleFactory(enterprise=enterprise, track="hnte", number="GR202542000001")
    CandidacyFactory(enterprise=enterprise, track="srdi", state="coaching")
    ContactFactory(enterprise=enterprise, name="孙联络", mobile="13907230001", email="lianluo@example.cn")
    judge.judge(on=ON)
    ladder.settle_all(ON)
    return enterprise


def exported(client: Client, query: str = "") -> Exported:
    return Exported(client.get(f"/enterprises/export/{query}"))


def line(file: Exported, number: int = 0) -> dict[str, Any]:
    return dict(zip(file.headings, file.table[number], strict=True))


def names(file: Exported) -> list[str]:
    return [row[0] for row in file.table]


def on_screen(client: Client, query: str) -> list[str]:
    found, page = [], client.get(f"/enterprises/{query}")
    found += [row.firm.name for row in page.context["rows"]]
    while page.context["page"].next:
        page = client.get(f"/enterprises/?{page.context['query']}page={page.context['page'].next}")
        found += [row.firm.name for row in page.context["rows"]]
    return found


def test_a_line_says_what_the_screen_says_and_the_figures_behind_it(furnished: Enterprise, officer: User):
    found = line(exported(as_(officer)))

    others = [track.label for track in TRACKS if track.key not in ("tsme", "hnte")]
    assert {heading: cell for heading, cell in found.items() if cell and not heading.startswith(tuple(others))} == {
        "企业名称": "云泽精密装备有限公司",
        "统一社会信用代码": code(1),
        "责任单位": "东溪县",
        "责任人": "周市级",
        "梯队层级": "高新技术企业",
        "高新技术企业证书编号": "GR202542000001",
        "高新技术企业发证日期": "2025-11-01",
        "高新技术企业有效期至": "2028-10-31",
        "高新技术企业评估结论": found["高新技术企业评估结论"],
        "科技型中小企业评估结论": found["科技型中小企业评估结论"],
        "在办培育申报": "专精特新：培育",
        "2025年销售收入": "4800",
        "2025年研发费用（高企归集口径）": "260",
        "联络员": "孙联络",
        "联络员手机": "13907230001",
        "联络员邮箱": "lianluo@example.cn",
    }
    assert found["高新技术企业评估结论"].startswith("差1项")
    assert "科技人员" in found["高新技术企业评估结论"]


@pytest.mark.feature(65, partial="the choice of columns is kept in the address, not with the account")
@pytest.mark.parametrize("query", ["", "?q=云泽", "?rung=none", "?contact=none", "?q=云泽&rung=none&cols=figures"])
def test_the_file_has_the_rows_of_the_screen_in_its_order(
    furnished: Enterprise, foreign_enterprise: Enterprise, officer: User, query: str
):
    """screen count == file rows"""
    for number in range(60):
        EnterpriseFactory(region=furnished.region, name=f"云泽第{number}号材料有限公司")
    client = as_(officer)

    screen = on_screen(client, query)

    assert names(exported(client, query)) == screen
    assert len(screen) in {1, 60, 61, 62}


def test_37_on_screen_are_37_in_the_file_and_in_the_log(reference_data: Bureau, officer: User):
    for number in range(37):
        EnterpriseFactory(region=officer.region, name=f"云泽第{number}号材料有限公司")
    EnterpriseFactory(region=officer.region, name="远岑新材料有限公司")

    file = exported(as_(officer), "?q=云泽")

    assert len(file.table) == 37
    assert file.rows[1][0] == "筛选条件：名称、曾用名、拼音首字母或代码：云泽"
    assert AuditEvent.objects.get(what="export.enterprise_list").after["rows"] == 37


def test_a_line_names_the_deputy_beside_the_owner(furnished: Enterprise, officer: User, county_officer: User):
    furnished.deputy = county_officer
    furnished.save()

    found = line(exported(as_(officer)))

    assert (found["责任人"], found["副责任人"]) == (officer.name, county_officer.name)


def test_a_county_exports_its_own_firms(furnished: Enterprise, foreign_enterprise: Enterprise, county_officer: User):
    file = exported(as_(county_officer))

    assert names(file) == [furnished.name]
    assert foreign_enterprise.name not in "".join(file.parts.values())


def test_an_auditor_sees_no_mobile_of_a_contact(furnished: Enterprise, auditor: User):
    found = line(exported(as_(auditor)))

    assert (found["联络员手机"], found["联络员邮箱"]) == ("139****0001", "li****@example.cn")


def test_the_address_says_which_columns(furnished: Enterprise, officer: User):
    file = exported(as_(officer), "?cols=contacts&cols=cases")

    assert file.headings == [
        "企业名称", "统一社会信用代码", "责任单位", "责任人", "副责任人", "梯队层级",
        "在办培育申报", "联络员", "联络员手机", "联络员邮箱",
    ]  # fmt: skip


def test_the_dialog_keeps_filters_and_columns(furnished: Enterprise, officer: User):
    page = as_(officer).get("/enterprises/?q=云泽&cols=figures&page=1")

    assert page.context["export"].asked == [("q", "云泽")]
    assert [key for key, _, chosen in page.context["export"].groups if chosen] == ["figures"]


def test_a_filter_that_makes_no_sense_gives_no_file(furnished: Enterprise, officer: User):
    refused = as_(officer).get("/enterprises/export/?unit=x")

    assert refused.status_code == 422
    assert "责任单位：" in refused.content.decode()


def test_unknown_is_empty_and_not_zero(reference_data: Bureau, officer: User):
    EnterpriseFactory(region=officer.region)

    found = line(exported(as_(officer)))

    assert found["2025年营业收入"] is None
    assert found["高新技术企业评估结论"] == "尚未评估"


def test_queries_do_not_grow_with_the_firms(furnished: Enterprise, officer: User, django_assert_max_num_queries: Any):
    client = as_(officer)
    with django_assert_max_num_queries(40) as one:
        exported(client)
    for number in range(3):
        other = EnterpriseFactory(region=furnished.region, name=f"云泽第{number}号材料有限公司")
        make_fit(other)
        ContactFactory(enterprise=other)
        TitleFactory(enterprise=other)
    judge.judge(on=ON)

    with django_assert_max_num_queries(len(one)):
        exported(client)


@pytest.mark.feature(66, partial="one layout of the system's own, no template an office brings along")
def test_a_file_that_comes_back_changes_nothing(furnished: Enterprise, officer: User, tmp_path: Path):
    """re-importable round trip"""
    other = EnterpriseFactory(region=furnished.region, name="云泽二号材料有限公司", uscc=code(2))
    YearFiguresFactory(enterprise=other, operating_revenue_cny=123_456_789, net_profit_cny=-12_345, staff_headcount=7)
    TitleFactory(enterprise=other, track="tsme", number="202542028100000001", issued_on=datetime.date(2026, 3, 1),
                 valid_until=datetime.date(2026, 12, 31))  # fmt: skip
    path = tmp_path / "企业库.xlsx"
    path.write_bytes(exported(as_(officer)).content)
    said = StringIO()

    call_command("import_ledger", str(path), "--as", officer.username, "--json", stdout=said)

    counts = json.loads(said.getvalue())["counts"]
    assert (counts["total"], counts["unchanged"]) == (2, 2)
    assert (counts["new"], counts["changed"], counts["refused"]) == (0, 0, 0)
