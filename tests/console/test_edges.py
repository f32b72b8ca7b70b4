"""临界预警: filtered by its address, nearest first, exported exactly as listed, never beyond one's units."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from enterprises.models import Enterprise
from pipeline.models import Edge

pytestmark = [pytest.mark.django_db, pytest.mark.feature("N8")]
ON = datetime.date(2026, 11, 25)


def edge(firm: Enterprise, **changes: object) -> Edge:
    given = {
        "track": "tsme", "criterion": "T2.staff", "fact": "staff_headcount", "side": "outgrow", "need": "500",
        "value": "490/1", "before": "450/1", "distance": -200, "quarter": 2, "edition_title": "科小", "judged_on": ON,
    }  # fmt: skip
    return Edge.objects.create(enterprise=firm, **{**given, **changes})


def page(client: Client, **asked: str) -> str:
    return client.get(reverse("console:edge_list"), asked).content.decode()


def test_an_edge_says_where_the_firm_stands_and_when_it_crosses(
    client: Client, officer: User, enterprise: Enterprise
) -> None:
    edge(enterprise)
    client.force_login(officer)

    text = page(client)

    assert enterprise.name in text
    for said in (
        "可能超出上限",
        "490人",
        "500人",
        "低 2%",
        "上年同期 450人",
        "2026 年第 2 季度，应已越线",
    ):
        assert said in text


def test_ratios_are_shown_as_percent(client: Client, officer: User, enterprise: Enterprise) -> None:
    edge(
        enterprise, track="hnte", criterion="H4", fact="tech_staff_share_hnte", side="gain", need="0.1",
        value="9999/100000", before="", distance=-1, quarter=None,
    )  # fmt: skip
    client.force_login(officer)

    text = page(client)

    assert "9.99%" in text
    assert "10%" in text


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({}, True),
        ({"track": "hnte"}, False),
        ({"side": "outgrow"}, True),
        ({"side": "gain"}, False),
        ({"criterion": "tsme:T2.staff"}, True),
        ({"held": "held"}, False),
        ({"held": "lacks"}, True),
        ({"pace": "1"}, False),
        ({"within": "5"}, False),
    ],
)
def test_filters(client: Client, officer: User, enterprise: Enterprise, asked: dict[str, str], listed: bool) -> None:
    edge(enterprise, distance=-800, quarter=None)
    client.force_login(officer)

    assert (enterprise.name in page(client, **asked)) is listed


def test_nobody_sees_beyond_their_units(
    client: Client, county_officer: User, enterprise: Enterprise, foreign_enterprise: Enterprise
) -> None:
    edge(enterprise)
    edge(foreign_enterprise, criterion="T2.sales", fact="sales_last_year")
    client.force_login(county_officer)

    text = page(client)

    assert enterprise.name in text
    assert foreign_enterprise.name not in text
    assert "T2.sales" not in text  # nor among the choices of a filter


def test_what_makes_no_sense_is_said(client: Client, officer: User, enterprise: Enterprise) -> None:
    edge(enterprise)
    client.force_login(officer)

    assert enterprise.name not in page(client, side="sideways")
    assert client.get(reverse("console:edge_export"), {"side": "sideways"}).status_code == 422
    assert client.get(reverse("console:edge_export")).status_code == 200
