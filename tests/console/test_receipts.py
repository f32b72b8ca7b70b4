"""评估凭证: the list of a firm's, the sheet, the file; 运行状况 and the line on 工作台 when a replay does not agree."""

import datetime
import json

import pytest

from accounts.models import AuditEvent, User
from console.receipts.content import sheet
from enterprises.models import Enterprise
from pipeline.domain import dossiers, replays
from pipeline.domain.editions import parsed
from pipeline.models import Edition, Receipt, ReceiptCheck
from pipeline.rules import outline, replay
from tests import firms
from tests.console.visit import as_, text
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")
NIGHT = datetime.datetime(2026, 11, 24, 3, 30, tzinfo=datetime.UTC)


@pytest.fixture
def filed(enterprise: Enterprise, officer: User) -> Receipt:
    """The receipt of a filing."""
    case = firms.step_with(firms.ready_to_file(enterprise, officer), "file", officer)
    return Receipt.objects.get(pk=case.receipt_id)


def test_the_list_of_a_firm_has_number_track_verdict_purpose_and_who(filed: Receipt, officer: User):
    dossiers.hand_out(enterprise_id=filed.enterprise_id, by=officer, on=ON)

    page = text(as_(officer).get(f"/enterprises/{filed.enterprise_id}/receipts/"))

    assert page.index("一企一档打印") < page.index("登记申报")
    assert all(part in page for part in (f"凭证{filed.pk}", filed.digest[:8], "高新技术企业认定", "待定", officer.name))
    assert "共3份" in page


def test_a_firm_without_receipts_says_how_one_comes_about(enterprise: Enterprise, officer: User):
    page = text(as_(officer).get(f"/enterprises/{enterprise.pk}/receipts/"))

    assert "还没有评估凭证" in page


def test_the_sheet_shows_number_hashes_command_and_what_was_found(filed: Receipt, auditor: User):
    page = text(as_(auditor).get(f"/receipts/{filed.pk}/"))

    command = f"manage.pyverify_receipt{filed.pk}"
    assert all(part in page for part in (filed.digest, filed.edition.digest, command, "云泽精密装备有限公司"))
    assert all(f"H{number}" in page for number in range(1, 9))
    assert "尚未抽到" in page
    assert "data-prints" in page


def test_the_sheet_says_what_was_frozen_not_what_is_known_now(filed: Receipt, officer: User):
    Enterprise.objects.filter(pk=filed.enterprise_id).update(name="改名公司")

    page = text(as_(officer).get(f"/receipts/{filed.pk}/"))

    assert "云泽精密装备有限公司" in page
    assert "改名公司" not in page


def test_the_sheet_says_where_it_was_used(filed: Receipt, officer: User):
    case = filed.enterprise.candidacies.get()
    for step in ("recommend", "publicise"):
        case = firms.step_with(case, step, officer)
    as_(officer).get(f"/receipts/{filed.pk}/export/")

    says = [use.says for use in sheet(filed).uses]

    assert [says[0][:4], says[1][:4], says[2][:4], says[3]] == ["登记申报", "推荐上报", "进入公示", "导出评估凭证"]
    assert case.round.name in says[0]


def test_printing_a_dossier_is_a_use_of_its_receipts(enterprise: Enterprise, officer: User):
    dossiers.hand_out(enterprise_id=enterprise.pk, by=officer, on=ON)

    assert [use.says for use in sheet(Receipt.objects.latest("pk")).uses] == ["打印一企一档"]


def test_the_file_proves_itself_and_its_leaving_stands_in_the_log(filed: Receipt, officer: User):
    answer = as_(officer).get(f"/receipts/{filed.pk}/export/")

    document = json.loads(answer.content)
    assert replay.problems(document["content"], kept_digest=document["digest"], edition=document["edition"]) == []
    assert (document["number"], document["purpose"]) == (filed.pk, "登记申报")
    event = AuditEvent.objects.get(what="receipt.export")
    assert (event.by, event.object_id, event.enterprise_id) == (officer, filed.pk, filed.enterprise_id)


def test_the_case_and_the_firm_lead_to_their_receipts(filed: Receipt, officer: User):
    page = as_(officer).get(f"/enterprises/{filed.enterprise_id}/").content.decode()

    assert f'href="/receipts/{filed.pk}/"' in page
    assert f'href="/enterprises/{filed.enterprise_id}/receipts/"' in page


# Replays


@pytest.fixture
def alarmed(filed: Receipt) -> Receipt:
    """A receipt whose last replay did not agree."""
    ReceiptCheck.objects.create(receipt=filed, checked_at=NIGHT, problems=["摘要不符"])
    return filed


def test_all_is_well_after_a_night_that_agreed(filed: Receipt, officer: User):
    replays.replay_sample(at=NIGHT)

    page = text(as_(officer).get(f"/receipts/{filed.pk}/"))

    assert "逐字节一致" in page
    assert "复算不一致" not in text(as_(officer).get("/workbench/"))


def test_a_mismatch_is_said_on_the_sheet_on_the_status_page_and_on_the_workbench(alarmed: Receipt, officer: User):
    client = as_(officer)

    assert "复算与凭证不一致，请勿引用：摘要不符" in text(client.get(f"/receipts/{alarmed.pk}/"))
    assert "1份评估凭证复算不一致" in text(client.get("/workbench/"))
    status = text(client.get("/status/"))
    assert all(part in status for part in ("有凭证不一致", f"凭证{alarmed.pk}", alarmed.enterprise.name, "摘要不符"))


def test_the_administrator_sees_the_number_and_no_firm(alarmed: Receipt, administrator: User):
    status = text(as_(administrator).get("/status/"))

    assert f"凭证{alarmed.pk}" in status
    assert alarmed.enterprise.name not in status


def test_who_may_not_open_the_status_page_gets_no_line_about_it(alarmed: Receipt, county_officer: User):
    assert "复算不一致" not in text(as_(county_officer).get("/workbench/"))


def test_before_the_first_night_nothing_is_claimed(officer: User):
    assert "还没有凭证" in text(as_(officer).get("/status/"))


# 机器可判


def test_the_assessment_says_how_many_conditions_a_machine_decides(enterprise: Enterprise, officer: User):
    rules = parsed(Edition.objects.get(track="hnte", status="published").content)
    firms.make_fit(enterprise)

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/?track=hnte")

    gates = len(rules.gates)
    assert outline.machine_decided(rules) == (gates - 3, gates)  # H2 and H3 have a manual part, H7 experts' points
    assert f"机器可判{gates - 3}/{gates}" in text(page)
    found = {top.finding.key: top.finding.outcome for top in page.context["sheet"].gates}
    assert (found["H2"], found["H3"], found["H7"]) == ("manual", "manual", "manual")
