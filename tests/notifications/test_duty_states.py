"""How an obligation stands, which kind of deadline it has, how it ended; and the door that waives and takes back."""

import datetime
import zoneinfo
from typing import Any

import pytest

from accounts.machine import StepRefused, state_change_allowed
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise, FormerName
from notifications import deciding
from notifications.models import DutyState, Obligation, Timing
from notifications.obligations import refresh
from pipeline.domain import candidacies
from pipeline.models import Candidacy, MaterialRequirement, Title
from pipeline.models.candidacy import State
from pipeline.models.title import Standing
from tests.factories import CandidacyFactory, MaterialFactory, RoundFactory, TitleFactory

ON = datetime.date(2026, 11, 23)
NOON = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
Kind = Obligation.Kind

pytestmark = [pytest.mark.django_db, pytest.mark.feature(47, partial="states, kinds of deadline, waivers")]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def only(**filters: Any) -> Obligation:
    return Obligation.objects.get(**filters)


# Kinds of deadline


def closing(enterprise: Enterprise, **of_round: Any) -> Obligation:
    chosen = RoundFactory(closes_on=day("2026-12-10"), **of_round)
    CandidacyFactory(enterprise=enterprise, state=State.PREPARING, round=chosen)
    refresh(on=ON)
    return only(kind=Kind.ROUND_CLOSING)


def test_a_round_that_ends_on_a_day_is_a_day(enterprise: Enterprise):
    duty = closing(enterprise)

    assert (duty.timing, duty.when, duty.reckoned) == (Timing.DAY, "2026年12月10日（待核实）", "")


def test_a_round_that_ends_at_an_hour_says_the_hour(enterprise: Enterprise):
    duty = closing(enterprise, closes_at=datetime.time(17, 0))

    assert (duty.timing, duty.when) == (Timing.HOUR, "2026年12月10日 17:00（待核实）")


def test_a_postponed_round_says_from_when_and_by_which_notice(enterprise: Enterprise):
    duty = closing(enterprise, postponed_from=day("2026-11-30"), postponed_by="鄂科办〔2026〕9号")

    assert duty.timing == Timing.POSTPONED
    assert duty.reckoned == "原截止2026年11月30日，依据鄂科办〔2026〕9号延期"


def test_hour_and_postponement_are_of_the_round_s_own_end_not_of_an_inner_cut_off(enterprise: Enterprise):
    duty = closing(
        enterprise, closes_at=datetime.time(17, 0), city_cutoff_on=day("2026-12-01"),
        postponed_from=day("2026-11-30"), postponed_by="通知",
    )  # fmt: skip

    assert (duty.due_on, duty.due_time, duty.timing) == (day("2026-12-01"), None, Timing.DAY)


def test_what_has_no_day_is_of_open_end(enterprise: Enterprise):
    MaterialFactory(enterprise=enterprise, accepted_at=None)

    refresh(on=ON)

    assert (only().timing, only().when) == (Timing.OPEN, "未定期限")


def test_a_holder_that_changed_its_name_reports_it_within_three_months(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise)
    FormerName.objects.create(enterprise=enterprise, name="云泽机械有限公司", until=day("2026-11-15"))

    refresh(on=ON)

    duty = only(kind=Kind.RENAME_REPORT)
    assert (duty.timing, duty.due_on, duty.event_on) == (Timing.RELATIVE, day("2027-02-16"), day("2026-11-16"))
    assert duty.reckoned == "自2026年11月16日更名起算"
    assert duty.says == "向高新技术企业认定机构报告更名（原名云泽机械有限公司）"
    assert not duty.verified


@pytest.mark.parametrize(("until", "asked"), [("2025-10-01", False), (None, False), ("2026-11-24", False)])
def test_other_renames_ask_for_nothing(enterprise: Enterprise, until: str | None, asked: bool):
    """Before the title, on an unknown day, not yet."""
    TitleFactory(enterprise=enterprise)
    FormerName.objects.create(enterprise=enterprise, name="旧名", until=until and day(until))

    refresh(on=ON)

    assert Obligation.objects.filter(kind=Kind.RENAME_REPORT).exists() is asked


# More of what a case asks for


def test_a_filed_case_is_the_bureau_s_to_recommend_before_the_city_s_cut_off(enterprise: Enterprise):
    chosen = RoundFactory(closes_on=day("2026-12-20"), city_cutoff_on=day("2026-12-10"))
    case = CandidacyFactory(enterprise=enterprise, state=State.FILED, round=chosen)

    refresh(on=ON)

    duty = only(kind=Kind.TO_RECOMMEND)
    assert (duty.due_on, duty.for_enterprise) == (day("2026-12-10"), False)

    with state_change_allowed():
        Candidacy.objects.filter(pk=case.pk).update(state=State.RECOMMENDED)
    refresh(on=ON)

    assert only(kind=Kind.TO_RECOMMEND).state(NOON) == DutyState.DONE


