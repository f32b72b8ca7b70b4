"""By what members of a pool are ranked: kept beside their membership, so that a page walks an index."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import connection
from django.db.models import Min

from pipeline.models import Pool, Title

# One statement: members of these firms get their place, changed ones a new one, who left none
KEEP: Final = """
    WITH ends (enterprise_id, first_end) AS MATERIALIZED ({ends}),
    wanted AS MATERIALIZED (
        SELECT spell.enterprise_id, judged.n_unmet, judged.n_unknown, ends.first_end, firm.name
        FROM pipeline_poolspell spell
        JOIN enterprises_enterprise firm ON firm.id = spell.enterprise_id
        LEFT JOIN pipeline_assessment judged ON judged.enterprise_id = spell.enterprise_id AND judged.track = %(track)s
        LEFT JOIN ends ON ends.enterprise_id = spell.enterprise_id
        WHERE spell.pool_id = %(pool)s AND spell.left_on IS NULL {spells}),
    gone AS (
        DELETE FROM pipeline_poolplace place WHERE place.pool_id = %(pool)s {places}
            AND place.enterprise_id NOT IN (SELECT enterprise_id FROM wanted))
    INSERT INTO pipeline_poolplace AS known (pool_id, enterprise_id, n_unmet, n_unknown, first_end, name)
    SELECT %(pool)s, enterprise_id, n_unmet, n_unknown, first_end, name FROM wanted
    ON CONFLICT (pool_id, enterprise_id) DO UPDATE SET
        n_unmet = excluded.n_unmet, n_unknown = excluded.n_unknown, first_end = excluded.first_end,
        name = excluded.name
    WHERE (known.n_unmet, known.n_unknown, known.first_end, known.name)
        IS DISTINCT FROM (excluded.n_unmet, excluded.n_unknown, excluded.first_end, excluded.name)
"""
AMONG: Final = "AND {}.enterprise_id IN (SELECT unnest(%(firms)s::bigint[]))"


def keep(pool: Pool, *, on: datetime.date, enterprise_ids: Collection[int] | None = None) -> None:
    """Bring the places of a pool's members up to the day, of these firms or of all."""
    titles = Title.objects.in_force(on)
    given: dict[str, Any] = {"pool": pool.pk, "track": pool.track}
    if enterprise_ids is not None:
        if not enterprise_ids:
            return
        given["firms"] = list(enterprise_ids)
        titles = titles.filter(enterprise__in=given["firms"])
    ends = titles.order_by().values("enterprise").annotate(first=Min("valid_until")).values_list("enterprise", "first")
    among = {name: "" if enterprise_ids is None else AMONG.format(table) for name, table in TABLES.items()}
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(ends=as_sql(ends, "ends", given), **among), given)


TABLES: Final[Mapping[str, str]] = {"spells": "spell", "places": "place"}


def as_sql(found: Any, name: str, given: dict[str, Any]) -> str:
    """A query as text that names its parameters, so that it can stand in a longer statement; adds them to ``given``."""
    text, values = found.query.sql_with_params()
    first, *rest = str(text).split("%s")
    names = [f"{name}_{place}" for place in range(len(values))]
    given.update(zip(names, values, strict=True))
    return first + "".join(f"%({one})s{part}" for one, part in zip(names, rest, strict=True))
