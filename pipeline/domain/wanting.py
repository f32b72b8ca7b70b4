"""For want of what firms are undecided: their missing figures, firms alike counted together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from enterprises.models.enterprise import EnterpriseQuerySet
from pipeline.models.assessment import Verdict

Firms = EnterpriseQuerySet

# What each track wants of a firm, side by side; the partial index of just these rows is read instead of the table
SAID: Final = f"""
    said AS (
        SELECT enterprise_id, array_agg(wants::text ORDER BY track) AS wants FROM pipeline_assessment
        WHERE verdict = '{Verdict.UNDECIDED.value}' AND NOT (wants = '{{{{}}}}') AND track = ANY(%s) {{among}}
        GROUP BY enterprise_id)
"""
COUNTED: Final = f"{SAID} SELECT NULL::bigint, NULL::bigint, wants, count(*) FROM said GROUP BY wants"
BY_PLACE: Final = f"""
    {SAID} SELECT seen.officer, seen.region, wants, count(*) FROM said JOIN seen ON seen.id = said.enterprise_id
    GROUP BY seen.officer, seen.region, wants
"""
IN_SIGHT: Final = "AND enterprise_id IN (SELECT id FROM seen)"
Place = tuple[int | None, int]  # owner and unit


@dataclass(frozen=True, eq=False)  # told apart as objects: hundreds of units share one, and it is counted by
class Wants:
    """What is missing: for each undecided track the figures it wants, and each figure once."""

    tracks: tuple[tuple[str, ...], ...]
    figures: frozenset[str]


@dataclass(frozen=True)
class Waiting:
    """Firms of one owner and unit that wait for the same figures."""

    place: Place
    wants: Wants
    count: int


def counted(firms: Firms, tracks: Sequence[str]) -> list[Waiting]:
    """Who waits for what, wherever they lie."""
    return waiting(COUNTED, firms, tracks)


def by_place(firms: Firms, tracks: Sequence[str]) -> list[Waiting]:
    """The same by owner and unit."""
    return waiting(BY_PLACE, firms, tracks)


def waiting(statement: str, firms: Firms, tracks: Sequence[str]) -> list[Waiting]:
    """The groups of a statement; none where nobody sees anything or nothing is judged."""
    try:
        query, seen = firms.order_by().values_list("pk", "officer", "region").query.sql_with_params()
    except EmptyResultSet:
        return []
    among = IN_SIGHT if firms.query.where else ""  # to whom all are in sight nobody need be looked up
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH seen (id, officer, region) AS ({query}), {statement.format(among=among)}", [*seen, list(tracks)]
        )
        return [
            Waiting((officer, region), read(tuple(wants)), count) for officer, region, wants, count in cursor.fetchall()
        ]


@lru_cache(maxsize=8192)
def read(arrays: tuple[str, ...]) -> Wants:
    """Arrays of names as the database writes them; firms in hundreds of units want the same."""
    tracks = tuple(tuple(text.strip("{}").split(",")) for text in arrays)
    return Wants(tracks, frozenset(figure for wants in tracks for figure in wants))
