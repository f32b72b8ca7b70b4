"""Bulk steps of 推进看板: each firm through the door by itself, each with its result, none hidden."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent, User
from console.board import bulk
from enterprises.models import Enterprise
from pipeline.domain import candidacies
from pipeline.domain.case_batches import Ending
from pipeline.models import Bureau, Candidacy, LadderPosition, Title
from pipeline.models.candidacy import State
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import CandidacyFactory, EnterpriseFactory, RoundFactory
from tests.firms import case_at, make_fit, ready_to_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def named(case: Candidacy) -> str:
    return f"{case.pk}:{case.version}"


def post(client: Client, step: str, *cases: Candidacy, **fields: Any) -> Any:
    return client.post("/board/bulk/", {"step": step, "case": [named(case) for case in cases], **fields})


def endings(response: Any) -> list[Ending]:
    return [line.outcome.ending for line in response.context["lines"]]


def several(enterprise: Enterprise, number: int, state: str = State.POOLED, **rest: Any) -> list[Candidacy]:
    return [
        CandidacyFactory(enterprise=EnterpriseFactory(region=enterprise.region), state=state, **rest)
        for _ in range(number)
    ]


@pytest.mark.feature(13, partial="acting-as and the evaluation of each step")
def test_each_firm_goes_through_the_door_by_itself_and_has_its_own_line_in_the_trail(
    enterprise: Enterprise, officer: User
):
    """“append-only row: from, to, actor, reason, document no., request id”: one for each firm of a bulk step."""
    cases = several(enterprise, 3)

    result = post(as_(officer), "coach", *cases, reason="年度培育计划")

    assert endings(result) == [Ending.DONE] * 3
    events = AuditEvent.objects.filter(what="candidacy.coach").order_by("object_id")
    assert [event.object_id for event in events] == [case.pk for case in cases]
    assert {(event.reason, event.by, event.before["label"], event.after["label"]) for event in events} == {
        ("年度培育计划", officer, "储备", "培育")
    }


@pytest.mark.feature(12, partial="a result for each firm of a bulk step")
def test_one_refused_firm_stops_no_other_and_says_why(reference_data: Bureau, enterprise: Enterprise, officer: User):
    """“every refused transition returns [criterion, actual, required, gap, who can fix]”, firm by firm."""
    fit = ready_to_file(enterprise, officer)
    unfit_firm = EnterpriseFactory(name="溯源通信息技术有限公司", region=enterprise.region)
    make_fit(unfit_firm, tech_staff_hnte_headcount=5)
    unfit = case_at(unfit_firm, State.PREPARING)

    result = post(as_(officer), "file", unfit, fit)

    assert endings(result) == [Ending.DONE, Ending.REFUSED]
    for says in ("已办理1家", "未办理1家", "溯源通信息技术有限公司", "现状：5%", "要求：≥10%", "差5人", "由企业办理"):
        assert says in text(result)
    assert [Candidacy.objects.get(pk=case.pk).state for case in (fit, unfit)] == [State.FILED, State.PREPARING]


def test_who_was_outrun_is_told_by_whom(enterprise: Enterprise, officer: User, county_officer: User):
    first, second = several(enterprise, 2)
    candidacies.move(candidacy_id=first.pk, step="prepare", by=county_officer, version=0, on=ON)

    result = post(as_(officer), "coach", first, second)

    assert endings(result) == [Ending.OUTRUN, Ending.DONE]
    assert "陈县级已于11月23日" in text(result)
    assert "办理“转入拟申报”" in text(result)


def test_the_same_confirmation_sent_twice_does_nothing_twice(enterprise: Enterprise, officer: User):
    cases = several(enterprise, 2)
    client = as_(officer)
    post(client, "coach", *cases)

    again = post(client, "coach", *cases)

    assert endings(again) == [Ending.REPEATED] * 2
    assert AuditEvent.objects.filter(what="candidacy.coach").count() == 2


def test_a_foreign_firm_among_them_is_neither_moved_nor_named(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
):
    own, far = CandidacyFactory(enterprise=enterprise), CandidacyFactory(enterprise=foreign_enterprise)
    client = as_(county_officer)

    page = client.get("/board/bulk/", {"case": [named(own), named(far)]})
    result = post(client, "coach", own, far)

    assert endings(result) == [Ending.DONE, Ending.GONE]
    assert foreign_enterprise.name not in text(page) + text(result)
    assert Candidacy.objects.get(pk=far.pk).state == State.POOLED


def test_the_confirmation_offers_the_steps_of_the_chosen_and_says_who_is_left_out(
    enterprise: Enterprise, officer: User
):
    pooled, filed = several(enterprise, 1) + several(enterprise, 1, State.FILED)

    page = as_(officer).get("/board/bulk/", {"case": [named(pooled), named(filed)], "step": "coach"})

    assert [name for name, _ in page.context["steps"]] == [
        "coach", "prepare", "recommend", "give_back", "reject", "withdraw"
    ]  # fmt: skip
    assert [card.case.pk for card, _ in page.context["taking"]] == [pooled.pk]
    assert [card.case.pk for card in page.context["left_out"]] == [filed.pk]


def test_all_of_a_filtered_column_are_taken_up_to_the_cap_the_most_urgent_first(
    enterprise: Enterprise, officer: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "CAP", 3)
    late = RoundFactory(closes_on=ON - datetime.timedelta(days=1))
    several(enterprise, 4)
    urgent = several(enterprise, 1, round=late)
    several(enterprise, 1, track="srdi")

    page = as_(officer).get("/board/bulk/", {"state": "pooled", "track": "hnte"})

    taking = [card.case for card, _ in page.context["taking"]]
    assert taking[0] == urgent[0]
    assert (len(taking), {case.track for case in taking}) == (3, {"hnte"})
    assert "本列超过3家，一次最多办理3家" in text(page)


def test_more_than_the_cap_is_refused_whole(enterprise: Enterprise, officer: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "CAP", 2)
    cases = several(enterprise, 3)
    client = as_(officer)

    shown = client.get("/board/bulk/", {"case": [named(case) for case in cases]})

    assert (shown.status_code, post(client, "coach", *cases).status_code) == (422, 422)
    assert "一次最多办理2件" in text(shown)
    assert not AuditEvent.objects.filter(what="candidacy.coach").exists()


def test_what_time_did_not_allow_is_said_and_can_be_gone_on_with(
    enterprise: Enterprise, officer: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "SECONDS", 0.0)
    cases = several(enterprise, 2)

    result = post(as_(officer), "coach", *cases)

    assert endings(result) == [Ending.LEFT] * 2
    assert "继续办理其余2家" in text(result)
    assert {case.state for case in Candidacy.objects.all()} == {State.POOLED}


def test_a_step_that_needs_a_reason_is_not_begun_without_one(enterprise: Enterprise, officer: User):
    cases = several(enterprise, 2)
    client = as_(officer)

    silent = post(client, "withdraw", *cases)
    said = post(client, "withdraw", *cases, reason="企业迁出")

    assert silent.status_code == 422
    assert "这个字段是必填项" in text(silent)
    assert endings(said) == [Ending.DONE] * 2


def test_a_bulk_filing_gives_the_round_to_those_that_have_none(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    case = ready_to_file(enterprise, officer)
    chosen = case.round
    Candidacy.objects.update(round=None)

    silent = post(as_(officer), "file", case)
    filed = post(as_(officer), "file", case, round=chosen.pk if chosen else "")

    assert silent.status_code == 422
    assert endings(filed) == [Ending.DONE]
    assert Candidacy.objects.get().round == chosen


@pytest.mark.feature(41, partial="many firms recognised by one document")
def test_a_bulk_recognition_takes_a_number_for_each_firm(reference_data: Bureau, enterprise: Enterprise, officer: User):
    """“…→公示→公告”: the firms of one announcement, each with its own certificate."""
    first, second = several(enterprise, 2, State.PUBLICISED)
    client = as_(officer)
    common = {"issued_on": "2026-11-20", "document": "国科火字〔2026〕1号"}

    page = client.get("/board/bulk/", {"case": [named(first), named(second)], "step": "recognise"})
    result = post(client, "recognise", first, second, **{f"number_{first.pk}": "GR202642000001"}, **common)

    assert f'name="number_{second.pk}"' in page.content.decode()
    assert endings(result) == [Ending.DONE, Ending.REFUSED]
    assert "请填写证书编号" in text(result)
    assert [(title.enterprise_id, title.number) for title in Title.objects.all()] == [
        (first.enterprise_id, "GR202642000001")
    ]
    assert LadderPosition.objects.get(enterprise=first.enterprise_id).rung == "hnte"


@pytest.mark.parametrize(
    "sent", [{}, {"step": "coach"}, {"step": "fly", "case": "1:0"}, {"step": "coach", "case": "x:y"}]
)
def test_nonsense_is_refused_calmly(officer: User, sent: dict[str, str]):
    assert as_(officer).post("/board/bulk/", sent).status_code == 422


@pytest.mark.parametrize("query", ["", "?case=x", "?state=flying", "?state=recognised", "?case=99999999:0&step=zz"])
def test_nothing_chosen_is_said(officer: User, query: str):
    page = as_(officer).get(f"/board/bulk/{query}")

    assert page.status_code == 200
    assert "没有选中企业" in text(page)


def test_the_confirmation_asks_as_little_for_three_firms_as_for_one(
    enterprise: Enterprise, officer: User, django_assert_num_queries: Any
):
    client = as_(officer)
    cases = several(enterprise, 3)
    client.get("/board/bulk/", {"case": named(cases[0])})

    with django_assert_num_queries(9) as one:
        client.get("/board/bulk/", {"case": named(cases[0])})
    with django_assert_num_queries(len(one)):
        client.get("/board/bulk/", {"case": [named(case) for case in cases]})
