"""责任人: every number opens its list, nobody's firms can be brought to none, a hand-over answers firm by firm."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise
from pipeline.models import Bureau
from tests.console.visit import as_, text
from tests.factories import CandidacyFactory, EnterpriseFactory, TitleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(enterprise: Enterprise, county_officer: User) -> Enterprise:
    """The county's firm in its officer's portfolio."""
    Enterprise.objects.filter(pk=enterprise.pk).update(officer=county_officer)
    return enterprise


def count_of(page: Any) -> int:
    return int(page.context["page"].count)


@pytest.mark.feature(34, partial="absent owner → deputy")
def test_every_number_of_the_workload_opens_the_list_of_exactly_these_firms(
    reference_data: Bureau, mine: Enterprise, county_officer: User, officer: User
):
    """workload; nobody's firms list must be empty."""
    CandidacyFactory(enterprise=mine, officer=county_officer, state="coaching")
    for firm in (EnterpriseFactory(region=mine.region, officer=county_officer, deputy=officer) for _ in range(2)):
        TitleFactory(enterprise=firm)
    EnterpriseFactory(region=mine.region)
    client = as_(officer)

    page = client.get("/owners/")

    loads = {load.officer: load for load in page.context["loads"]}
    load = loads[county_officer]
    assert (load.owned, load.in_flight, loads[officer].deputised, page.context["nobody"].owned) == (3, 1, 1 + 1, 1)
    for one in page.context["loads"]:
        for name in ("owned", "deputised", "in_flight", "overdue"):
            assert count_of(client.get(one.urls[name])) == getattr(one, name), name
    assert count_of(client.get(page.context["nobody"].urls["owned"])) == 1


def test_nobodys_firms_stand_in_red_on_the_workbench_until_there_are_none(
    reference_data: Bureau, enterprise: Enterprise, officer: User, county_officer: User
):
    client = as_(officer)
    gap = next(number for number in client.get("/workbench/").context["gaps"] if number.label == "无责任人")
    assert (gap.count, gap.is_red) == (1, True)

    client.post(f"/owners/handover/?officer=none&to={county_officer.pk}", {"note": "指定", "count": "1"})

    gap = next(number for number in client.get("/workbench/").context["gaps"] if number.label == "无责任人")
    assert (gap.count, gap.is_red) == (0, False)
    assert "每家企业都有责任人" in text(client.get("/owners/"))


def test_a_hand_over_is_previewed_by_count_and_changes_nothing_until_confirmed(
    mine: Enterprise, foreign_enterprise: Enterprise, county_officer: User, other_county_officer: User, officer: User
):
    CandidacyFactory(enterprise=foreign_enterprise, state="coaching")
    address = f"/owners/handover/?firm={mine.pk}&firm={foreign_enterprise.pk}&to={other_county_officer.pk}"

    preview = as_(officer).get(address).context["preview"]

    assert (preview.moving, preview.theirs, preview.beyond, preview.cases) == (1, 0, 1, 1)
    assert not Enterprise.objects.filter(officer=other_county_officer).exists()


def test_the_answer_names_who_moved_and_who_stayed_and_why(
    mine: Enterprise, foreign_enterprise: Enterprise, other_county_officer: User, officer: User
):
    address = f"/owners/handover/?firm={mine.pk}&firm={foreign_enterprise.pk}&to={other_county_officer.pk}"

    page = as_(officer).post(address, {"note": "轮岗", "count": "2", "with_cases": "on"})

    assert (page.context["n_moved"], page.context["n_stayed"]) == (1, 1)
    assert "吴邻县不管辖这家企业（东溪县）" in text(page)
    assert Enterprise.objects.get(officer=other_county_officer) == foreign_enterprise


def test_firms_that_changed_since_the_preview_are_looked_at_again(
    mine: Enterprise, county_officer: User, officer: User
):
    page = as_(officer).post(
        f"/owners/handover/?officer={county_officer.pk}&to={officer.pk}", {"note": "轮岗", "count": "7"}
    )

    assert page.status_code == 422
    assert "由7家变为1家" in text(page)
    assert Enterprise.objects.get(pk=mine.pk).officer == county_officer


@pytest.mark.parametrize("query", ["", "?firm=x", "?unit=987654321", "?q="])
def test_without_a_choice_nothing_is_handed_over_never_everything(
    mine: Enterprise, officer: User, county_officer: User, query: str
):
    joint = "&" if query else "?"

    page = as_(officer).post(f"/owners/handover/{query}{joint}to={officer.pk}", {"note": "轮岗", "count": "0"})

    assert page.status_code == 422
    assert Enterprise.objects.get(pk=mine.pk).officer == county_officer


def test_a_county_hands_over_its_own_firms_only(
    mine: Enterprise, foreign_enterprise: Enterprise, county_officer: User, officer: User
):
    client = as_(county_officer)

    page = client.get(f"/owners/handover/?firm={mine.pk}&firm={foreign_enterprise.pk}")

    assert page.context["picked"].count == 1
    assert foreign_enterprise.name not in page.content.decode()
    assert foreign_enterprise.name not in client.get("/owners/").content.decode()


def test_a_closed_account_with_firms_says_so_and_leads_to_the_hand_over(
    mine: Enterprise, county_officer: User, officer: User
):
    User.objects.filter(pk=county_officer.pk).update(is_active=False)

    page = as_(officer).get(f"/users/{county_officer.pk}/")

    assert "账号已停用，但名下还有" in text(page)
    assert "1家企业" in text(page)
    assert f"/owners/handover/?officer={county_officer.pk}" in page.content.decode()


def test_a_row_names_owner_and_deputy_and_who_is_away(mine: Enterprise, county_officer: User, officer: User):
    Enterprise.objects.update(deputy=officer)
    User.objects.filter(pk=county_officer.pk).update(away_until=timezone.localdate())

    page = text(as_(officer).get("/enterprises/"))

    assert "陈县级" in page
    assert "外出至" in page
    assert "副周市级" in page


def test_the_workload_asks_as_little_for_many_officers_as_for_one(
    mine: Enterprise, officer: User, django_assert_num_queries: Any, django_assert_max_num_queries: Any
):
    client = as_(officer)
    with django_assert_max_num_queries(20) as few:
        client.get("/owners/")
    for _ in range(3):
        EnterpriseFactory(region=mine.region, officer=officer)
    with django_assert_num_queries(len(few)):
        client.get("/owners/")
