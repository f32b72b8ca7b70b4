"""Rulings: who may answer which criterion how, and that the assessment follows at once."""

import datetime

import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.domain import judge, rulings
from pipeline.models import Assessment, Ruling
from tests import firms
from tests.factories import UnitOfficerFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")


def rule(enterprise: Enterprise, by: User, **given: object) -> Ruling:
    """Rule that the core technology lies in its field."""
    whole = {"track": "hnte", "criterion": "H3.core", "value": True, "basis": "专家意见", "on": ON}
    return rulings.rule(enterprise_id=enterprise.pk, by=by, **(whole | given))


def outcome(enterprise: Enterprise, key: str, on: datetime.date = ON) -> str:
    """The outcome of one criterion now."""
    found = judge.checklist(enterprise=enterprise, track="hnte", on=on).findings
    return next(finding.outcome for finding in found if finding.key == key)


def test_a_ruling_answers_a_manual_criterion_and_the_assessment_follows(
    enterprise: Enterprise, county_officer: User
) -> None:
    firms.make_fit(enterprise)
    assert outcome(enterprise, "H3.core") == "manual"

    ruling = rule(enterprise, county_officer, document="〔2026〕3号")

    assert outcome(enterprise, "H3.core") == "met"
    assert Assessment.objects.filter(enterprise=enterprise, track__in=["tsme", "hnte"]).count() == 2
    event = AuditEvent.objects.get(what="ruling.give")
    assert (event.object_id, event.by, event.document) == (ruling.pk, county_officer, "〔2026〕3号")


def test_a_later_ruling_replaces_an_earlier_one(enterprise: Enterprise, officer: User) -> None:
    firms.make_fit(enterprise)
    rule(enterprise, officer)

    rule(enterprise, officer, value=False, basis="复查结论")

    assert outcome(enterprise, "H3.core") == "unmet"
    assert Ruling.objects.count() == 2


def test_a_ruling_lapses_after_its_last_day(enterprise: Enterprise, officer: User) -> None:
    firms.make_fit(enterprise)
    rule(enterprise, officer, valid_until=ON)

    assert outcome(enterprise, "H3.core") == "met"
    assert outcome(enterprise, "H3.core", ON + datetime.timedelta(days=1)) == "manual"


def test_points_narrow_the_score(enterprise: Enterprise, officer: User) -> None:
    firms.make_fit(enterprise)
    before = judge.checklist(enterprise=enterprise, track="hnte", on=ON)

    rule(enterprise, officer, criterion="ip_core", value=None, points=7)

    after = judge.checklist(enterprise=enterprise, track="hnte", on=ON)
    assert before.score_low is not None
    assert after.score_low == before.score_low + 7


@pytest.mark.parametrize(
    "given",
    [
        {"criterion": "H99"},
        {"value": None},
        {"points": 3},
        {"criterion": "ip_core", "value": None, "points": 9},
        {"criterion": "ip_core", "value": None, "points": -1},
        {"criterion": "ip_core", "value": True},
        {"basis": "  "},
        {"track": "key_little_giant", "criterion": "K3"},  # its last round is over
    ],
    ids=[
        "unknown criterion",
        "no answer",
        "points for yes or no",
        "too many points",
        "too few",
        "yes for points",
        "no basis",
        "no rules",
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    enterprise: Enterprise, officer: User, given: dict[str, object]
) -> None:
    with pytest.raises(StepRefused):
        rule(enterprise, officer, **given)

    assert not Ruling.objects.exists()


def test_ruling_asks_for_line_right_and_sight(
    enterprise: Enterprise, auditor: User, member: User, other_county_officer: User
) -> None:
    other_line = UnitOfficerFactory(region=enterprise.region, lines=["经信"])

    for stranger in (auditor, member, other_line):
        with pytest.raises(StepRefused):
            rule(enterprise, stranger)
    with pytest.raises(Enterprise.DoesNotExist):
        rule(enterprise, other_county_officer)

    assert not Ruling.objects.exists()
