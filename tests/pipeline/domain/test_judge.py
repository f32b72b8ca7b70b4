"""Stored assessments and the checklist: what is judged, when, by which edition, and how lists find it."""

import datetime

import pytest
from django.core.management import call_command

from accounts.machine import state_change_allowed
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline import tasks
from pipeline.domain import editions, judge, touch
from pipeline.domain.judge import checklist
from pipeline.models import Assessment, Edition, LadderPosition, Sweep
from pipeline.rules.choose import NoEdition
from tests import firms
from tests.factories import EnterpriseFactory, TitleFactory, YearFiguresFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")


def assessed(enterprise: Enterprise, track: str = "hnte") -> Assessment:
    """The stored assessment of a firm."""
    return Assessment.objects.get(enterprise=enterprise, track=track)


def test_every_firm_is_judged_for_every_judged_track(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    changed = judge.judge(on=ON)

    judged = Assessment.objects.values_list("enterprise", "track", "judged_on")
    tracks = {track for track, rows in editions.by_track(ON).items() if applies(track, rows)}
    assert {"hnte", "tsme"} <= tracks
    assert sorted(judged) == sorted(
        (firm.pk, track, ON) for firm in (enterprise, foreign_enterprise) for track in tracks
    )
    assert changed == len(judged)


def applies(track: str, rows: list[Edition]) -> bool:
    """Whether somebody without the title is judged."""
    return judge.chosen_for(track, rows, ON, "apply") is not None


def test_a_second_night_writes_only_what_changed(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    judge.judge(on=ON)
    firms.make_fit(enterprise, tech_staff_hnte_headcount=1)
    night = ON + datetime.timedelta(days=1)

    judge.judge(on=night)

    moved = set(Assessment.objects.filter(judged_on=night).values_list("enterprise", "track"))
    assert (enterprise.pk, "hnte") in moved
    assert {firm for firm, _ in moved} == {enterprise.pk}
    assert Sweep.objects.latest().judged_on == night
    assert Sweep.objects.latest().n_changed == len(moved)
    assert judge.judge(on=night) == 0


def test_an_answer_that_no_edition_gives_any_more_is_dropped(enterprise: Enterprise) -> None:
    judge.judge(on=ON)
    with state_change_allowed():
        Edition.objects.filter(track="tsme").update(status=Edition.Status.WITHDRAWN, withdrawn_on=ON)

    judge.judge(on=ON)

    assert not Assessment.objects.filter(track="tsme").exists()
    assert Assessment.objects.filter(track="hnte").count() == 1
    editions.look_again()
    assert "tsme" not in editions.judged_tracks()


def test_a_firm_that_fails_several_conditions_waits_for_nothing(enterprise: Enterprise) -> None:
    firms.make_fit(enterprise, tech_staff_hnte_headcount=1, hi_tech_income_cny=None)
    judge.judge(on=ON)
    assert "hi_tech_income_cny" in assessed(enterprise).wants

    firms.make_fit(EnterpriseFactory(), tech_staff_hnte_headcount=1, hi_tech_income_cny=None, rd_cost_hnte_cny=1)
    judge.judge(on=ON)

    far = Assessment.objects.get(track="hnte", n_unmet__gt=1)
    assert (far.n_unknown > 0, far.wants) == (True, [])


def test_judging_again_replaces_the_row(enterprise: Enterprise) -> None:
    judge.judge(on=ON)
    before = assessed(enterprise).pk
    firms.make_fit(enterprise, tech_staff_hnte_headcount=1)

    judge.judge(on=ON + datetime.timedelta(days=1))

    after = assessed(enterprise)
    assert (after.pk, after.verdict, after.n_unmet) == (before, "ineligible", 1)
    assert after.judged_on == ON + datetime.timedelta(days=1)


def test_the_stored_row_says_what_the_checklist_says(enterprise: Enterprise) -> None:
    firms.make_fit(enterprise, tech_staff_hnte_headcount=9, hi_tech_income_cny=None)
    judge.judge(on=ON)

    stored, shown = assessed(enterprise), checklist(enterprise=enterprise, track="hnte", on=ON)

    outcomes = [gate.outcome for gate in shown.gates]
    assert (stored.verdict, stored.score_low, stored.score_high) == (
        shown.verdict,
        shown.score_low,
        shown.score_high,
    )
    assert (stored.n_unmet, stored.n_unknown) == (outcomes.count("unmet"), outcomes.count("unknown")) == (1, 1)
    assert stored.unmet_mask == 1 << [gate.key for gate in shown.gates].index("H4")
    assert stored.wants == ["hi_tech_income_cny"]
    assert stored.edition == shown.edition


def test_one_unknown_figure_is_named_with_its_year_and_gate(enterprise: Enterprise) -> None:
    firms.make_fit(enterprise, hi_tech_income_cny=None)

    (wanted,) = checklist(enterprise=enterprise, track="hnte", on=ON).wanted

    assert (wanted.gate, wanted.name, wanted.year) == ("H6", "hi_tech_income_cny", 2025)
    assert str(wanted) == "2025 年高新技术产品（服务）收入"


def test_a_year_before_registration_is_not_asked_for(enterprise: Enterprise) -> None:
    firms.make_fit(enterprise)
    firms.FirmStatementFactory(enterprise=enterprise, source="officer", registered_on=datetime.date(2025, 2, 1))

    assert checklist(enterprise=enterprise, track="hnte", on=ON).wanted == []


# Lists an officer works from


def test_exactly_one_condition_short(enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User) -> None:
    firms.make_fit(enterprise, tech_staff_hnte_headcount=9)
    firms.make_fit(foreign_enterprise, tech_staff_hnte_headcount=9, hi_tech_income_cny=1)
    judge.judge(on=ON)

    short = Assessment.objects.filter(track="hnte").one_short()

    assert [each.enterprise for each in short] == [enterprise]


def test_one_short_if_the_unknowns_hold(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    firms.make_fit(enterprise, tech_staff_hnte_headcount=9, hi_tech_income_cny=None)
    firms.make_fit(foreign_enterprise, tech_staff_hnte_headcount=9)
    judge.judge(on=ON)
    judged = Assessment.objects.filter(track="hnte")

    assert [each.enterprise for each in judged.one_short_if_unknowns_hold()] == [enterprise]
    assert [each.enterprise for each in judged.one_short()] == [foreign_enterprise]


def test_undecided_for_want_of_a_named_figure(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    firms.make_fit(enterprise, hi_tech_income_cny=None)
    firms.make_fit(foreign_enterprise)
    judge.judge(on=ON)
    judged = Assessment.objects.filter(track="hnte")

    assert [each.enterprise for each in judged.undecided_for_want_of("hi_tech_income_cny")] == [enterprise]
    assert not judged.undecided_for_want_of("sales_cny").exists()


# Kinds and editions


def test_a_firm_that_held_科小_is_reviewed_and_高企_always_applied_for(
    enterprise: Enterprise, foreign_enterprise: Enterprise
) -> None:
    for track in ("tsme", "hnte"):
        TitleFactory(enterprise=enterprise, track=track)

    judge.judge(on=ON)

    of_two = Assessment.objects.filter(track__in=["hnte", "tsme"])
    kinds = of_two.values_list("enterprise", "track", "kind").order_by("enterprise", "track")
    assert list(kinds) == [
        (enterprise.pk, "hnte", "apply"),
        (enterprise.pk, "tsme", "review"),
        (foreign_enterprise.pk, "hnte", "apply"),
        (foreign_enterprise.pk, "tsme", "apply"),
    ]


def test_a_title_on_record_counts_though_nobody_checked_the_list(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise)

    found = checklist(enterprise=enterprise, track="tsme", on=ON).findings

    assert next(finding.outcome for finding in found if finding.key == "T5") == "met"


def test_without_an_edition_nobody_is_judged(enterprise: Enterprise) -> None:
    with state_change_allowed():
        Edition.objects.filter(track="hnte").update(status="withdrawn")

    judge.judge(on=ON)

    tracks = set(Assessment.objects.values_list("track", flat=True))
    assert "tsme" in tracks
    assert "hnte" not in tracks
    with pytest.raises(NoEdition):
        checklist(enterprise=enterprise, track="hnte", on=ON)


def test_a_deregistered_firm_is_not_judged_and_keeps_no_assessment(enterprise: Enterprise) -> None:
    judge.judge(on=ON)
    enterprise.deregistered_on = ON
    enterprise.save()

    assert judge.judge(on=ON) == 0
    stored = Assessment.objects.count()
    assert judge.forget_deregistered() == stored > 1
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("number", [1, 25])
def test_judging_takes_as_many_queries_for_many_firms_as_for_one(
    city: object, number: int, django_assert_num_queries: object
) -> None:
    for firm in EnterpriseFactory.create_batch(number, region=city):
        YearFiguresFactory(enterprise=firm, sales_cny=1_000_000)

    editions.by_track(ON)  # texts are read once a process
    with django_assert_num_queries(24):
        assert judge.judge(on=ON) == Assessment.objects.count()


# What somebody changes by hand is judged at once


def test_accepting_a_figure_changes_the_assessment_at_once(enterprise: Enterprise, member: User, officer: User) -> None:
    at = datetime.datetime(2026, 11, 23, 2, tzinfo=datetime.UTC)
    firms.make_fit(enterprise, hi_tech_income_cny=None)
    judge.judge(on=ON)
    given = {"hi_tech_income_cny": 40_000_000}
    stated = touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=given, by=member, at=at)
    waiting = assessed(enterprise).wants

    touch.accept_figures(statement_id=stated.pk, by=officer, at=at)

    assert (waiting, assessed(enterprise).wants) == (["hi_tech_income_cny"], [])


def test_what_an_officer_states_is_judged_at_once(enterprise: Enterprise, officer: User) -> None:
    at = datetime.datetime(2026, 11, 23, 2, tzinfo=datetime.UTC)
    firms.make_fit(enterprise)

    touch.state_figures(
        enterprise_id=enterprise.pk, year=2025, figures={"tech_staff_hnte_headcount": 1}, by=officer, at=at
    )

    assert assessed(enterprise).n_unmet == 1


# Tasks and commands


def test_the_nightly_tasks_judge_and_settle(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, valid_until=None)

    tasks.judge_register()
    tasks.settle_ladder()
    tasks.settle_ladder()

    assert Assessment.objects.filter(track__in=["hnte", "tsme"]).count() == 2
    assert LadderPosition.objects.get().rung == "hnte"
    assert AuditEvent.objects.count() == 1


def test_the_commands_say_what_they_did(enterprise: Enterprise, capsys: pytest.CaptureFixture[str]) -> None:
    TitleFactory(enterprise=enterprise)

    call_command("judge_register", on=ON)
    call_command("settle_ladder", on=ON)
    call_command("load_rules")

    said = capsys.readouterr().out
    assert f"{Assessment.objects.count()} 条评估" in said
    assert "1 家企业" in said
    assert "规则版本新增 0" in said
