"""推进看板 in Chromium: a card moves by drag, by keyboard and by menu; what is refused comes back and says why."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.domain import candidacies
from pipeline.models import Bureau, Candidacy
from pipeline.models.candidacy import State
from tests.browser.test_pages import enter, sideways
from tests.factories import CandidacyFactory, EnterpriseFactory
from tests.firms import make_fit, ready_to_file

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]


@pytest.fixture
def open_board(browser: Browser, live_server: LiveServer, officer: User) -> Open:
    """The board in a window of its own."""

    def opened(width: int = 1440, *, scripts: bool = True, query: str = "") -> Page:
        page = enter(browser, live_server, officer, width, scripts=scripts)
        page.goto(f"{live_server.url}/board/{query}")
        return page

    return opened


@pytest.fixture
def case(reference_data: Bureau, enterprise: Enterprise, officer: User) -> Candidacy:
    """A firm in the reserve, and another beside it."""
    neighbour = EnterpriseFactory(name="澜川新材料有限公司", region=enterprise.region)
    CandidacyFactory(enterprise=neighbour, state=State.FILED)
    return candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=timezone.localdate())


def card(page: Page, case: Candidacy) -> Locator:
    return page.locator(f"#card-{case.pk}")


def column(page: Page, state: str) -> Locator:
    return page.locator(f"#column-{state}")


def drag(page: Page, card: Locator, target: Locator) -> None:
    """Press on the card, move it in steps as a hand does, let go over the target."""
    start, end = card.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] - 30)
    page.mouse.down()
    page.mouse.move(start["x"] + 80, start["y"] + start["height"] - 20, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(90, end["height"] / 2), steps=12)
    page.mouse.up()


def test_a_card_is_dragged_and_the_counts_follow(open_board: Open, case: Candidacy):
    page = open_board()

    drag(page, card(page, case), column(page, "coaching"))

    expect(column(page, "coaching").locator(f"#card-{case.pk}")).to_be_visible()
    expect(page.locator("#board-notice")).to_contain_text("已办理“转入培育”，现为“培育”")
    expect(column(page, "coaching").locator("[data-count-of]")).to_have_text("1")
    expect(column(page, "pooled").locator("[data-count-of]")).to_have_text("0")
    expect(column(page, "pooled").get_by_text("这一环节没有企业")).to_be_visible()
    assert Candidacy.objects.get(pk=case.pk).state == State.COACHING


def test_a_card_is_taken_up_and_put_down_by_keyboard_alone(open_board: Open, case: Candidacy):
    page = open_board()

    card(page, case).focus()
    page.keyboard.press("Space")
    expect(page.locator("#board-says")).to_contain_text("已拿起云泽精密装备有限公司")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#board-says")).to_contain_text("转入拟申报，到“拟申报”")
    page.keyboard.press("Enter")

    expect(column(page, "preparing").locator(f"#card-{case.pk}")).to_be_focused()
    assert Candidacy.objects.get(pk=case.pk).state == State.PREPARING


def test_escape_puts_a_card_back_untouched(open_board: Open, case: Candidacy):
    page = open_board()

    card(page, case).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")

    expect(page.locator("#board-says")).to_have_text("已放回。")
    expect(column(page, "filed").locator(".board-card")).to_be_focused()
    assert Candidacy.objects.get(pk=case.pk).version == 0


def test_the_menu_moves_a_card_and_asks_for_what_the_step_needs(open_board: Open, case: Candidacy):
    page = open_board()

    card(page, case).get_by_role("link", name="办理").click()
    page.get_by_role("dialog").get_by_role("link", name="撤回…").click()
    dialog = page.get_by_role("dialog", name="撤回")
    dialog.get_by_label("理由或说明").fill("企业迁出")
    dialog.get_by_role("button", name="撤回").click()

    expect(page.locator("#board-notice")).to_contain_text("现为“撤回”")
    expect(card(page, case)).to_have_count(0)
    assert AuditEvent.objects.get(what="candidacy.withdraw").reason == "企业迁出"


@pytest.mark.feature(12, partial="dragged on the board")
def test_a_refused_card_returns_and_the_reasons_stand_beside_it(
    open_board: Open, reference_data: Bureau, enterprise: Enterprise
):
    """“which condition and what to do”: the criterion, what is, what is asked, the gap, who can fix it."""
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    case = CandidacyFactory(enterprise=enterprise, state=State.PREPARING)
    page = open_board()

    drag(page, card(page, case), column(page, "filed"))

    dialog = page.get_by_role("dialog", name="登记申报")
    expect(column(page, "preparing").locator(f"#card-{case.pk}")).to_be_visible()
    for says in ("现状：5%", "要求：≥10%", "差 5人", "由企业办理"):
        expect(dialog).to_contain_text(says)
    dialog.get_by_label("申报批次").select_option(index=1)
    dialog.get_by_role("button", name="登记申报").click()
    expect(dialog.get_by_role("alert")).to_contain_text("没有办理“登记申报”")
    expect(column(page, "preparing").locator(f"#card-{case.pk}")).to_be_visible()
    dialog.get_by_role("button", name="取消").click()
    expect(card(page, case)).to_be_focused()
    assert Candidacy.objects.get(pk=case.pk).state == State.PREPARING


def test_a_place_no_step_leads_to_sends_the_card_back_with_the_way_that_exists(open_board: Open, case: Candidacy):
    page = open_board()

    drag(page, card(page, case), column(page, "recommended"))

    expect(column(page, "pooled").locator(f"#card-{case.pk}")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("“储备”不能直接转为“已推荐”。可转为：“培育”、“拟申报”、“撤回”")


def test_a_cancelled_dialog_sends_the_dragged_card_back(
    open_board: Open, reference_data: Bureau, enterprise: Enterprise, officer: User
):
    case = ready_to_file(enterprise, officer)
    page = open_board()

    drag(page, card(page, case), column(page, "filed"))
    expect(page.get_by_role("dialog", name="登记申报")).to_be_visible()
    page.keyboard.press("Escape")

    expect(column(page, "preparing").locator(f"#card-{case.pk}")).to_be_visible()
    assert Candidacy.objects.get(pk=case.pk).state == State.PREPARING


def test_whoever_comes_second_sees_the_winner_and_the_card_where_it_is(
    open_board: Open, case: Candidacy, county_officer: User
):
    page = open_board()
    candidacies.move(candidacy_id=case.pk, step="prepare", by=county_officer, version=0, on=timezone.localdate())

    drag(page, card(page, case), column(page, "coaching"))

    expect(page.get_by_role("alert")).to_contain_text("陈县级已先行办理“转入拟申报”")
    expect(column(page, "preparing").locator(f"#card-{case.pk}")).to_be_visible()
    expect(column(page, "coaching").locator(".board-card")).to_have_count(0)


def test_without_a_network_the_card_returns_and_the_page_says_so(open_board: Open, case: Candidacy):
    page = open_board()
    page.route("**/candidacies/**", lambda route: route.abort())

    drag(page, card(page, case), column(page, "coaching"))

    expect(page.get_by_role("alert")).to_contain_text("网络不通，没有办理")
    expect(column(page, "pooled").locator(f"#card-{case.pk}")).to_be_visible()


def test_a_case_that_left_one_s_sight_is_said_and_the_card_returns(
    open_board: Open, case: Candidacy, foreign_enterprise: Enterprise
):
    page = open_board()
    page.route(
        "**/candidacies/**", lambda route: route.continue_(url=route.request.url.replace(str(case.pk), "987654"))
    )

    drag(page, card(page, case), column(page, "coaching"))

    expect(page.get_by_role("alert")).to_contain_text("卡片已放回原处")
    expect(page.get_by_role("alert")).to_contain_text("请求号")
    expect(column(page, "pooled").locator(f"#card-{case.pk}")).to_be_visible()


def test_without_scripts_the_menu_is_a_page_that_moves_the_card(open_board: Open, case: Candidacy):
    page = open_board(scripts=False, query="?track=hnte")

    card(page, case).get_by_role("link", name="办理").click()
    page.get_by_role("button", name="转入培育").click()

    expect(page).to_have_url(re.compile(r"/board/\?track=hnte$"))
    expect(column(page, "coaching").locator(f"#card-{case.pk}")).to_be_visible()


def test_a_narrow_screen_shows_one_state_at_a_time(open_board: Open, case: Candidacy):
    page = open_board(390)

    expect(column(page, "pooled")).to_be_visible()
    expect(column(page, "filed")).to_be_hidden()
    page.get_by_role("link", name="已申报 1").click()

    expect(column(page, "filed")).to_be_visible()
    expect(column(page, "pooled")).to_be_hidden()
    assert sideways(page) <= 0


def test_cards_are_chosen_in_a_row_and_moved_together(open_board: Open, enterprise: Enterprise, reference_data: Bureau):
    cases = [CandidacyFactory(enterprise=EnterpriseFactory(region=enterprise.region)) for _ in range(4)]
    page = open_board(query="?track=hnte")

    page.get_by_role("link", name="批量办理").click()
    boxes = column(page, "pooled").get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-board-chosen]")).to_have_text("3")
    page.get_by_role("button", name="选步骤").click()
    page.get_by_role("button", name="确认转入培育 3 家").click()

    expect(page.get_by_text("已办理 3 家")).to_be_visible()
    page.get_by_role("link", name="返回看板").click()
    expect(column(page, "coaching").locator("[data-count-of]")).to_have_text("3")
    assert Candidacy.objects.filter(pk__in=[case.pk for case in cases[:3]], state=State.COACHING).count() == 3


def test_a_card_is_chosen_by_keyboard(open_board: Open, case: Candidacy):
    page = open_board()

    card(page, case).focus()
    page.keyboard.press("x")

    expect(card(page, case).get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("button", name="选步骤")).to_be_enabled()