def test_a_returned_filing_names_what_is_to_be_corrected(enterprise: Enterprise, officer: User):
    case = CandidacyFactory(enterprise=enterprise, state=State.FILED)
    candidacies.move(candidacy_id=case.pk, step="give_back", by=officer, version=0, on=ON, reason="审计报告缺附注")

    refresh(on=ON)

    duty = only(kind=Kind.RETURNED)
    assert duty.says == "高新技术企业申报被退回，请补正：审计报告缺附注"
    assert duty.for_enterprise

    with state_change_allowed():
        Candidacy.objects.filter(pk=case.pk).update(state=State.FILED)
    refresh(on=ON)

    assert only(kind=Kind.RETURNED).satisfied_on == ON


def test_a_paper_of_an_open_case_that_runs_out_is_asked_for_until_replaced(enterprise: Enterprise):
    MaterialRequirement.objects.create(track="hnte", kind="审计报告")
    CandidacyFactory(enterprise=enterprise, state=State.COACHING)
    MaterialFactory(enterprise=enterprise, kind="审计报告", valid_until=day("2026-12-15"))
    MaterialFactory(enterprise=enterprise, kind="与清单无关", valid_until=day("2026-12-15"))

    refresh(on=ON)
    before = [(duty.says, duty.due_on) for duty in Obligation.objects.filter(kind=Kind.MATERIAL_EXPIRING)]
    refresh(on=day("2026-12-16"))
    after = only(kind=Kind.MATERIAL_EXPIRING).says
    MaterialFactory(enterprise=enterprise, kind="审计报告", valid_until=day("2027-12-15"))
    refresh(on=day("2026-12-17"))

    assert before == [("“审计报告”2026年12月15日到期，请更换", day("2026-12-15"))]
    assert after == "“审计报告”有效期已于2026年12月15日届满，请更换"
    assert only(kind=Kind.MATERIAL_EXPIRING).state_kept == DutyState.DONE


# States


def test_the_hour_decides_on_the_day_itself(enterprise: Enterprise):
    duty = closing(enterprise, closes_at=datetime.time(17, 0))
    before, after = (datetime.datetime(2026, 12, 10, hour, 30, tzinfo=NOON.tzinfo) for hour in (16, 17))

    assert [duty.state(at) for at in (before, after)] == [DutyState.OPEN, DutyState.OVERDUE]
    for at in (before, after):
        assert [each for each in DutyState if Obligation.objects.in_state(each, at).exists()] == [duty.state(at)]


def test_every_obligation_is_in_exactly_one_state_and_the_same_one_in_the_database(enterprise: Enterprise):
    ended = ("satisfied_on", "waived_on", "lapsed_on")
    for number in range(32):
        Obligation.objects.create(
            key=f"k:{number}", kind=Kind.FIGURES_WANTED, enterprise=enterprise, says="补报", created_on=ON,
            due_on=[None, ON, day("2026-11-22"), day("2026-11-24")][number % 4],
            due_time=datetime.time(9, 0) if number % 4 == 1 and number > 15 else None,
            **{name: ON for place, name in enumerate(ended) if number >> 2 & 1 << place},
        )  # fmt: skip

    by_state = {each: set(Obligation.objects.in_state(each, NOON)) for each in DutyState}

    assert sum(map(len, by_state.values())) == 32
    assert all(duty.state(NOON) == each for each, found in by_state.items() for duty in found)
    assert all(by_state.values())


@pytest.mark.parametrize(
    ("change", "state"),
    [("filed", DutyState.DONE), ("withdrawn", DutyState.LAPSED), ("round taken away", DutyState.LAPSED)],
)
def test_a_deadline_whose_case_was_never_filed_lapses_and_is_not_done(
    enterprise: Enterprise, change: str, state: DutyState
):
    duty = closing(enterprise)
    cases = Candidacy.objects.filter(enterprise=enterprise)
    with state_change_allowed():
        match change:
            case "filed":
                cases.update(state=State.FILED)
            case "withdrawn":
                cases.update(state=State.WITHDRAWN)
            case _:
                cases.update(round=RoundFactory(name="另一批", opens_on=day("2028-01-01"), closes_on=day("2028-06-01")))

    refresh(on=ON)

    duty.refresh_from_db()
    assert duty.state_kept == state


@pytest.mark.parametrize(("change", "state"), [("renewed", DutyState.DONE), ("revoked", DutyState.LAPSED)])
def test_a_renewal_is_done_by_a_later_title_and_lapses_with_a_revoked_one(
    enterprise: Enterprise, change: str, state: DutyState
):
    title = TitleFactory(enterprise=enterprise, issued_on=day("2024-01-01"), valid_until=day("2026-12-31"))
    refresh(on=ON)
    if change == "renewed":
        TitleFactory(enterprise=enterprise, issued_on=day("2027-01-01"), valid_until=day("2029-12-31"))
    else:
        with state_change_allowed():
            Title.objects.filter(pk=title.pk).update(standing=Standing.REVOKED)

    refresh(on=ON)

    assert only(kind=Kind.TITLE_EXPIRY).state_kept == state


