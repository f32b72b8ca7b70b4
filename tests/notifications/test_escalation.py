"""What is left undone: brought before the head of the unit, then the bureau; announced before, stopped by 已知悉."""

import datetime
import zoneinfo
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from notifications import deciding, escalation
from notifications.contents import Contents
from notifications.models import Escalation, Level, Obligation
from notifications.workdays import load_calendar
from tests.console.visit import as_, text
from tests.factories import EnterpriseFactory, UnitOfficerFactory

ON = datetime.date(2026, 11, 23)  # a Monday
NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
Kind = Obligation.Kind

pytestmark = [pytest.mark.django_db, pytest.mark.feature(52, partial="no director above the bureau")]


@pytest.fixture(autouse=True)
def rules(db: None) -> None:
    """Three working days to the unit, ten to the bureau."""
    load_calendar()
    escalation.load_seeds()


def duty(firm: Enterprise, due: str | None = "2026-11-20", **more: Any) -> Obligation:
    given = {"kind": Kind.TITLE_EXPIRY, "track": "hnte", "created_on": datetime.date(2026, 11, 2)} | more
    key = f"{firm.pk}:{due}:{len(more)}:{Obligation.objects.count()}"
    day = datetime.date.fromisoformat(due) if due else None
    return Obligation.objects.create(key=key, enterprise=firm, says="到期", due_on=day, **given)


def level(one: Obligation, on: str) -> int:
    escalation.raise_levels(on=datetime.date.fromisoformat(on))
    one.refresh_from_db()
    return one.level


def test_the_unit_hears_after_three_working_days_and_the_bureau_after_ten(enterprise: Enterprise):
    late = duty(enterprise)  # due on a Friday

    found = [level(late, day) for day in ("2026-11-20", "2026-11-24", "2026-11-25", "2026-12-03", "2026-12-04")]

    assert found == [Level.OWNER, Level.OWNER, Level.UNIT, Level.UNIT, Level.BUREAU]


def test_holidays_do_not_count(enterprise: Enterprise):
    late = duty(enterprise, "2026-09-30")

    assert [level(late, day) for day in ("2026-10-09", "2026-10-10")] == [Level.OWNER, Level.UNIT]  # the 10th is worked


def test_what_has_no_day_counts_from_when_it_came_up(enterprise: Enterprise):
    waiting = duty(enterprise, None, kind=Kind.FIGURES_TO_ACCEPT, created_on=datetime.date(2026, 11, 9))

    assert [level(waiting, day) for day in ("2026-11-20", "2026-11-23")] == [Level.OWNER, Level.UNIT]


def test_it_is_announced_before_it_happens_and_said_afterwards(enterprise: Enterprise):
    late = duty(enterprise)
    known = escalation.Rules.known(ON)

    before = known.says(late, datetime.date(2026, 11, 24))
    after = known.says(late, datetime.date(2026, 11, 25))
    last = known.says(late, datetime.date(2026, 12, 4))

    assert before == "仍未办结的，2026年11月25日起提请责任单位负责人关注；责任人点“已知悉”即停止上报"
    assert after.startswith("已提请责任单位负责人关注；仍未办结的，2026年12月4日起提请市级关注")
    assert last == "已提请市级关注"


def test_a_day_in_a_year_without_arrangement_says_that_it_is_an_estimate(enterprise: Enterprise):
    says = escalation.Rules.known(ON).says(duty(enterprise, "2026-12-30"), ON)

    assert says.startswith("仍未办结的，2027年1月5日（2027年放假安排尚未发布，日期为推算）起提请责任单位负责人关注")


def test_an_acknowledgement_by_the_owner_stops_it_and_says_what_is_planned(enterprise: Enterprise, officer: User):
    Enterprise.objects.filter(pk=enterprise.pk).update(officer=officer)
    late = duty(enterprise)
    level(late, "2026-11-25")

    deciding.acknowledge(obligation_id=late.pk, by=officer, at=NOON, reason="下周补报")

    assert level(late, "2026-12-31") == Level.OWNER
    assert escalation.Rules.known(ON).says(late, datetime.date(2026, 12, 31)) == "2026年11月23日已知悉，不再上报"
    assert AuditEvent.objects.get(what="obligation.acknowledge").reason == "下周补报"
    assert Obligation.objects.open().count() == 1  # known is not done


