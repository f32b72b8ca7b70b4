"""What-if: nobody flips for nothing, the list is what publishing brings and what the database counts by itself."""

import pytest
from django.db import connection

from accounts.machine import state_change_allowed
from accounts.models import User
from enterprises.models import Enterprise
from pipeline.domain import editions, judge, whatif
from pipeline.models import Assessment, Edition, Flip, Forecast
from tests import firms
from tests.drafted import edition
from tests.factories import EnterpriseFactory, YearFiguresFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")
INDEPENDENT = """
    SELECT enterprise_id FROM enterprises_yearfigures WHERE year = 2025
        AND hi_tech_income_cny * 10 >= total_income_cny * 6 AND hi_tech_income_cny * 10 < total_income_cny * 7
"""


@pytest.fixture
def register(city: object, officer: User) -> list[Enterprise]:
    """Fit firms on both sides of a threshold moved, and one that nobody knows anything of."""
    made = EnterpriseFactory.create_batch(5, region=city)
    for firm, share in zip(made, (50, 60, 65, 69, 70), strict=True):
        firms.make_fit(firm, total_income_cny=100_000_000, hi_tech_income_cny=share * 1_000_000)
        firms.rule_what_is_manual(firm, officer)
    return [*made, EnterpriseFactory(region=city)]


def tried(row: Edition, by: User) -> Forecast:
    """The edition tried on the firms in sight."""
    begun = whatif.ask(edition_id=row.pk, by=by, on=ON)
    whatif.run(forecast_id=begun.pk)
    return Forecast.objects.get(pk=begun.pk)


def test_a_change_of_nothing_flips_nobody(register: list[Enterprise], officer: User) -> None:
    found = tried(edition(), officer)

    assert found.is_done
    assert not Flip.objects.exists()
    assert sum(found.counts.values()) == len(register)


def test_one_threshold_moved_flips_whom_the_database_finds(register: list[Enterprise], officer: User) -> None:
    tried(edition(income="70%"), officer)

    with connection.cursor() as cursor:
        cursor.execute(INDEPENDENT)
        expected = {firm for (firm,) in cursor.fetchall()}
    assert len(expected) == 3
    assert set(Flip.objects.values_list("enterprise", flat=True)) == expected
    assert set(Flip.objects.values_list("after", flat=True)) == {"ineligible"}


def test_the_list_is_what_publishing_brings(register: list[Enterprise], officer: User) -> None:
    judge.judge(on=ON)
    before = dict(Assessment.objects.filter(track="hnte").values_list("enterprise", "verdict"))
    row = edition(income="70%")
    tried(row, officer)
    forecast = set(Flip.objects.values_list("enterprise", "before", "after"))

    with state_change_allowed():
        Edition.objects.filter(pk=row.pk).update(status=Edition.Status.PUBLISHED)
    judge.judge(on=ON)

    after = dict(Assessment.objects.filter(track="hnte").values_list("enterprise", "verdict"))
    assert {(firm, before[firm], after[firm]) for firm in after if before[firm] != after[firm]} == forecast
    assert forecast


def test_trying_again_replaces_what_was_found_and_a_stale_task_does_nothing(
    register: list[Enterprise], officer: User
) -> None:
    row = edition(income="70%")
    first = tried(row, officer)
    again = tried(row, officer)
    whatif.run(forecast_id=first.pk)
    whatif.run(forecast_id=again.pk)

    assert Forecast.objects.count() == 1
    assert Flip.objects.filter(forecast=again).count() == 3


def test_only_firms_in_sight_are_tried(
    register: list[Enterprise], foreign_enterprise: Enterprise, officer: User
) -> None:
    seen = set(Enterprise.objects.visible_to(officer).values_list("pk", flat=True))
    assert set(whatif.in_sight(officer)) == seen
    assert sum(tried(edition(), officer).counts.values()) == len(seen)


def test_slices_of_the_register_make_no_difference(
    register: list[Enterprise], officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatif, "AT_ONCE", 2)
    found = tried(edition(income="70%"), officer)

    assert Flip.objects.count() == 3
    assert sum(found.counts.values()) == len(register)


def test_less_of_the_register_is_read_and_the_answer_is_the_same(register: list[Enterprise], officer: User) -> None:
    YearFiguresFactory(enterprise=register[-1], year=2019, sales_cny=5)
    rows = list(editions.by_track(ON)["hnte"])
    looked_at = whatif.reads(rows, ON)

    assert "hi_tech_income_cny" in looked_at.names
    assert "tax_paid_cny" not in looked_at.names
    assert looked_at.years == (2023, 2025)


def test_a_text_to_come_is_tried_as_if_it_were_in_force_today(register: list[Enterprise], officer: User) -> None:
    row = edition(income="70%", day=ON.replace(year=ON.year + 1))
    found = tried(row, officer)

    assert found.on == ON
    assert Flip.objects.filter(after="ineligible").count() == 3


def test_a_text_that_is_over_is_tried_on_its_last_day() -> None:
    row = editions.in_force("hnte", ON, "apply").row
    assert whatif.day_of(row, ON) == ON
    row.effective_from, row.effective_to = ON.replace(year=2020), ON.replace(year=2021)
    assert whatif.day_of(row, ON) == ON.replace(year=2021)
