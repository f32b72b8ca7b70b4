"""The door of cases: every step, every guard both ways, every refusal."""

import datetime

import pytest
from django.utils import timezone

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, Line, User
from enterprises.domain.materials import hand_in
from enterprises.models import Enterprise, Material, NegativeFact
from pipeline.domain.candidacies import STEPS, materials_against, move
from pipeline.models import Candidacy, LadderPosition, MaterialRequirement, Receipt, Round, Title
from pipeline.models.candidacy import Certificate, State
from tests import firms
from tests.factories import CandidacyFactory, RoundFactory, UnitOfficerFactory, YearFiguresFactory
from tests.firms import CERTIFICATE, ON, case_at, ready_to_file, step_with

pytestmark = pytest.mark.usefixtures("reference_data")

# The machine written by hand: state, step, next state. Whatever is not here must be refused.
WAYS = {
    ("pooled", "coach"): "coaching",
    ("pooled", "prepare"): "preparing",
    ("pooled", "withdraw"): "withdrawn",
    ("coaching", "prepare"): "preparing",
    ("coaching", "withdraw"): "withdrawn",
    ("preparing", "file"): "filed",
    ("preparing", "withdraw"): "withdrawn",
    ("filed", "recommend"): "recommended",
    ("filed", "give_back"): "preparing",
    ("filed", "reject"): "rejected",
    ("filed", "withdraw"): "withdrawn",
    ("recommended", "publicise"): "publicised",
    ("recommended", "give_back"): "preparing",
    ("recommended", "reject"): "rejected",
    ("recommended", "withdraw"): "withdrawn",
    ("publicised", "recognise"): "recognised",
    ("publicised", "reject"): "rejected",
}


def refusal(candidacy: Candidacy, step: str, by: User, **given: object) -> list[str]:
    """The criteria for which a step is refused; the case stays as it is and no event is written."""
    with pytest.raises(StepRefused) as refused:
        step_with(candidacy, step, by, **given)
    assert Candidacy.objects.get(pk=candidacy.pk).state == candidacy.state
    assert not AuditEvent.objects.filter(what=f"candidacy.{step}").exists()
    return [reason.criterion for reason in refused.value.reasons]


@pytest.mark.parametrize(("state", "step"), WAYS)
def test_every_step_goes_where_the_machine_says(enterprise: Enterprise, officer: User, state: str, step: str) -> None:
    candidacy = ready_to_file(enterprise, officer)
    if state != State.PREPARING:
        candidacy.delete()
        candidacy = case_at(enterprise, state)

    moved = step_with(candidacy, step, officer)

    assert (moved.state, moved.version) == (WAYS[state, step], 1)
    event = AuditEvent.objects.get(what=f"candidacy.{step}")
    assert (event.before["state"], event.after["state"], event.by) == (state, moved.state, officer)
    assert event.effective_on == ON


@pytest.mark.parametrize("state", State.values)
def test_every_other_step_is_refused_by_the_state(enterprise: Enterprise, officer: User, state: str) -> None:
    candidacy = case_at(enterprise, state)

    for step in STEPS:
        if (state, step) not in WAYS:
            assert refusal(candidacy, step, officer) == ["state"]


def test_a_fit_firm_files_and_the_receipt_is_frozen(enterprise: Enterprise, officer: User) -> None:
    filed = step_with(ready_to_file(enterprise, officer), "file", officer)

    receipt = Receipt.objects.get(pk=filed.receipt_id)
    assert (receipt.verdict, receipt.judged_on, receipt.edition.track) == ("undecided", ON, "hnte")
    assert len(receipt.digest) == 64
    assert receipt.said["edition"] == receipt.edition.digest
    assert receipt.by == officer
    year = next(row for row in receipt.said["facts"]["years"] if row["year"] == 2025)
    assert year["sales_cny"] == 48_000_000
    outcomes = {finding["key"]: finding["outcome"] for finding in receipt.said["findings"] if finding["kind"] == "gate"}
    assert outcomes == dict.fromkeys(("H1", "H2", "H3", "H4", "H5", "H6", "H8", "H9"), "met") | {"H7": "manual"}


def test_the_receipt_stays_when_the_figures_change(enterprise: Enterprise, officer: User) -> None:
    filed = step_with(ready_to_file(enterprise, officer), "file", officer)
    before = Receipt.objects.values().get(pk=filed.receipt_id)

    YearFiguresFactory(enterprise=enterprise, year=2025, source="officer", sales_cny=1)

    assert Receipt.objects.values().get(pk=filed.receipt_id) == before


