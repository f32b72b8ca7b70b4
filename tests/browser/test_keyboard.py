"""By keyboard alone, through every page of the console: what is there is reached, in order, and the focus is seen."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from enterprises.models import Enterprise
from tests.browser.test_pages import addresses, enter, furnished

__all__ = ["furnished"]  # the fixture that fills a bureau

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

# Notes each stop of the focus while the keys are pressed: its place in the page, and whether it is marked
NOTE = """() => {
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
  const hidden = (one) => !one.checkVisibility({ checkVisibilityCSS: true })
  const inRadio = (one) => one.type === 'radio' && !one.checked
  const known = [...document.querySelectorAll(all)].filter((one) =>
    !one.disabled && !hidden(one) && !inRadio(one) && one.tabIndex >= 0)
  const named = (one) => `${one.tagName.toLowerCase()} ${(one.textContent || one.name || '').trim().slice(0, 30)}`
  window.stops = []
  window.expected = known.map(named)
  window.positive = known.filter((one) => one.tabIndex > 0).map(named)
  document.addEventListener('focusin', (event) => {
    const style = getComputedStyle(event.target)
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
    const box = event.target.getBoundingClientRect()
    window.stops.push({
      place: known.indexOf(event.target), name: named(event.target),
      seen: (outlined || style.boxShadow !== 'none') && box.width > 0 && box.height > 0,
    })
  })
}"""


def walk(page: Page) -> dict[str, Any]:
    """Tab from the top of the page to its end."""
    page.evaluate(NOTE)
    count: int = page.evaluate("window.expected.length")
    days = page.locator("input[type=date]").count()
    for _ in range(count + 3 * days + 12):  # a day has three parts; frames and scrolling boxes are stops of their own
        page.keyboard.press("Tab")
    found: dict[str, Any] = page.evaluate(
        "({stops: window.stops, expected: window.expected, positive: window.positive})"
    )
    return found


def complaints(found: dict[str, Any]) -> list[str]:
    """What is wrong with a walk through a page."""
    stops, expected = found["stops"], found["expected"]
    places = [stop["place"] for stop in stops if stop["place"] >= 0]
    once = places[: places.index(max(places)) + 1] if places else []
    wrong = [f"not reached: {name}" for place, name in enumerate(expected) if place not in places]
    wrong += [f"focus not seen: {stop['name']}" for stop in stops if not stop["seen"]]
    wrong += [f"out of order: {name}" for name in found["positive"]]
    wrong += ["goes back and forth"] if once != sorted(once) else []
    return wrong


@pytest.mark.feature(93, partial="the console's pages; nobody with a screen reader has tried them")
@pytest.mark.parametrize("role", ["city", "unit", "auditor", "admin", "nobody"])
def test_every_page_is_walked_through_by_keyboard(
    browser: Browser,
    live_server: LiveServer,
    furnished: dict[str, User | None],
    enterprise: Enterprise,
    role: str,
):
    """keyboard"""
    user = furnished[role]
    page = enter(browser, live_server, user, 1440)
    wrong: dict[str, list[str]] = {}
    for address in addresses(user, enterprise):
        answer = page.goto(f"{live_server.url}{address}")
        if answer and "text/html" in answer.headers.get("content-type", "") and not address.endswith("/body/"):
            wrong[address] = complaints(walk(page))

    assert {address: said for address, said in wrong.items() if said} == {}
    assert len(wrong) >= 3


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, furnished: dict[str, User | None]) -> Page:
    """企业库 on a wide screen."""
    page = enter(browser, live_server, furnished["city"], 1440)
    page.goto(f"{live_server.url}/enterprises/")
    return page


def test_the_first_stop_leads_past_the_navigation(desk: Page):
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="跳到正文")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")

    assert desk.evaluate("document.activeElement.closest('main') !== null")


def test_a_slash_goes_to_the_search_and_types_nothing_there(desk: Page, live_server: LiveServer):
    desk.keyboard.press("/")

    search = desk.get_by_role("searchbox")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    desk.keyboard.type("a/b?")
    expect(search).to_have_value("a/b?")

    desk.goto(f"{live_server.url}/imports/")
    desk.keyboard.press("/")
    desk.wait_for_url("**/enterprises/#search")
    expect(desk.get_by_role("searchbox")).to_be_focused()


def test_a_question_mark_shows_the_keys_and_escape_leads_back(desk: Page):
    desk.get_by_role("link", name="导出").focus()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog", name="键盘操作")).to_be_visible()
    for _ in range(4):  # held inside while it is open
        desk.keyboard.press("Tab")
        assert desk.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#keys')")
    desk.keyboard.press("Escape")

    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk.get_by_role("link", name="导出")).to_be_focused()


def test_a_dialog_gives_the_focus_back_and_the_export_is_chosen_by_keys(desk: Page):
    desk.get_by_role("link", name="导出").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog", name="导出企业库")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("link", name="导出")).to_be_focused()

    desk.keyboard.press("Enter")
    desk.get_by_role("checkbox", name="年度指标").focus()
    desk.keyboard.press("Space")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="导出 Excel").press("Enter")

    assert download.value.suggested_filename.startswith("企业库-")
    assert "cols=figures" not in download.value.url
    assert "cols=titles" in download.value.url
    expect(desk.get_by_role("dialog")).to_have_count(0)
