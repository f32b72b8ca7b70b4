"""一企一档: the sheet says what stands, looking changes nothing, printing freezes what was said."""

import datetime
from typing import Any

import pytest
import time_machine

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise, FormerName, NegativeFact, YearFigures
from notifications import obligations
from pipeline.domain import judge, ladder
from pipeline.models import Bureau, Receipt
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import CandidacyFactory, ContactFactory, TitleFactory
from tests.firms import make_fit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def at_work():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def firm(reference_data: Bureau, enterprise: Enterprise, officer: User) -> Enterprise:
    """A firm one condition short of 高企, with a title that ends soon and a case under way."""
    enterprise.officer = officer
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    FormerName.objects.create(enterprise=enterprise, name="恒砺机械厂")
    TitleFactory(enterprise=enterprise, track="hnte", number="GR202342000001", issued_on=datetime.date(2023, 12, 20),
                 valid_until=datetime.date(2026, 12, 20))  # fmt: skip
    CandidacyFactory(enterprise=enterprise, track="hnte", state="coaching")
    ContactFactory(enterprise=enterprise, name="孙联络", mobile="13907230001")
    judge.judge(on=ON)
    ladder.settle_all(ON)
    obligations.refresh(on=ON)
    return enterprise


def sheet(user: User, firm: Enterprise, query: str = "") -> Any:
    return as_(user).get(f"/enterprises/{firm.pk}/dossier/{query}")


@pytest.mark.feature(68, partial="no periodic bulletin; the sheet itself is live, only its verdicts are frozen")
def test_the_sheet_says_who_it_is_what_it_holds_and_what_it_lacks(firm: Enterprise, officer: User):
    """dossier prints gap, route, deadlines, contacts"""
    page = text(sheet(officer, firm))

    for said in (
        "云泽精密装备有限公司",
        "曾用名</dt><dd>恒砺机械厂",
        "责任人</dt><dd>周市级",
        "孙联络13907230001",
        "现居高新技术企业",
        "GR202342000001",
        "临期，剩27天",
        "不符合",
        "科技人员",
        "由企业解决",
        "2025年",
        "销售收入",
        "+6.7%",
        "培育",
    ):
        assert said in page, said


def test_what_speaks_against_the_firm_stands_first(firm: Enterprise, officer: User):
    NegativeFact.objects.create(
        enterprise=firm, kind="经营异常", from_on=datetime.date(2026, 5, 1), source="市场监管局"
    )

    page = text(sheet(officer, firm))

    assert "经营异常</b>2026-05-01起，未了结（市场监管局）" in page
    sheet_itself = page[page.index("<main") :]
    assert sheet_itself.index("经营异常") < sheet_itself.index("责任人") < sheet_itself.index("梯队与资格")
    assert "核实负面信息是否已移出或整改" in page


def test_a_firm_nobody_checked_is_not_called_clean(reference_data: Bureau, enterprise: Enterprise, officer: User):
    page = text(sheet(officer, enterprise))

    assert '负面信息：<bclass="soon">未核对</b>，不等于没有' in page
    assert "没有登记资格；资格清单未核对，可能有遗漏" in page
    assert "没有登记研发机构；清单未核对" in page
    assert "规上</dt><dd>未登记" in page


def test_every_gap_has_its_clause_or_says_that_it_is_unconfirmed(firm: Enterprise, officer: User):
    tracks = sheet(officer, firm).context["dossier"].judged

    assert {track.checked.track for track in tracks} == {"hnte", "srdi", "tsme"}
    gaps = [gap for track in tracks for gap in track.gaps]
    assert gaps
    assert all(gap.finding.clause or gap.is_unconfirmed for gap in gaps)
    assert tracks[0].gaps[0].finding.outcome == "unmet"


