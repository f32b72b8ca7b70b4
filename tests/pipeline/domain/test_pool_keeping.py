"""One set-based statement keeps pools as the page lists them and as a patient clerk would, firm by firm."""

import datetime
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from console.firms.filters import EnterpriseFilter
from enterprises.models import AboveScaleSpell, Enterprise
from pipeline.domain import judge, membership, selection
from pipeline.models import Bureau, Pool, PoolPin, Title
from pipeline.models.pool import PoolSpell as Spell
from tests.factories import CandidacyFactory, EnterpriseFactory, TitleFactory
from tests.firms import make_fit
from tests.pipeline.domain.pooled import DAY, ON, members, tsme

pytestmark = pytest.mark.django_db
QUERIES = [
    "q=云泽", "unit={unit}", "rung=hnte&rung=none", "rung=tsme", "track=hnte&verdict=undecided", "verdict=ineligible",
    "one_short=hnte", "one_short_if=hnte", "near=hnte", "wants=hi_tech_income_cny", "holds=hnte", "lacks=hnte",
    "above_scale=1", "expiring=180", "ends=tsme:2026-12-31", "lapsed=1", "new=tsme", "way=hnte:coaching", "flight=1",
    "state=coaching", "institution=none", "institution=unknown", "pending=1", "contact=none", "officer=none",
    "keeper=left", "quality=honours", "alone=hi_tech_income_cny",
    "officer={officer}", "lacks=hnte&near=hnte&unit={unit}",
]  # fmt: skip


@pytest.fixture
def varied(reference_data: Bureau, county: Any, other_county: Any, county_officer: User) -> list[Enterprise]:
    """Firms that differ in everything a filter asks."""
    firms = [EnterpriseFactory(region=(county, other_county)[number % 2]) for number in range(6)]
    make_fit(firms[0])
    make_fit(firms[1], tech_staff_hnte_headcount=5)
    make_fit(firms[2], hi_tech_income_cny=None)
    TitleFactory(enterprise=firms[3])
    tsme(firms[4])
    TitleFactory(
        enterprise=firms[5], track="srdi", issued_on=datetime.date(2021, 5, 1), valid_until=datetime.date(2024, 5, 1)
    )
    CandidacyFactory(enterprise=firms[0], state="coaching")
    AboveScaleSpell.objects.create(enterprise=firms[1], from_on=datetime.date(2025, 1, 1))
    Enterprise.objects.filter(pk=firms[2].pk).update(officer=county_officer)
    judge.judge(on=ON)
    return firms


def test_every_filter_selects_by_night_what_it_lists_by_day(
    varied: list[Enterprise], officer: User, county_officer: User
):
    request = RequestFactory().get("/enterprises/")
    request.user = officer
    for template in QUERIES:
        query = template.format(unit=varied[0].region_id, officer=county_officer.pk)
        filterset = EnterpriseFilter(
            QueryDict(query), queryset=Enterprise.objects.visible_to(officer), request=request, on=ON
        )
        assert filterset.is_valid(), (query, filterset.errors)
        selected = selection.select(Enterprise.objects.visible_to(officer), query, ON)
        assert set(selected) == set(filterset.qs), query
    covered = {name for query in QUERIES for name in selection.read(query)}
    assert covered == {*selection.SELECTORS, "rung"}


# A naive keeper of pools, firm by firm, against the one statement
@dataclass
class Naive:
    """What one firm is known for, and the spells a patient clerk would have written."""

    holds: bool = False
    alive: bool = True
    pin: tuple[str, datetime.date | None] | None = None

    def wanted(self, on: datetime.date) -> bool:
        kind, until = self.pin or ("", None)
        if kind and until is not None and until < on:
            kind = ""
        return self.alive and kind != "exclude" and (kind == "include" or self.holds)


ACTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["title", "untitle", "include", "exclude", "include-today", "unpin", "gone", "back", "wait"]),
        st.booleans(),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_the_one_statement_keeps_pools_as_a_patient_clerk_would(pool: Pool, officer: User, county: Any, acts: Any):
    with transaction.atomic():
        firms = [EnterpriseFactory(region=county) for _ in range(3)]
        clerk = [Naive() for _ in firms]
        spells: list[list[tuple[datetime.date, datetime.date | None]]] = [[] for _ in firms]
        on = ON
        for place, act, whole in acts:
            on += DAY if act == "wait" else datetime.timedelta()
            do(act, pool, firms[place], clerk[place], officer, on)
            some = slice(None) if whole or act == "wait" else slice(place, place + 1)
            ids = None if some.start is None else [firms[place].pk]
            membership.refresh_pool(pool, on=on, enterprise_ids=ids)
            keep(clerk[some], spells[some], on)
        found = [
            list(Spell.objects.filter(enterprise=firm, pool=pool).order_by("pk").values_list("entered_on", "left_on"))
            for firm in firms
        ]
        assert found == spells
        assert members(pool, on) == {firm.pk for firm, one in zip(firms, clerk, strict=True) if one.wanted(on)}
        assert not any(overlaps(rows) for rows in found)
        transaction.set_rollback(True)


def do(act: str, pool: Pool, firm: Enterprise, known: Naive, by: User, on: datetime.date) -> None:
    """One act on the register, and what the clerk notes of it."""
    if act in {"title", "untitle"}:
        known.holds = act == "title"
        Title.objects.filter(enterprise=firm).delete()
        if known.holds:
            tsme(firm, until=datetime.date(2030, 12, 31))
    elif act in {"gone", "back"}:
        known.alive = act == "back"
        Enterprise.objects.filter(pk=firm.pk).update(deregistered_on=None if known.alive else on)
    elif act == "unpin":
        PoolPin.objects.filter(pool=pool, enterprise=firm, ended_on=None).update(ended_on=on)
        known.pin = None
    elif act != "wait":
        PoolPin.objects.filter(pool=pool, enterprise=firm, ended_on=None).update(ended_on=on)
        known.pin = ("include", on) if act == "include-today" else (act, None)
        PoolPin.objects.create(
            pool=pool, enterprise=firm, kind=known.pin[0], until=known.pin[1], reason="试", by=by, from_on=on
        )


def keep(clerk: list[Naive], spells: list[list[Any]], on: datetime.date) -> None:
    """Open and close spells firm by firm."""
    for known, rows in zip(clerk, spells, strict=True):
        inside = bool(rows) and rows[-1][1] is None
        if known.wanted(on) and not inside:
            rows.append((on, None))
        elif inside and not known.wanted(on):
            rows[-1] = (rows[-1][0], on)


def overlaps(rows: list[tuple[datetime.date, datetime.date | None]]) -> bool:
    """Whether a later spell begins before an earlier one ended."""
    return any(end is None or following < end for (_, end), (following, _) in pairwise(rows))