def test_an_unmet_condition_refuses_the_filing_with_actual_required_and_gap(
    enterprise: Enterprise, officer: User
) -> None:
    candidacy = ready_to_file(enterprise, officer)
    less = {"rd_cost_hnte_cny": 1_000_000, "rd_cost_hnte_domestic_cny": 1_000_000}
    YearFiguresFactory(enterprise=enterprise, year=2025, source="officer", **less)

    with pytest.raises(StepRefused) as refused:
        step_with(candidacy, "file", officer)

    (reason,) = refused.value.reasons
    assert (reason.criterion, reason.who) == ("H5", "enterprise")
    assert (reason.actual, reason.required) == ("4.21%", "≥5%")
    assert "研发费用再增加105万元" in reason.gap
    assert not Receipt.objects.exists()


def test_a_missing_figure_refuses_the_filing_by_its_name_and_year(enterprise: Enterprise, officer: User) -> None:
    firms.make_fit(enterprise, hi_tech_income_cny=None)
    firms.rule_what_is_manual(enterprise, officer)
    firms.hand_in_everything(enterprise)
    candidacy = case_at(enterprise, State.PREPARING)

    with pytest.raises(StepRefused) as refused:
        step_with(candidacy, "file", officer)

    assert [reason.says for reason in refused.value.reasons] == ["缺少 2025 年高新技术产品（服务）收入"]


def test_a_manual_criterion_nobody_ruled_refuses_the_filing(enterprise: Enterprise, officer: User) -> None:
    firms.make_fit(enterprise)
    firms.hand_in_everything(enterprise)

    assert refusal(case_at(enterprise, State.PREPARING), "file", officer) == list(firms.MANUAL)


def test_a_paper_that_is_missing_lapsed_or_not_accepted_refuses_the_filing(
    enterprise: Enterprise, officer: User
) -> None:
    candidacy = ready_to_file(enterprise, officer)
    lapsed, unseen, gone = Material.objects.order_by("pk")[:3]
    Material.objects.filter(pk=lapsed.pk).update(valid_until=ON - datetime.timedelta(days=1))
    Material.objects.filter(pk=unseen.pk).update(accepted_at=None)
    gone.delete()

    assert refusal(candidacy, "file", officer) == ["material"] * 3


def test_a_paper_is_good_on_its_last_day(enterprise: Enterprise, officer: User) -> None:
    candidacy = ready_to_file(enterprise, officer)
    Material.objects.update(valid_until=ON)

    assert step_with(candidacy, "file", officer).state == State.FILED


def test_without_a_round_nobody_files(enterprise: Enterprise, officer: User) -> None:
    candidacy = ready_to_file(enterprise, officer)
    Candidacy.objects.update(round=None)

    assert refusal(candidacy, "file", officer) == ["round"]


def test_the_round_may_be_chosen_with_the_filing(enterprise: Enterprise, officer: User) -> None:
    candidacy = ready_to_file(enterprise, officer)
    Candidacy.objects.update(round=None)
    chosen = RoundFactory()

    assert step_with(candidacy, "file", officer, round_id=chosen.pk).round == chosen


def test_a_round_of_another_track_cannot_be_chosen(enterprise: Enterprise, officer: User) -> None:
    other = Round.objects.get(track="tsme", year=2026)

    assert refusal(ready_to_file(enterprise, officer), "file", officer, round_id=other.pk) == ["round"]


@pytest.mark.parametrize(("days", "files"), [(0, True), (-1, False)])
def test_a_round_closes_after_its_last_day(enterprise: Enterprise, officer: User, days: int, files: bool) -> None:
    candidacy = ready_to_file(enterprise, officer)
    closing = RoundFactory(closes_on=ON + datetime.timedelta(days=days))

    if files:
        assert step_with(candidacy, "file", officer, round_id=closing.pk).state == State.FILED
    else:
        assert refusal(candidacy, "file", officer, round_id=closing.pk) == ["round"]


@pytest.mark.parametrize(
    ("to_on", "recommended"), [(None, False), (ON, False), (ON - datetime.timedelta(days=1), True)]
)
def test_standing_dishonesty_refuses_the_recommendation(
    enterprise: Enterprise, officer: User, to_on: datetime.date | None, recommended: bool
) -> None:
    candidacy = case_at(enterprise, State.FILED)
    NegativeFact.objects.create(enterprise=enterprise, kind="经营异常", from_on=datetime.date(2026, 1, 5), to_on=to_on)

    if recommended:
        assert step_with(candidacy, "recommend", officer).state == State.RECOMMENDED
    else:
        assert refusal(candidacy, "recommend", officer) == ["negative"]


@pytest.mark.parametrize(
    "certificate",
    [
        None,
        Certificate("", datetime.date(2026, 11, 20), "文号"),
        Certificate("GR1", None, "文号"),
        Certificate("GR1", datetime.date(2026, 11, 20), ""),
        Certificate("GR1", ON + datetime.timedelta(days=1), "文号"),
    ],
    ids=["nothing", "no number", "no day", "no document", "a day to come"],
)
def test_a_recognition_names_number_day_and_document(
    enterprise: Enterprise, officer: User, certificate: Certificate | None
) -> None:
    candidacy = case_at(enterprise, State.PUBLICISED)

    assert refusal(candidacy, "recognise", officer, certificate=certificate) == ["certificate"]
    assert not Title.objects.exists()


