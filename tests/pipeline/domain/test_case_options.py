"""Opening a case, and what the page may offer before anybody clicks."""

import datetime

import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.domain import candidacies
from pipeline.domain.candidacies import move, open_case
from pipeline.models import Bureau, Candidacy, Title
from pipeline.models.candidacy import State
from tests import firms
from tests.factories import UnitOfficerFactory
from tests.firms import ON, case_at, ready_to_file, step_with

pytestmark = pytest.mark.usefixtures("reference_data")


# Opening


def test_a_firm_is_taken_into_the_reserve(enterprise: Enterprise, county_officer: User) -> None:
    candidacy = open_case(enterprise_id=enterprise.pk, track="hnte", by=county_officer, on=ON)

    assert (candidacy.state, candidacy.officer, candidacy.kind) == (State.POOLED, county_officer, "apply")
    assert AuditEvent.objects.get().what == "candidacy.open"


def test_a_track_has_one_open_case(enterprise: Enterprise, officer: User) -> None:
    first = open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)

    with pytest.raises(StepRefused) as refused:
        open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)
    move(candidacy_id=first.pk, step="withdraw", by=officer, version=0, on=ON, reason="企业放弃")
    second = open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON)

    assert [reason.criterion for reason in refused.value.reasons] == ["case"]
    assert second.pk != first.pk


def test_opening_asks_for_line_and_sight(enterprise: Enterprise, other_county_officer: User, auditor: User) -> None:
    with pytest.raises(Enterprise.DoesNotExist):
        open_case(enterprise_id=enterprise.pk, track="hnte", by=other_county_officer, on=ON)
    with pytest.raises(StepRefused):
        open_case(enterprise_id=enterprise.pk, track="hnte", by=auditor, on=ON)
    with pytest.raises(StepRefused):
        open_case(enterprise_id=enterprise.pk, track="srdi", by=UnitOfficerFactory(region=enterprise.region), on=ON)

    assert not Candidacy.objects.exists()


def test_a_firm_that_held_科小_is_reviewed(enterprise: Enterprise, officer: User) -> None:
    Title.objects.create(
        enterprise=enterprise,
        track="tsme",
        number="2025420281000001",
        issued_on=datetime.date(2025, 7, 1),
        valid_from=datetime.date(2025, 7, 1),
        valid_until=datetime.date(2025, 12, 31),
    )

    assert open_case(enterprise_id=enterprise.pk, track="tsme", by=officer, on=ON).kind == "review"


# Options


def test_options_name_each_step_its_reasons_and_what_its_form_asks(
    enterprise: Enterprise, officer: User, reference_data: Bureau
) -> None:
    candidacy = ready_to_file(enterprise, officer)

    options = candidacies.options(candidacy, by=officer, on=ON)

    assert [(option.step, option.label, option.is_allowed, option.needs) for option in options] == [
        ("file", "登记申报", True, ()),
        ("withdraw", "撤回", True, ("reason",)),
    ]


def test_options_say_before_the_click_what_the_door_would_say(enterprise: Enterprise, officer: User) -> None:
    firms.make_fit(enterprise, hi_tech_income_cny=None)
    firms.rule_what_is_manual(enterprise, officer)
    candidacy = case_at(enterprise, State.PREPARING)

    offered = next(option for option in candidacies.options(candidacy, by=officer, on=ON) if option.step == "file")
    with pytest.raises(StepRefused) as refused:
        step_with(candidacy, "file", officer)

    assert offered.reasons == refused.value.reasons
    assert [reason.criterion for reason in offered.reasons] == ["H6"] + ["material"] * 4


def test_a_certificate_to_come_is_no_reason_yet(enterprise: Enterprise, officer: User) -> None:
    options = candidacies.options(case_at(enterprise, State.PUBLICISED), by=officer, on=ON)

    assert [(option.step, option.is_allowed) for option in options] == [("recognise", True), ("reject", True)]
