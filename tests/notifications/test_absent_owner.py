"""An absent owner's firms are told to the deputy, by name and before the firms of others."""

import datetime

import pytest

from accounts.models import User
from enterprises.models import Enterprise
from notifications import obligations
from notifications.contents import Contents, Line
from tests.factories import EnterpriseFactory, TitleFactory, UnitOfficerFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 11, 23)


@pytest.fixture
def deputy(enterprise: Enterprise, county_officer: User) -> User:
    """The deputy of the county's firm, whose title ends soon; so does that of a firm of nobody's."""
    deputy = UnitOfficerFactory(name="代办人", region=enterprise.region)
    Enterprise.objects.filter(pk=enterprise.pk).update(officer=county_officer, deputy=deputy)
    other = EnterpriseFactory(region=enterprise.region)
    for firm in (other, enterprise):
        TitleFactory(enterprise=firm, issued_on=datetime.date(2023, 12, 20), valid_until=datetime.date(2026, 12, 19))
    obligations.refresh(on=ON)
    return deputy


def lines(reader: User) -> list[Line]:
    part = Contents(ON).part(reader)
    assert part is not None
    return [line for bucket in part.buckets for line in bucket.lines]


@pytest.mark.feature(34, partial="workload and nobody's firms are tested on their page")
def test_while_the_owner_is_in_office_the_deputy_is_not_asked(
    enterprise: Enterprise, deputy: User, county_officer: User
):
    """absent owner → deputy."""
    assert {line.why for line in lines(deputy)} == {"属您的辖区和业务线"}
    assert {line.why for line in lines(county_officer) if line.obligation.enterprise == enterprise} == {"您负责"}


@pytest.mark.feature(34, partial="workload and nobody's firms are tested on their page")
@pytest.mark.parametrize(("absence", "why"), [({"away_until": ON}, "外出"), ({"is_active": False}, "账号已停用")])
def test_an_absent_owners_lines_go_to_the_deputy_and_stand_first(
    enterprise: Enterprise, deputy: User, county_officer: User, absence: dict[str, object], why: str
):
    """absent owner → deputy."""
    User.objects.filter(pk=county_officer.pk).update(**absence)

    first, *rest = lines(deputy)

    assert first.obligation.enterprise == enterprise
    assert first.why == f"请代陈县级办理（{why}）"
    assert any(line.obligation.enterprise != enterprise for line in rest)


def test_who_came_back_looks_after_the_firms_again(enterprise: Enterprise, deputy: User, county_officer: User):
    User.objects.filter(pk=county_officer.pk).update(away_until=ON - datetime.timedelta(days=1))

    assert {line.why for line in lines(deputy)} == {"属您的辖区和业务线"}
