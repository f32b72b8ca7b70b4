"""Pages of long lists: what many firms fit is counted on a walk by name and no further than a thousand."""

import pytest

from accounts.models import User
from console import pages
from enterprises.models import Enterprise
from pipeline.domain import stock
from tests.factories import ContactFactory, EnterpriseFactory


@pytest.fixture
def twelve(enterprise: Enterprise, officer: User) -> list[Enterprise]:
    """Firms of which every third has a contact, in the order of names."""
    firms = [EnterpriseFactory(region=enterprise.region, name=f"次序{number:02}有限公司") for number in range(12)]
    for firm in firms[::3]:
        ContactFactory(enterprise=firm)
    ContactFactory(enterprise=enterprise)
    return firms


def test_a_dense_filter_stops_counting_early_only_for_who_sees_many(
    twelve: list[Enterprise], officer: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "SIZE", 2)
    monkeypatch.setattr(pages, "MANY", 4)
    seen = Enterprise.objects.visible_to(officer)
    lacking = [firm.pk for number, firm in enumerate(twelve) if number % 3]

    page, ids = pages.firms_page(stock.without_contact(seen), seen, {})
    assert (page.count_text, ids) == ("8", lacking[:2])

    monkeypatch.setattr(pages, "WIDE", 5)
    page, ids = pages.firms_page(stock.without_contact(seen), seen, {})
    assert (page.count_text, ids) == ("4+", lacking[:2])
    page, ids = pages.firms_page(stock.without_contact(seen), seen, {"page": "2", "after": str(lacking[1])})
    assert (page.number, ids) == (2, lacking[2:4])
    page, ids = pages.firms_page(stock.without_contact(seen), seen, {"page": "2", "before": str(lacking[4])})
    assert ids == lacking[2:4]
