"""Checks of the 六有: evidence, checker and day of each; the last stands, none is overwritten, none written over."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.machine import Stale, StepRefused
from accounts.models import User
from enterprises import six_haves
from enterprises.domain import institution_checks
from enterprises.domain.institution_checks import Found
from enterprises.models import Enterprise, InstitutionCheck, ResearchInstitution
from tests.factories import InstitutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature(38, partial="the visit form, photos")]

ON = datetime.date(2026, 11, 23)
SITE = Found(
    "has", evidence="二号楼三层，600 平方米", document="照片 2026-11-23-01", recheck_on=datetime.date(2027, 5, 23)
)


@pytest.fixture
def institution(enterprise: Enterprise) -> ResearchInstitution:
    """One that is being built; nobody looked at it yet."""
    return InstitutionFactory(enterprise=enterprise, state="building")


def check(institution: ResearchInstitution, by: User, on: datetime.date = ON, **found: Found) -> ResearchInstitution:
    return institution_checks.check(institution_id=institution.pk, found=found, checked_on=on, by=by, on=ON)


def test_what_nobody_looked_at_is_neither_had_nor_lacking(institution: ResearchInstitution):
    assert (institution.haves, institution.lacks, institution.unchecked) == ([], [], list(six_haves.KEYS))


def test_a_check_keeps_state_evidence_checker_and_days(institution: ResearchInstitution, county_officer: User):
    """Per item: state, evidence, checked by, re-check date."""
    after = check(institution, county_officer, site=SITE, rules=Found("lacks"))

    assert (after.haves, after.lacks, after.recheck_on, after.version) == (["site"], ["rules"], SITE.recheck_on, 1)
    row = InstitutionCheck.objects.get(item="site")
    assert (row.state, row.evidence, row.document, row.checked_by, row.checked_on, row.recheck_on) == (
        "has", SITE.evidence, SITE.document, county_officer, ON, SITE.recheck_on,
    )  # fmt: skip


def test_found_without_evidence_is_refused(institution: ResearchInstitution, county_officer: User):
    with pytest.raises(StepRefused) as refused:
        check(institution, county_officer, site=Found("has", evidence=" "), staff=Found("has", document="照片2"))

    assert [reason.criterion for reason in refused.value.reasons] == ["site-evidence"]
    assert not InstitutionCheck.objects.exists()


def test_a_second_look_is_a_second_row_and_the_later_one_stands(institution: ResearchInstitution, county_officer: User):
    first = check(institution, county_officer, on=datetime.date(2026, 11, 1), site=SITE)
    seen = InstitutionCheck.objects.get().pk
    assert first.haves == ["site"]

    after = check(institution, county_officer, site=Found("lacks", evidence="已退租", seen=seen))

    assert (after.haves, after.lacks) == ([], ["site"])
    assert list(InstitutionCheck.objects.values_list("state", flat=True)) == ["lacks", "has"]


def test_a_look_of_an_earlier_day_entered_late_does_not_stand_over_a_later_one(
    institution: ResearchInstitution, county_officer: User
):
    check(institution, county_officer, site=SITE)
    seen = InstitutionCheck.objects.get().pk

    after = check(institution, county_officer, on=datetime.date(2026, 2, 28), site=Found("lacks", seen=seen))

    assert after.haves == ["site"]


def test_two_officers_on_different_items_do_not_meet_on_the_same_one_the_second_is_told(
    institution: ResearchInstitution, county_officer: User, officer: User
):
    check(institution, county_officer, site=SITE)
    check(institution, officer, staff=Found("has", evidence="12 人"))

    with pytest.raises(Stale) as stale:
        check(institution, officer, site=Found("lacks"))

    assert stale.value.winner.what == "institution.check"
    assert InstitutionCheck.objects.count() == 2


def test_it_is_looked_at_again_later_not_earlier_and_not_in_a_day_to_come(
    institution: ResearchInstitution, county_officer: User
):
    with pytest.raises(StepRefused, match="复查日应晚于核查日"):
        check(institution, county_officer, site=Found("lacks", recheck_on=ON))
    with pytest.raises(StepRefused, match="晚于今天"):
        check(institution, county_officer, on=ON + datetime.timedelta(days=1), site=SITE)


def test_what_ended_is_not_checked_any_more(enterprise: Enterprise, county_officer: User):
    with pytest.raises(StepRefused, match="已终止"):
        check(InstitutionFactory(enterprise=enterprise, state="ended"), county_officer, site=SITE)


def test_the_database_keeps_checks_as_they_were(institution: ResearchInstitution, county_officer: User):
    check(institution, county_officer, site=SITE)

    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        InstitutionCheck.objects.update(state="lacks")
