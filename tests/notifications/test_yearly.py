"""What is owed again and again: the yearly table kept without code, its days, its copy, the dispatch of units."""

import datetime
import zoneinfo
from dataclasses import replace
from typing import Any

import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from notifications import deciding, yearly
from notifications.contents import Contents
from notifications.models import DutyState, Obligation, Timing, YearlyDay, YearlyDuty
from notifications.obligations import refresh
from notifications.yearly import DayGiven, DutyGiven
from pipeline.models import Round
from tests.factories import EnterpriseFactory, MaterialFactory, RoundFactory, TitleFactory

ON = datetime.date(2026, 11, 23)
NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
Kind = Obligation.Kind
REPORT = DutyGiven("人才统计表", "hnte", "holders", "yearly", 4, 30, "市科技局通知")

pytestmark = [pytest.mark.django_db, pytest.mark.feature(47, partial="the yearly table, editable without code")]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture(autouse=True)
def seeds(db: None) -> None:
    yearly.load_seeds()


def owed(**filters: Any) -> list[tuple[str, datetime.date | None]]:
    return list(Obligation.objects.open().filter(**filters).order_by("due_on").values_list("says", "due_on"))


def test_loading_again_brings_nothing_back_that_was_changed(officer: User):
    duty = YearlyDuty.objects.get(slug="hnte:torch")
    given = DutyGiven(duty.name, "hnte", "holders", "yearly", 3, 31, duty.because, is_active=False)
    yearly.save_duty(duty_id=duty.pk, given=given, by=officer, on=ON)

    assert yearly.load_seeds() == 0
    assert not YearlyDuty.objects.get(slug="hnte:torch").is_active


def test_a_new_report_is_owed_without_any_code_until_its_paper_was_accepted(enterprise: Enterprise, officer: User):
    TitleFactory(enterprise=enterprise)
    yearly.save_duty(duty_id=None, given=REPORT, by=officer, on=ON)

    refresh(on=ON)

    assert ("报送2026年人才统计表", day("2027-04-30")) in owed()

    MaterialFactory(enterprise=enterprise, kind="人才统计表", year=2026)
    refresh(on=ON)

    assert Obligation.objects.get(says="报送2026年人才统计表").satisfied_on == ON


def test_a_year_s_own_notice_stands_for_that_year_and_is_verified(enterprise: Enterprise, officer: User):
    TitleFactory(enterprise=enterprise)
    duty = YearlyDuty.objects.get(slug="hnte:torch")
    given = DayGiven(day("2027-03-24"), datetime.time(17, 0), document="鄂科统〔2027〕1号")

    yearly.save_day(duty_id=duty.pk, year=2027, given=given, verified=True, by=officer, on=ON)
    refresh(on=ON)

    found = Obligation.objects.get(key=f"annual:{enterprise.pk}:hnte:torch:2027")
    assert (found.due_on, found.due_time, found.timing, found.verified) == (
        day("2027-03-24"), datetime.time(17, 0), Timing.HOUR, True,
    )  # fmt: skip


def test_a_postponed_report_names_the_notice(enterprise: Enterprise, officer: User):
    TitleFactory(enterprise=enterprise)
    duty = YearlyDuty.objects.get(slug="hnte")
    given = DayGiven(day("2027-06-05"), postponed_from=day("2027-05-31"), postponed_by="火炬〔2027〕9号")

    yearly.save_day(duty_id=duty.pk, year=2027, given=given, verified=False, by=officer, on=ON)
    refresh(on=ON)

    found = Obligation.objects.get(key=f"annual:{enterprise.pk}:hnte:2027")
    assert (found.timing, found.reckoned) == (Timing.POSTPONED, "原截止2027年5月31日，依据火炬〔2027〕9号延期")


def test_what_is_switched_off_is_owed_no_more_and_was_not_done(enterprise: Enterprise, officer: User):
    TitleFactory(enterprise=enterprise)
    refresh(on=ON)
    duty = YearlyDuty.objects.get(slug="hnte")

    given = DutyGiven(duty.name, "hnte", "holders", "yearly", 5, 31, duty.because, is_active=False)
    yearly.save_duty(duty_id=duty.pk, given=given, by=officer, on=ON)
    refresh(on=ON)

    assert Obligation.objects.get(key=f"annual:{enterprise.pk}:hnte:2027").state_kept == DutyState.LAPSED


