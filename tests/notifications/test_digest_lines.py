"""What stands in Monday's mail: its subject, its lines by urgency, and no word or mark too many."""

import datetime
import re
from typing import Any

import pytest

from accounts.models import Region, User
from enterprises.models import Enterprise, StatementState
from notifications import digest, yearly
from notifications.urgent import MOST_LINES
from pipeline.models.candidacy import State
from tests.factories import CandidacyFactory, EnterpriseFactory, RoundFactory, TitleFactory, YearFiguresFactory
from tests.notifications.mondays import ON, ending, letter_to

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("bureau"),
    pytest.mark.feature(49, partial="staff and enterprise parts, most urgent first"),
]


def test_the_subject_says_how_many_and_the_nearest_day(enterprise: Enterprise, member: User, officer: User):
    ending(enterprise, "2026-11-30")
    ending(enterprise, "2026-12-31", track="tsme")
    YearFiguresFactory(enterprise=enterprise, state=StatementState.SUBMITTED)

    digest.run(on=ON)

    assert letter_to(member).subject == "2 项待办，最近 11月30日截止"
    assert letter_to(officer).subject == "3 项待办，最近 11月30日截止"  # accepting figures is the officer's


def test_lines_come_by_urgency_each_with_its_reason_its_day_and_its_page(
    enterprise: Enterprise, member: User, officer: User, settings: Any
):
    settings.TIDU_BASE_URL = "https://tidu.example.cn"
    ending(enterprise, "2026-11-10", track="isme")
    ending(enterprise, "2026-11-27", track="srdi")
    ending(enterprise, "2026-12-23", track="hnte")
    ending(enterprise, "2027-03-31", track="little_giant")
    YearFiguresFactory(enterprise=enterprise, state=StatementState.SUBMITTED)

    digest.run(on=ON)

    text = letter_to(officer).text
    assert re.findall(r"【(.+)】", text) == ["已逾期", "本周到期", "30 天内", "未定期限，宜早办", "之后"]
    assert "2026年11月10日，已逾期 13 天" in text
    assert "2026年11月27日，剩 4 个工作日" in text
    assert "缘由：登记的高新技术企业资格有效期至2026年12月23日" in text
    assert "2027 年放假安排尚未发布或尚未录入，工作日暂按法定节假日和周末推算。" in text
    assert text.count(f"https://tidu.example.cn/enterprises/{enterprise.pk}/") == 5
    assert text.count("https://tidu.example.cn/workbench/") == 1
    assert letter_to(member).text.count(f"https://tidu.example.cn/my/{enterprise.pk}/") == 4


def test_a_day_nobody_verified_is_marked(enterprise: Enterprise, member: User):
    yearly.load_seeds()
    TitleFactory(enterprise=enterprise, issued_on=ON, valid_until=datetime.date(2029, 11, 22))

    digest.run(on=ON)

    assert "2027年5月31日（待核实）" in letter_to(member).text
    assert "待核实" in letter_to(member).html


def test_thirty_lines_at_most_then_a_count_by_kind(county: Region, county_officer: User):
    for firm in EnterpriseFactory.create_batch(35, region=county):
        ending(firm, "2026-12-31", track="tsme")
    for firm in EnterpriseFactory.create_batch(12, region=county):
        ending(firm, "2026-11-01", track="tsme")

    digest.run(on=ON)

    letter = letter_to(county_officer)
    assert letter.subject == "47 项待办（12 项已逾期），最近 12月31日截止"
    assert letter.text.count("\n· ") == MOST_LINES
    assert "另有 17 项未列出：科小资格到期 17 项。" in letter.text


def test_names_are_escaped_in_html_and_only_there(county: Region, officer: User):
    firm = EnterpriseFactory(name='云泽<b>A&B</b>"科技"有限公司', region=county)
    ending(firm, "2026-12-31")

    digest.run(on=ON)

    letter = letter_to(officer)
    assert '云泽<b>A&B</b>"科技"有限公司' in letter.text
    assert "云泽&lt;b&gt;A&amp;B&lt;/b&gt;" in letter.html
    assert "<b>A" not in letter.html


def test_the_letter_is_styled_in_its_elements_and_loads_nothing(enterprise: Enterprise, member: User):
    ending(enterprise, "2026-12-31")

    digest.run(on=ON)

    html = letter_to(member).html
    assert "<style" not in html
    assert "max-width: 600px" in html
    assert re.findall(r"(?:src|background)=|url\(|<img|<link|<script", html) == []


def test_an_enterprise_reads_none_of_the_bureaus_own_words(enterprise: Enterprise, member: User):
    RoundFactory(closes_on=datetime.date(2026, 12, 10))
    CandidacyFactory(enterprise=enterprise, state=State.POOLED)

    digest.run(on=ON)

    letter = letter_to(member)
    assert "高新技术企业申报2026年12月10日截止" in letter.text
    assert [word for word in ("储备", "拟申报", "培育") if word in letter.text.replace("梯次培育平台", "")] == []
