"""What the night keeps: edges and the worth of missing figures, counted over the firms in sight, listed alike."""

import datetime
from datetime import date

import pytest

from enterprises.models import Enterprise, Source
from pipeline.domain import editions, judge, outlook
from pipeline.models import Assessment, Edge, Settling
from tests.factories import EnterpriseFactory, YearFiguresFactory

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def rules() -> None:
    editions.load_seeds()


def firm(**figures: int) -> Enterprise:
    made = EnterpriseFactory()
    YearFiguresFactory(enterprise=made, year=2025, source=Source.LEDGER, **figures)
    return made


@pytest.mark.feature("N8")
def test_a_firm_near_the_ceiling_is_kept_and_replaced() -> None:
    near, far = firm(staff_headcount=495), firm(staff_headcount=100)

    outlook.refresh(on=ON)
    found = Edge.objects.get(track="tsme", criterion="T2.staff")

    assert (found.enterprise, found.side, found.value, found.need, found.distance) == (
        near,
        "outgrow",
        "495/1",
        "500",
        -100,
    )
    YearFiguresFactory(
        enterprise=near,
        year=2025,
        source=Source.OFFICER,
        staff_headcount=10,
        known_at=datetime.datetime(2026, 4, 2, tzinfo=datetime.UTC),
    )
    outlook.refresh(on=ON)
    assert not Edge.objects.filter(enterprise__in=[near, far], criterion="T2.staff").exists()


@pytest.mark.feature("N7")
def test_the_worth_of_figures_is_counted_over_firms_in_sight_and_listed_alike() -> None:
    one, other = firm(staff_headcount=10), firm(staff_headcount=10)
    judge.judge(on=ON)
    outlook.refresh(on=ON)
    everybody = Enterprise.objects.filter(pk__in=[one.pk, other.pk])

    worths = outlook.worths(everybody)
    counts = {worth.figure: worth.firms for worth in worths}

    assert counts
    assert [worth.verdicts for worth in worths] == sorted((worth.verdicts for worth in worths), reverse=True)
    for figure, n in counts.items():
        assert outlook.settled_by(everybody, figure).count() == n
    assert {w.figure: w.firms for w in outlook.worths(everybody.filter(pk=one.pk))} == dict.fromkeys(counts, 1)
    assert outlook.worths(everybody.none()) == []


@pytest.mark.feature("N7")
def test_what_is_no_longer_wanted_no_longer_counts() -> None:
    one = firm(staff_headcount=10)
    judge.judge(on=ON)
    outlook.refresh(on=ON)
    kept = Settling.objects.filter(enterprise=one).first()
    assert kept is not None
    figure = kept.settles[0]

    Assessment.objects.filter(enterprise=one).update(wants=[])

    assert not outlook.settled_by(Enterprise.objects.all(), figure).exists()
    assert outlook.worths(Enterprise.objects.all()) == []
