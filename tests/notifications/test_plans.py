"""倒排: from the close back through the steps to the latest start; equal to a table made by hand."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.machine import StepRefused
from accounts.models import Region, User
from notifications import plans
from notifications.models import PlanStep
from notifications.plans import StepGiven
from notifications.workdays import Workdays, calendar_of, load_calendar

ON = datetime.date(2026, 11, 23)
STEPS = [PlanStep(name=name, workdays=days, order=order) for order, (name, days) in enumerate(
    [("专项审计", 5), ("授权", 3), ("填报", 2)]
)]  # fmt: skip

pytestmark = pytest.mark.feature("N10", partial="patents' expected days of grant are not known to the plan")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def calendar(db: None) -> Workdays:
    load_calendar()
    return calendar_of([2026])


def test_the_plan_equals_the_table_made_by_hand(calendar: Workdays):
    """Closing on 2026-10-12, a Monday; off are 09-25…27 and 10-01…07; worked are 09-20 and 10-10."""
    found = plans.plan(calendar, day("2026-10-12"), STEPS)

    assert [(one.name, one.start, one.finish) for one in found.stretches] == [
        ("专项审计", day("2026-09-22"), day("2026-09-29")),
        ("授权", day("2026-09-30"), day("2026-10-09")),
        ("填报", day("2026-10-10"), day("2026-10-12")),
    ]


def test_a_close_on_a_holiday_counts_from_the_last_working_day_before_it(calendar: Workdays):
    assert plans.plan(calendar, day("2026-10-05"), STEPS[2:]).stretches[0].finish == day("2026-09-30")


def test_without_steps_the_latest_start_is_the_close(calendar: Workdays):
    assert plans.plan(calendar, day("2026-12-10"), []).latest_start == day("2026-12-10")


EVERY_DAY = [day("2026-03-02") + datetime.timedelta(days=number) for number in range(300)]
KNOWN = Workdays(
    off=frozenset(
        {day("2026-05-01"), day("2026-05-04"), day("2026-05-05"), *(day(f"2026-10-0{n}") for n in range(1, 8))}
    ),
    worked=frozenset({day("2026-05-09"), day("2026-10-10")}),
    known_years=frozenset({2025, 2026, 2027}),
)
OPEN = [each for each in EVERY_DAY if KNOWN.is_workday(each)]


@settings(max_examples=200, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 15), min_size=1, max_size=5),
    place=st.integers(90, len(OPEN) - 31),
    shift=st.integers(0, 30),
)
def test_a_window_that_moves_by_so_many_working_days_moves_every_step_by_as_many(
    lengths: list[int], place: int, shift: int
):
    steps = [PlanStep(name=str(number), workdays=days) for number, days in enumerate(lengths)]

    before, after = (plans.plan(KNOWN, OPEN[at], steps) for at in (place, place + shift))

    for one, other in zip(before.stretches, after.stretches, strict=True):
        assert OPEN.index(other.start) - OPEN.index(one.start) == shift
        assert OPEN.index(other.finish) - OPEN.index(one.finish) == shift
    assert OPEN.index(before.latest_start) == place - sum(lengths) + 1
    assert all(
        OPEN.index(following.start) == OPEN.index(one.finish) + 1
        for one, following in zip(before.stretches, before.stretches[1:], strict=False)
    )


def test_a_track_s_own_steps_stand_in_place_of_the_common_ones():
    known = [PlanStep(name="通用", workdays=1), PlanStep(name="自有", workdays=1, track="hnte")]

    assert [[step.name for step in plans.steps_of(track, known)] for track in ("hnte", "tsme")] == [["自有"], ["通用"]]


def test_what_a_paper_shows_done_and_what_the_levels_above_do_is_left_out():
    known = [
        PlanStep(name="审计", workdays=1, paper="审计报告"),
        PlanStep(name="填报", workdays=1),
        PlanStep(name="公示", workdays=1, by_bureau=True),
    ]

    names = [
        [step.name for step in plans.left(known, papers, to_the_end=whole)]
        for papers, whole in (((), True), ({"审计报告"}, True), ({"审计报告"}, False))
    ]

    assert names == [["审计", "填报", "公示"], ["填报", "公示"], ["填报"]]


@pytest.mark.django_db
def test_seeds_come_once_and_all_wait_for_somebody_to_verify_them(officer: User):
    assert plans.load_seeds() == 5
    plans.remove_step(step_id=PlanStep.objects.all()[0].pk, by=officer, on=ON)

    assert plans.load_seeds() == 0
    assert not PlanStep.objects.filter(verified_on__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "verified", "field"),
    [
        (StepGiven("", " ", 5), False, "name"),
        (StepGiven("", "评审", 0), False, "workdays"),
        (StepGiven("", "评审", 251), False, "workdays"),
        (StepGiven("", "评审", 5), True, "verified"),
        (StepGiven("", "公示", 5), False, "name"),
    ],
)
def test_a_step_that_cannot_be_is_refused_at_its_field(officer: User, given: StepGiven, verified: bool, field: str):
    PlanStep.objects.create(name="公示", workdays=5)

    with pytest.raises(StepRefused) as refusal:
        plans.save_step(step_id=None, given=given, verified=verified, by=officer, on=ON)

    assert [reason.criterion for reason in refusal.value.reasons] == [field]


@pytest.mark.django_db
def test_a_county_keeps_no_steps(county_officer: User, county: Region):
    with pytest.raises(StepRefused):
        plans.save_step(step_id=None, given=StepGiven("", "评审", 5), verified=False, by=county_officer, on=ON)