def test_who_held_the_title_last_year_updates_it_though_it_ended(enterprise: Enterprise, county: Region):
    """科小 numbers end with their year; the update of March is owed by those who had one."""
    TitleFactory(enterprise=enterprise, track="tsme", issued_on=day("2026-07-01"), valid_until=day("2026-12-31"))
    new = EnterpriseFactory(region=county)
    TitleFactory(enterprise=new, track="tsme", issued_on=day("2027-01-10"), valid_until=day("2027-12-31"))

    refresh(on=day("2027-02-01"))

    assert owed(kind=Kind.ANNUAL_DUTY, track="tsme") == [("报送2026年科技型中小企业信息更新", day("2027-03-31"))]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (replace(REPORT, name=" "), "name"),
        (replace(REPORT, month=2, day=30), "day"),
        (replace(REPORT, track=""), "track"),
        (replace(REPORT, rhythm="ten_days"), "rhythm"),
        (replace(REPORT, whom="units", rhythm="ten_days"), "track"),
    ],
)
def test_a_duty_that_cannot_be_is_refused_at_its_field(officer: User, given: DutyGiven, field: str):
    with pytest.raises(StepRefused) as refusal:
        yearly.save_duty(duty_id=None, given=given, by=officer, on=ON)

    assert [reason.criterion for reason in refusal.value.reasons] == [field]


