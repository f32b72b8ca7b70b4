"""Fixtures shared by all tests: a city with two counties, its people, one firm, the reference data."""

import pytest

from accounts.models import Region, User
from enterprises.domain import institution_grades
from enterprises.models import Enterprise
from notifications import escalation, plans, yearly
from pipeline.domain import documents, editions, ladder, rounds
from pipeline.models import Bureau, Ladder
from tests.factories import (
    AdministratorFactory,
    AuditorFactory,
    BureauFactory,
    EnterpriseFactory,
    MemberFactory,
    RegionFactory,
    UnitOfficerFactory,
    UserFactory,
)


@pytest.fixture
def city(db: None) -> Region:
    """The root unit: an invented city."""
    return RegionFactory(name="云川市", level=Region.Level.CITY)


@pytest.fixture
def county(city: Region) -> Region:
    """A county of the city; the firm and its officer are here."""
    return RegionFactory(name="东溪县", parent=city)


@pytest.fixture
def other_county(city: Region) -> Region:
    """The county next door."""
    return RegionFactory(name="西岭县", parent=city)


@pytest.fixture
def officer(city: Region) -> User:
    """An officer of the city with every line."""
    return UserFactory(username="officer", name="周市级", region=city)


@pytest.fixture
def second(city: Region) -> User:
    """Another officer of the city: the second person of a release."""
    return UserFactory(username="second", name="许二审", region=city)


@pytest.fixture
def county_officer(county: Region) -> User:
    """An officer of the county, line 科技 only."""
    return UnitOfficerFactory(username="county", name="陈县级", region=county)


@pytest.fixture
def other_county_officer(other_county: Region) -> User:
    """An officer of the county next door."""
    return UnitOfficerFactory(username="other-county", name="吴邻县", region=other_county)


@pytest.fixture
def enterprise(county: Region) -> Enterprise:
    """A firm of the county."""
    return EnterpriseFactory(name="云泽精密装备有限公司", region=county)


@pytest.fixture
def foreign_enterprise(other_county: Region) -> Enterprise:
    """A firm of the county next door."""
    return EnterpriseFactory(name="远岑新材料有限公司", region=other_county)


@pytest.fixture
def member(enterprise: Enterprise) -> User:
    """Somebody of the firm."""
    return MemberFactory(username="member", name="孙企业", enterprises=[enterprise])


@pytest.fixture
def auditor(city: Region) -> User:
    """Reads all of the city, changes nothing."""
    return AuditorFactory(username="auditor", name="郑审计", region=city)


@pytest.fixture
def administrator(db: None) -> User:
    """Users, units, settings."""
    return AdministratorFactory(username="admin", name="王管理")


@pytest.fixture
def reference_data(city: Region) -> Bureau:
    """Editions, ladders, rounds and material lists as seeded; the bureau works on the mission's ladder."""
    editions.load_seeds()
    documents.load_seeds()
    ladder.load_seeds()
    rounds.load_seeds()
    institution_grades.load_seeds()
    yearly.load_seeds()
    escalation.load_seeds()
    plans.load_seeds()
    return BureauFactory(region=city, ladder=Ladder.objects.get(slug="mission"))