def test_a_recognition_becomes_a_title_and_the_firm_climbs(enterprise: Enterprise, officer: User) -> None:
    step_with(case_at(enterprise, State.PUBLICISED), "recognise", officer)

    title = Title.objects.get()
    assert (title.number, title.issued_on, title.document) == (
        CERTIFICATE.number,
        CERTIFICATE.issued_on,
        CERTIFICATE.document,
    )
    assert (title.valid_from, title.valid_until) == (CERTIFICATE.issued_on, datetime.date(2029, 11, 19))
    position = LadderPosition.objects.get(enterprise=enterprise)
    assert (position.rung, position.since) == ("hnte", CERTIFICATE.issued_on)
    acts = list(AuditEvent.objects.order_by("pk").values_list("what", flat=True))
    assert acts == ["candidacy.recognise", "title.record", "ladder.climb"]


def test_a_recognition_that_overlaps_a_title_changes_nothing(enterprise: Enterprise, officer: User) -> None:
    candidacy = case_at(enterprise, State.PUBLICISED)
    Title.objects.create(
        enterprise=enterprise,
        track="hnte",
        number="GR202342000001",
        issued_on=datetime.date(2023, 12, 1),
        valid_from=datetime.date(2023, 12, 1),
        valid_until=datetime.date(2026, 11, 30),
    )

    assert refusal(candidacy, "recognise", officer) == ["title"]
    assert Title.objects.count() == 1


@pytest.mark.parametrize("step", ["give_back", "reject", "withdraw"])
def test_a_step_back_or_out_says_why(enterprise: Enterprise, officer: User, step: str) -> None:
    assert refusal(case_at(enterprise, State.FILED), step, officer, reason="  ") == ["reason"]


def test_the_slower_of_two_learns_who_was_faster(enterprise: Enterprise, officer: User, county_officer: User) -> None:
    candidacy = CandidacyFactory(enterprise=enterprise)
    move(candidacy_id=candidacy.pk, step="coach", by=county_officer, version=0, on=ON)

    with pytest.raises(Stale) as stale:
        move(candidacy_id=candidacy.pk, step="coach", by=officer, version=0, on=ON)

    assert (stale.value.winner.by, stale.value.winner.what) == (county_officer, "candidacy.coach")
    assert AuditEvent.objects.filter(what="candidacy.coach").count() == 1


def test_an_officer_of_another_line_is_refused(enterprise: Enterprise) -> None:
    other_line = UnitOfficerFactory(region=enterprise.region, lines=[Line.INDUSTRY])

    assert refusal(CandidacyFactory(enterprise=enterprise), "coach", other_line) == ["right"]


def test_an_auditor_is_refused(enterprise: Enterprise, auditor: User) -> None:
    assert refusal(CandidacyFactory(enterprise=enterprise), "coach", auditor) == ["right"]


def test_the_firm_itself_is_refused(enterprise: Enterprise, member: User) -> None:
    assert refusal(CandidacyFactory(enterprise=enterprise), "coach", member) == ["right"]


def test_out_of_sight_a_case_does_not_exist(
    enterprise: Enterprise, other_county_officer: User, administrator: User
) -> None:
    candidacy = CandidacyFactory(enterprise=enterprise)

    for stranger in (other_county_officer, administrator):
        with pytest.raises(Candidacy.DoesNotExist):
            move(candidacy_id=candidacy.pk, step="coach", by=stranger, version=0, on=ON)


def test_the_officer_of_the_county_may_move(enterprise: Enterprise, county_officer: User) -> None:
    moved = move(
        candidacy_id=CandidacyFactory(enterprise=enterprise).pk, step="coach", by=county_officer, version=0, on=ON
    )

    assert moved.state == State.COACHING


def test_an_unknown_step_is_refused(enterprise: Enterprise, officer: User) -> None:
    assert refusal(CandidacyFactory(enterprise=enterprise), "delete", officer) == ["state"]


def test_a_paper_the_firm_handed_in_is_the_bureaus_to_accept(enterprise: Enterprise, officer: User) -> None:
    candidacy = CandidacyFactory(enterprise=enterprise)
    first, *others = MaterialRequirement.objects.filter(track="hnte").values_list("kind", flat=True)
    hand_in(enterprise_id=enterprise.pk, kind=first, by=officer, at=timezone.now())

    reasons = materials_against(candidacy, ON)

    assert [reason.who for reason in reasons] == ["bureau", *["enterprise"] * len(others)]
    assert reasons[0].says.startswith(f"材料待核收：{first}")
