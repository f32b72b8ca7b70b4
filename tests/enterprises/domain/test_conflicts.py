"""Sources differ on a figure: kept, shown side by side, settled by an officer, the losers kept."""

import datetime

import pytest

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, User
from enterprises.domain import conflicts, statements
from enterprises.models import Enterprise, FigureConflict, YearFigures
from pipeline.domain import touch
from pipeline.models import Assessment, Bureau
from tests import workbooks
from tests.factories import MemberFactory, YearFiguresFactory
from tests.ledgers import imported

NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(days=1)
NAME = "operating_revenue_cny"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger_says(enterprise: Enterprise) -> YearFigures:
    """A ledger says 48 million and 10 people."""
    return YearFiguresFactory(enterprise=enterprise, operating_revenue_cny=48_000_000, staff_headcount=10)


def firm_says(enterprise: Enterprise, officer: User, **figures: int) -> YearFigures:
    """The firm states, an officer accepts."""
    person = MemberFactory(enterprises=[enterprise])
    said = touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=figures, by=person, at=NOW)
    return touch.accept_figures(statement_id=said.pk, by=officer, at=NOW)


def kept() -> list[tuple[int, str]]:
    """The stored conflicts."""
    return list(FigureConflict.objects.order_by("year", "figure").values_list("year", "figure"))


def settled(conflict: conflicts.Conflict, place: int, by: User) -> YearFigures:
    """The officer lets the word at that place stand."""
    return touch.settle_conflict(
        enterprise_id=conflict.enterprise.pk, year=conflict.year, figure=conflict.figure,
        statement_id=conflict.words[place].known.statement_id, seen=conflict.counting, by=by, at=LATER,
        reason="核对报表",
    )  # fmt: skip


@pytest.mark.usefixtures("ledger_says", "reference_data")
class TestConflicts:
    """A ledger and a firm say different things."""

    def test_only_what_differs_is_kept_from_the_moment_it_counts(self, enterprise: Enterprise, officer: User) -> None:
        assert kept() == []
        firm_says(enterprise, officer, operating_revenue_cny=50_000_000, staff_headcount=10)

        assert kept() == [(2025, NAME)]

    @pytest.mark.feature(4, partial="register says")
    def test_side_by_side_with_source_and_which_one_counts(self, enterprise: Enterprise, officer: User) -> None:
        """Per-field precedence, side-by-side conflict list, chosen value keeps the losing ones."""
        firm_says(enterprise, officer, operating_revenue_cny=50_000_000)

        (found,) = conflicts.of_firm(enterprise)
        assert [(word.known.value, word.known.source, word.counts) for word in found.words] == [
            (50_000_000, "enterprise", True),
            (48_000_000, "ledger", False),
        ]
        assert (found.label, found.is_open) == ("营业收入", True)

    def test_an_officer_lets_the_losing_value_stand_and_nothing_is_lost(
        self, enterprise: Enterprise, officer: User
    ) -> None:
        firm_says(enterprise, officer, operating_revenue_cny=50_000_000)
        settled(conflicts.of_firm(enterprise)[0], 1, officer)

        current = statements.current_figures(enterprise)[2025][NAME]
        assert (current.value, current.source, current.by) == (48_000_000, "officer", officer)
        assert kept() == []
        (found,) = conflicts.of_firm(enterprise)
        assert (found.is_open, [word.known.value for word in found.words]) == (
            False,
            [48_000_000, 50_000_000, 48_000_000],
        )
        act = AuditEvent.objects.get(what="figures.settle")
        assert (act.before["figures"], act.after["figures"], act.by) == (
            {NAME: 50_000_000},
            {NAME: 48_000_000},
            officer,
        )
        assert Assessment.objects.filter(enterprise=enterprise).exists()

    def test_a_later_word_opens_it_again(self, enterprise: Enterprise, officer: User) -> None:
        firm_says(enterprise, officer, operating_revenue_cny=50_000_000)
        settled(conflicts.of_firm(enterprise)[0], 0, officer)
        YearFiguresFactory(enterprise=enterprise, operating_revenue_cny=1, known_at=LATER + datetime.timedelta(days=1))
        conflicts.refresh()

        assert kept() == [(2025, NAME)]

    def test_whoever_looked_at_an_older_state_is_told(self, enterprise: Enterprise, officer: User) -> None:
        firm_says(enterprise, officer, operating_revenue_cny=50_000_000)
        seen = conflicts.of_firm(enterprise)[0]
        settled(seen, 0, officer)

        with pytest.raises(Stale) as stale:
            settled(seen, 1, officer)
        assert stale.value.winner.what == "figures.settle"

    def test_a_value_that_no_source_gives_is_refused(self, enterprise: Enterprise, officer: User) -> None:
        other = YearFiguresFactory(operating_revenue_cny=3)
        firm_says(enterprise, officer, operating_revenue_cny=50_000_000)
        seen = conflicts.of_firm(enterprise)[0]

        with pytest.raises(StepRefused, match="已不是"):
            touch.settle_conflict(
                enterprise_id=enterprise.pk, year=2025, figure=NAME, statement_id=other.pk, seen=seen.counting,
                by=officer, at=LATER,
            )  # fmt: skip

    def test_only_an_officer_in_sight_settles(
        self, enterprise: Enterprise, officer: User, auditor: User, other_county_officer: User
    ) -> None:
        firm_says(enterprise, officer, operating_revenue_cny=50_000_000)
        seen = conflicts.of_firm(enterprise)[0]

        with pytest.raises(StepRefused):
            settled(seen, 1, auditor)
        with pytest.raises(Enterprise.DoesNotExist):
            settled(seen, 1, other_county_officer)
        assert not FigureConflict.objects.visible_to(other_county_officer).exists()
        assert FigureConflict.objects.visible_to(auditor).count() == 1


def test_a_ledger_against_the_firm_s_own_word_is_kept_at_once(
    reference_data: Bureau, enterprise: Enterprise, officer: User
) -> None:
    firm_says(enterprise, officer, operating_revenue_cny=50_000_000)
    imported(workbooks.ledger((1, enterprise.name, None, None, None, 4800)), officer)

    assert kept() == [(2025, NAME)]


def test_two_queries_for_any_number_of_rows(
    reference_data: Bureau, enterprise: Enterprise, officer: User, django_assert_num_queries: object
) -> None:
    YearFiguresFactory(enterprise=enterprise, operating_revenue_cny=1, staff_headcount=2, tax_paid_cny=3)
    firm_says(enterprise, officer, operating_revenue_cny=2, staff_headcount=3, tax_paid_cny=4)

    for number in (1, 3):
        rows = list(FigureConflict.objects.select_related("enterprise").order_by("pk")[:number])
        with django_assert_num_queries(1):  # type: ignore[operator]
            assert len(conflicts.of_rows(rows)) == number