@pytest.mark.parametrize(
    ("given", "verified", "field"),
    [
        (DayGiven(day("2026-05-31")), False, "due_on"),
        (DayGiven(day("2027-05-31")), True, "verified"),
        (DayGiven(day("2027-05-31"), postponed_from=day("2027-05-01")), False, "postponed_by"),
        (DayGiven(day("2027-05-31"), postponed_by="通知"), False, "postponed_from"),
        (DayGiven(day("2027-05-31"), postponed_from=day("2027-06-01"), postponed_by="通知"), False, "postponed_from"),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(officer: User, given: DayGiven, verified: bool, field: str):
    duty = YearlyDuty.objects.get(slug="hnte")

    with pytest.raises(StepRefused) as refusal:
        yearly.save_day(duty_id=duty.pk, year=2027, given=given, verified=verified, by=officer, on=ON)

    assert [reason.criterion for reason in refusal.value.reasons] == [field]
    assert not YearlyDay.objects.exists()


def test_a_county_keeps_no_yearly_table(county_officer: User):
    with pytest.raises(StepRefused):
        yearly.save_duty(duty_id=None, given=REPORT, by=county_officer, on=ON)


# The next year


def test_a_year_is_copied_into_the_next_as_an_estimate_that_nobody_verified(officer: User):
    duty = YearlyDuty.objects.get(slug="hnte")
    given = DayGiven(
        day("2026-06-15"), datetime.time(17, 0), day("2026-05-29"), "通知", document="火炬〔2026〕1号"
    )  # fmt: skip
    yearly.save_day(duty_id=duty.pk, year=2026, given=given, verified=True, by=officer, on=ON)
    RoundFactory(
        name="2026年第一批", opens_on=day("2026-03-01"), township_cutoff_on=day("2026-05-01"),
        county_cutoff_on=day("2026-05-08"), closes_on=day("2026-05-31"), document="鄂科〔2026〕1号", verified_on=ON,
    )  # fmt: skip

    copied = yearly.copy_year(year=2026, by=officer, on=ON)

    new = YearlyDay.objects.get(duty=duty, year=2027)
    assert (new.due_on, new.due_time, new.postponed_from, new.document) == (
        day("2027-05-29"), datetime.time(17, 0), None, "",
    )  # fmt: skip
    assert (new.verified_on, new.source) == (None, "按2026年日期推算，未见当年通知")
    following = Round.objects.get(year=2027)
    assert (following.name, following.opens_on, following.closes_on, following.verified_on) == (
        "2027年第一批", day("2027-03-01"), day("2027-05-31"), None,
    )  # fmt: skip
    assert following.township_cutoff_on == day("2027-05-01")
    assert (copied.days, copied.rounds) == (1, 1)
    assert AuditEvent.objects.filter(what__in=["yearly.day", "round.save"]).count() == 3


def test_copying_again_changes_nothing_and_keeps_what_the_next_year_has(officer: User):
    RoundFactory(name="2026年第一批")
    RoundFactory(name="2027年第一批", year=2027, opens_on=None, closes_on=day("2027-06-30"))
    waiting = RoundFactory(name="待公布", track="tsme", year=2027, opens_on=None, closes_on=None)
    RoundFactory(name="2026年评价", track="tsme", closes_on=day("2026-08-31"))

    first = yearly.copy_year(year=2026, by=officer, on=ON)
    second = yearly.copy_year(year=2026, by=officer, on=ON)

    waiting.refresh_from_db()
    assert (first.rounds, second.rounds) == (1, 0)
    assert (waiting.name, waiting.closes_on) == ("待公布", day("2027-08-31"))
    assert Round.objects.get(year=2027, track="hnte").closes_on == day("2027-06-30")


# The dispatch of units


@pytest.fixture
def dispatched() -> None:
    """This bureau has the dispatch."""
    YearlyDuty.objects.filter(slug="dispatch").update(is_active=True)


def test_a_bureau_without_the_dispatch_asks_no_unit_for_it(county_officer: User):
    refresh(on=ON)

    assert not Obligation.objects.filter(kind=Kind.DISPATCH).exists()


@pytest.mark.usefixtures("dispatched")
@pytest.mark.parametrize(
    ("on", "days"),
    [
        ("2026-11-23", ["2026-11-20", "2026-11-30"]),
        ("2026-11-30", ["2026-11-20", "2026-11-30"]),
        ("2026-12-01", ["2026-11-30", "2026-12-10"]),
        ("2027-03-01", ["2027-02-28", "2027-03-10"]),
    ],
)
def test_each_unit_with_an_officer_owes_the_dispatch_of_these_ten_days_and_of_the_last(
    county_officer: User, officer: User, on: str, days: list[str]
):
    refresh(on=day(on))

    rows = Obligation.objects.filter(kind=Kind.DISPATCH).order_by("due_on")
    assert [(row.unit, row.due_on) for row in rows] == [(county_officer.region, day(each)) for each in days]


@pytest.mark.usefixtures("dispatched")
def test_a_dispatch_is_told_to_be_done_by_its_unit_and_seen_by_nobody_else_s(
    county_officer: User, other_county_officer: User, member: User
):
    refresh(on=ON)
    mine = Obligation.objects.visible_to(county_officer).filter(kind=Kind.DISPATCH)
    dispatch = mine.order_by("-due_on")[0]

    with pytest.raises(Obligation.DoesNotExist):
        deciding.settle(obligation_id=dispatch.pk, by=other_county_officer, at=NOON, reason="已报")
    deciding.settle(obligation_id=dispatch.pk, by=county_officer, at=NOON, reason="调度会已开")
    refresh(on=ON)

    dispatch.refresh_from_db()
    assert dispatch.state_kept == DutyState.DONE
    assert mine.count() == 2
    assert not Obligation.objects.visible_to(member).exists()


@pytest.mark.usefixtures("dispatched")
def test_a_unit_is_told_of_its_own_dispatch_in_its_letter_and_the_city_of_none(county_officer: User, officer: User):
    refresh(on=ON)

    part = Contents(ON).part(county_officer)

    assert part is not None
    assert {line.obligation.whose for bucket in part.buckets for line in bucket.lines} == {"东溪县"}
    assert Contents(ON).part(officer) is None


@pytest.mark.usefixtures("dispatched")
def test_a_dispatch_nobody_did_lapses_after_the_next_ten_days(county_officer: User):
    refresh(on=ON)

    refresh(on=day("2026-12-01"))

    assert Obligation.objects.get(due_on=day("2026-11-20")).state_kept == DutyState.LAPSED