def test_what_lapsed_and_is_asked_for_again_is_open_again(enterprise: Enterprise):
    duty = closing(enterprise)
    Obligation.objects.update(lapsed_on=ON)

    refresh(on=ON)

    duty.refresh_from_db()
    assert duty.state_kept is None


# The door


@pytest.fixture
def duty(enterprise: Enterprise) -> Obligation:
    """A renewal of 高企 that is due."""
    TitleFactory(enterprise=enterprise, issued_on=day("2024-01-01"), valid_until=day("2026-12-31"))
    refresh(on=ON)
    return only(kind=Kind.TITLE_EXPIRY)


def test_a_waiver_says_who_and_why_stays_through_refreshes_and_can_be_taken_back(duty: Obligation, officer: User):
    deciding.waive(obligation_id=duty.pk, by=officer, at=NOON, reason="企业已迁出本市")
    refresh(on=day("2026-11-24"))

    duty.refresh_from_db()
    assert (duty.state_kept, duty.waived_by, duty.waived_because) == (DutyState.WAIVED, officer, "企业已迁出本市")

    deciding.take_back(obligation_id=duty.pk, by=officer, at=NOON, reason="迁出未办成")

    duty.refresh_from_db()
    assert (duty.state_kept, duty.waived_by, duty.waived_because) == (None, None, "")
    told = AuditEvent.objects.filter(object_type="obligation").order_by("pk")
    assert [(act.what, act.reason, act.by) for act in told] == [
        ("obligation.waive", "企业已迁出本市", officer),
        ("obligation.take_back", "迁出未办成", officer),
    ]


def test_what_a_person_says_is_done_stays_done_while_its_cause_stands(enterprise: Enterprise, officer: User):
    TitleFactory(enterprise=enterprise)
    FormerName.objects.create(enterprise=enterprise, name="旧名", until=day("2026-11-15"))
    refresh(on=ON)
    report = only(kind=Kind.RENAME_REPORT)

    deciding.settle(obligation_id=report.pk, by=officer, at=NOON, reason="已在平台提交，见截图")
    refresh(on=day("2026-11-24"))

    report.refresh_from_db()
    assert (report.state_kept, report.satisfied_by) == (DutyState.DONE, officer)

    deciding.take_back(obligation_id=report.pk, by=officer, at=NOON, reason="平台退回")

    report.refresh_from_db()
    assert report.state_kept is None


def test_a_rename_nobody_reported_lapses_after_its_year_and_was_not_done(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise)
    FormerName.objects.create(enterprise=enterprise, name="旧名", until=day("2026-11-15"))
    refresh(on=ON)

    refresh(on=day("2028-02-20"))

    assert only(kind=Kind.RENAME_REPORT).state_kept == DutyState.LAPSED


@pytest.mark.parametrize(
    ("act", "reason", "says"),
    [
        (deciding.waive, "  ", "请填写免除理由"),
        (deciding.settle, "已办", "“资格到期”由系统按事实认定办结，不能手工登记"),
        (deciding.take_back, "误记", "这一事项没有人工免除或登记办结，无可撤回"),
    ],
)
def test_the_door_refuses_with_a_reason(duty: Obligation, officer: User, act: Any, reason: str, says: str):
    with pytest.raises(StepRefused) as refusal:
        act(obligation_id=duty.pk, by=officer, at=NOON, reason=reason)

    assert [each.says for each in refusal.value.reasons] == [says]
    assert not AuditEvent.objects.filter(object_type="obligation").exists()


def test_what_has_ended_is_not_waived(duty: Obligation, officer: User):
    Obligation.objects.update(satisfied_on=ON)

    with pytest.raises(StepRefused) as refusal:
        deciding.waive(obligation_id=duty.pk, by=officer, at=NOON, reason="不必办")

    assert [each.says for each in refusal.value.reasons] == ["当前状态为“已完成”，不能办理这一步"]


def test_another_line_may_not_waive_and_another_county_finds_nothing(
    duty: Obligation, county_officer: User, other_county_officer: User
):
    Obligation.objects.update(track="srdi")

    with pytest.raises(StepRefused) as refusal:
        deciding.waive(obligation_id=duty.pk, by=county_officer, at=NOON, reason="不必办")
    with pytest.raises(Obligation.DoesNotExist):
        deciding.waive(obligation_id=duty.pk, by=other_county_officer, at=NOON, reason="不必办")

    assert [each.criterion for each in refusal.value.reasons] == ["right"]
