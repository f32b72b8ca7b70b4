"""What goes wrong is seen: error pages at both widths, and a notice for what a script could not get."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from enterprises.models import Enterprise, ImportBatch
from pipeline.models import Bureau
from tests.browser.test_pages import WIDTHS, enter, sideways

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_error_page_fits_says_its_number_and_leads_home(
    browser: Browser, live_server: LiveServer, reference_data: Bureau, officer: User, width: int
):
    page = enter(browser, live_server, officer, width)
    for address, code in (("/nowhere/", 404), ("/enterprises/?q=%00", 400), ("/enterprises/export/?unit=x", 422)):
        answer = page.goto(f"{live_server.url}{address}")

        assert answer
        assert (answer.status, sideways(page)) == (code, 0)
        expect(page.get_by_text(f"错误 {code} · 请求号 {answer.headers['x-request-id']}")).to_be_visible()
        page.get_by_role("link", name="返回首页").click()
        expect(page.get_by_role("heading", name="工作台", level=1)).to_be_visible()


def test_a_script_that_gets_no_answer_says_so_once(
    browser: Browser, live_server: LiveServer, reference_data: Bureau, officer: User, enterprise: Enterprise
):
    batch = ImportBatch.objects.create(
        filename="台账.xlsx", digest="0", by=officer, state="applying", progress=40, moved_at=timezone.now()
    )
    page = enter(browser, live_server, officer, 1440)
    page.goto(f"{live_server.url}/imports/{batch.pk}/")
    ImportBatch.objects.all().delete()

    notice = page.get_by_role("alert").filter(has_text="没有这个页面")
    expect(notice).to_contain_text("错误 404 · 请求号")
    page.wait_for_timeout(2_500)
    expect(page.locator("#toast")).to_have_count(1)

    page.route("**/progress/", lambda route: route.abort())
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器")
    page.unroute_all()
    page.get_by_role("button", name="知道了").focus()
    page.keyboard.press("Enter")
