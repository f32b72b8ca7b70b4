"""Obligations follow at once when a fact changed from which they follow, and one batch is told of once."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from django.utils import timezone

from accounts.models import User
from enterprises import signals
from enterprises.domain import materials, statements
from enterprises.models import Enterprise
from notifications import follow
from notifications.models import Obligation
from pipeline.domain import candidacies, titles
from tests.factories import MaterialFactory, RoundFactory, YearFiguresFactory

ON = datetime.date(2026, 11, 23)
Kind = Obligation.Kind
Commits = Any

pytestmark = [pytest.mark.django_db, pytest.mark.feature(47, partial="recomputed when facts change")]


def kinds() -> set[str]:
    return set(Obligation.objects.open().values_list("kind", flat=True))


def test_a_case_asks_and_stops_asking_as_it_moves(
    enterprise: Enterprise, officer: User, django_capture_on_commit_callbacks: Commits
):
    chosen = RoundFactory(closes_on=datetime.date(2026, 12, 20))
    with django_capture_on_commit_callbacks(execute=True):
        case = candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=ON, round_id=chosen.pk)
    before = kinds()

    with django_capture_on_commit_callbacks(execute=True):
        candidacies.move(candidacy_id=case.pk, step="withdraw", by=officer, version=0, on=ON, reason="停产")

    assert (before, kinds()) == ({Kind.ROUND_CLOSING}, set())


def test_a_recorded_title_a_paper_and_a_statement_are_followed(
    enterprise: Enterprise, officer: User, member: User, django_capture_on_commit_callbacks: Commits
):
    now = timezone.now()
    acts: list[Callable[[], Any]] = [
        lambda: titles.record(
            enterprise_id=enterprise.pk, track="hnte", number="GR1", issued_on=datetime.date(2024, 1, 1),
            valid_until=datetime.date(2026, 12, 31), by=officer, on=ON,
        ),
        lambda: materials.hand_in(enterprise_id=enterprise.pk, kind="审计报告", by=member, at=now),
        lambda: statements.state_figures(
            enterprise_id=enterprise.pk, year=2025, figures={"sales_cny": 1}, by=member, at=now
        ),
    ]  # fmt: skip
    found = []

    for act in acts:
        with django_capture_on_commit_callbacks(execute=True):
            act()
        found.append(kinds())

    assert Kind.TITLE_EXPIRY in found[0]
    assert Kind.MATERIAL_TO_ACCEPT in found[1] - found[0]
    assert Kind.FIGURES_TO_ACCEPT in found[2] - found[1]


def test_what_an_officer_settles_is_asked_no_more(
    enterprise: Enterprise, officer: User, django_capture_on_commit_callbacks: Commits
):
    paper = MaterialFactory(enterprise=enterprise, accepted_at=None)
    waiting = YearFiguresFactory(enterprise=enterprise, state="submitted")
    follow.follow(None, on=ON, enterprise_ids=[enterprise.pk])
    before = kinds()

    with django_capture_on_commit_callbacks(execute=True):
        materials.accept_material(material_id=paper.pk, by=officer, at=timezone.now())
        statements.decline(statement_id=waiting.pk, by=officer, at=timezone.now(), reason="不符")

    assert before == {Kind.MATERIAL_TO_ACCEPT, Kind.FIGURES_TO_ACCEPT}
    assert kinds() == set()


@pytest.fixture
def heard() -> Iterator[Mock]:
    """What is said from now on."""
    signals.waiting.firms.clear()
    listener = Mock()
    signals.duties_changed.connect(listener)
    yield listener
    signals.duties_changed.disconnect(listener)


def firms_of(heard: Mock) -> list[list[int]]:
    return [call.kwargs["enterprise_ids"] for call in heard.call_args_list]


def test_one_transaction_is_told_of_once(heard: Mock, django_capture_on_commit_callbacks: Commits):
    with django_capture_on_commit_callbacks(execute=True):
        for firm in (3, 1, 3):
            signals.tell(None, on=ON, enterprise_ids=[firm])
        assert not heard.called

    assert firms_of(heard) == [[1, 3]]


def test_many_acts_are_told_of_once_when_all_are_through(heard: Mock, django_capture_on_commit_callbacks: Commits):
    with signals.told_together(None, on=ON):
        for firm in (3, 1, 3):
            with django_capture_on_commit_callbacks(execute=True):
                signals.tell(None, on=ON, enterprise_ids=[firm])
        assert not heard.called

    with django_capture_on_commit_callbacks(execute=True):
        signals.tell(None, on=ON, enterprise_ids=[2])

    assert firms_of(heard) == [[1, 3], [2]]
