"""Papers that prove conditions: once, for several tracks; ended or void they flip exactly those conditions."""

import datetime

import pytest
from django.db.models import ProtectedError

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise, Material
from pipeline.domain import evidence, rulings, touch
from pipeline.domain.checklists import checklist
from pipeline.models import Assessment, MaterialRequirement, Round, Ruling
from tests import firms
from tests.factories import MaterialFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")
TRACKS = {"hnte": ("H2.core", "H3.core"), "tsme": ("T4",)}
AT = datetime.datetime(2026, 11, 23, 2, 0, tzinfo=datetime.UTC)


def rule(firm: Enterprise, by: User, track: str, criterion: str, **given: object) -> Ruling:
    """A ruling that the criterion is met."""
    return rulings.rule(
        enterprise_id=firm.pk, track=track, criterion=criterion, value=True, basis="见报告", by=by, on=ON,
        **given,  # type: ignore[arg-type]
    )  # fmt: skip


def outcomes(firm: Enterprise, on: datetime.date = ON) -> dict[str, str]:
    """Every outcome of both tracks."""
    return {
        f"{track} {finding.key}": finding.outcome
        for track in TRACKS
        for finding in checklist(enterprise=firm, track=track, on=on).findings
    }


@pytest.fixture
def paper(enterprise: Enterprise, officer: User) -> Material:
    """A report that proves a condition of each track; another condition is ruled without it."""
    firms.make_fit(enterprise)
    paper: Material = MaterialFactory(enterprise=enterprise, kind="审计报告", valid_until=datetime.date(2026, 12, 31))
    rule(enterprise, officer, "hnte", "H2.core", material_id=paper.pk)
    rule(enterprise, officer, "tsme", "T1", material_id=paper.pk)
    rule(enterprise, officer, "hnte", "H3.core")
    return paper


def proven(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """What flipped."""
    return {key for key in before if before[key] != after[key]}


def test_void_it_flips_exactly_what_rested_on_it(paper: Material, enterprise: Enterprise, officer: User) -> None:
    before = outcomes(enterprise)
    assert before["hnte H2.core"] == before["hnte H3.core"] == "met"

    touch.withdraw_material(material_id=paper.pk, by=officer, at=AT, reason="报告被撤回")

    after = outcomes(enterprise)
    assert proven(before, after) == {"hnte H2", "hnte H2.core"} | {
        key for key in before if key.startswith("tsme T1") and before[key] != after[key]
    }
    assert (after["hnte H2.core"], after["hnte H3.core"]) == ("manual", "met")
    event = AuditEvent.objects.get(what="material.withdraw")
    assert (event.reason, event.by) == ("报告被撤回", officer)


def test_the_stored_assessment_follows_at_once(paper: Material, enterprise: Enterprise, officer: User) -> None:
    stored = Assessment.objects.get(enterprise=enterprise, track="hnte")

    touch.withdraw_material(material_id=paper.pk, by=officer, at=AT, reason="报告被撤回")

    assert Assessment.objects.get(enterprise=enterprise, track="hnte").n_manual == stored.n_manual + 1


def test_the_day_after_it_ends_the_condition_is_open(paper: Material, enterprise: Enterprise) -> None:
    last, day = datetime.date(2026, 12, 31), datetime.timedelta(days=1)

    assert outcomes(enterprise, last)["hnte H2.core"] == "met"
    assert outcomes(enterprise, last + day)["hnte H2.core"] == "manual"
    assert outcomes(enterprise, last + day)["hnte H3.core"] == "met"


def test_shortened_by_an_officer_it_ends_earlier(paper: Material, enterprise: Enterprise, officer: User) -> None:
    touch.accept_material(material_id=paper.pk, by=officer, at=AT, valid_until=ON - datetime.timedelta(days=1))

    assert outcomes(enterprise)["hnte H2.core"] == "manual"


def test_an_earlier_ruling_does_not_come_back(paper: Material, enterprise: Enterprise, officer: User) -> None:
    rule(enterprise, officer, "hnte", "H3.core", material_id=paper.pk)

    touch.withdraw_material(material_id=paper.pk, by=officer, at=AT, reason="报告被撤回")

    assert outcomes(enterprise)["hnte H3.core"] == "manual"


def test_a_paper_that_proves_something_is_never_deleted(paper: Material) -> None:
    with pytest.raises(ProtectedError):
        paper.delete()


@pytest.mark.parametrize("changes", [{"accepted_at": None}, {"valid_until": "2026-11-22"}, {"withdrawn_at": AT}])
def test_a_ruling_cannot_rest_on_a_paper_that_does_not_count(
    enterprise: Enterprise, officer: User, changes: dict[str, object]
) -> None:
    firms.make_fit(enterprise)
    paper = MaterialFactory(enterprise=enterprise)
    Material.objects.filter(pk=paper.pk).update(**changes)

    with pytest.raises(StepRefused):
        rule(enterprise, officer, "hnte", "H2.core", material_id=paper.pk)


def test_nor_on_another_firm_s(enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User) -> None:
    paper = MaterialFactory(enterprise=foreign_enterprise)

    with pytest.raises(StepRefused):
        rule(enterprise, officer, "hnte", "H2.core", material_id=paper.pk)


def test_a_paper_says_what_it_proves_where_it_serves_and_what_it_will_not_live_to_see(
    paper: Material, enterprise: Enterprise
) -> None:
    Round.objects.update(closes_on=None)
    MaterialRequirement.objects.create(track="little_giant", kind="审计报告")
    too_late = Round.objects.create(track="hnte", name="2027 年高企", year=2027, closes_on=datetime.date(2027, 6, 30))
    Round.objects.create(track="tsme", name="2026 年末", year=2026, closes_on=datetime.date(2026, 12, 31))

    (proof,) = evidence.proofs(enterprise, ON)

    assert {(one.track, one.criterion) for one in proof.rulings} == {("hnte", "H2.core"), ("tsme", "T1")}
    assert {"hnte", "tsme", "little_giant"} <= set(proof.tracks)
    assert list(proof.too_short_for) == [too_late]


def test_voiding_needs_a_reason_and_happens_once(paper: Material, officer: User) -> None:
    with pytest.raises(StepRefused):
        touch.withdraw_material(material_id=paper.pk, by=officer, at=AT, reason=" ")
    touch.withdraw_material(material_id=paper.pk, by=officer, at=AT, reason="报告被撤回")
    with pytest.raises(StepRefused):
        touch.withdraw_material(material_id=paper.pk, by=officer, at=AT, reason="再次")
