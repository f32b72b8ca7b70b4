"""A checklist names what is missing, what cannot be read and what is in doubt."""

import datetime

import pytest

from enterprises.models import Enterprise
from pipeline.domain.checklists import checklist
from tests.factories import EnterpriseFactory, FirmStatementFactory, PropertyFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")


def names(enterprise: Enterprise, track: str) -> set[str]:
    """What the checklist of one firm asks for."""
    return {wanted.name for wanted in checklist(enterprise=enterprise, track=track, on=ON).wanted}


@pytest.mark.parametrize(("code", "is_wanted"), [("制造业", True), ("F5", True), ("C3525", False)])
def test_an_industry_nobody_can_read_is_asked_for(code: str, is_wanted: bool) -> None:
    enterprise = EnterpriseFactory()
    FirmStatementFactory(enterprise=enterprise, industry_code=code)

    assert ("industry_code" in names(enterprise, "tsme")) is is_wanted


@pytest.mark.parametrize(("granted_on", "is_wanted"), [(None, True), (datetime.date(2023, 5, 1), False)])
def test_a_right_without_its_grant_day_keeps_the_list_asked_for(
    granted_on: datetime.date | None, is_wanted: bool
) -> None:
    enterprise = EnterpriseFactory(property_known_on=datetime.date(2026, 1, 5))
    PropertyFactory(enterprise=enterprise, granted_on=granted_on)

    assert ("property" in names(enterprise, "hnte")) is is_wanted
