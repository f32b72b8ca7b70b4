"""What the console's few scripts do: dialogs, filters that send themselves, the menu of a narrow screen."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from enterprises.models import Enterprise, ImportBatch
from pipeline.domain import candidacies
from pipeline.models import Bureau, Candidacy
from tests.browser.test_pages import enter
from tests.console.visit import ON
from tests.factories import EnterpriseFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(reference_data: Bureau, enterprise: Enterprise, officer: User) -> Candidacy:
    """A firm in the reserve."""
    return candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, officer: User, case: Candidacy) -> Page:
    """The firm's page on a wide screen."""
    page = enter(browser, live_server, officer, 1440)
    page.goto(f"{live_server.url}/enterprises/{case.enterprise_id}/")
    return page


def test_a_step_is_taken_in_its_dialog_by_keyboard_alone(desk: Page, case: Candidacy):
    desk.get_by_role("link", name="转入培育").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog", name="转入培育")).to_be_visible()
    desk.keyboard.type("研发投入增长快")
    desk.get_by_role("button", name="转入培育").press("Enter")

    expect(desk.get_by_text("已办理“转入培育”。")).to_be_visible()
    assert Candidacy.objects.get().state == "coaching"


def test_escape_and_the_cross_close_a_dialog(desk: Page):
    for leave in (lambda: desk.keyboard.press("Escape"), lambda: desk.get_by_role("button", name="关闭").click()):
        desk.get_by_role("link", name="登记材料").click()
        expect(desk.get_by_role("dialog")).to_be_visible()

        leave()

        expect(desk.get_by_role("dialog")).to_have_count(0)


def test_a_refused_form_comes_back_open_with_what_was_typed(desk: Page):
    desk.get_by_role("link", name="登记材料").click()
    desk.get_by_label("材料名称").fill("专项审计报告")
    desk.get_by_label("所属年度").evaluate("field => field.type = 'text'")
    desk.get_by_label("所属年度").fill("去年")
    desk.get_by_role("button", name="登记", exact=True).click()

    expect(desk.get_by_role("dialog")).to_be_visible()
    expect(desk.get_by_label("材料名称")).to_have_value("专项审计报告")
    expect(desk.get_by_role("alert")).to_have_text("输入整数。")


def test_without_script_the_same_form_stands_in_the_page(
    browser: Browser, live_server: LiveServer, officer: User, case: Candidacy
):
    page = enter(browser, live_server, officer, 1440, scripts=False)
    page.goto(f"{live_server.url}/enterprises/{case.enterprise_id}/")

    page.get_by_role("link", name="转入培育").click()
    page.get_by_role("button", name="转入培育").click()

    expect(page.get_by_text("已办理“转入培育”。")).to_be_visible()


def test_a_filter_sends_itself_and_leaves_empty_fields_out_of_the_address(
    browser: Browser, live_server: LiveServer, officer: User, enterprise: Enterprise, reference_data: Bureau
):
    EnterpriseFactory(name="澜川新材料有限公司", region=enterprise.region)
    page = enter(browser, live_server, officer, 1440)
    page.goto(f"{live_server.url}/enterprises/")

    page.get_by_role("searchbox").fill("lcxcl")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(f"{live_server.url}/enterprises/?q=lcxcl")
    page.locator("[name=unit]").select_option(label="东溪县")

    expect(page).to_have_url(f"{live_server.url}/enterprises/?q=lcxcl&unit={enterprise.region_id}")
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_narrow_screen_keeps_the_navigation_in_a_menu(
    browser: Browser, live_server: LiveServer, officer: User, enterprise: Enterprise, reference_data: Bureau
):
    page = enter(browser, live_server, officer, 390)
    page.goto(f"{live_server.url}/workbench/")

    page.get_by_text("菜单").click(force=True)
    page.get_by_role("link", name="企业库").click()

    expect(page).to_have_url(f"{live_server.url}/enterprises/")


def test_the_bar_moves_by_itself_and_gives_way_to_the_result(
    browser: Browser, live_server: LiveServer, officer: User, reference_data: Bureau
):
    batch = ImportBatch.objects.create(filename="台账.xlsx", digest="0", by=officer, state="applying", progress=10)
    page = enter(browser, live_server, officer, 1440)
    page.goto(f"{live_server.url}/imports/{batch.pk}/")

    ImportBatch.objects.update(progress=60)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "60")
    ImportBatch.objects.update(state="applied", progress=100)

    expect(page.get_by_role("link", name="查看工作台")).to_be_visible()
