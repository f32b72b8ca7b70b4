"""`manage.py import_ledger`: a dry run unless told to apply."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Region, User
from enterprises.models import Enterprise, ImportBatch
from pipeline.models import Bureau
from tests import workbooks
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger with a firm of ours, one without a code, and a row without a firm."""
    file = tmp_path / "随便什么名字.xlsx"
    rows = (workbooks.firm(1), (2, "青麓生物有限公司", None, "东溪县", None, 1), (3, None, None, "东溪县", None, 1))
    file.write_bytes(workbooks.ledger(*rows))
    return file


def output(*arguments: object) -> str:
    """What the command prints."""
    said = io.StringIO()
    call_command("import_ledger", *map(str, arguments), stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def ground(reference_data: Bureau, county: Region) -> None:
    """Rules and units."""


def test_a_dry_run_shows_headings_counts_and_reasons_and_writes_nothing(ledger: Path, officer: User) -> None:
    """Nothing remains, not even the file."""
    said = output(ledger)

    assert "  B 企业名称 → 企业名称" in said
    assert "  A 序号 → 未读入（行号、填表事项，不属于企业信息）" in said
    assert "行 3，新增 2，变更 0，不变 0，有提示 1，不导入 1，资格 0" in said
    assert "Sheet1 第3行 提示：没有统一社会信用代码，按名称建档，待补代码" in said
    assert "Sheet1 第4行 不导入：没有企业名称，也没有统一社会信用代码" in said
    assert not Enterprise.objects.exists()
    assert not ImportBatch.objects.exists()


def test_apply_writes_and_a_second_time_changes_nothing(ledger: Path, officer: User) -> None:
    """Both times it ends well."""
    assert "已写入" in output(ledger, "--apply")
    assert "新增 0，变更 0，不变 2" in output(ledger, "--apply")
    assert Enterprise.objects.count() == 2


def test_json_holds_the_same(ledger: Path, officer: User) -> None:
    """For a program."""
    found: dict[str, Any] = json.loads(output(ledger, "--json"))

    assert (found["state"], found["counts"]["new"], found["counts"]["refused"]) == ("read", 2, 1)
    assert found["sheets"][0]["headings"][1]["means"] == "企业名称"
    assert [row["line"] for row in found["rows"]] == [2, 3, 4]


def test_a_workbook_without_a_ledger_names_each_sheet_with_its_reason(tmp_path: Path, officer: User) -> None:
    """It is readable, so this is no error."""
    file = tmp_path / "附件.xlsx"
    file.write_bytes(workbooks.no_ledgers())

    assert "工作表“目标分解表”：不导入：没有“企业名称”或“统一社会信用代码”一列，不是企业台账" in output(file)


def test_whose_name_it_is_done_in(ledger: Path, officer: User, county_officer: User) -> None:
    """The only city-level user's, unless told; with several, writing asks which."""
    output(ledger, "--apply", "--as", "COUNTY")
    assert ImportBatch.objects.get().by == county_officer

    UserFactory(username="second", region=officer.region)
    with pytest.raises(CommandError, match="officer、second"):
        output(ledger, "--apply")
    assert "新增" in output(ledger), "a look needs no name"
    with pytest.raises(CommandError, match="没有登录名为 nobody"):
        output(ledger, "--as", "nobody")


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, officer: User) -> None:
    """With the reason; so is one that is not there."""
    broken = tmp_path / "台账.xlsx"
    broken.write_bytes(b"nonsense")

    with pytest.raises(CommandError, match=r"不是 \.xlsx 工作簿"):
        output(broken)
    with pytest.raises(CommandError, match="打不开文件"):
        output(tmp_path / "没有.xlsx")
