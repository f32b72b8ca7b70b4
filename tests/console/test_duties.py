"""应办事项: each obligation with its state, on 时限日历, on the firm's page and in the portal; decided there."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import User
from enterprises.models import Enterprise
from notifications.models import DutyState, Obligation
from tests.console.exported import Exported
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import EnterpriseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature(48, partial="states on pages; the mail's buckets elsewhere")]
BEFORE = ON - datetime.timedelta(days=3)
AHEAD = ON + datetime.timedelta(days=3)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=True):
        yield


def duty(firm: Enterprise, says: str, **more: Any) -> Obligation:
    given = {"kind": "title_expiry", "track": "hnte", "due_on": AHEAD, "created_on": BEFORE} | more
    return Obligation.objects.create(key=f"{firm.pk}:{says}", enterprise=firm, says=says, **given)


@pytest.fixture
def five(enterprise: Enterprise, officer: User) -> Enterprise:
    """One obligation in each state."""
    duty(enterprise, "还要办")
    duty(enterprise, "过了期", due_on=BEFORE)
    duty(enterprise, "办完了", satisfied_on=BEFORE)
    duty(enterprise, "免除了", waived_on=BEFORE, waived_by=officer, waived_because="企业停产")
    duty(enterprise, "失效了", lapsed_on=BEFORE)
    return enterprise


SAYS = {
    DutyState.OPEN: "还要办",
    DutyState.OVERDUE: "过了期",
    DutyState.DONE: "办完了",
    DutyState.WAIVED: "免除了",
    DutyState.LAPSED: "失效了",
}


@pytest.mark.parametrize("state", DutyState)
def test_each_state_has_its_list_and_its_file(five: Enterprise, officer: User, state: DutyState):
    client = as_(officer)

    page = client.get("/calendar/duties/", {"state": state.value})
    file = Exported(client.get("/calendar/duties/export/", {"state": state.value}))

    assert [line.duty.says for line in page.context["lines"]] == [SAYS[state]]
    assert [count for _, count in page.context["states"]] == ["1"] * 5
    assert [(row[4], row[5]) for row in file.table] == [(SAYS[state], state.label)]


def test_a_waiver_shows_who_and_why_on_the_list_the_firm_s_page_and_in_the_portal(
    five: Enterprise, officer: User, member: User
):
    listed = text(as_(officer).get("/calendar/duties/", {"state": "waived"}))
    firm = text(as_(officer).get(f"/enterprises/{five.pk}/"))
    portal = text(as_(member).get(f"/my/{five.pk}/"))

    assert "周市级免除：企业停产" in listed
    assert "周市级免除：企业停产" in firm
    assert "主管部门免除：企业停产" in portal
    assert "周市级" not in portal


def test_every_state_stands_on_the_firm_s_page_and_in_the_portal(five: Enterprise, officer: User, member: User):
    for page in (as_(officer).get(f"/enterprises/{five.pk}/"), as_(member).get(f"/my/{five.pk}/")):
        words = text(page)
        assert all(says in words and state.label in words for state, says in SAYS.items())


def test_the_portal_shows_nothing_of_what_is_the_bureau_s_to_do(enterprise: Enterprise, member: User):
    duty(enterprise, "待核收材料", for_enterprise=False)

    assert "待核收材料" not in text(as_(member).get(f"/my/{enterprise.pk}/"))


def test_filters_of_unit_track_and_kind_narrow_list_and_counts(
    five: Enterprise, foreign_enterprise: Enterprise, officer: User
):
    duty(foreign_enterprise, "邻县的", track="srdi", kind="annual_duty")
    client = as_(officer)

    def says(**asked: Any) -> list[str]:
        return [line.duty.says for line in client.get("/calendar/duties/", asked).context["lines"]]

    assert set(says()) == {"还要办", "邻县的"}
    assert says(unit=foreign_enterprise.region_id) == ["邻县的"]
    assert says(track="srdi") == ["邻县的"]
    assert says(kind="annual_duty", track="hnte") == []


def test_a_county_reads_its_own_only(five: Enterprise, other_county_officer: User):
    page = as_(other_county_officer).get("/calendar/duties/")

    assert [count for _, count in page.context["states"]] == ["0"] * 5


def test_an_officer_waives_and_takes_back_from_the_firm_s_page(enterprise: Enterprise, officer: User):
    client, one = as_(officer), duty(enterprise, "还要办")

    page = client.get(f"/enterprises/{enterprise.pk}/", {"dialog": f"waive-{one.pk}"})
    refused = client.post(f"/duties/{one.pk}/decide/", {"act": "waive", "reason": ""})
    waived = client.post(f"/duties/{one.pk}/decide/", {"act": "waive", "reason": "企业停产"}, follow=True)
    one.refresh_from_db()
    kept = one.state_kept
    client.post(f"/duties/{one.pk}/decide/", {"act": "take_back", "reason": "恢复生产"})
    one.refresh_from_db()

    assert f'id="waive-{one.pk}"' in page.content.decode()
    assert (refused.status_code, kept, one.state_kept) == (422, DutyState.WAIVED, None)
    assert "“还要办”：免除已登记。" in text(waived)
    assert "免除应办事项" in text(client.get(f"/enterprises/{enterprise.pk}/"))


def test_an_auditor_reads_states_and_decides_nothing(five: Enterprise, auditor: User):
    assert "/decide/" not in as_(auditor).get(f"/enterprises/{five.pk}/").content.decode()


@pytest.mark.parametrize("firms", [1, 6])
def test_the_list_asks_as_much_for_many_as_for_one(
    officer: User, county_officer: User, django_assert_max_num_queries: Any, firms: int
):
    for firm in EnterpriseFactory.create_batch(firms, region=county_officer.region):
        duty(firm, "还要办")
    client = as_(officer)

    with django_assert_max_num_queries(14):
        client.get("/calendar/duties/")
