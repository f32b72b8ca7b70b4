"""The steps of a card on 推进看板: its menu, what a step answers the script, what a refusal and a winner say."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.models import Bureau, Candidacy
from pipeline.models.candidacy import State
from tests.console.visit import MORNING, as_, script, text
from tests.factories import CandidacyFactory
from tests.firms import make_fit, ready_to_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.mark.feature(12, partial="the menu of a card and the answer to a refused step")
def test_the_menu_names_allowed_steps_and_the_reasons_against_others(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    """“every refused transition returns [criterion, actual, required, gap, who can fix]”: in the card's menu."""
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    case = CandidacyFactory(enterprise=enterprise, state=State.PREPARING)

    menu = text(script(officer).get(f"/board/cases/{case.pk}/"))

    assert "撤回…" in menu
    for says in ("登记申报", "现状：5%", "要求：≥10%", "差5人", "由企业办理"):
        assert says in menu


def move(client: Client, case: Candidacy, step: str, version: int = 0, board: str = "", **fields: Any) -> Any:
    return client.post(f"/candidacies/{case.pk}/move/?board={board}", {"step": step, "version": version, **fields})


def test_a_step_answers_the_script_with_the_card_where_it_now_stands(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise)

    answer = move(script(officer), case, "coach")

    assert answer.status_code == 200
    assert "已办理“转入培育”，现为“培育”" in text(answer)
    assert 'data-state="coaching"' in answer.content.decode()
    assert 'data-version="1"' in answer.content.decode()
    assert AuditEvent.objects.filter(what="candidacy.coach").count() == 1


@pytest.mark.feature(12, partial="the answer to a refused step on the board")
def test_a_refused_step_answers_with_the_reasons_and_the_card_unmoved(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    """“which condition and what to do”: condition, actual, required, gap, who can fix."""
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    case = CandidacyFactory(enterprise=enterprise, state=State.PREPARING)

    refusal = move(script(officer), case, "file")

    assert refusal.status_code == 403
    for says in ("现状：5%", "要求：≥10%", "差5人", "由企业办理"):
        assert says in text(refusal)
    assert 'data-state="preparing"' in refusal.content.decode()
    assert Candidacy.objects.get().state == State.PREPARING


def test_whoever_comes_second_gets_the_winner_and_the_card_where_it_is(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise)
    move(script(officer), case, "prepare")

    late = move(script(officer), case, "coach")

    assert late.status_code == 409
    assert "周市级已先行办理“转入拟申报”" in text(late)
    assert 'data-state="preparing"' in late.content.decode()


def test_a_form_that_cannot_be_read_comes_back_as_the_dialog(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise, state=State.PUBLICISED)

    back = move(script(officer), case, "recognise", number="GR1", issued_on="明天")

    assert back.status_code == 422
    assert 'value="GR1"' in back.content.decode()
    assert "<html" not in back.content.decode()


def test_a_filing_asks_for_its_round_in_the_same_form_as_on_the_firm_s_page(
    reference_data: Bureau, enterprise: Enterprise, officer: User
):
    case = ready_to_file(enterprise, officer)
    Candidacy.objects.update(round=None)
    client = script(officer)

    form = client.get(f"/board/cases/{case.pk}/?step=file").content.decode()
    filed = move(client, case, "file", round=case.round_id)

    assert 'name="round"' in form
    assert "以下各项登记后按现状保留" in form
    assert filed.status_code == 200
    assert Candidacy.objects.get().state == State.FILED


def test_without_script_the_menu_is_a_page_and_leads_back_to_the_same_filters(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise)
    client = as_(officer)

    page = client.get(f"/board/cases/{case.pk}/?board=track%3Dhnte").content.decode()
    done = move(client, case, "coach", board="track%3Dhnte")
    refused = move(client, case, "file", version=1, board="track%3Dhnte")
    outrun = move(client, case, "prepare", board="track%3Dhnte")

    assert "转入培育" in page
    assert f"/candidacies/{case.pk}/move/?board=track%3Dhnte" in page
    assert done["Location"] == "/board/?track=hnte"
    assert (refused.status_code, outrun.status_code) == (403, 409)
    assert "/board/?track=hnte" in refused.content.decode()


def test_the_way_back_never_leaves_the_board(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise)

    done = move(as_(officer), case, "coach", board="%0d%0aLocation:%20https://example.cn")

    assert done["Location"].startswith("/board/?")


def test_a_foreign_card_cannot_be_moved(foreign_enterprise: Enterprise, county_officer: User):
    case = CandidacyFactory(enterprise=foreign_enterprise)

    assert move(script(county_officer), case, "coach").status_code == 404
    assert Candidacy.objects.get().state == State.POOLED
