"""认定规则 side by side: one firm under two texts, and the golden firms that answer otherwise."""

import datetime

import pytest
import time_machine

from accounts.machine import state_change_allowed
from accounts.models import Region, User
from enterprises.models import Enterprise
from pipeline.domain import drafts
from pipeline.models import Edition
from pipeline.rules.edition import load
from tests.console.drafted import DAY, begun, seed, send
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import EnterpriseFactory
from tests.firms import make_fit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def firm(county: Region) -> Enterprise:
    found = EnterpriseFactory(name="云泽精密装备有限公司", region=county)
    make_fit(found)
    return found


@pytest.mark.feature("N9")
def test_a_firm_stands_under_both_texts_each_on_a_day_of_its_own(officer: User, second: User, firm: Enterprise):
    draft = begun(officer)
    send(as_(officer), f"/rules/{draft.pk}/edit/H6/", need="99.9%")
    address = f"/rules/compare/?new={draft.pk}&old={seed().pk}&q=云泽精密"

    answer = as_(officer).get(address)
    old, new = answer.context["sides"]
    pair = next(pair for pair in answer.context["pairs"] if pair.key == "H6")
    assert (old.on, new.on) == (ON, DAY)
    assert (old.trial, new.trial) == ("", "草稿，尚不作为依据")
    assert (pair.old_finding.outcome, pair.new_finding.outcome) == ("met", "unmet")
    assert (pair.old[0].figure, pair.new[0].figure) == ("≥60%", "≥99.9%")
    assert "试算" in text(answer)
    assert f"{ON:%Y年%-m月%-d日}按“{seed().document}”申报更有利" in text(answer)
    assert answer.context["n_different"] == 1

    drafts.move(edition_id=draft.pk, step="send", by=officer, version=1, on=ON)
    drafts.move(edition_id=draft.pk, step="publish", by=second, version=2, on=ON)
    old, new = as_(officer).get(address).context["sides"]
    assert (old.trial, new.trial) == ("", "")


def test_an_edition_that_ended_judges_on_its_last_day_and_never_after(officer: User, firm: Enterprise):
    now = seed()
    content = now.content.replace("effective_to: null", "effective_to: 2026-03-31").replace("2016-01-01", "2015-01-01")
    with state_change_allowed():
        ended = Edition.objects.create(
            track="hnte", slug="hnte/ended", title="旧", document="旧文", effective_from=datetime.date(2015, 1, 1),
            effective_to=datetime.date(2026, 3, 31), content=content, digest=load(content).sha256, status="published",
        )  # fmt: skip

    old, _ = as_(officer).get(f"/rules/compare/?new={now.pk}&old={ended.pk}&firm={firm.pk}").context["sides"]

    assert old.on == datetime.date(2026, 3, 31)
    assert "这一天施行的是" in old.trial


def test_a_firm_out_of_sight_is_not_compared(firm: Enterprise, officer: User, other_county_officer: User):
    draft = begun(officer)
    for asked in (f"firm={firm.pk}", "q=云泽精密"):
        page = as_(other_county_officer).get(f"/rules/compare/?new={draft.pk}&{asked}")
        assert page.context["sides"] is None
        assert firm.name not in text(page)


@pytest.mark.feature(29)
def test_the_second_person_sees_which_golden_firms_answer_otherwise(officer: User, second: User):
    draft = begun(officer)
    assert "全部验算例的结论都没有改变" in text(as_(second).get(f"/rules/{draft.pk}/"))

    send(as_(officer), f"/rules/{draft.pk}/edit/H5.intensity/", **{"row-0-need": "6%"})

    page = text(as_(second).get(f"/rules/{draft.pk}/"))
    assert "销售收入1000万元、研发费用50万元正好压线" in page
    assert "H5.intensity" in page
