"""By when a case must move: the column that lists sort by is the day that the letters name."""

import datetime

import pytest

from accounts.models import Region
from enterprises.models import Enterprise
from notifications import casework, obligations
from notifications.case_deadlines import documented_lapses, named, with_due
from notifications.casework import Rounds
from notifications.models import Obligation
from pipeline.models import Candidacy
from pipeline.models.candidacy import OPEN, State
from tests.factories import CandidacyFactory, EnterpriseFactory, RegionFactory, RoundFactory, TitleFactory

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 11, 23)
LEVELS = [Region.Level.CITY, Region.Level.COUNTY, Region.Level.TOWNSHIP]


def day(number: int) -> datetime.date:
    return ON + datetime.timedelta(days=number)


def due(case: Candidacy) -> datetime.date | None:
    return with_due(Candidacy.objects.filter(pk=case.pk), Rounds.known(ON)).get().due_on


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("days", [(3, 7, 12, 20), (None, 7, None, 20), (None, None, 12, None), (9, 7, 5, 3)])
@pytest.mark.parametrize("is_chosen", [True, False])
def test_the_column_is_the_cutoff_of_the_letters(level: str, days: tuple[int | None, ...], is_chosen: bool):
    township, county, city, end = (day(number) if number is not None else None for number in days)
    round_ = RoundFactory(
        township_cutoff_on=township, county_cutoff_on=county, city_cutoff_on=city, closes_on=end, opens_on=day(-30)
    )
    firm = EnterpriseFactory(region=RegionFactory(level=level))
    case = CandidacyFactory(enterprise=firm, round=round_ if is_chosen else None, state=State.PREPARING)

    deadline = Rounds.known(ON).deadline(casework.Case(case.pk, firm.pk, "hnte", case.round_id, level))

    assert due(case) == (deadline.day if deadline else None)


@pytest.mark.parametrize("state", OPEN)
def test_each_state_has_the_day_it_can_miss(state: str, enterprise: Enterprise):
    round_ = RoundFactory(county_cutoff_on=day(4), city_cutoff_on=day(9), closes_on=day(20))
    case = CandidacyFactory(enterprise=enterprise, round=round_, state=state)

    expected = {State.FILED: day(9), State.RECOMMENDED: None, State.PUBLICISED: None}
    assert due(case) == expected.get(state, day(4))


def test_a_title_that_ends_sooner_is_the_day_and_says_whether_it_is_documented(enterprise: Enterprise):
    RoundFactory(closes_on=day(60))
    TitleFactory(enterprise=enterprise, issued_on=day(-1000), valid_until=day(20))
    case = CandidacyFactory(enterprise=enterprise)
    obligations.refresh(on=ON)
    rounds = Rounds.known(ON)

    found = with_due(Candidacy.objects.all(), rounds).select_related("enterprise__region", "round").get()
    words = named(found, rounds, documented_lapses([enterprise.pk]))

    assert (due(case), words.name if words else "") == (day(20), "资格到期")
    assert words is not None
    assert words.is_verified == Obligation.objects.get(kind="title_expiry").verified
    assert due(case) == day(20)


def test_a_title_that_ended_is_no_day_of_the_case(enterprise: Enterprise):
    TitleFactory(enterprise=enterprise, issued_on=day(-1000), valid_until=day(-20))
    case = CandidacyFactory(enterprise=enterprise)
    obligations.refresh(on=ON)

    assert due(case) is None