def test_growth_is_told_only_where_both_years_are_known(firm: Enterprise, officer: User):
    rows = {row.figure.name: row.growth for row in sheet(officer, firm).context["dossier"].key_figures}

    assert rows["sales_cny"] == "+6.7%"
    assert rows["tech_staff_hnte_headcount"] == ""


def test_the_next_steps_begin_with_what_is_missing_and_what_ends(firm: Enterprise, officer: User):
    found = [(one.says, one.who) for one in sheet(officer, firm).context["dossier"].advice]

    assert found[:2] == [("补登统一社会信用代码", "企业"), ("高企 2026-12-20 到期，准备重新认定或复核", "企业")]
    assert found[2][0].startswith("高企 H")
    assert len(found) <= 6


def test_looking_changes_nothing(firm: Enterprise, officer: User):
    before = (AuditEvent.objects.count(), Receipt.objects.count())

    page = text(sheet(officer, firm))

    assert (AuditEvent.objects.count(), Receipt.objects.count()) == before
    assert "未留存凭证" in page


def test_printing_freezes_a_receipt_for_each_track_and_stands_in_the_log(firm: Enterprise, officer: User):
    answer = as_(officer).post(f"/enterprises/{firm.pk}/dossier/print/")

    event = AuditEvent.objects.get(what="dossier.print")
    receipts = list(Receipt.objects.order_by("pk"))
    assert answer["Location"] == f"/enterprises/{firm.pk}/dossier/?printed={event.pk}"
    assert [receipt.track for receipt in receipts] == ["hnte", "tsme", "srdi"]
    assert event.after == {"receipts": [receipt.pk for receipt in receipts], "tracks": ["hnte", "tsme", "srdi"]}
    assert (event.by, event.enterprise_id) == (officer, firm.pk)
    page = text(sheet(officer, firm, f"?printed={event.pk}"))
    assert all(f"评估凭证{receipt.pk}" in page and f"（{receipt.digest[:8]}）" in page for receipt in receipts)
    assert "未留存凭证" not in page
    assert "data-printed" in page


def test_a_receipt_is_not_shown_beside_a_verdict_it_does_not_say(firm: Enterprise, officer: User):
    as_(officer).post(f"/enterprises/{firm.pk}/dossier/print/")
    event = AuditEvent.objects.get(what="dossier.print")
    YearFigures.objects.filter(enterprise=firm, year=2025).update(tech_staff_hnte_headcount=20)

    page = text(sheet(officer, firm, f"?printed={event.pk}"))

    assert "打印之后数据有变化" in page
    assert "未留存凭证" in page
    assert "data-printed" not in page


def test_another_firm_s_printing_is_none(firm: Enterprise, foreign_enterprise: Enterprise, officer: User):
    as_(officer).post(f"/enterprises/{foreign_enterprise.pk}/dossier/print/")
    event = AuditEvent.objects.get(what="dossier.print")

    assert sheet(officer, firm, f"?printed={event.pk}").context["dossier"].printed is None
    assert sheet(officer, firm, "?printed=x").status_code == 200


def test_a_county_prints_no_foreign_firm(firm: Enterprise, foreign_enterprise: Enterprise, county_officer: User):
    client = as_(county_officer)

    assert client.get(f"/enterprises/{foreign_enterprise.pk}/dossier/").status_code == 404
    assert client.post(f"/enterprises/{foreign_enterprise.pk}/dossier/print/").status_code == 404
    assert client.post(f"/enterprises/{firm.pk}/dossier/print/").status_code == 302
    assert AuditEvent.objects.filter(what="dossier.print").count() == 1


def test_an_auditor_reads_the_sheet_without_the_mobile_and_freezes_nothing(firm: Enterprise, auditor: User):
    page = text(sheet(auditor, firm))

    assert "139****0001" in page
    assert "13907230001" not in page
    assert "打印并留存凭证" not in page
    assert as_(auditor).post(f"/enterprises/{firm.pk}/dossier/print/").status_code == 404
    assert not Receipt.objects.exists()
