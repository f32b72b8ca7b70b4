"""The walk: from an officer's workbook to the certificate and Monday's mail, in a real browser with a real worker."""

import datetime
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEvent, Region, User
from config.celery import app
from enterprises.models import Enterprise
from notifications import digest, obligations, workdays
from notifications.models import Message
from pipeline.models import Bureau, Candidacy, LadderPosition, Receipt, Title
from tests.browser.walk import Desk
from tests.factories import MemberFactory, RoundFactory
from tests.faults.conftest import Program
from tests.walk_ledger import WALK_FIRM, walk

CERTIFICATE = "GR202642009999"


@pytest.fixture
def worker(product_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A real prefork worker on this test's database; the web sends its tasks to it over Redis."""
    argv = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "prefork", "-c", "1"]
    shared = product_environment | {"TIDU_REDIS_PREFIX": os.environ["TIDU_REDIS_PREFIX"]}  # the queue of this process
    program = Program([*argv, "--without-gossip", "--without-mingle"], shared, tmp_path / "worker.log")
    monkeypatch.setitem(app.conf, "task_always_eager", False)
    yield program
    program.end()


@pytest.fixture
def open_round(reference_data: Bureau) -> str:
    """The round the walk files in; its name. Working days are counted by the announced calendar."""
    workdays.load_calendar()
    this_year = timezone.localdate().year
    return str(
        RoundFactory(
            name=f"{this_year}年第九批",
            year=this_year,
            opens_on=datetime.date(this_year, 1, 1),
            closes_on=datetime.date(this_year, 12, 31),
        )
    )


@pytest.mark.feature(3, partial="from the workbook to stored firms through preview and apply")
@pytest.mark.feature(12, partial="a refused filing names the condition, the actual, the required and the gap")
@pytest.mark.feature(13, partial="the audit trail of one case")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("width", [1440, 390])
def test_one_firm_walks_from_the_workbook_to_the_certificate(
    width: int,
    browser: Browser,
    live_server: LiveServer,
    worker: Program,
    open_round: str,
    county: Region,
    other_county: Region,
    officer: User,
    tmp_path: Path,
) -> None:
    """An officer imports, is refused with the reason, accepts the firm's figure, and carries it to the certificate."""
    year = timezone.localdate().year - 1
    ledger = tmp_path / "培育台账.xlsx"
    ledger.write_bytes(walk(year=year, units=(county.name, other_county.name)))
    bureau = Desk(browser, live_server.url, width, officer.username)

    import_the_ledger(bureau, ledger)
    firm = find_the_firm(bureau)
    try_to_file_and_be_refused(bureau, firm, open_round)
    member = MemberFactory(username="yunze", name="孙企业", enterprises=[firm])
    state_the_missing_figure(Desk(browser, live_server.url, width, member.username), firm, year)
    accept_and_carry_to_the_certificate(bureau, firm, year, open_round)
    read_mondays_mail(bureau, firm, [officer, member])

    certificate = Title.objects.get(enterprise=firm)
    assert (certificate.track, certificate.number, certificate.issued_on) == ("hnte", CERTIFICATE, timezone.localdate())
    assert LadderPosition.objects.get(enterprise=firm).rung == "hnte"
    assert Receipt.objects.get(enterprise=firm).verdict == "undecided"  # experts had not scored when it was filed
    trail = AuditEvent.objects.filter(enterprise_id=firm.pk).order_by("pk").values_list("what", flat=True)
    steps = ["open", "prepare", "file", "recommend", "publicise", "recognise"]
    assert [what for what in trail if what.startswith("candidacy.")] == [f"candidacy.{step}" for step in steps]
    assert {"figures.state", "figures.accept", "ruling.give", "title.record", "ladder.climb"} <= set(trail)
    bureau.leave()


def import_the_ledger(bureau: Desk, ledger: Path) -> None:
    """Upload, look at the preview, write; the worker does it."""
    page = bureau.page
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(ledger)
    page.get_by_role("button", name="上传并识别").click()
    apply = page.get_by_role("button", name="写入")
    expect(apply).to_be_visible(timeout=60_000)
    expect(page.get_by_text(WALK_FIRM).first).to_be_visible()
    bureau.picture("walk-1-preview")
    assert not Enterprise.objects.exists(), "a preview writes nothing"
    apply.click()
    expect(page.get_by_text("已写入").first).to_be_visible(timeout=60_000)
    bureau.picture("walk-2-imported")


def find_the_firm(bureau: Desk) -> Enterprise:
    """On 工作台 a number, behind it the list, in it the firm."""
    page = bureau.page
    page.goto("/workbench/")
    bureau.picture("walk-3-workbench")
    page.get_by_role("link").filter(has_text="高企只差一项").click()
    expect(page.get_by_text(WALK_FIRM)).to_be_visible()
    bureau.picture("walk-4-one-short")
    page.get_by_role("link", name=WALK_FIRM).click()
    return Enterprise.objects.get(name=WALK_FIRM)


