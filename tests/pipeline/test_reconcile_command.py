"""`manage.py reconcile_list`: a look leaves nothing behind, --apply records, --json tells a program everything."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.models import PublishedList, Title
from tests.sheets import Sheet, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]

TITLE = "2026年第一批高新技术企业认定名单（共4家，鄂科技发高〔2026〕12号，认定日期：2026-11-20）"


@pytest.fixture
def file(tmp_path: Path, enterprise: Enterprise, foreign_enterprise: Enterprise) -> Path:
    """A list of the firm, its short name, a firm of the county next door; one of the four stated is not there."""
    path = tmp_path / "名单.xlsx"
    rows = [[TITLE], ["企业名称"], [enterprise.name], ["云泽精密"], [foreign_enterprise.name]]
    path.write_bytes(workbook(Sheet("名单", rows)))
    return path


def told(file: Path, *options: str) -> dict[str, Any]:
    """What the command says to a program."""
    out = io.StringIO()
    call_command("reconcile_list", str(file), "--track", "hnte", "--json", *options, stdout=out)
    return dict(json.loads(out.getvalue()))


@pytest.mark.feature(88, partial="other commands")
def test_a_look_tells_everything_and_leaves_nothing(file: Path, county_officer: User):
    """every management command dry unless `--apply`; prints before/after counts."""
    found = told(file, "--as", "county")

    assert (found["counts"], found["stated_total"], found["rows_total"], found["difference"]) == (
        {"sure": 1, "doubtful": 1, "unknown": 0, "outside": 1}, 4, 3, -1
    )  # fmt: skip
    assert [(row["match"], row["result"]) for row in found["rows"]] == [
        ("sure", "title"), ("doubtful", ""), ("outside", "")
    ]  # fmt: skip
    assert [model.objects.count() for model in (PublishedList, AuditEvent, Title)] == [0, 0, 0]


def test_applying_records_and_applying_again_changes_nothing(file: Path, county_officer: User, enterprise: Enterprise):
    first = told(file, "--as", "county", "--apply")
    events = AuditEvent.objects.count()
    again = told(file, "--as", "county", "--apply")

    assert (first["results"], again["results"]) == ({"title": 1}, {"title": 1})
    assert Title.objects.get().enterprise == enterprise
    assert AuditEvent.objects.count() == events


@pytest.mark.feature(84, partial="the other pages and acts")
def test_nothing_of_a_firm_next_door_is_told(file: Path, county_officer: User, foreign_enterprise: Enterprise):
    """Territorial permission: of a firm outside the county the command tells what the list says, and no more."""
    row = told(file, "--as", "county")["rows"][2]

    assert (row["enterprise"], row["candidates"], row["why"]) == (None, [], "不在本辖区")


def test_people_read_the_comparison_and_every_row(file: Path, county_officer: User):
    out = io.StringIO()

    call_command("reconcile_list", str(file), "--track", "hnte", "--as", "county", stdout=out)

    for words in ("名单自报 4 家，读到 3 行，少 1 家", "[存疑]", "候选 1 家", "没有写入任何内容"):
        assert words in out.getvalue()


def test_what_the_list_does_not_say_is_asked_for(tmp_path: Path, enterprise: Enterprise, officer: User):
    path = tmp_path / "名单.xlsx"
    path.write_bytes(workbook(Sheet("名单", [["高新技术企业"], ["企业名称"], [enterprise.name]])))

    with pytest.raises(CommandError, match="名单种类"):
        told(path, "--apply")
    with pytest.raises(CommandError, match="认定日期"):
        told(path, "--apply", "--kind", "recognition")
    done = told(path, "--apply", "--kind", "recognition", "--on", "2025-11-20", "--document", "鄂科技发高〔2025〕9号")

    title = Title.objects.get()
    assert done["results"] == {"title": 1}
    assert (str(title.issued_on), title.document) == ("2025-11-20", "鄂科技发高〔2025〕9号")


def test_a_list_of_another_track_and_a_missing_file_are_refused(tmp_path: Path, file: Path, officer: User):
    with pytest.raises(CommandError, match="不是“湖北科创“新物种”瞪羚企业”"):
        call_command("reconcile_list", str(file), "--track", "gazelle")
    with pytest.raises(CommandError, match="打不开文件"):
        told(tmp_path / "absent.xlsx")
