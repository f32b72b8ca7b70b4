"""An exclusion across firms says which firm it comes from where the reader may see it, else only that there is one."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import Region, User
from enterprises.models import Enterprise
from enterprises.vocabulary import NO_PARENT
from tests.console.visit import as_, text
from tests.factories import EnterpriseFactory, FirmStatementFactory, TitleFactory

pytestmark = pytest.mark.usefixtures("reference_data")
CODE = "914403001922038216"


@pytest.fixture
def parent(other_county: Region) -> Enterprise:
    """The firm next door, whose titles were looked up."""
    return EnterpriseFactory(name="远岑控股集团", uscc=CODE, region=other_county, titles_known_on=timezone.localdate())


def page(user: User, firm: Enterprise) -> str:
    """The firm's page at 小巨人."""
    return text(as_(user).get(f"/enterprises/{firm.pk}/?track=little_giant"))


@pytest.mark.feature(27, partial="graph of programmes; upstream unknown")
def test_the_firm_that_excludes_is_named_in_sight_and_only_counted_out_of_it(
    officer: User, county_officer: User, enterprise: Enterprise, parent: Enterprise
) -> None:
    """Exclusion checked across firms: 控股关联."""
    FirmStatementFactory(enterprise=enterprise, parent_uscc=CODE)
    today = timezone.localdate()
    TitleFactory(enterprise=parent, track="little_giant", issued_on=today - datetime.timedelta(30), valid_until=None)

    seen, hidden = page(officer, enterprise), page(county_officer, enterprise)

    assert f'href="/enterprises/{parent.pk}/">远岑控股集团' in seen.replace("<aclass", "<a class").replace(
        '"href', '" href'
    )
    assert "持有“小巨人”资格" in seen
    assert "远岑控股集团" not in hidden
    assert "控股企业不在您的管辖范围·持有“小巨人”资格" in hidden


def test_what_is_not_known_of_whoever_controls_is_said(
    officer: User, enterprise: Enterprise, parent: Enterprise
) -> None:
    FirmStatementFactory(enterprise=enterprise, parent_uscc=CODE)

    assert "当日没有“小巨人”资格" in page(officer, enterprise)

    Enterprise.objects.filter(pk=parent.pk).update(titles_known_on=None)
    assert "资格清单尚未核对" in page(officer, enterprise)

    Enterprise.objects.filter(pk=parent.pk).update(uscc="91420281MA4ABCDE1X")
    assert f"控股企业（{CODE}）不在企业库，资格未知" in page(officer, enterprise)


@pytest.mark.parametrize("code", [NO_PARENT, None])
def test_nothing_is_said_where_nobody_controls_or_nothing_is_stated(
    officer: User, enterprise: Enterprise, code: str | None
) -> None:
    FirmStatementFactory(enterprise=enterprise, parent_uscc=code)

    shown = page(officer, enterprise)

    assert "没有控股关系" in shown, "the condition itself is on the page"
    assert not any(said in shown for said in ("控股企业不在", "远岑控股", "当日没有“小巨人”"))
