"""The form of a visit on a phone, 390 pixels wide: by thumb, by keyboard, item by item and without a script."""

import datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from enterprises.domain import institution_checks
from enterprises.domain.institution_checks import Found
from enterprises.models import Enterprise, InstitutionCheck, ResearchInstitution
from pipeline.models import Bureau
from tests.browser.test_pages import enter, sideways
from tests.factories import InstitutionFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.feature(38, partial="a photo is named by its number, its file is kept elsewhere"),
]

PHONE = 390
THUMB = 44  # pixels a thumb needs


@pytest.fixture
def institution(reference_data: Bureau, enterprise: Enterprise) -> ResearchInstitution:
    """One that is being built; nobody looked at it yet."""
    return InstitutionFactory(
        enterprise=enterprise, state="building", name="鄂东南高端铜基复合新材料与智能装备企校联合研发创新中心"
    )


def phone(
    browser: Browser, live_server: LiveServer, user: User, institution: ResearchInstitution, *, scripts: bool = True
) -> Page:
    page = enter(browser, live_server, user, PHONE, scripts=scripts)
    page.goto(f"{live_server.url}/institutions/{institution.pk}/visit/")
    return page


def test_an_item_is_saved_by_thumb_at_once_the_others_stay_as_typed(
    browser: Browser, live_server: LiveServer, county_officer: User, institution: ResearchInstitution
):
    """Visit form on phone: per item state, evidence, checked by, re-check date."""
    page = phone(browser, live_server, county_officer, institution)
    site, staff = page.locator("#site"), page.locator("#staff")
    staff.get_by_label("依据").fill("12 人")

    site.get_by_role("radio", name="有", exact=True).check()
    site.get_by_label("依据").fill("二号楼三层，600 平方米")
    site.get_by_label("复查日").fill("2027-05-23")
    site.get_by_role("button", name="保存研发场地").click()

    expect(site.get_by_role("status")).to_contain_text("已保存")
    expect(staff.get_by_label("依据")).to_have_value("12 人")
    look = InstitutionCheck.objects.get()
    assert (look.item, look.state, look.checked_by, look.recheck_on) == (
        "site", "has", county_officer, datetime.date(2027, 5, 23),
    )  # fmt: skip
    expect(page.locator("#save-site")).to_be_focused()
    assert sideways(page) == 0


def test_what_a_thumb_touches_is_large_enough(
    browser: Browser, live_server: LiveServer, county_officer: User, institution: ResearchInstitution
):
    page = phone(browser, live_server, county_officer, institution)

    touched = page.locator(".visit .segment, .visit .button, .visit input[type=date], .visit input[type=text]")
    heights = [box["height"] for one in touched.all() if (box := one.bounding_box())]

    assert len(heights) > 30
    assert min(heights) >= THUMB


def test_by_keyboard_alone(
    browser: Browser, live_server: LiveServer, county_officer: User, institution: ResearchInstitution
):
    page = phone(browser, live_server, county_officer, institution)
    page.locator("#rules input[value=unchecked]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.type("制度未印发")
    page.locator("#save-rules").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#rules").get_by_role("status")).to_contain_text("已保存")
    assert InstitutionCheck.objects.values_list("item", "state", "evidence").get() == ("rules", "lacks", "制度未印发")


def test_a_refusal_stands_in_the_card_and_a_winner_is_named_there(
    browser: Browser, live_server: LiveServer, county_officer: User, officer: User, institution: ResearchInstitution
):
    page = phone(browser, live_server, county_officer, institution)
    site = page.locator("#site")
    site.get_by_role("radio", name="有", exact=True).check()
    site.get_by_role("button").click()
    expect(site.get_by_role("alert")).to_contain_text("须写明依据")

    on = datetime.date(2026, 1, 5)
    institution_checks.check(
        institution_id=institution.pk,
        found={"site": Found("lacks", evidence="已退租")},
        checked_on=on,
        by=officer,
        on=on,
    )
    site.get_by_label("依据").fill("二号楼")
    site.get_by_role("button").click()

    expect(site.get_by_role("alert")).to_contain_text("周市级刚刚核查过这一项")
    expect(site.get_by_label("依据")).to_have_value("已退租")


def test_without_a_script_everything_is_saved_together(
    browser: Browser, live_server: LiveServer, county_officer: User, institution: ResearchInstitution
):
    page = phone(browser, live_server, county_officer, institution, scripts=False)
    page.locator("#site").get_by_role("radio", name="无", exact=True).check()
    page.locator("#staff").get_by_role("radio", name="有", exact=True).check()
    page.locator("#staff").get_by_label("依据").fill("12 人")
    page.get_by_role("button", name="全部保存").click()

    expect(page.get_by_text("已记录 2 项核查")).to_be_visible()
    assert dict(InstitutionCheck.objects.values_list("item", "state")) == {"site": "lacks", "staff": "has"}
