"""一企一档 on paper: one page of A4 for an ordinary firm, two for one of which everything is known."""

import datetime
import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from enterprises.models import Enterprise, FormerName, NegativeFact
from pipeline.domain import judge, ladder
from pipeline.models import Bureau, Receipt
from tests.browser.test_pages import enter
from tests.console.visit import ON
from tests.factories import CandidacyFactory, ContactFactory, TitleFactory, YearFiguresFactory
from tests.firms import FIGURES, make_fit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def firm(reference_data: Bureau, enterprise: Enterprise, officer: User) -> Enterprise:
    """An ordinary firm: three years of figures, one title, one case, some gaps."""
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    TitleFactory(enterprise=enterprise, track="hnte")
    CandidacyFactory(enterprise=enterprise, track="tsme", state="coaching")
    ContactFactory(enterprise=enterprise)
    judge.judge(on=ON)
    ladder.settle_all(ON)
    return enterprise


def fill(firm: Enterprise) -> None:
    """Everything a firm can have on its sheet."""
    firm.name = "鄂东南临空经济区云泽恒砺高端铜基复合新材料与智能装备产业技术研究院有限公司"
    firm.save()
    for number in range(3):
        FormerName.objects.create(enterprise=firm, name=f"恒砺机械设备制造第{number}分厂有限责任公司")
        NegativeFact.objects.create(enterprise=firm, kind="经营异常", from_on=datetime.date(2020 + number, 5, 1))
    for track, number in (("tsme", "202642028100000001"), ("isme", "42202600001"), ("srdi", "4220260002")):
        TitleFactory(enterprise=firm, track=track, number=number, issued_on=datetime.date(2026, 3, 1))
    for track in ("srdi", "little_giant", "gazelle"):
        CandidacyFactory(enterprise=firm, track=track, state="preparing")
    for year in FIGURES:
        YearFiguresFactory(
            enterprise=firm, year=year, operating_revenue_cny=123_456_789, net_profit_cny=-12_345_678,
            total_assets_cny=987_654_321, rd_cost_deduction_cny=1_234_567, rd_spend_stat_cny=2_345_678,
            staff_headcount=345, tech_staff_tsme_headcount=45, class_one_count=3, class_two_count=21,
        )  # fmt: skip


def pages(page: Page) -> int:
    """How many pages of A4 the browser makes of it."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def test_an_ordinary_firm_fits_one_page(browser: Browser, live_server: LiveServer, firm: Enterprise, officer: User):
    page = enter(browser, live_server, officer, 1440)
    page.goto(f"{live_server.url}/enterprises/{firm.pk}/dossier/")

    assert pages(page) == 1


def test_a_firm_of_which_everything_is_known_fits_two(
    browser: Browser, live_server: LiveServer, firm: Enterprise, officer: User
):
    fill(firm)
    page = enter(browser, live_server, officer, 1440)
    page.goto(f"{live_server.url}/enterprises/{firm.pk}/dossier/")

    assert pages(page) == 2


def test_paper_shows_no_navigation_and_no_buttons(
    browser: Browser, live_server: LiveServer, firm: Enterprise, officer: User
):
    page = enter(browser, live_server, officer, 1440)
    page.goto(f"{live_server.url}/enterprises/{firm.pk}/dossier/")
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("heading", name=firm.name)).to_be_visible()


def test_printing_opens_the_print_dialog_once_and_shows_the_receipt(
    browser: Browser, live_server: LiveServer, firm: Enterprise, officer: User
):
    page = enter(browser, live_server, officer, 1440)
    page.add_init_script("window.print = () => { window.printings = (window.printings || 0) + 1 }")
    page.goto(f"{live_server.url}/enterprises/{firm.pk}/dossier/")
    page.get_by_role("button", name="打印并留存凭证").click()

    expect(page.get_by_text(f"评估凭证 {Receipt.objects.order_by('pk')[0].pk}")).to_be_visible()
    page.wait_for_timeout(600)
    assert page.evaluate("window.printings") == 1
    page.reload()
    page.wait_for_timeout(600)
    assert page.evaluate("window.printings") is None
