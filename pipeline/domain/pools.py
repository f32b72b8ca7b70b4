"""Pools: made, defined, pinned by hand, and brought up to the day; every spell of membership is dated with its why."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused
from accounts.models import Region, Role, User
from enterprises import deadlines
from enterprises.domain import care
from enterprises.models import Enterprise
from pipeline import seeds
from pipeline.domain import access, membership, selection
from pipeline.models import Pool, PoolDefinition, PoolPin, PoolSpell

AT_ONCE: Final = 500  # pins in one transaction
Why = PoolSpell.Why


def load_seeds() -> int:
    """Make the pools of ``pipeline/pools.yaml`` that are not there yet; what a bureau changed stays. How many."""
    made = 0
    for order, seed in enumerate(seeds.pools(), 1):
        pool, is_new = Pool.objects.get_or_create(
            key=seed["key"], defaults={"name": seed["name"], "track": seed["track"], "order": order}
        )
        if is_new:
            from_on = timezone.localdate(pool.created_at)
            PoolDefinition.objects.create(pool=pool, query=seed["query"], from_on=from_on, reason=seed["reason"])
            made += 1
    return made


def may_define(pool: Pool, by: User) -> bool:
    """Whether this person may change the pool's rule: the city, and a unit for a pool of its own."""
    return by.role == Role.CITY or (by.may_write and pool.region_id is not None and pool.region_id == by.region_id)


@transaction.atomic
def create(*, name: str, track: str, query: str, by: User, on: datetime.date, reason: str = "") -> Pool:
    """Make a pool of the maker's unit from a query; its members are in it the moment it stands."""
    if not by.may_write:
        raise StepRefused([Reason("right", f"{Role(by.role).label}账号不能建立后备库", who="bureau")])
    refuse_bad(query, on)
    is_whole = by.role == Role.CITY
    pool = Pool.objects.create(name=name, track=track, region=None if is_whole else by.region, created_by=by)
    PoolDefinition.objects.create(pool=pool, query=query, from_on=on, by=by, reason=reason)
    audit.record("pool.create", pool, by=by, after={"name": name, "query": query}, reason=reason, on=on)
    membership.refresh_pool(pool, on=on, because=Why.DEFINITION)
    return pool


@transaction.atomic
def define(*, pool_id: int, name: str, query: str, by: User, on: datetime.date, version: int, reason: str) -> Pool:
    """Rename a pool or change what it takes in, from that day on; firms enter and leave at once, the past stays."""
    pool = Pool.objects.visible_to(by).select_for_update(of=("self",)).get(pk=pool_id)
    if pool.version != version:
        raise Stale(pool, access.last_act(pool))
    if not may_define(pool, by):
        raise StepRefused([Reason("right", "这个库的入库条件由市级人员调整", who="bureau")])
    refuse_bad(query, on)
    old = definition_on(pool, on)
    before = {"name": pool.name, "query": old.query if old else ""}
    pool.name, pool.version = name, pool.version + 1
    pool.save(update_fields=["name", "version"])
    audit.record("pool.define", pool, by=by, before=before, after={"name": name, "query": query}, reason=reason, on=on)
    if old is None or old.query != query:
        PoolDefinition.objects.create(pool=pool, query=query, from_on=on, by=by, reason=reason)
        membership.refresh_pool(pool, on=on, because=Why.DEFINITION)
    return pool


def refuse_bad(query: str, on: datetime.date) -> None:
    """A pool asks something, and something that can be answered."""
    try:
        selection.select(Enterprise.objects.all(), query, on)
    except selection.BadSelection as error:
        raise StepRefused([Reason("query", str(error), who="bureau")]) from None
    if not selection.read(query):
        raise StepRefused([Reason("query", "没有任何条件，全部企业都会入库，请先筛选", who="bureau")])


