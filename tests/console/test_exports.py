"""The export writer: what stands in the file, what may be in it, what it leaves in the log."""

import datetime
import tracemalloc
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.http import HttpRequest
from django.test import RequestFactory

from accounts import request_id
from accounts.models import AuditEvent, User
from console.exports.writer import Column, workbook_response
from tests.console.exported import Exported
from tests.console.visit import MORNING

pytestmark = pytest.mark.django_db
COLUMNS = [
    Column("企业名称"),
    Column("2025年营业收入", kind="money", total=True),
    Column("2025年职工总数", unit="人", kind="count", total=True),
    Column("发证日期", kind="date"),
    Column("市场占有率", kind="percent"),
    Column("联络员手机", personal=True),
]
ROW = ("云泽精密装备有限公司", 123_456_700, 80, datetime.date(2025, 11, 1), Decimal("0.1234"), "13907230001")


def asked_by(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def export(user: User, *rows: Any, **more: Any) -> Any:
    given = {"what": "enterprise_list", "title": "企业库", "columns": COLUMNS, "rows": iter(rows)} | more
    return workbook_response(asked_by(user), **given)


@time_machine.travel(MORNING, tick=False)
@pytest.mark.feature(66, partial="one layout of the system's own, no template an office brings along")
def test_a_table_has_title_question_headings_units_total_and_a_line_to_sign(officer: User):
    """templates with headings, 单位, 合计, 填报人"""
    file = Exported(export(officer, ROW, ("远岑新材料有限公司", 1, None, None, None, ""), filters="责任单位：东溪县"))

    assert [[cell for cell in row if cell] for row in file.rows] == [
        ["企业库"],
        ["筛选条件：责任单位：东溪县"],
        ["生成时间：2026-11-23 10:00　导出人：周市级　辖区：云川市"],
        ["企业名称", "2025年营业收入", "2025年职工总数", "发证日期", "市场占有率", "联络员手机"],
        ["（万元）", "（人）"],
        ["云泽精密装备有限公司", "12345.67", "80", "2025-11-01", "0.1234", "13907230001"],
        ["远岑新材料有限公司", "0.0001"],
        ["合计", "12345.6701", "80"],
        ["填报人：____________　　审核人：____________　　填报日期：____________　　共 2 行"],
    ]


def test_numbers_are_numbers_days_are_days_and_unknown_is_empty(officer: User):
    file = Exported(export(officer, ROW, ("甲", None, None, None, None, None)))

    assert "<v>12345.67</v>" in file.sheet
    assert "<v>45962</v>" in file.sheet  # 2025-11-01
    assert [number in file.parts["xl/styles.xml"] for number in ("#,##0.00", "yyyy-mm-dd")] == [True, True]
    assert file.table[1] == ["甲", None, None, None, None, None]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", "｜"])
def test_no_text_becomes_a_formula(officer: User, start: str):
    planted = f"{start}cmd|' /C calc'!A0"
    columns = [Column("企业名称"), Column("证书编号")]
    file = Exported(export(officer, (planted, planted), columns=columns, filters=planted, title=f"企业库{planted}"))

    assert file.formulas == []
    assert file.table == [[planted.strip(), planted.strip()]]
    assert 'quotePrefix="1"' in file.parts["xl/styles.xml"]


def test_the_sheet_is_set_up_for_paper_and_keeps_its_headings_in_sight(officer: User):
    sheet = Exported(export(officer, ROW)).sheet

    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "第 &amp;P 页，共 &amp;N 页" in sheet
    assert '<pane ySplit="5"' in sheet
    assert "<mergeCells" in sheet
    assert "<col " in sheet


def test_headings_are_printed_on_every_page(officer: User):
    assert "'企业库'!$4:$5" in Exported(export(officer, ROW)).parts["xl/workbook.xml"].replace("企业库!", "'企业库'!")


@time_machine.travel(MORNING, tick=False)
def test_the_file_has_a_chinese_name(officer: User):
    file = Exported(export(officer, ROW))

    assert f"filename*=utf-8''{quote('企业库-20261123-1000.xlsx')}" in file.headers["Content-Disposition"]


@pytest.mark.feature(67, partial="over the cap it is refused with words on how to narrow, not handed to a job")
def test_an_export_leaves_its_line(officer: User):
    """who/what/filter/rows"""
    request_id.current.set("0f0f0f0f-1111")

    Exported(export(officer, ROW, ROW, filters="责任单位：东溪县"))

    event = AuditEvent.objects.get()
    assert (event.what, event.by, event.request_id) == ("export.enterprise_list", officer, "0f0f0f0f-1111")
    assert event.after == {"title": "企业库", "filters": "责任单位：东溪县", "rows": 2, "people": "full"}


def test_without_its_line_no_file_leaves(officer: User, monkeypatch: pytest.MonkeyPatch):
    def breaks(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no audit table")

    monkeypatch.setattr(AuditEvent, "save", breaks)

    with pytest.raises(RuntimeError):
        export(officer, ROW)


def test_an_auditor_gets_people_masked_and_an_officer_in_full(officer: User, auditor: User):
    """sensitive columns need a right"""
    assert Exported(export(officer, ROW)).table[0][5] == "13907230001"
    masked = Exported(export(auditor, ROW))

    assert masked.table[0][5] == "139****0001"
    assert "13907230001" not in "".join(masked.parts.values())
    assert AuditEvent.objects.get(by=auditor).after["people"] == "masked"


@pytest.mark.parametrize("count", [None, 3])
def test_above_the_cap_no_file_but_how_to_narrow(officer: User, settings: Any, count: int | None):
    settings.TIDU_EXPORT_ROWS = 2

    refused = export(officer, ROW, ROW, ROW, count=count)

    assert refused.status_code == 422
    assert "上限 2 行" in refused.content.decode()
    assert not AuditEvent.objects.exists()
    assert Exported(export(officer, ROW, ROW)).table[1][0] == ROW[0]


def test_who_exports_without_end_is_asked_to_wait(officer: User, county_officer: User):
    for _ in range(60):
        Exported(export(officer))

    refused = export(officer)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 901
    assert Exported(export(county_officer)).table == []


def test_of_nothing_known_there_is_no_sum(officer: User):
    file = Exported(export(officer, ("甲", None, 0, None, None, None)))

    assert file.rows[6] == ["合计", None, "0", None, None, None]


def test_an_empty_table_is_a_table(officer: User):
    file = Exported(export(officer))

    assert file.table == []
    assert AuditEvent.objects.get().after["rows"] == 0


def test_a_number_too_long_for_a_spreadsheet_is_not_changed(officer: User):
    file = Exported(export(officer, (1234567890123456789,), columns=[Column("数", kind="count")]))

    assert file.table == [["1234567890123456789"]]


def test_memory_stays_flat_however_long_the_table(officer: User, settings: Any):
    settings.TIDU_EXPORT_ROWS = 100_000
    peaks = []

    for length in (1_000, 30_000):
        tracemalloc.start()
        export(officer, rows=(ROW for _ in range(length)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5
