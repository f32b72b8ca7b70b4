"""Statements: a firm states, an officer accepts or declines; what is current follows from source and day."""

import datetime
from decimal import Decimal

import pytest

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, User
from enterprises.domain import statements
from enterprises.domain.statements import accept, current_figures, current_firm, decline
from enterprises.models import Enterprise, YearFigures
from tests.factories import FirmStatementFactory, YearFiguresFactory

AT = datetime.datetime(2026, 11, 23, 2, 0, tzinfo=datetime.UTC)
LATER = AT + datetime.timedelta(hours=1)


def state(
    enterprise: Enterprise, by: User, at: datetime.datetime = AT, year: int = 2025, **given: object
) -> YearFigures:
    """State figures of 2025."""
    return statements.state_figures(enterprise_id=enterprise.pk, year=year, figures=given, by=by, at=at)


def values(enterprise: Enterprise, year: int = 2025) -> dict[str, object]:
    """The current values of a year."""
    return {name: known.value for name, known in current_figures(enterprise).get(year, {}).items()}


def test_what_a_firm_states_waits_and_counts_once_accepted(enterprise: Enterprise, member: User, officer: User) -> None:
    YearFiguresFactory(enterprise=enterprise, sales_cny=1_000_000, staff_headcount=50)

    stated = state(enterprise, member, sales_cny=2_000_000)
    waiting = values(enterprise)
    accept(statement_id=stated.pk, by=officer, at=LATER)

    assert waiting == {"sales_cny": 1_000_000, "staff_headcount": 50}
    assert values(enterprise) == {"sales_cny": 2_000_000, "staff_headcount": 50}
    known = current_figures(enterprise)[2025]["sales_cny"]
    assert (known.source_label, known.by, known.known_at, known.statement_id) == ("企业填报", member, AT, stated.pk)


def test_acceptance_is_audited_with_old_and_new(enterprise: Enterprise, member: User, officer: User) -> None:
    YearFiguresFactory(enterprise=enterprise, sales_cny=1_000_000)
    stated = state(enterprise, member, sales_cny=2_000_000, staff_headcount=60)

    accept(statement_id=stated.pk, by=officer, at=LATER)

    event = AuditEvent.objects.get(what="figures.accept")
    assert (event.by, event.enterprise_id, event.effective_on) == (officer, enterprise.pk, datetime.date(2026, 11, 23))
    assert event.before == {"year": 2025, "figures": {"sales_cny": 1_000_000, "staff_headcount": None}}
    assert event.after == {"year": 2025, "figures": {"sales_cny": 2_000_000, "staff_headcount": 60}}


def test_a_declined_statement_never_counts(enterprise: Enterprise, member: User, officer: User) -> None:
    stated = state(enterprise, member, sales_cny=2_000_000)

    decline(statement_id=stated.pk, by=officer, at=LATER, reason="与审计报告不符")

    assert values(enterprise) == {}
    stated.refresh_from_db()
    assert (stated.state, stated.note, stated.confirmed_by) == ("declined", "与审计报告不符", officer)


def test_declining_needs_a_reason(enterprise: Enterprise, member: User, officer: User) -> None:
    stated = state(enterprise, member, sales_cny=2_000_000)

    with pytest.raises(StepRefused):
        decline(statement_id=stated.pk, by=officer, at=LATER, reason=" ")

    assert YearFigures.objects.get().state == "submitted"


def test_a_statement_is_decided_once(enterprise: Enterprise, member: User, officer: User, county_officer: User) -> None:
    stated = state(enterprise, member, sales_cny=2_000_000)
    accept(statement_id=stated.pk, by=county_officer, at=LATER)

    with pytest.raises(Stale) as stale:
        decline(statement_id=stated.pk, by=officer, at=LATER, reason="迟了")

    assert stale.value.winner.by == county_officer


def test_a_new_statement_takes_the_waiting_one_of_its_year_with_it(
    enterprise: Enterprise, member: User, officer: User
) -> None:
    first = state(enterprise, member, sales_cny=1, staff_headcount=5)
    other_year = state(enterprise, member, year=2024, sales_cny=3)

    second = state(enterprise, member, at=LATER, sales_cny=2)

    first.refresh_from_db()
    assert first.state == "declined"
    assert list(statements.pending(enterprise).order_by("pk")) == [other_year, second]
    accept(statement_id=second.pk, by=officer, at=LATER)
    assert values(enterprise) == {"sales_cny": 2, "staff_headcount": 5}


