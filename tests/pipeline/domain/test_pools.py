"""Live pools: who enters and leaves, when and why; pins, definitions, and whose a pool is."""

import datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import AboveScaleSpell, Enterprise
from pipeline.domain import judge, membership, pools
from pipeline.models import Bureau, Pool, PoolDefinition, PoolPin, PoolSpell
from tests.factories import EnterpriseFactory, TitleFactory
from tests.firms import make_fit
from tests.pipeline.domain.pooled import DAY, ON, members, tsme

pytestmark = pytest.mark.django_db


def test_the_seeded_pools_are_made_once_and_what_a_bureau_changed_stays(reference_data: Bureau):
    assert (pools.load_seeds(), pools.load_seeds()) == (3, 0)

    assert list(Pool.objects.values_list("name", flat=True)) == ["高企后备", "规升高", "小升高"]


@pytest.mark.feature(32, partial="“五库联通” cross-join")
def test_a_firm_enters_with_its_title_and_leaves_the_day_it_is_recognised(pool: Pool, enterprise: Enterprise):
    """pool = saved query over evaluations + manual pins; entry/exit events dated."""
    tsme(enterprise)
    membership.refresh(on=ON)
    TitleFactory(enterprise=enterprise, issued_on=ON, valid_until=datetime.date(2029, 11, 22))

    judge.judge(on=ON + DAY, enterprise_ids=[enterprise.pk])

    spell = PoolSpell.objects.get(pool=pool)
    assert (spell.entered_on, spell.entered_why, spell.left_on, spell.left_why) == (ON, "rule", ON + DAY, "rule")
    assert (members(pool, ON), members(pool, ON + DAY)) == ({enterprise.pk}, set())


def test_the_reserve_takes_in_who_is_at_most_one_condition_short(reference_data: Bureau, county: Any):
    pools.load_seeds()
    reserve = Pool.objects.get(key="hnte-reserve")
    PoolDefinition.objects.create(pool=reserve, query="lacks=hnte&near=hnte", from_on=ON)
    fit, short, unknown, held = (EnterpriseFactory(region=county) for _ in range(4))
    make_fit(fit)
    make_fit(short, tech_staff_hnte_headcount=5)
    make_fit(unknown, hi_tech_income_cny=None)
    make_fit(held)
    TitleFactory(enterprise=held)

    judge.judge(on=ON)

    assert members(reserve) == {fit.pk, short.pk}


def test_above_scale_firms_without_the_title_rise_by_their_own_pool(reference_data: Bureau, enterprise: Enterprise):
    pools.load_seeds()
    rising = Pool.objects.get(key="scale-to-hnte")
    PoolDefinition.objects.create(pool=rising, query="above_scale=1&lacks=hnte", from_on=ON)
    AboveScaleSpell.objects.create(enterprise=enterprise, from_on=datetime.date(2025, 1, 1))
    EnterpriseFactory(region=enterprise.region)

    judge.judge(on=ON)

    assert members(rising) == {enterprise.pk}


def test_a_pin_puts_a_firm_in_until_its_day_and_a_pin_keeps_one_out(
    pool: Pool, enterprise: Enterprise, county_officer: User
):
    fitting = EnterpriseFactory(region=enterprise.region)
    tsme(fitting)
    membership.refresh(on=ON)
    act = {"pool_id": pool.pk, "by": county_officer, "on": ON}

    pools.pin(enterprise_ids=[enterprise.pk], kind="include", reason="产业链骨干", until=ON + DAY, **act)
    pools.pin(enterprise_ids=[fitting.pk], kind="exclude", reason="正在办理迁出", **act)

    assert members(pool) == {enterprise.pk}
    membership.refresh(on=ON + 2 * DAY)
    whys = set(PoolSpell.objects.values_list("enterprise_id", "entered_why", "left_on", "left_why"))
    assert whys == {
        (fitting.pk, "rule", ON, "pin"),
        (enterprise.pk, "pin", ON + 2 * DAY, "pin"),
    }
    assert AuditEvent.objects.filter(what="pool.pin").count() == 2


def test_taking_a_pin_back_lets_the_rule_decide_again(pool: Pool, enterprise: Enterprise, officer: User):
    pools.pin(pool_id=pool.pk, enterprise_ids=[enterprise.pk], kind="include", reason="骨干", by=officer, on=ON)
    pin = PoolPin.objects.get()

    pools.unpin(pin_id=pin.pk, by=officer, on=ON + DAY)

    assert members(pool, ON + DAY) == set()
    with pytest.raises(StepRefused, match="已经取消"):
        pools.unpin(pin_id=pin.pk, by=officer, on=ON + DAY)


