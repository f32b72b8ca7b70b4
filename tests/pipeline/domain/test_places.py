"""By what members of a pool are ranked: what is kept is what would be found by looking at all of them now."""

import datetime

import pytest

from accounts.models import Region
from enterprises.models import Enterprise
from pipeline.domain import judge, membership
from pipeline.models import Assessment, Bureau, Pool, PoolPlace, PoolSpell, Title
from tests.factories import EnterpriseFactory, TitleFactory
from tests.firms import make_fit
from tests.pipeline.domain.pooled import DAY, ON, tsme

pytestmark = pytest.mark.django_db
Place = tuple[int, int | None, int | None, datetime.date | None, str]


def kept(pool: Pool) -> set[Place]:
    """The places as they are stored."""
    rows = PoolPlace.objects.filter(pool=pool)
    return set(rows.values_list("enterprise_id", "n_unmet", "n_unknown", "first_end", "name"))


def found(pool: Pool, on: datetime.date) -> set[Place]:
    """The places as each member's verdict, titles and name say them, one member after the other."""
    places = set()
    for spell in PoolSpell.objects.filter(pool=pool, left_on=None):
        judged = Assessment.objects.filter(enterprise=spell.enterprise, track=pool.track).first()
        ends = Title.objects.in_force(on).filter(enterprise=spell.enterprise, valid_until__isnull=False)
        first = min((title.valid_until for title in ends if title.valid_until), default=None)
        counts = (judged.n_unmet, judged.n_unknown) if judged else (None, None)
        places.add((spell.enterprise_id, *counts, first, spell.enterprise.name))
    return places


@pytest.fixture
def several(reference_data: Bureau, county: Region) -> list[Enterprise]:
    """Firms with a title each, unlike in what they lack and in when their titles end."""
    firms = EnterpriseFactory.create_batch(4, region=county)
    for firm in firms:
        tsme(firm)
    make_fit(firms[0])
    make_fit(firms[1], tech_staff_hnte_headcount=5)
    TitleFactory(enterprise=firms[2], track="srdi", issued_on=ON - 2 * DAY, valid_until=ON + 9 * DAY)
    return firms


def test_what_is_kept_of_all_members_is_what_is_true_of_each(pool: Pool, several: list[Enterprise]):
    judge.judge(on=ON)

    assert len(kept(pool)) == 4
    assert kept(pool) == found(pool, ON)
    assert len({(unmet, unknown) for _, unmet, unknown, _, _ in kept(pool)}) > 1
    assert ON + 9 * DAY in {first for *_, first, _ in kept(pool)}


def test_a_firm_judged_by_hand_has_its_new_place_at_once_and_others_keep_theirs(pool: Pool, several: list[Enterprise]):
    judge.judge(on=ON)
    others = {place for place in kept(pool) if place[0] != several[1].pk}
    make_fit(several[1])
    Enterprise.objects.filter(pk=several[1].pk).update(name="新名称有限公司")

    judge.judge(on=ON, enterprise_ids=[several[1].pk])

    assert kept(pool) == found(pool, ON)
    assert kept(pool) - others == {place for place in kept(pool) if place[-1] == "新名称有限公司"}


def test_who_leaves_has_no_place_and_a_title_that_ended_is_no_end(pool: Pool, several: list[Enterprise]):
    judge.judge(on=ON)
    TitleFactory(enterprise=several[0], issued_on=ON, valid_until=datetime.date(2029, 11, 22))

    membership.refresh(on=ON + 10 * DAY)

    assert kept(pool) == found(pool, ON + 10 * DAY)
    assert several[0].pk not in {pk for pk, *_ in kept(pool)}
    assert ON + 9 * DAY not in {first for *_, first, _ in kept(pool)}


def test_nobody_asked_for_changes_nothing(pool: Pool, several: list[Enterprise]):
    judge.judge(on=ON)
    before = kept(pool)

    membership.refresh(on=ON + 10 * DAY, enterprise_ids=[])

    assert kept(pool) == before
