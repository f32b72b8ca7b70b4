"""推进看板: the columns, what a card says, filters in the address, who sees what."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from console.board.columns import FIRST
from enterprises.models import Enterprise
from pipeline.domain import judge
from pipeline.models import Bureau, MaterialRequirement
from pipeline.models.candidacy import OPEN, State
from tests.console.visit import MORNING, ON, as_, script, text
from tests.factories import CandidacyFactory, EnterpriseFactory, MaterialFactory, RoundFactory, UnitOfficerFactory
from tests.firms import make_fit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def columns(client: Client, **query: Any) -> dict[str, Any]:
    return {str(column.state): column for column in client.get("/board/", query).context["columns"]}


def firms(client: Client, **query: Any) -> list[str]:
    found = columns(client, **query).values()
    return [card.case.enterprise.name for column in found for card in column.shown.cards]


def closing(days: int, **rest: Any) -> Any:
    return RoundFactory(closes_on=ON + datetime.timedelta(days=days), **rest)


def test_each_open_state_is_a_column_and_each_case_a_card(enterprise: Enterprise, officer: User):
    for number, state in enumerate(OPEN):
        CandidacyFactory(enterprise=EnterpriseFactory(name=f"云泽{number}", region=enterprise.region), state=state)
    CandidacyFactory(enterprise=enterprise, state=State.RECOGNISED)

    shown = columns(as_(officer))

    assert [column.state.label for column in shown.values()] == ["储备", "培育", "拟申报", "已申报", "已推荐", "公示"]
    assert [column.count for column in shown.values()] == [1] * 6
    assert firms(as_(officer)) == [f"云泽{number}" for number in range(6)]


def test_the_most_urgent_stand_first_and_overdue_ones_are_counted_and_said(enterprise: Enterprise, officer: User):
    for name, days in (("后", 30), ("先", 5), ("超", -3)):
        firm = EnterpriseFactory(name=name, region=enterprise.region)
        CandidacyFactory(enterprise=firm, round=closing(days, verified_on=ON if days == 5 else None))
    CandidacyFactory(enterprise=enterprise, track="srdi")

    page = as_(officer).get("/board/")

    assert firms(as_(officer)) == ["超", "先", "后", enterprise.name]
    assert page.context["columns"][0].late == 1
    assert "超期3天" in text(page)
    assert text(page).count("待核实</small>") == 2


def test_the_day_of_a_case_is_the_first_cutoff_on_its_way_up(enterprise: Enterprise, officer: User):
    round_ = closing(30, township_cutoff_on=ON, county_cutoff_on=ON + datetime.timedelta(days=8))
    CandidacyFactory(enterprise=enterprise, round=round_)
    CandidacyFactory(enterprise=enterprise, track="tsme", state=State.RECOMMENDED, round=round_)

    shown = columns(as_(officer))

    (card,) = shown["pooled"].shown.cards
    assert (card.due.named.name, card.due.named.day) == ("县级截止", ON + datetime.timedelta(days=8))
    assert shown["recommended"].shown.cards[0].due is None


def test_a_case_without_a_round_is_due_with_the_next_one_of_its_track(enterprise: Enterprise, officer: User):
    closing(9)
    closing(40)
    closing(-9)
    CandidacyFactory(enterprise=enterprise)

    (card,) = columns(as_(officer))["pooled"].shown.cards

    assert (card.due.named.day, card.is_late) == (ON + datetime.timedelta(days=9), False)


def test_a_card_says_what_is_missing_next_and_how_many_papers_are_in(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING)
    first, second, *_ = MaterialRequirement.objects.filter(track="hnte")
    MaterialFactory(enterprise=enterprise, kind=first.kind)
    MaterialFactory(enterprise=enterprise, kind=second.kind, accepted_at=None)
    judge.judge(on=ON)

    (card,) = columns(as_(officer))["preparing"].shown.cards

    assert card.missing[0].startswith("H4")
    assert f"{second.kind}（待核收）" in card.missing
    assert (len(card.papers.accepted), len(card.papers.needed)) == (1, 4)
    assert "1/4" in text(as_(officer).get("/board/"))


def test_a_card_names_owner_and_deputy(enterprise: Enterprise, officer: User, county_officer: User):
    kept = EnterpriseFactory(region=enterprise.region, officer=officer, deputy=county_officer)
    CandidacyFactory(enterprise=kept)

    page = text(as_(officer).get("/board/"))

    assert f"责任人：{officer.name}；副责任人：{county_officer.name}" in page


def test_unknown_is_neither_zero_papers_nor_a_verdict(enterprise: Enterprise, officer: User):
    CandidacyFactory(enterprise=enterprise)

    page = text(as_(officer).get("/board/"))

    assert "材料清单未列" in page
    assert "缺：尚未评估" in page
    assert "0/0" not in page


def test_further_cards_follow_without_gap_or_repeat(enterprise: Enterprise, officer: User):
    rounds = [closing(days) for days in (3, 5)] + [None]
    for number in range(FIRST + 30):
        firm = EnterpriseFactory(region=enterprise.region)
        CandidacyFactory(enterprise=firm, track="tsme", round=rounds[number % 3])
    client = script(officer)

    seen = [card.case.pk for card in columns(client)["pooled"].shown.cards]
    after = columns(client)["pooled"].shown.after
    while after:
        stretch = client.get("/board/cards/", {"state": "pooled", "after": after}).context["stretch"]
        seen += [card.case.pk for card in stretch.cards]
        after = stretch.after

    assert len(seen) == len(set(seen)) == FIRST + 30
    assert "还有 30 家" in client.get("/board/").content.decode()


@pytest.mark.parametrize("nonsense", ["x", "2026-13-01_5", "_", "٣_٣", "2026-01-01_999999999999999999"])
def test_a_nonsensical_place_is_answered_calmly(enterprise: Enterprise, officer: User, nonsense: str):
    CandidacyFactory(enterprise=enterprise)

    assert as_(officer).get("/board/cards/", {"state": "pooled", "after": nonsense}).status_code == 200


@pytest.mark.parametrize("query", ["state=flying", "", "state="])
def test_a_column_that_is_none_is_not_found(officer: User, query: str):
    assert as_(officer).get(f"/board/cards/?{query}").status_code == 404


@pytest.mark.feature(34, partial="reassigning in bulk, deputies, a red list of nobody's firms")
def test_filters_find_an_officer_s_cases_and_nobody_s(enterprise: Enterprise, officer: User):
    """“owner”: the case's own officer, else the firm's; 无责任人 where there is neither."""
    mine = UnitOfficerFactory(region=enterprise.region)
    kept = EnterpriseFactory(name="企业责任人", region=enterprise.region, officer=mine)
    CandidacyFactory(enterprise=enterprise, officer=mine)
    CandidacyFactory(enterprise=kept)
    CandidacyFactory(enterprise=kept, track="srdi", officer=officer)
    CandidacyFactory(enterprise=EnterpriseFactory(name="无人", region=enterprise.region))

    assert firms(as_(officer), officer=mine.pk) == [enterprise.name, "企业责任人"]
    assert firms(as_(officer), officer="none") == ["无人"]
    assert firms(as_(officer), officer=officer.pk) == ["企业责任人"]


def test_filters_find_track_unit_text_and_overdue(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User
):
    CandidacyFactory(enterprise=enterprise, track="srdi")
    CandidacyFactory(enterprise=foreign_enterprise, round=closing(-1))
    client = as_(officer)

    assert firms(client, track="srdi") == [enterprise.name]
    assert firms(client, unit=foreign_enterprise.region_id) == [foreign_enterprise.name]
    assert firms(client, q="ycxcl") == [foreign_enterprise.name]
    assert firms(client, overdue="1") == [foreign_enterprise.name]
    page = client.get("/board/", {"track": "srdi", "overdue": "1"})
    assert {chip.label: chip.query for chip in page.context["chips"]} == {
        "认定方向：专精特新中小企业": "overdue=1&",
        "时限：只看超期": "track=srdi&",
    }


def test_a_county_sees_its_own_cases_only(enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User):
    CandidacyFactory(enterprise=enterprise)
    far = CandidacyFactory(enterprise=foreign_enterprise)
    client = as_(county_officer)

    assert firms(client) == [enterprise.name]
    assert columns(client)["pooled"].count == 1
    assert firms(client, unit=foreign_enterprise.region_id) == []
    assert foreign_enterprise.name not in text(client.get("/board/cards/?state=pooled"))
    assert client.get(f"/board/cases/{far.pk}/").status_code == 404


def test_the_board_asks_as_little_for_three_cards_as_for_one(
    reference_data: Bureau, enterprise: Enterprise, officer: User, django_assert_num_queries: Any
):
    client = as_(officer)

    def furnish() -> None:
        firm = EnterpriseFactory(region=enterprise.region, officer=officer)
        make_fit(firm, tech_staff_hnte_headcount=5)
        CandidacyFactory(enterprise=firm, officer=officer, round=closing(-2))
        MaterialFactory(enterprise=firm)
        judge.judge(on=ON)

    furnish()
    client.get("/board/")
    with django_assert_num_queries(14) as one:
        client.get("/board/")
    furnish()
    furnish()
    with django_assert_num_queries(len(one)):
        client.get("/board/")


def test_somebody_who_only_reads_sees_no_step(enterprise: Enterprise, auditor: User):
    case = CandidacyFactory(enterprise=enterprise)

    page = as_(auditor).get("/board/").content.decode()

    assert enterprise.name in page
    assert "data-board-menu" not in page
    assert "data-may-write" not in page
    assert as_(auditor).get(f"/board/cases/{case.pk}/").status_code == 404
