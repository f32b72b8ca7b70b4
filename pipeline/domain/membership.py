"""Who is in a pool: one statement per pool lets firms enter and leave, for the whole register or for a few firms.

It stands below judging, which calls it: whoever is judged anew enters and leaves in the same transaction.
"""

import datetime
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from enterprises.models import Enterprise
from pipeline.domain import places, selection
from pipeline.domain.passes import roomy
from pipeline.models import Pool, PoolDefinition, PoolSpell

logger = logging.getLogger(__name__)

# Verdicts just written are unknown to the planner, which takes many firms for one and walks every set for each
FEW: Final = 500
LOCK: Final = 0x7464_706F  # advisory: two refreshes of the whole register wait for each other
# A set, not a condition: 50,000 firms compared one by one with each of as many spells took more than a minute
AMONG: Final = "IN (SELECT unnest(%s::bigint[]))"
Why = PoolSpell.Why

# Members wanted are those of the rule without the excluded, and the included; a firm that is gone is neither.
# Every part reads the table as it was before the statement, so who leaves cannot enter in the same breath.
# IN and not EXISTS: a set that does not depend on the row is hashed once, whatever the planner thinks of its size.
STATEMENT: Final = """
    WITH alive AS MATERIALIZED ({alive}),
    pinned AS MATERIALIZED (
        SELECT enterprise_id, kind FROM pipeline_poolpin
        WHERE pool_id = %(pool)s AND ended_on IS NULL AND from_on <= %(on)s AND (until IS NULL OR until >= %(on)s)),
    ruled AS MATERIALIZED ({ruled}),
    wanted AS MATERIALIZED (
        SELECT id FROM ruled EXCEPT SELECT enterprise_id FROM pinned WHERE kind = 'exclude'
        UNION SELECT enterprise_id FROM pinned JOIN alive ON alive.id = enterprise_id WHERE kind = 'include'),
    spells AS MATERIALIZED (
        SELECT enterprise_id, bool_or(left_on IS NULL) AS inside, max(left_on) AS left_on
        FROM pipeline_poolspell WHERE pool_id = %(pool)s {spells} GROUP BY enterprise_id),
    gone AS (
        UPDATE pipeline_poolspell AS spell SET
            left_on = greatest(%(on)s, spell.entered_on),
            left_why = CASE
                WHEN spell.enterprise_id NOT IN (SELECT id FROM alive) THEN 'gone'
                WHEN spell.enterprise_id IN (SELECT enterprise_id FROM pinned) THEN 'pin'
                WHEN spell.entered_why = 'pin' AND EXISTS (SELECT FROM pipeline_poolpin AS ended
                    WHERE ended.pool_id = %(pool)s AND ended.enterprise_id = spell.enterprise_id
                        AND ended.ended_on IS NULL AND ended.until < %(on)s) THEN 'pin'
                ELSE %(because)s END
        WHERE spell.pool_id = %(pool)s AND spell.left_on IS NULL {spells}
            AND NOT EXISTS (SELECT FROM wanted WHERE wanted.id = spell.enterprise_id)
        RETURNING spell.id),
    entered AS (
        INSERT INTO pipeline_poolspell (pool_id, enterprise_id, entered_on, entered_why, left_on, left_why)
        SELECT %(pool)s, wanted.id, greatest(%(on)s, spells.left_on),
            CASE WHEN wanted.id IN (SELECT id FROM ruled) THEN %(because)s ELSE 'pin' END, NULL, ''
        FROM wanted LEFT JOIN spells ON spells.enterprise_id = wanted.id
        WHERE spells.inside IS NOT TRUE
        ON CONFLICT DO NOTHING
        RETURNING id)
    SELECT (SELECT count(*) FROM entered), (SELECT count(*) FROM gone)
"""


@dataclass(frozen=True)
class Moved:
    """How many firms a refresh let in and out."""

    entered: int = 0
    left: int = 0


def refresh(*, on: datetime.date, enterprise_ids: Sequence[int] | None = None) -> None:
    """Bring all pools up to the day for these firms, or for the whole register."""
    for pool in Pool.objects.select_related("region").order_by("pk"):
        refresh_pool(pool, on=on, enterprise_ids=enterprise_ids)


@transaction.atomic
def refresh_all(*, on: datetime.date) -> None:
    """Bring every pool up to the day, the whole register at once (after it was judged)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    with roomy():
        refresh(on=on)


@transaction.atomic
def refresh_pool(
    pool: Pool, *, on: datetime.date, enterprise_ids: Collection[int] | None = None, because: str = Why.RULE
) -> Moved:
    """Let firms enter and leave one pool; a rule that no longer makes sense moves nobody."""
    definition = PoolDefinition.objects.filter(pool=pool, from_on__lte=on).first()
    if definition is None:
        return Moved()
    alive: Any = Enterprise.objects.filter(deregistered_on__isnull=True)
    if pool.region is not None:
        alive = alive.of_units(pool.region)
    if enterprise_ids is not None:
        alive = alive.extra(where=[f"enterprises_enterprise.id {AMONG % '%s'}"], params=[list(enterprise_ids)])
    try:
        ruled = selection.select(alive, definition.query, on)
    except selection.BadSelection as error:
        logger.warning("pool %s keeps its members: %s", pool.pk, error)
        return Moved()
    return run(pool, alive, ruled, on, enterprise_ids, because)


def run(
    pool: Pool, alive: Any, ruled: Any, on: datetime.date, enterprise_ids: Collection[int] | None, because: str
) -> Moved:
    """The statement with its two sets of firms filled in."""
    given: dict[str, Any] = {"pool": pool.pk, "on": on, "because": because}
    spells = ""
    if enterprise_ids is not None:
        given["firms"], spells = list(enterprise_ids), f"AND enterprise_id {AMONG % '%(firms)s'}"
    text = STATEMENT.format(alive=as_sql(alive, "alive", given), ruled=as_sql(ruled, "ruled", given), spells=spells)
    with connection.cursor() as cursor:
        if enterprise_ids is None or len(enterprise_ids) > FEW:
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(text, given)
        moved = Moved(*cursor.fetchone())
        places.keep(pool, on=on, enterprise_ids=enterprise_ids)
        cursor.execute("SET LOCAL enable_nestloop = on")
    return moved


def as_sql(firms: Any, name: str, given: dict[str, Any]) -> str:
    """The keys of firms as text in a longer statement; of none where the query can find none."""
    try:
        return places.as_sql(firms.order_by().values("id"), name, given)
    except EmptyResultSet:
        return "SELECT NULL::bigint AS id WHERE false"
