"""The world in which every address is asked for."""

import pytest

from accounts.models import User
from enterprises.models import Enterprise
from pipeline.models import Bureau
from tests.access.world import World, things_of
from tests.factories import EnterpriseFactory, MemberFactory


@pytest.fixture
def world(
    reference_data: Bureau,
    officer: User,
    county_officer: User,
    other_county_officer: User,
    member: User,
    enterprise: Enterprise,
    auditor: User,
    administrator: User,
) -> World:
    """Everything an address may name, once within reach of the unit and once beyond."""
    far = EnterpriseFactory(name="远岑秘境新材料有限公司", region=other_county_officer.region)
    other = MemberFactory(username="other-member", name="钱外企", enterprises=[far])
    people: dict[str, User | None] = {
        "nobody": None,
        "city": officer,
        "unit": county_officer,
        "elsewhere": other_county_officer,
        "firm": member,
        "other_firm": other,
        "auditor": auditor,
        "admin": administrator,
    }
    return World(
        people,
        own=things_of(enterprise, member, county_officer),
        foreign=things_of(far, other, other_county_officer),
    )
