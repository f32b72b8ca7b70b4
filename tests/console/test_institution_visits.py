"""The form of a visit to an institution: item by item or whole, what is confirmed, who was slower."""

import datetime
from typing import Any

import pytest
import time_machine

from accounts.models import User
from enterprises import six_haves
from enterprises.domain import institution_grades
from enterprises.models import Enterprise, InstitutionCheck, ResearchInstitution
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import InstitutionFactory

pytestmark = pytest.mark.django_db
LATER = datetime.date(2027, 5, 23)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def today(db: None) -> Any:
    institution_grades.load_seeds()
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def institution(enterprise: Enterprise) -> ResearchInstitution:
    """One that is being built."""
    return InstitutionFactory(
        enterprise=enterprise, state="building", name="云泽研发中心", established_on=datetime.date(2026, 3, 1)
    )


def visit(institution: ResearchInstitution, **fields: str) -> dict[str, str]:
    """What the form sends: every item as it stands, and what was changed."""
    sent = {"checked_on": "2026-11-23"}
    for key in six_haves.KEYS:
        sent |= {f"{key}-state": "unchecked", f"{key}-evidence": "", f"{key}-document": "", f"{key}-recheck_on": ""}
        sent[f"{key}-seen"] = "0"
    return sent | fields


SITE = {"site-state": "has", "site-evidence": "二号楼三层", "site-document": "照片1", "site-recheck_on": "2027-05-23"}


@pytest.mark.feature(38, partial="a photo is named by its number, its file is kept elsewhere")
def test_one_item_is_saved_at_once_and_comes_back_as_its_card(institution: ResearchInstitution, county_officer: User):
    """Per item: state, evidence, checked by, re-check date; visit form on phone."""
    card = as_(county_officer).post(
        f"/institutions/{institution.pk}/visit/", visit(institution, only="site", **SITE), headers=HTMX
    )

    look = InstitutionCheck.objects.get()
    assert (card.status_code, look.checked_by, look.checked_on, look.recheck_on) == (200, county_officer, ON, LATER)
    assert "已保存" in card.content.decode()
    assert "<html" not in card.content.decode()
    assert f'name="site-seen" value="{look.pk}"' in card.content.decode()


def test_without_a_script_the_whole_form_keeps_what_was_changed(institution: ResearchInstitution, officer: User):
    sent = visit(institution, **SITE, **{"rules-state": "lacks"})

    client = as_(officer)

    response = client.post(f"/institutions/{institution.pk}/visit/", sent)

    assert response.url == f"/institutions/{institution.pk}/"
    assert dict(InstitutionCheck.objects.values_list("item", "state")) == {"site": "has", "rules": "lacks"}
    assert "已记录2项核查" in text(client.get(response.url))


def test_what_did_not_change_is_kept_again_only_when_confirmed(institution: ResearchInstitution, officer: User):
    client, address = as_(officer), f"/institutions/{institution.pk}/visit/"
    client.post(address, visit(institution, **SITE))
    again = visit(institution, **SITE, **{"site-seen": str(InstitutionCheck.objects.get().pk)})

    nothing = client.post(address, again)
    assert (nothing.status_code, "没有改动" in nothing.content.decode()) == (422, True)
    client.post(address, again | {"confirm_rest": "on"})

    assert list(InstitutionCheck.objects.values_list("item", flat=True)) == ["site", "site"]


def test_found_without_evidence_is_said_beside_its_field_and_nothing_is_lost(
    institution: ResearchInstitution, officer: User
):
    sent = visit(institution, only="site", **{"site-state": "has", "site-recheck_on": "2027-05-23"})

    for headers in (HTMX, {}):
        page = as_(officer).post(f"/institutions/{institution.pk}/visit/", sent, headers=headers)
        assert page.status_code == 422
        assert "核为“有”须写明依据" in page.content.decode()
        assert 'value="2027-05-23"' in page.content.decode()
    assert not InstitutionCheck.objects.exists()


def test_who_was_slower_on_the_same_item_is_told_and_sees_what_stands(
    institution: ResearchInstitution, officer: User, county_officer: User
):
    address = f"/institutions/{institution.pk}/visit/"
    as_(county_officer).post(address, visit(institution, only="site", **SITE))
    late = visit(institution, only="site", **{"site-state": "lacks"})

    card = as_(officer).post(address, late, headers=HTMX)
    page = as_(officer).post(address, late)

    assert (card.status_code, page.status_code) == (409, 409)
    assert "陈县级刚刚核查过这一项" in card.content.decode()
    assert "二号楼三层" in card.content.decode()
    assert InstitutionCheck.objects.count() == 1


def test_another_item_of_the_same_visit_is_not_outrun(institution: ResearchInstitution, officer: User):
    client, address = as_(officer), f"/institutions/{institution.pk}/visit/"
    client.post(address, visit(institution, only="site", **SITE), headers=HTMX)

    second = client.post(address, visit(institution, only="staff", **{"staff-state": "lacks"}), headers=HTMX)

    assert second.status_code == 200
