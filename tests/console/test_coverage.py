"""建有率 as a page: every number opens exactly its firms, on screen and in the file; unknown lists stand apart."""

import datetime
import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Region, User
from enterprises.models import AboveScaleSpell, Enterprise
from tests.console.exported import Exported
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import EnterpriseFactory, FirmStatementFactory, InstitutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature(39)]

LAST_YEAR = datetime.date(2025, 3, 1)
CELL = re.compile(r'<a[^>]*href="(/institutions/coverage/firms/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def stock(county: Region, other_county: Region) -> list[Enterprise]:
    """Ten firms of two counties: some 规上 for long, some since this month, with, without and of unknown list."""
    firms = EnterpriseFactory.create_batch(7, region=county) + EnterpriseFactory.create_batch(3, region=other_county)
    for place, firm in enumerate(firms):
        begun = datetime.date(2026, 11, 2) if place in {5, 6} else LAST_YEAR
        AboveScaleSpell.objects.create(enterprise=firm, from_on=begun, to_on=ON if place == 9 else None)
        FirmStatementFactory(enterprise=firm, industry_code="C3421" if place % 2 else None if place == 4 else "6513")
        if place % 3 == 0:
            InstitutionFactory(enterprise=firm, state="building", established_on=datetime.date(2026, 5, 1))
        Enterprise.objects.filter(pk=firm.pk).update(institutions_known_on=ON if place % 4 else None)
    return firms


def numbers(client: Client, address: str) -> dict[str, int]:
    """Every number of the page that opens a list."""
    page = client.get(address)
    assert page.status_code == 200
    found = {}
    for href, label in CELL.findall(page.content.decode()):
        digits = re.findall(r"\d+", re.sub(r"<[^>]*>|有|家", " ", label))
        found[unescape(href)] = int(digits[-1])
    return found


@pytest.mark.parametrize("reader", ["officer", "county_officer", "auditor"])
@pytest.mark.parametrize("query", ["", "?base=manufacturing", "?rule=recognised&day=2026-06-30&since=2025-06-30"])
def test_each_number_opens_exactly_its_firms(stock: list[Enterprise], reader: str, query: str, request: Any):
    """规上(制造业)建有率 at any date, numerator/denominator drill-down."""
    client = as_(request.getfixturevalue(reader))

    found = numbers(client, f"/institutions/coverage/{query}")

    assert len(found) > 12
    for address, number in found.items():
        page = client.get(address)
        assert (number, page.context["page"].count) == (number, number), address
        assert len(page.context["rows"]) == number
        exported = Exported(client.get(address.replace("/firms/", "/export/")))
        assert [row[0] for row in exported.table] == [row.firm.name for row in page.context["rows"]]


def test_the_page_says_what_counts_and_keeps_unknown_apart(stock: list[Enterprise], officer: User):
    page = text(as_(officer).get("/institutions/coverage/"))

    assert "培育中的机构不计" in page
    assert "清单没有核对过的企业列为未核，不算无" in page
    assert "未核的都有时最高" in page


def test_the_change_names_numerator_and_denominator(stock: list[Enterprise], officer: User):
    page = text(as_(officer).get("/institutions/coverage/?since=2026-10-31"))

    assert "分母+2使比率" in page
    assert "合计" in page


def test_industries_nobody_knows_are_said(stock: list[Enterprise], officer: User):
    page = text(as_(officer).get("/institutions/coverage/?base=manufacturing"))

    assert "1家规上工业企业没有行业代码" in re.sub(r"<[^>]*>", "", page)


def test_a_county_reads_nothing_of_its_neighbour(stock: list[Enterprise], county_officer: User):
    page = as_(county_officer).get("/institutions/coverage/firms/")

    assert {row.firm.region_id for row in page.context["rows"]} == {county_officer.region_id}
    other = Region.objects.exclude(pk=county_officer.region_id).get(name="西岭县")
    assert as_(county_officer).get(f"/institutions/coverage/?unit={other.pk}").status_code == 422


@pytest.mark.parametrize(
    ("query", "says"),
    [("?day=2026-11-24", "不能晚于今天"), ("?day=2026-01-01&since=2026-01-01", "须早于"), ("?day=x", "日期")],
)
def test_days_that_make_no_sense_are_refused(officer: User, query: str, says: str):
    page = as_(officer).get(f"/institutions/coverage/{query}")

    assert (page.status_code, says in page.content.decode()) == (422, True)


def test_more_firms_ask_no_more_of_the_database(county: Region, officer: User):
    client = as_(officer)

    def asked() -> list[int]:
        firm = EnterpriseFactory(region=county)
        AboveScaleSpell.objects.create(enterprise=firm, from_on=LAST_YEAR)
        InstitutionFactory(enterprise=firm, state="building", established_on=LAST_YEAR)
        counts = []
        for address in ("/institutions/coverage/", "/institutions/coverage/firms/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        return counts

    first = asked()

    assert [asked(), asked()] == [first, first]
    assert max(first) < 15
