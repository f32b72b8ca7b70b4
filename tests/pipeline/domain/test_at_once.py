"""Two at the same moment: titles see each other, judging many never undoes what somebody just changed."""

import datetime
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.machine import StepRefused
from accounts.models import User
from enterprises.models import Enterprise
from pipeline.domain import judge, titles, touch
from pipeline.models import Assessment, LadderPosition, Title
from tests import firms
from tests.factories import EnterpriseFactory
from tests.firms import ON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference_data")]
AT = datetime.datetime(2026, 11, 23, 2, 0, tzinfo=datetime.UTC)

Start = Callable[..., "Future[object]"]


@pytest.fixture
def at_once() -> Iterator[Start]:
    """Run something on a database connection of its own."""
    with ThreadPoolExecutor(4) as pool:

        def start(what: Callable[..., object], *given: object) -> "Future[object]":
            def on_own_connection() -> object:
                try:
                    return what(*given)
                finally:
                    connection.close()

            return pool.submit(on_own_connection)

        yield start


def test_of_overlapping_titles_recorded_at_once_one_stands(
    at_once: Start, enterprise: Enterprise, officer: User
) -> None:
    gate = threading.Barrier(4)

    def record(number: int) -> str:
        gate.wait()
        issued_on = datetime.date(2025, 1, 1) + datetime.timedelta(days=number)
        given = {"track": "hnte", "number": f"GR{number}", "issued_on": issued_on, "by": officer, "on": ON}
        try:
            return titles.record(enterprise_id=enterprise.pk, **given).number
        except StepRefused:
            return ""

    numbers = [future.result() for future in [at_once(record, number) for number in range(4)]]

    assert sorted(number != "" for number in numbers) == [False, False, False, True]
    assert Title.objects.get().number in numbers
    assert LadderPosition.objects.get().version == 1


def test_of_two_who_judge_one_firm_the_slower_does_not_bring_back_the_older_verdict(
    at_once: Start, enterprise: Enterprise, member: User, officer: User
) -> None:
    firms.make_fit(enterprise, hi_tech_income_cny=None)
    judge.judge(on=ON)
    given = {"hi_tech_income_cny": 40_000_000}
    stated = touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=given, by=member, at=AT)

    with transaction.atomic():
        touch.accept_figures(statement_id=stated.pk, by=officer, at=AT)
        beside = at_once(lambda: judge.judge(on=ON, enterprise_ids=[enterprise.pk]))
        with pytest.raises(TimeoutError):
            beside.result(timeout=1)

    assert beside.result(timeout=30) == 0  # who accepted has stored what this one finds
    assert Assessment.objects.get(enterprise=enterprise, track="hnte").wants == []


def test_the_nightly_run_waits_for_who_just_accepts_a_figure(
    at_once: Start, enterprise: Enterprise, member: User, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "BY_HAND", 1)  # the firm and its neighbour are many already
    EnterpriseFactory()
    firms.make_fit(enterprise, hi_tech_income_cny=None)
    given = {"hi_tech_income_cny": 40_000_000}
    stated = touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures=given, by=member, at=AT)

    with transaction.atomic():
        touch.accept_figures(statement_id=stated.pk, by=officer, at=AT)
        nightly = at_once(lambda: judge.judge(on=ON))
        with pytest.raises(TimeoutError):
            nightly.result(timeout=1)

    assert nightly.result(timeout=30) == Assessment.objects.exclude(enterprise=enterprise).count()
    assert Assessment.objects.get(enterprise=enterprise, track="hnte").wants == []