def test_another_officer_does_not_acknowledge_for_the_owner_but_the_deputy_of_an_absent_one_does(
    enterprise: Enterprise, officer: User, county_officer: User
):
    Enterprise.objects.filter(pk=enterprise.pk).update(officer=officer, deputy=county_officer)
    late = duty(enterprise)

    with pytest.raises(StepRefused) as refusal:
        deciding.acknowledge(obligation_id=late.pk, by=county_officer, at=NOON, reason="知道了")
    User.objects.filter(pk=officer.pk).update(away_until=ON)
    deciding.acknowledge(obligation_id=late.pk, by=county_officer, at=NOON, reason="代办")

    assert [reason.says for reason in refusal.value.reasons] == ["由责任人周市级点“已知悉”"]
    late.refresh_from_db()
    assert late.acknowledged_by == county_officer


def test_a_kind_that_is_never_brought_further_stays_with_its_owner(enterprise: Enterprise, officer: User):
    late = duty(enterprise)

    escalation.save_rule(kind=Kind.TITLE_EXPIRY, unit_after=None, bureau_after=None, by=officer, on=ON)

    assert level(late, "2027-06-01") == Level.OWNER
    assert escalation.Rules.known(ON).says(late, ON) == ""


def test_the_letter_of_the_next_level_takes_the_line_up_first(
    enterprise: Enterprise, county_officer: User, officer: User
):
    head = UnitOfficerFactory(username="head", region=enterprise.region, leads=True, lines=[])
    raised, newer = duty(enterprise, "2026-11-05"), duty(EnterpriseFactory(region=enterprise.region), "2026-11-20")
    escalation.raise_levels(on=ON)

    first = {
        who.username: next(line.obligation for bucket in part.buckets for line in bucket.lines)
        for who in (head, county_officer, officer)
        if (part := Contents(ON).part(who))
    }

    assert first == {"head": raised, "county": newer, "officer": raised}
    part = Contents(ON).part(head)
    assert part is not None
    assert part.buckets[0].lines[0].raised == "已提请市级关注"


def test_a_firm_reads_nothing_of_who_is_told(enterprise: Enterprise, member: User):
    duty(enterprise, "2026-11-05")

    part = Contents(ON).part(member)

    assert part is not None
    assert {line.raised for bucket in part.buckets for line in bucket.lines} == {""}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    due=st.none() | st.dates(datetime.date(2026, 8, 1), datetime.date(2026, 12, 31)),
    unit=st.none() | st.integers(1, 12),
    further=st.none() | st.integers(0, 12),
    on=st.dates(datetime.date(2026, 9, 1), datetime.date(2027, 1, 31)),
    known=st.booleans(),
)
def test_the_database_and_the_words_agree_on_the_level(
    enterprise: Enterprise,
    officer: User,
    due: datetime.date | None,
    unit: int | None,
    further: int | None,
    on: datetime.date,
    known: bool,
):
    Obligation.objects.all().delete()
    bureau = None if further is None else (unit or 1) + further
    Escalation.objects.filter(kind=Kind.TITLE_EXPIRY).update(unit_after=unit, bureau_after=bureau)
    one = duty(enterprise, due.isoformat() if due else None, acknowledged_on=ON if known else None)
    one.refresh_from_db()

    escalation.raise_levels(on=on)

    said = escalation.Rules.known(on).level(one, on)
    one.refresh_from_db()
    assert one.level == said


# On pages


def test_the_table_is_kept_on_its_page(officer: User, county_officer: User, enterprise: Enterprise):
    client = as_(officer)
    sent = {f"{kind.value}-{name}": "" for kind in Kind for name in ("unit_after", "bureau_after")}

    wrong = client.post(
        "/setup/escalation/save/", sent | {"title_expiry-unit_after": "9", "title_expiry-bureau_after": "2"}
    )
    right = client.post("/setup/escalation/save/", sent | {"title_expiry-unit_after": "5"}, follow=True)

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert "提请市级不应早于提请单位负责人" in text(wrong)
    kept = Escalation.objects.get(kind="title_expiry")
    assert (kept.unit_after, kept.bureau_after) == (5, None)
    with pytest.raises(StepRefused):
        escalation.save_rule(kind="title_expiry", unit_after=1, bureau_after=2, by=county_officer, on=ON)


def test_the_firm_s_page_announces_it_and_offers_已知悉_to_its_owner(enterprise: Enterprise, officer: User):
    Enterprise.objects.filter(pk=enterprise.pk).update(officer=officer)
    one = duty(enterprise, "2020-01-10")

    page = as_(officer).get(f"/enterprises/{enterprise.pk}/").content.decode()
    as_(officer).post(f"/duties/{one.pk}/decide/", {"act": "acknowledge", "reason": "下周补报"})
    after = text(as_(officer).get(f"/enterprises/{enterprise.pk}/"))

    assert "已提请市级关注" in page
    assert f'id="acknowledge-{one.pk}"' in page
    assert "周市级知悉：下周补报" in after
    assert "已知悉，不再上报" in after
