"""倒排计划: each round with its steps, each firm that is to file with its own latest start."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import Region, User
from enterprises.models import Enterprise
from notifications import plans
from notifications.models import PlanStep
from notifications.workdays import load_calendar
from pipeline.models.candidacy import State
from tests.console.visit import MORNING, as_, text
from tests.factories import CandidacyFactory, EnterpriseFactory, MaterialFactory, RoundFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("N10", partial="per round and firm on a page")]


@pytest.fixture(autouse=True)
def monday(db: None) -> Iterator[None]:
    load_calendar()
    plans.load_seeds()
    with time_machine.travel(MORNING, tick=True):
        yield


def day(text_: str) -> datetime.date:
    return datetime.date.fromisoformat(text_)


def test_a_round_that_can_be_made_and_one_that_cannot(officer: User):
    RoundFactory(name="近批", closes_on=day("2026-12-10"))
    RoundFactory(name="远批", closes_on=day("2027-06-30"))

    lines = as_(officer).get("/calendar/plan/").context["lines"]

    assert [(line.round.name, line.planned.is_late) for line in lines] == [("近批", True), ("远批", False)]
    assert lines[0].planned.says == "已过最迟开工日，这一批来不及，最早远批"
    assert lines[1].planned.says.startswith("距最迟开工还有")


def test_each_firm_counts_from_its_own_level_without_what_is_done(officer: User, county: Region):
    RoundFactory(closes_on=day("2027-06-30"), county_cutoff_on=day("2027-06-10"))
    plain, audited = (EnterpriseFactory(region=county, name=name) for name in ("云泽甲", "云泽乙"))
    for firm in (plain, audited):
        CandidacyFactory(enterprise=firm, state=State.COACHING)
    MaterialFactory(enterprise=audited, kind=plans.SEEDS[0][3])

    page = as_(officer).get("/calendar/plan/")

    by_name = {line.case.enterprise.name: line.planned for line in page.context["firms"]}
    names = {firm: [one.name for one in planned.plan.stretches] for firm, planned in by_name.items()}
    assert {planned.name for planned in by_name.values()} == {"县级截止"}
    assert names["云泽甲"] == [name for name, _, above, _ in plans.SEEDS if not above]
    assert names["云泽乙"] == names["云泽甲"][1:]
    assert by_name["云泽甲"].plan.latest_start < by_name["云泽乙"].plan.latest_start
    assert page.context["lines"][0].firms == 2


def test_the_year_that_is_missing_is_named(officer: User):
    RoundFactory(closes_on=day("2027-06-30"))

    assert "2027年放假安排尚未发布" in text(as_(officer).get("/calendar/plan/"))


def test_a_county_sees_its_own_firms_only(enterprise: Enterprise, other_county_officer: User):
    RoundFactory(closes_on=day("2027-06-30"))
    CandidacyFactory(enterprise=enterprise)

    page = as_(other_county_officer).get("/calendar/plan/")

    assert (page.context["firms"], page.context["lines"][0].firms) == ([], 0)


def test_a_changed_step_changes_the_plan(officer: User):
    RoundFactory(closes_on=day("2027-06-30"))
    client, step = as_(officer), PlanStep.objects.get(order=1)
    before = client.get("/calendar/plan/").context["lines"][0].planned.plan.latest_start

    client.post(f"/setup/steps/{step.pk}/", {"name": step.name, "workdays": step.workdays + 1, "order": 1})

    after = client.get("/calendar/plan/").context["lines"][0].planned.plan.latest_start
    assert after < before


@pytest.mark.parametrize("firms", [1, 5])
def test_the_page_asks_as_much_for_many_firms_as_for_one(
    officer: User, county: Region, django_assert_max_num_queries: Any, firms: int
):
    RoundFactory(closes_on=day("2027-06-30"))
    for firm in EnterpriseFactory.create_batch(firms, region=county):
        CandidacyFactory(enterprise=firm)
    client = as_(officer)

    with django_assert_max_num_queries(14):
        client.get("/calendar/plan/")
