"""`manage.py judge`: one firm or a thousand, by the editions in the repository, without a database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
FIRM: dict[str, Any] = {
    "enterprise": {"name": "云泽精密装备有限公司", "registered_on": "2015-03-01", "hi_tech_field": "先进制造与自动化"},
    "years": {"2025": {"staff_hnte_headcount": 100, "tech_staff_hnte_headcount": 9}},
    "manual": {"H3": True},
}


@pytest.fixture
def judge(tmp_path: Path) -> Any:
    """The command on a file of this content."""

    def run(content: Any, *options: str, track: str = "hnte", on: str = "2026-05-01", kind: str = "apply") -> str:
        path = tmp_path / "firms.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        out = StringIO()
        call_command("judge", track, "--on", on, "--kind", kind, "--facts", str(path), *options, stdout=out)
        return out.getvalue()

    return run


def test_one_firm_gives_one_object(judge: Any) -> None:
    answer = json.loads(judge(FIRM, "--json"))

    assert {key: answer[key] for key in ("name", "track", "edition", "verdict", "score")} == {
        "name": "云泽精密装备有限公司",
        "track": "hnte",
        "edition": "HNTE-2016-32-195",
        "verdict": "ineligible",
        "score": {"low": 0, "high": 100},
    }
    assert "国科发火〔2016〕32号" in answer["why_edition"]
    assert [finding["key"] for finding in answer["findings"]][:8] == [f"H{number}" for number in range(1, 9)]


def test_each_finding_has_outcome_figures_clause_confidence_and_who(judge: Any) -> None:
    findings = {finding["key"]: finding for finding in json.loads(judge(FIRM, "--json"))["findings"]}

    asked = ("outcome", "actual", "required", "gap", "clause", "confidence", "who", "points")
    assert [findings["H4"][key] for key in asked] == [
        "unmet", "9%", "10%", 1, "第十一条", "secondary", "enterprise", None,
    ]  # fmt: skip
    assert {finding["outcome"] for finding in findings.values()} <= {
        "met",
        "unmet",
        "unknown",
        "manual",
        "not_applicable",
    }
    assert findings["ip_core"]["points"] == {"low": 0, "high": 8, "max": 8}
    assert [part["key"] for part in findings["H5"]["parts"]] == ["H5.intensity", "H5.domestic"]
    assert findings["ip_quantity_one"]["part_of"] == "ip_quantity"


def test_a_thousand_firms_are_judged_in_one_go(judge: Any) -> None:
    answer = json.loads(judge([FIRM] * 1000, "--json"))

    assert len(answer) == 1000
    assert {each["verdict"] for each in answer} == {"ineligible"}


def test_no_firms_give_no_answers(judge: Any) -> None:
    assert json.loads(judge([], "--json")) == []


def test_the_checklist_reads_in_chinese(judge: Any) -> None:
    text = judge(FIRM)

    assert "云泽精密装备有限公司 · 高新技术企业：不符合" in text
    assert "差 1人（科技人员再增加1人，或职工总数不超过90人）" in text


def test_the_checklist_uses_the_words_of_the_pages(judge: Any) -> None:
    text = judge({"enterprise": {"name": "云泽精密装备有限公司"}})

    assert "：待定" in text
    assert "[未知] H4" in text
    assert "[人工判断] ip_core" in text


REFUSED = {
    "an unknown track": ({"track": "hntee"}, FIRM, "没有“hntee”这个认定方向"),
    "no date": ({"on": "2026年5月"}, FIRM, "请写成 2026-05-01 的形式"),
    "an unknown kind": ({"kind": "renew"}, FIRM, "apply（申报）或 review（复核）"),
    "a day before any edition": ({"on": "2015-12-31"}, FIRM, "没有施行中的"),
    "a misspelt name": ({}, [FIRM, {"years": {"2025": {"sale_cny": 1}}}], "firm 2, years.2025: 没有“sale_cny”"),
    "no JSON": ({}, "{", "不是 JSON"),
}


@pytest.mark.parametrize(("options", "content", "says"), REFUSED.values(), ids=REFUSED)
def test_a_bad_call_says_where_and_what_to_do(judge: Any, options: dict[str, str], content: Any, says: str) -> None:
    with pytest.raises(CommandError, match=says.replace("（", ".").replace("）", ".")):
        judge(content, **options)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="无法读取"):
        call_command("judge", "hnte", "--on", "2026-05-01", "--kind", "apply", "--facts", str(tmp_path / "no.json"))


def test_it_needs_no_database(tmp_path: Path) -> None:
    path = tmp_path / "firm.json"
    path.write_text(json.dumps(FIRM), "utf-8")
    nowhere = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, "manage.py", "judge", "hnte", "--on", "2026-05-01", "--kind", "apply", "--facts"]

    done = subprocess.run([*command, str(path), "--json"], cwd=ROOT, env=nowhere, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["verdict"] == "ineligible"
