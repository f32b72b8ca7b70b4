"""企业库: found by any of its names, filtered by address, page after page in one order."""

import datetime
from itertools import chain
from typing import Any

import pytest

from accounts.models import Region, User
from enterprises.models import Enterprise, FormerName
from pipeline.domain import judge, ladder
from pipeline.models import Bureau
from tests.console.visit import as_, text
from tests.factories import CandidacyFactory, ContactFactory, EnterpriseFactory, TitleFactory
from tests.firms import make_fit

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 23)


def names(response: Any) -> list[str]:
    return [row.firm.name for row in response.context["rows"]]


@pytest.mark.parametrize(
    "typed", ["精密装备", "恒砺机械", "yzjmzb", "YZJM", "91420281ma0000", "９１４２０２８１ＭＡ", "云泽（精密"]
)
def test_a_firm_is_found_by_name_former_name_initials_and_code(enterprise: Enterprise, officer: User, typed: str):
    enterprise.uscc = "91420281MA00000001"
    enterprise.name = "云泽(精密)装备有限公司" if "（" in typed else enterprise.name
    enterprise.save()
    FormerName.objects.create(enterprise=enterprise, name="恒砺机械厂")
    EnterpriseFactory(name="溯源通信息技术有限公司", region=enterprise.region)

    assert names(as_(officer).get("/enterprises/", {"q": typed})) == [enterprise.name]


def test_a_county_lists_its_own_firms(enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User):
    page = as_(county_officer).get("/enterprises/")

    assert names(page) == [enterprise.name]
    assert foreign_enterprise.name not in page.content.decode()


def test_a_foreign_unit_in_the_address_lists_nothing_and_says_why(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
):
    page = as_(county_officer).get("/enterprises/", {"unit": foreign_enterprise.region_id})

    assert (page.status_code, names(page)) == (200, [])
    assert "责任单位：" in text(page)


@pytest.mark.parametrize(
    "nonsense",
    ["?page=0", "?page=999999999", "?page=٣", "?after=x", "?unit=x", "?ends=hnte:2026-13-45", "?rung=zz", "?q=%00a"],
)
def test_a_nonsensical_address_is_answered_calmly(enterprise: Enterprise, officer: User, nonsense: str):
    assert as_(officer).get(f"/enterprises/{nonsense}").status_code in {200, 400}


def form(response: Any) -> str:
    """The filters of the page."""
    page: str = response.content.decode()
    start = page.index('<form class="filters"')
    return page[start : page.index("</form>", start)]


def test_further_filters_are_drawn_when_opened_and_kept_when_closed(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    client = as_(officer)

    closed = form(client.get("/enterprises/?lacks=hnte&q=云"))
    opened = client.get("/enterprises/?lacks=hnte&q=云&more=1")

    assert '<input type="hidden" name="lacks" value="hnte">' in closed
    assert "未持有效科小" not in closed
    assert '<option value="hnte" selected>未持有效高企</option>' in form(opened)
    assert 'type="hidden"' not in form(opened)
    assert {chip.query for chip in opened.context["chips"]} == {"lacks=hnte&", "q=%E4%BA%91&"}
    drawer = client.get("/enterprises/?lacks=hnte&more=1", headers={"HX-Request": "true"}).content.decode()
    assert "未持有效科小" in drawer
    assert enterprise.name not in drawer


@pytest.mark.feature(35, partial="filters in the address, each removable")
def test_each_filter_in_force_can_be_taken_away(enterprise: Enterprise, officer: User, reference_data: Bureau):
    page = as_(officer).get("/enterprises/?rung=hnte&rung=none&q=yz&track=hnte&verdict=undecided&page=1")

    chips = {chip.label: chip.query for chip in page.context["chips"]}
    assert chips["梯队层级：高新技术企业"] == "rung=none&q=yz&track=hnte&verdict=undecided&"
    assert chips["评估结论：待定"] == "rung=hnte&rung=none&q=yz&track=hnte&"
    assert len(chips) == 5


def test_a_row_says_what_a_firm_holds_lacks_and_works_at(reference_data: Bureau, enterprise: Enterprise, officer: User):
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    TitleFactory(enterprise=enterprise, track="hnte", issued_on=datetime.date(2025, 11, 1))
    CandidacyFactory(enterprise=enterprise, track="srdi", state="coaching")
    judge.judge(on=TODAY)
    ladder.settle_all(TODAY)

    page = text(as_(officer).get("/enterprises/"))

    for says in ("高新技术企业", "至2028-10-31", "差1项", "H4", "专精特新", "培育", "待补代码", "无责任人"):
        assert says in page


def test_pages_follow_one_another_without_gap_or_repeat(county: Region, officer: User):
    for number in range(130):
        EnterpriseFactory(name=f"云泽{number % 7}有限公司", region=county)
    client, address, seen = as_(officer), "/enterprises/", []

    for _ in range(3):
        page = client.get(address).context["page"]
        seen.append([row.firm.pk for row in client.get(address).context["rows"]])
        address = f"/enterprises/?page={page.next}"

    everyone = list(Enterprise.objects.order_by("name", "pk").values_list("pk", flat=True))
    assert list(chain.from_iterable(seen)) == everyone
    assert page.next == ""
    back = client.get(f"/enterprises/?page={page.previous}")
    assert [row.firm.pk for row in back.context["rows"]] == seen[1]
    assert (page.first, page.last, page.count_text) == (101, 130, "130")


@pytest.mark.parametrize("beyond", ["page=999", "page=999&after={last}", "page=3&after={last}"])
def test_a_page_beyond_the_end_is_the_last_one(county: Region, officer: User, beyond: str):
    for number in range(60):
        EnterpriseFactory(name=f"云泽{number:02}有限公司", region=county)
    last = Enterprise.objects.order_by("name", "pk").values_list("pk", flat=True)[59]

    page = as_(officer).get(f"/enterprises/?{beyond.format(last=last)}")

    shown = page.context["page"]
    assert (shown.number, shown.first, shown.last, shown.next) == (2, 51, 60, "")
    assert len(page.context["rows"]) == 10


def test_beyond_the_end_of_nothing_is_the_first_page(officer: User):
    page = as_(officer).get("/enterprises/?page=999")

    assert (page.status_code, page.context["page"].number, names(page)) == (200, 1, [])


def test_the_edge_of_a_page_cannot_be_a_foreign_firm(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
):
    plain = as_(county_officer).get("/enterprises/?page=1")
    edged = as_(county_officer).get(f"/enterprises/?page=1&after={foreign_enterprise.pk}")

    assert names(edged) == names(plain) == [enterprise.name]


def test_the_list_asks_as_little_for_many_firms_as_for_one(
    reference_data: Bureau, enterprise: Enterprise, officer: User, django_assert_max_num_queries: Any
):
    client = as_(officer)
    for _ in range(3):
        firm = EnterpriseFactory(region=enterprise.region)
        TitleFactory(enterprise=firm)
        make_fit(firm)
        ContactFactory(enterprise=firm)
    judge.judge(on=TODAY)

    with django_assert_max_num_queries(16) as many:
        client.get("/enterprises/")
    with django_assert_max_num_queries(len(many)):
        client.get("/enterprises/", {"q": enterprise.name})