def try_to_file_and_be_refused(bureau: Desk, firm: Enterprise, round_name: str) -> None:
    """The case goes as far as 拟申报; filing is refused with what is, what is asked and the gap."""
    page = bureau.page
    bureau.act("纳入储备", submit="纳入储备", 认定方向="高新技术企业")
    bureau.act("转入拟申报", submit="转入拟申报")
    page.goto(f"/enterprises/{firm.pk}/?track=hnte")
    bureau.act("登记申报", submit="登记申报", 申报批次=round_name)
    expect(page.locator("main")).to_contain_text("近三个会计年度研发费用总额占同期销售收入总额的比例")
    expect(page.locator("main")).to_contain_text("4.9%")
    expect(page.locator("main")).to_contain_text("缺少申报材料")
    bureau.picture("walk-5-refused")
    assert Candidacy.objects.get(enterprise=firm).state == "preparing"


def state_the_missing_figure(firm_desk: Desk, firm: Enterprise, year: int) -> None:
    """The firm sees what is missing, states its R&D cost of last year, and hands its papers in."""
    page = firm_desk.page
    page.goto(f"/my/{firm.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("还差 1 项条件")
    firm_desk.picture("walk-6-portal")
    page.goto(f"/my/{firm.pk}/figures/{year}/")
    page.get_by_label("研发费用（高企归集口径）").fill("260")
    page.get_by_label("其中境内研发费用").fill("260")
    firm_desk.picture("walk-7-figures")
    page.get_by_role("button", name=f"提交 {year} 年数据").click()
    expect(page.get_by_text("待").first).to_be_visible()
    hand_in = page.get_by_role("button", name="登记上交")
    while hand_in.count():
        hand_in.first.click()
        page.wait_for_load_state()
    firm_desk.picture("walk-8-handed-in")
    firm_desk.leave()


def accept_and_carry_to_the_certificate(bureau: Desk, firm: Enterprise, year: int, round_name: str) -> None:
    """Accepting changes the assessment; rulings and papers in, the case goes to the certificate."""
    page = bureau.page
    detail = f"/enterprises/{firm.pk}/?track=hnte"
    page.goto(detail)
    bureau.picture("walk-9-statement-waits")
    page.get_by_role("button", name="采纳", exact=True).click()
    expect(page.locator("main")).to_contain_text("5.15%")
    bureau.picture("walk-10-accepted")
    page.goto(detail)
    bureau.rule("知识产权在技术上对主要产品", "专家核定意见")
    page.goto(detail)
    bureau.rule("对主要产品（服务）发挥核心支持作用的技术属于该领域", "专家核定意见")
    while True:
        page.goto(detail)
        waiting = page.locator("#materials").get_by_role("link", name="核收")
        if not waiting.count():
            break
        bureau.act("核收", submit="核收")
    for opener, fields in steps(round_name):
        page.goto(detail)
        bureau.act(opener, submit=opener, **fields)
        expect(page.locator(".message-error")).to_have_count(0)
    page.goto(detail)
    expect(page.get_by_text(CERTIFICATE).first).to_be_visible()
    bureau.picture("walk-11-recognised")
    page.goto("/workbench/")
    bureau.picture("walk-12-workbench-after")


def steps(round_name: str) -> list[tuple[str, dict[str, str]]]:
    """The steps from the filing to the certificate, with what their dialogs ask."""
    today = timezone.localdate().isoformat()
    certificate = {"证书编号": CERTIFICATE, "认定日期": today, "文号或公告": "认定公告〔2026〕9号"}
    return [
        ("登记申报", {"申报批次": round_name}),
        ("推荐上报", {}),
        ("进入公示", {}),
        ("登记认定", certificate),
    ]


def read_mondays_mail(bureau: Desk, firm: Enterprise, people: list[User]) -> None:
    """Next Monday both get one mail that says what is next."""
    today = timezone.localdate()
    monday = today + datetime.timedelta(days=7 - today.weekday())
    obligations.refresh(on=monday)
    digest.run(on=monday)
    letters = {letter.to: letter for letter in Message.objects.filter(kind=Message.Kind.DIGEST)}
    assert set(letters) == {person.email for person in people}
    for number, person in enumerate(people, 13):
        letter = letters[person.email]
        assert WALK_FIRM in letter.text
        assert "年度发展情况报表" in letter.text, "what a firm that was just recognised has to do next"
        bureau.page.goto(f"/mails/{letter.pk}/")
        bureau.picture(f"walk-{number}-mail-{person.role}")