def test_a_pin_is_refused_without_reason_or_right_and_foreign_firms_are_passed_over(
    pool: Pool, enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User, auditor: User
):
    both = [enterprise.pk, foreign_enterprise.pk]

    results = pools.pin(pool_id=pool.pk, enterprise_ids=both, kind="include", reason="骨干", by=county_officer, on=ON)

    assert [one.enterprise.pk for one in results] == [enterprise.pk]
    for by, reason in ((county_officer, " "), (auditor, "骨干")):
        with pytest.raises(StepRefused):
            pools.pin(pool_id=pool.pk, enterprise_ids=both, kind="include", reason=reason, by=by, on=ON)
    with pytest.raises(PoolPin.DoesNotExist):
        pools.unpin(pin_id=PoolPin.objects.get().pk, by=other_county(foreign_enterprise), on=ON)


def other_county(firm: Enterprise) -> User:
    """An officer of the firm's county."""
    from tests.factories import UnitOfficerFactory  # noqa: PLC0415 -- one test's own

    return UnitOfficerFactory(region=firm.region)


def test_a_changed_definition_holds_from_its_day_and_the_past_stays(
    pool: Pool, enterprise: Enterprise, officer: User, county_officer: User
):
    tsme(enterprise)
    membership.refresh(on=ON - DAY)
    change = {"pool_id": pool.pk, "name": "小升高", "query": "holds=srdi", "on": ON, "reason": "会议纪要", "version": 0}

    pools.define(by=officer, **change)

    assert (members(pool, ON - DAY), members(pool, ON)) == ({enterprise.pk}, set())
    assert PoolSpell.objects.get().left_why == "definition"
    with pytest.raises(Stale):
        pools.define(by=officer, **change)
    with pytest.raises(StepRefused, match="市级"):
        pools.define(by=county_officer, **(change | {"version": 1}))


@pytest.mark.parametrize("query", ["", "rung=nowhere", "pool=3", "unit=987654321", "holds=nothing", "way=a:b"])
def test_a_query_that_asks_nothing_or_nonsense_makes_no_pool(reference_data: Bureau, officer: User, query: str):
    with pytest.raises(StepRefused):
        pools.create(name="试", track="hnte", query=query, by=officer, on=ON)

    assert not Pool.objects.exists()


def test_a_pool_whose_rule_lost_its_sense_keeps_its_members(pool: Pool, enterprise: Enterprise):
    tsme(enterprise)
    membership.refresh(on=ON)
    PoolDefinition.objects.create(pool=pool, query="rung=gone", from_on=ON)

    membership.refresh(on=ON + DAY)

    assert members(pool, ON + DAY) == {enterprise.pk}


@pytest.mark.feature(31, partial="team-owned lists beyond a unit's own pools")
def test_a_county_pool_is_its_own_and_the_citys_never_the_neighbours(
    reference_data: Bureau,
    enterprise: Enterprise,
    foreign_enterprise: Enterprise,
    county_officer: User,
    other_county_officer: User,
    officer: User,
):
    """team-owned lists with history: who put a firm in, out, why."""
    for firm in (enterprise, foreign_enterprise):
        tsme(firm)

    own = pools.create(name="东溪后备", track="hnte", query="holds=tsme", by=county_officer, on=ON)

    assert members(own) == {enterprise.pk}
    readers = (county_officer, officer, other_county_officer)
    assert [Pool.objects.visible_to(user).count() for user in readers] == [1, 1, 0]
    assert PoolSpell.objects.visible_to(other_county_officer).count() == 0


def test_a_firm_that_is_gone_leaves_with_the_night(pool: Pool, enterprise: Enterprise):
    tsme(enterprise)
    membership.refresh(on=ON)
    Enterprise.objects.update(deregistered_on=ON)

    membership.refresh_all(on=ON + DAY)

    assert PoolSpell.objects.get().left_why == "gone"


def test_history_is_never_rewritten(pool: Pool, enterprise: Enterprise):
    tsme(enterprise)
    membership.refresh(on=ON)
    PoolSpell.objects.update(left_on=ON + DAY, left_why="rule")

    for change in ({"left_on": None}, {"entered_on": ON - DAY}, {"left_on": ON + 5 * DAY}):
        with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
            PoolSpell.objects.update(**change)
    with pytest.raises(DatabaseError, match="a later row"), transaction.atomic():
        PoolDefinition.objects.filter(pool=pool).update(query="")
