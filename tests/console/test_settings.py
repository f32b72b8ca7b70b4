"""设置: what the bureau is called, which ladder it climbs, what nobody has checked yet."""

import datetime

import pytest

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from notifications import workdays
from pipeline.domain import ladder
from pipeline.models import Bureau, Ladder, LadderPosition
from tests.console.visit import as_, text
from tests.factories import TitleFactory

pytestmark = pytest.mark.django_db


def test_the_bureau_is_renamed_with_an_audit_line(reference_data: Bureau, administrator: User):
    given = {"name": "云川市科技和工信局", "phone": "0714-8700000", "ladder": "mission"}

    response = as_(administrator).post("/setup/", given)

    bureau = Bureau.objects.get()
    assert (response.status_code, bureau.name, bureau.phone) == (302, "云川市科技和工信局", "0714-8700000")
    assert AuditEvent.objects.get(what="bureau.describe").before["name"] == "云川市科学技术局"


def test_choosing_another_ladder_settles_every_firm_on_it(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    TitleFactory(enterprise=enterprise, track="gazelle", valid_until=None)
    ladder.settle_all(datetime.date(2026, 11, 23))
    before = LadderPosition.objects.get().rung

    as_(officer).post("/setup/", {"name": "云川市科学技术局", "phone": "", "ladder": "daye"})

    assert Bureau.objects.get().ladder.slug == "daye"
    assert (before, LadderPosition.objects.get().rung) == ("new_species", "gazelle")


def test_an_administrator_sets_the_bureau_up_on_the_first_day(administrator: User, city: Region):
    ladder.load_seeds()
    given = {"name": "云川市科学技术局", "phone": "", "region": city.pk, "ladder": "mission"}

    response = as_(administrator).post("/setup/", given)

    assert response.status_code == 302
    assert Bureau.objects.get().ladder == Ladder.objects.get(slug="mission")


def test_a_missing_name_comes_back(reference_data: Bureau, administrator: User):
    assert as_(administrator).post("/setup/", {"name": "", "ladder": "mission"}).status_code == 422


def test_what_is_unconfirmed_or_not_entered_is_said(reference_data: Bureau, officer: User):
    workdays.load_calendar()

    page = as_(officer).get("/setup/")

    assert {line.year: line.is_known for line in page.context["calendar"]}[2027] is False
    assert all(0 < line.unconfirmed <= line.criteria for line in page.context["editions"])
    assert "条待核实" in text(page)


def test_the_page_stands_before_anything_is_set_up(officer: User):
    page = as_(officer).get("/setup/")

    assert page.status_code == 200
    assert "本局尚未设置" in text(page)


@pytest.mark.parametrize("address", ["/setup/", "/setup/rounds/", "/setup/materials/"])
def test_the_three_pages_lead_to_each_other_and_设置_is_marked(officer: User, address: str):
    page = as_(officer).get(address).content.decode()

    assert all(f'href="{other}"' in page for other in ("/setup/", "/setup/rounds/", "/setup/materials/"))
    assert page.count('aria-current="page"') == 3  # wide and narrow navigation, tab


def test_an_administrator_reads_rounds_and_papers_and_enters_none(reference_data: Bureau, administrator: User):
    for address in ("/setup/rounds/", "/setup/materials/"):
        page = as_(administrator).get(address)

        assert page.status_code == 200
        assert f"{address}new/" not in page.content.decode()
