"""As of a day: what was known then by the edition then in force; what differs from today, and why."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise, YearFigures
from pipeline.domain.as_of import compare, end_of
from pipeline.domain.checklists import checklist
from pipeline.models import Ruling, Title
from pipeline.rules.choose import NoEdition
from pipeline.rules.replay import canonical
from tests import firms
from tests.factories import TitleFactory, YearFiguresFactory

pytestmark = pytest.mark.usefixtures("reference_data")
THEN, TODAY = datetime.date(2026, 6, 30), datetime.date(2026, 11, 23)
LATER = datetime.datetime(2026, 9, 1, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture
def firm(enterprise: Enterprise, officer: User) -> Enterprise:
    """A firm of which enough was known in March; the rulings came in November."""
    firms.make_fit(enterprise)
    firms.rule_what_is_manual(enterprise, officer)
    Ruling.objects.update(created_at=LATER)
    return enterprise


def found(firm: Enterprise, on: datetime.date = THEN):  # type: ignore[no-untyped-def]
    """The comparison for 高企."""
    return compare(enterprise=firm, track="hnte", on=on, today=TODAY)


def test_what_became_known_later_does_not_count_then(firm: Enterprise) -> None:
    YearFiguresFactory(enterprise=firm, year=2025, source="officer", known_at=LATER, tech_staff_hnte_headcount=5)

    answer = found(firm)

    then, now = ({gate.key: gate.outcome for gate in side.gates} for side in (answer.then, answer.now))
    assert (then["H4"], now["H4"]) == ("met", "unmet")
    assert (then["H2"], now["H2"]) == ("manual", "met")
    assert (answer.then.judged_on, answer.now.judged_on) == (THEN, TODAY)


def test_the_difference_names_the_facts_and_the_conditions(firm: Enterprise) -> None:
    YearFiguresFactory(enterprise=firm, year=2025, source="officer", known_at=LATER, tech_staff_hnte_headcount=5)

    answer = found(firm)

    known = {one.label: (one.then, one.now) for one in answer.facts}
    (staff,) = [label for label in known if label.startswith("2025 年")]
    assert known[staff] == (20, 5)
    assert known["人工判定 高新技术企业 H2.core"] == (None, "符合")
    turned = {one.finding.key: (one.by_facts, one.by_day) for one in answer.turned}
    assert turned == {"H2": (True, False), "H3": (True, False), "H4": (True, False)}


def test_a_figure_withdrawn_since_still_counted_then(firm: Enterprise) -> None:
    YearFigures.objects.filter(enterprise=firm, year=2025).update(state="withdrawn", withdrawn_at=LATER)

    answer = found(firm)

    assert {gate.key: gate.outcome for gate in answer.then.gates}["H4"] == "met"
    assert {gate.key: gate.outcome for gate in answer.now.gates}["H4"] == "unknown"


def test_another_year_is_the_day_s_doing(firm: Enterprise) -> None:
    answer = found(firm, on=datetime.date(2026, 3, 2))
    later = compare(enterprise=firm, track="hnte", on=THEN, today=datetime.date(2027, 3, 1))

    assert not answer.is_other_edition
    assert {one.finding.key: one.by_day for one in later.turned}["H4"] is True


def test_titles_are_those_recorded_then(firm: Enterprise) -> None:
    title = TitleFactory(enterprise=firm, track="tsme", valid_from="2026-01-01", valid_until="2026-12-31")
    Title.objects.filter(pk=title.pk).update(recorded_at=LATER)

    answer = compare(enterprise=firm, track="tsme", on=THEN, today=TODAY)

    assert (answer.then.kind, checklist(enterprise=firm, track="tsme", on=THEN).kind) == ("apply", "review")
    assert answer.then.register.titles.height == 0
    assert any(one.label == "资格 科技型中小企业" and one.then is None for one in answer.facts)


def test_nobody_is_judged_by_an_edition_outside_its_validity(firm: Enterprise) -> None:
    with pytest.raises(NoEdition):
        compare(enterprise=firm, track="hnte", on=datetime.date(2007, 12, 31), today=TODAY)


def test_the_same_day_asked_again_answers_the_same(firm: Enterprise) -> None:
    first = found(firm).then
    YearFiguresFactory(enterprise=firm, year=2025, source="officer", known_at=LATER, sales_cny=1)
    again = found(firm).then

    assert canonical([str(one) for one in first.findings]) == canonical([str(one) for one in again.findings])


def test_a_day_ends_at_midnight_of_the_bureau() -> None:
    assert timezone.localtime(end_of(THEN)).isoformat().startswith("2026-06-30T23:59:59.999999+08")