def test_the_trail_tells_what_a_new_statement_took_back(enterprise: Enterprise, member: User) -> None:
    first = state(enterprise, member, sales_cny=1_000_000)
    state(enterprise, member, at=LATER, sales_cny=2_000_000)

    event = AuditEvent.objects.get(what="figures.withdraw")
    assert (event.object_id, event.by, event.enterprise_id) == (first.pk, member, enterprise.pk)
    assert event.after == {"year": 2025, "figures": {"sales_cny": 1_000_000}}


def test_an_officers_own_figure_stands_at_once_and_over_the_firms(
    enterprise: Enterprise, member: User, officer: User
) -> None:
    state(enterprise, officer, sales_cny=3_000_000)

    stated = state(enterprise, member, at=LATER, sales_cny=9_000_000, staff_headcount=7)
    accept(statement_id=stated.pk, by=officer, at=LATER)

    assert values(enterprise) == {"sales_cny": 3_000_000, "staff_headcount": 7}


def test_within_one_source_the_latest_known_stands(enterprise: Enterprise) -> None:
    YearFiguresFactory(enterprise=enterprise, sales_cny=2, known_at=LATER)
    YearFiguresFactory(enterprise=enterprise, sales_cny=1, staff_headcount=4, known_at=AT)

    assert values(enterprise) == {"sales_cny": 2, "staff_headcount": 4}


def test_what_was_known_by_a_moment_can_be_asked(enterprise: Enterprise) -> None:
    YearFiguresFactory(enterprise=enterprise, sales_cny=1, known_at=AT)
    YearFiguresFactory(enterprise=enterprise, sales_cny=2, known_at=LATER)

    assert current_figures(enterprise, known_by=AT)[2025]["sales_cny"].value == 1
    assert current_figures(enterprise)[2025]["sales_cny"].value == 2


def test_zero_is_a_value_and_null_is_not(enterprise: Enterprise) -> None:
    YearFiguresFactory(enterprise=enterprise, sales_cny=0)

    assert values(enterprise) == {"sales_cny": 0}


def test_facts_of_the_firm_follow_the_same_order(enterprise: Enterprise, officer: User) -> None:
    FirmStatementFactory(enterprise=enterprise, is_resident=True, industry_code="C34")
    FirmStatementFactory(enterprise=enterprise, source="officer", industry_code="C35", stated_by=officer)

    known = current_firm(enterprise)

    assert {name: fact.value for name, fact in known.items()} == {"is_resident": True, "industry_code": "C35"}
    assert (known["industry_code"].source_label, known["industry_code"].by) == ("核定", officer)


@pytest.mark.parametrize(
    ("name", "value", "stated"),
    [
        ("sales_cny", 0, True),
        ("sales_cny", -1, False),
        ("sales_cny", 10**15, True),
        ("sales_cny", 10**15 + 1, False),
        ("net_profit_cny", -5, True),
        ("sales_cny", Decimal("1.5"), False),
        ("srdi_platform_score", Decimal("61.25"), True),
        ("srdi_platform_score", Decimal(10_000), False),
        ("turnover", 1, False),
        ("sales_cny", None, False),
    ],
)
def test_an_impossible_figure_is_refused(
    enterprise: Enterprise, member: User, name: str, value: object, stated: bool
) -> None:
    if stated:
        assert getattr(state(enterprise, member, **{name: value}), name) == value
    else:
        with pytest.raises(StepRefused):
            state(enterprise, member, **{name: value})
        assert not YearFigures.objects.exists()


@pytest.mark.parametrize(("year", "stated"), [(1989, False), (1990, True), (2026, True), (2027, False)])
def test_a_year_to_come_or_long_gone_is_refused(enterprise: Enterprise, member: User, year: int, stated: bool) -> None:
    if stated:
        assert state(enterprise, member, year=year, sales_cny=1).year == year
    else:
        with pytest.raises(StepRefused):
            state(enterprise, member, year=year, sales_cny=1)


def test_who_may_state_and_decide(
    enterprise: Enterprise, member: User, auditor: User, other_county_officer: User, administrator: User
) -> None:
    stated = state(enterprise, member, sales_cny=1)

    for stranger in (other_county_officer, administrator):
        with pytest.raises(Enterprise.DoesNotExist):
            state(enterprise, stranger, sales_cny=1)
        with pytest.raises(YearFigures.DoesNotExist):
            accept(statement_id=stated.pk, by=stranger, at=AT)
    with pytest.raises(StepRefused):
        state(enterprise, auditor, sales_cny=1)
    for reader in (auditor, member):
        with pytest.raises(StepRefused):
            accept(statement_id=stated.pk, by=reader, at=AT)

    assert YearFigures.objects.get().state == "submitted"