def definition_on(pool: Pool, on: datetime.date) -> PoolDefinition | None:
    """What the pool takes in on that day; before its first day, what it began with."""
    rows = PoolDefinition.objects.filter(pool=pool)
    return rows.filter(from_on__lte=on).first() or rows.last()


@dataclass(frozen=True)
class Outcome:
    """What became of one firm of a bulk act; ``refused`` says why not."""

    enterprise: Enterprise
    refused: str = ""


def pin(
    *,
    pool_id: int,
    enterprise_ids: Collection[int],
    kind: str,
    reason: str,
    by: User,
    on: datetime.date,
    until: datetime.date | None = None,
) -> list[Outcome]:
    """Put firms into a pool or keep them out by hand, batch by batch in the order of their ids; each has its result."""
    pool = Pool.objects.visible_to(by).get(pk=pool_id)
    refuse_pin(by, reason, until, on)
    ids = sorted(enterprise_ids)
    batches = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    return [one for batch in batches for one in pin_batch(pool, batch, kind, reason, by, on, until)]


def refuse_pin(by: User, reason: str, until: datetime.date | None, on: datetime.date) -> None:
    """Who may pin, and what a pin needs."""
    reasons = access.against_right(by)
    if not reason.strip():
        reasons.append(Reason("reason", "请写明理由", who="bureau"))
    if deadlines.is_past(until, on):
        reasons.append(Reason("until", "有效期至早于今天", who="bureau"))
    if reasons:
        raise StepRefused(reasons)


@transaction.atomic
def pin_batch(
    pool: Pool,
    ids: Sequence[int],
    kind: str,
    reason: str,
    by: User,
    on: datetime.date,
    until: datetime.date | None,
) -> list[Outcome]:
    """One batch: earlier pins of these firms end, the new ones stand, members follow."""
    firms = care.locked_in_sight(ids, by)
    outcomes = [Outcome(firm, against_firm(pool, firm)) for firm in firms]
    chosen = [outcome.enterprise for outcome in outcomes if not outcome.refused]
    PoolPin.objects.filter(pool=pool, enterprise__in=chosen, ended_on__isnull=True).update(ended_on=on, ended_by=by)
    pins = [
        PoolPin(pool=pool, enterprise=firm, kind=kind, reason=reason, from_on=on, until=until, by=by) for firm in chosen
    ]
    PoolPin.objects.bulk_create(pins)
    after = {"pool": pool.name, "kind": kind, "until": until.isoformat() if until else None}
    audit.write(audit.event("pool.pin", one, by=by, after=after, reason=reason, on=on) for one in pins)
    membership.refresh_pool(pool, on=on, enterprise_ids=[firm.pk for firm in chosen], because=Why.RULE)
    return outcomes


def against_firm(pool: Pool, firm: Enterprise) -> str:
    """Why this firm cannot stand in the pool; empty means it can."""
    if firm.deregistered_on is not None:
        return "企业已注销"
    region: Region | None = pool.region
    return "" if region is None or firm.region.path.startswith(region.path) else f"不在“{region.name}”范围内"


@transaction.atomic
def unpin(*, pin_id: int, by: User, on: datetime.date) -> PoolPin:
    """Let the rule decide again on this firm."""
    found = PoolPin.objects.visible_to(by).get(pk=pin_id)
    access.lock_enterprise(found.enterprise_id, by)
    standing = PoolPin.objects.select_related("pool", "enterprise").get(pk=pin_id)
    reasons = access.against_right(by)
    if standing.ended_on is not None:
        reasons.append(Reason("pin", "这项手工办理已经取消", who="bureau"))
    if reasons:
        raise StepRefused(reasons)
    standing.ended_on, standing.ended_by = on, by
    standing.save(update_fields=["ended_on", "ended_by"])
    before = {"pool": standing.pool.name, "kind": standing.kind}
    audit.record("pool.unpin", standing, by=by, before=before, on=on)
    membership.refresh_pool(standing.pool, on=on, enterprise_ids=[standing.enterprise_id], because=Why.PIN)
    return standing
