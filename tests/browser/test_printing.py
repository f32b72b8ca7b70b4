"""Lists on paper: no navigation, what was asked said in words, headings on every page, nothing cut off."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from enterprises.models import Enterprise
from tests.browser.test_pages import addresses, enter, furnished, sideways
from tests.factories import EnterpriseFactory

__all__ = ["furnished"]  # the fixture that fills a bureau

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

PAPER = 695  # what A4 leaves between our margins, in the browser's points


@pytest.fixture
def paper(browser: Browser, live_server: LiveServer, furnished: dict[str, User | None]) -> Page:
    """A page as the printer gets it."""
    page = enter(browser, live_server, furnished["city"], PAPER)
    page.emulate_media(media="print")
    return page


@pytest.mark.feature(93, partial="paper and keyboard; nobody with a screen reader has tried the pages")
def test_every_page_of_the_console_fits_the_paper_without_navigation_or_buttons(
    paper: Page,
    live_server: LiveServer,
    furnished: dict[str, User | None],
    enterprise: Enterprise,
):
    """打印样式"""
    wrong: dict[str, object] = {}
    for address in addresses(furnished["city"], enterprise):
        paper.goto(f"{live_server.url}{address}")
        if paper.locator(".shell").count():
            shown = "els => els.filter(el => el.checkVisibility()).map(el => el.outerHTML.slice(0, 80))"
            left = paper.eval_on_selector_all(".side, .bar-menu, .button, .skip-link, .pager a, dialog", shown)
            wrong[address] = [*left, *(["wider than the paper"] if sideways(paper) > 0 else [])]

    assert {address: found for address, found in wrong.items() if found} == {}
    assert len(wrong) > 8


def test_a_list_says_what_it_was_asked_who_printed_it_and_by_which_request(paper: Page, live_server: LiveServer):
    answer = paper.goto(f"{live_server.url}/users/?role=unit&q=县")

    assert answer
    expect(paper.get_by_text("筛选条件：姓名或登录名：县；角色：区县/乡镇")).to_be_visible()
    expect(paper.get_by_text(f"请求号 {answer.headers['x-request-id']}")).to_be_visible()
    expect(paper.get_by_text(re.compile("周市级（云川市） .* 打印"))).to_be_visible()

    paper.goto(f"{live_server.url}/enterprises/?q=云泽")
    expect(paper.get_by_text("名称、曾用名、拼音首字母或代码：云泽")).to_be_visible()
    paper.goto(f"{live_server.url}/enterprises/")
    expect(paper.get_by_text("筛选条件：全部")).to_be_visible()


def test_a_long_list_repeats_its_headings(paper: Page, live_server: LiveServer, enterprise: Enterprise):
    for number in range(49):
        EnterpriseFactory(region=enterprise.region, name=f"云泽第{number}号新材料科技股份有限公司")
    paper.goto(f"{live_server.url}/enterprises/")

    assert paper.locator("table thead").evaluate("head => getComputedStyle(head).display") == "table-header-group"
    assert paper.locator("table tbody tr").first.evaluate("row => getComputedStyle(row).breakInside") == "avoid"
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", paper.pdf(prefer_css_page_size=True))) <= 4
