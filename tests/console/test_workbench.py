"""工作台: each number opens the list whose count it is, and moves when a title or a figure does."""

import datetime
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
import time_machine

from accounts.models import Region, User
from console.workbench import Number
from enterprises.models import Enterprise
from notifications import workdays
from pipeline.domain import judge, ladder, titles, touch
from pipeline.models import Bureau
from pipeline.models.candidacy import State
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import CandidacyFactory, ContactFactory, EnterpriseFactory, MemberFactory, RoundFactory
from tests.firms import make_fit, rule_what_is_manual

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def numbers_of(response: Any) -> list[Number]:
    """Every number on the page."""
    context = response.context
    columns = chain.from_iterable([rung.stock, rung.new, rung.coaching, rung.filed] for rung in context["rungs"])
    near = chain.from_iterable(line.numbers for line in context["near"])
    return [*context["numbers"], context["off_ladder"], *context["wanted"], *context["gaps"], *columns, *near]


def counts(user: User) -> dict[str, int]:
    """The numbers by their address, which is their name."""
    return {number.url: number.count for number in numbers_of(as_(user).get("/workbench/"))}


@pytest.fixture
def mixed(reference_data: Bureau, county: Region, other_county: Region, officer: User) -> list[Enterprise]:
    """Firms of every sort in two counties: fit, short, unknown, holding, lapsing, with cases and statements."""
    firms = [EnterpriseFactory(region=region) for region in (county, other_county) for _ in range(4)]
    for start in (0, 4):
        fit, short, unknown, holder = firms[start : start + 4]
        make_fit(fit)
        make_fit(short, tech_staff_hnte_headcount=5)
        make_fit(unknown, hi_tech_income_cny=None)
        for firm in (fit, short):
            rule_what_is_manual(firm, officer)
        hold(holder, "hnte", datetime.date(2023, 12, 5), officer)
        hold(holder, "tsme", datetime.date(2026, 7, 1), officer)
        CandidacyFactory(enterprise=short, state=State.COACHING)
        CandidacyFactory(enterprise=fit, state=State.FILED)
        member = MemberFactory(enterprises=[unknown])
        touch.state_figures(
            enterprise_id=unknown.pk, year=2025, figures={"hi_tech_income_cny": 1}, by=member, at=MORNING
        )
        ContactFactory(enterprise=fit)
    judge.judge(on=ON)
    ladder.settle_all(ON)
    return firms


def hold(firm: Enterprise, track: str, issued_on: datetime.date, by: User) -> None:
    titles.record(enterprise_id=firm.pk, track=track, number="T1", issued_on=issued_on, by=by, on=ON)


@pytest.mark.feature(58, partial="stock, flow and in flight, each number with its list")
@pytest.mark.parametrize("who", ["officer", "county_officer", "auditor"])
def test_each_number_opens_the_list_whose_count_it_is(mixed: list[Enterprise], who: str, request: Any):
    client = as_(request.getfixturevalue(who))

    shown = numbers_of(client.get("/workbench/"))

    listed = {number.url: client.get(number.url).context["page"].count for number in shown}
    assert {number.url: number.count for number in shown} == listed
    assert sum(bool(count) for count in listed.values()) >= 12, "most numbers count something"


def test_the_deadlines_count_the_firms_they_list(mixed: list[Enterprise], officer: User):
    client = as_(officer)

    lines = [line for line in client.get("/workbench/").context["deadlines"] if line.url]

    assert [(str(line.due), line.hint) for line in lines] == [("2026-12-04", "2 家"), ("2026-12-31", "2 家")]
    assert [client.get(line.url).context["page"].count for line in lines] == [2, 2]


def test_a_county_counts_its_own_firms_only(mixed: list[Enterprise], officer: User, county_officer: User):
    assert (counts(officer)["/enterprises/"], counts(county_officer)["/enterprises/"]) == (8, 4)


def test_one_title_moves_the_numbers_it_touches(mixed: list[Enterprise], officer: User):
    before = counts(officer)

    hold(mixed[0], "hnte", datetime.date(2026, 11, 20), officer)

    after = counts(officer)
    moved = {url: after[url] - before[url] for url in before if after.get(url, before[url]) != before[url]}
    # 高企 confirms 科小 directly, so the figures that 科小 was waiting for are wanted no longer
    unwanted = {url for url, by in moved.items() if "wants=" in url and by == -1}
    assert {url: by for url, by in moved.items() if url not in unwanted} == {
        "/enterprises/?rung=hnte": 1,
        "/enterprises/?new=hnte": 1,
        "/enterprises/?rung=none": -1,
    }


def test_one_figure_moves_the_numbers_it_touches(mixed: list[Enterprise], officer: User):
    before = counts(officer)

    enough = {"tech_staff_hnte_headcount": 30}
    touch.state_figures(enterprise_id=mixed[1].pk, year=2025, figures=enough, by=officer, at=MORNING)

    after = counts(officer)
    assert after["/enterprises/?one_short=hnte"] + after["/enterprises/?one_short_if=hnte"] == (
        before["/enterprises/?one_short=hnte"] + before["/enterprises/?one_short_if=hnte"] - 1
    )
    assert after["/enterprises/?rung=hnte"] == before["/enterprises/?rung=hnte"]


def test_an_accepted_statement_leaves_the_pile(mixed: list[Enterprise], officer: User):
    before = counts(officer)["/enterprises/?pending=1"]
    statement = mixed[2].pk

    page = as_(officer).get(f"/enterprises/{statement}/")
    waiting = page.context["pending"][0].statement.pk
    as_(officer).post(f"/statements/{waiting}/accept/")

    assert (before, counts(officer)["/enterprises/?pending=1"]) == (2, 1)


def test_the_page_asks_no_more_of_the_database_for_more_firms(
    mixed: list[Enterprise], officer: User, django_assert_num_queries: Any, django_assert_max_num_queries: Any
):
    client = as_(officer)
    client.get("/workbench/")
    with django_assert_max_num_queries(30) as few:
        client.get("/workbench/")
    for _ in range(3):
        make_fit(EnterpriseFactory(region=officer.region))
    judge.judge(on=ON)

    with django_assert_num_queries(len(few)):
        client.get("/workbench/")


def test_a_round_nobody_checked_says_so(mixed: list[Enterprise], officer: User):
    workdays.load_calendar()
    RoundFactory(name="2027年第一批", closes_on=datetime.date(2027, 1, 8), verified_on=None)

    page = as_(officer).get("/workbench/")

    line = next(line for line in page.context["deadlines"] if line.says.startswith("2027年第一批"))
    assert (line.is_confirmed, line.notice) == (
        False,
        "2027 年放假安排尚未发布或尚未录入，工作日暂按法定节假日和周末推算",
    )
    assert "待核实" in text(page)


def test_before_the_first_firm_the_page_leads_through_the_first_day(reference_data: Bureau, officer: User):
    page = as_(officer).get("/workbench/")

    steps = {step.title: (step.is_done, step.url) for step in page.context["steps"]}
    assert steps["梯队"] == (True, "/setup/")
    assert steps["导入台账"] == (False, "/imports/")
    assert steps["用户"] == (False, "/users/")


def test_whoever_may_not_take_a_step_is_told_who_does(reference_data: Bureau, auditor: User):
    page = as_(auditor).get("/workbench/")

    assert {step.url for step in page.context["steps"]} == {""}
    assert "由管理员或市级办理" in text(page)
