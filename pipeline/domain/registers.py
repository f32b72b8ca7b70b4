"""The register of firms as the rules read it: what is known of them, their titles, the rulings on them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from django.utils import timezone

from enterprises import frame
from enterprises.vocabulary import NO_PARENT
from pipeline.facts import register
from pipeline.facts.register import Register, registered
from pipeline.models.title import Standing

# A suspended or revoked title carries nothing; a revocation keeps the firm out for a time from its day on. Of an act
# that came later than the moment asked about nothing was known then.
KNOWN_BY: Final = "%(known_by)s::timestamptz"
ACTED: Final = f"({KNOWN_BY} IS NULL OR acted_on IS NULL OR acted_on <= ({KNOWN_BY} AT TIME ZONE %(zone)s)::date)"
OF_TITLE: Final = f"""track, valid_from, valid_until, standing = '{Standing.REVOKED}' AND {ACTED} AS revoked,
           CASE WHEN standing = '{Standing.REVOKED}' AND {ACTED} THEN acted_on END AS revoked_on,
           standing = '{Standing.SUSPENDED}' AND {ACTED} AS suspended"""
RECORDED: Final = f"({KNOWN_BY} IS NULL OR recorded_at <= {KNOWN_BY})"
TITLES: Final = f"""
    SELECT enterprise_id AS firm, {OF_TITLE}
    FROM pipeline_title WHERE {frame.OF_FIRMS} AND {RECORDED} ORDER BY enterprise_id, valid_from
"""
# A later ruling replaces an earlier one for good. One that rests on a paper holds only while the paper does.
RULINGS: Final = f"""
    SELECT firm, track, criterion, value, points, valid_until FROM (
        SELECT DISTINCT ON (ruling.enterprise_id, ruling.track, ruling.criterion)
               ruling.id, ruling.enterprise_id AS firm, ruling.track, criterion, value, points,
               least(ruling.valid_until, paper.valid_until) AS valid_until,
               paper.id IS NULL OR paper.accepted_at IS NOT NULL
                   AND (paper.withdrawn_at IS NULL OR paper.withdrawn_at > {KNOWN_BY}) AS holds
        FROM pipeline_ruling ruling LEFT JOIN enterprises_material paper ON paper.id = ruling.material_id
        WHERE {frame.OF_FIRMS.replace("enterprise_id", "ruling.enterprise_id")}
              AND ({KNOWN_BY} IS NULL OR ruling.created_at <= {KNOWN_BY})
        ORDER BY ruling.enterprise_id, ruling.track, ruling.criterion, ruling.id DESC
    ) latest WHERE holds ORDER BY firm, id
"""
# A parent counts whether or not it is among the firms asked for.
PARENTS: Final = """
    SELECT uscc, titles_known_on IS NOT NULL AS parents_known FROM enterprises_enterprise WHERE uscc = ANY(%(codes)s)
"""
PARENT_TITLES: Final = f"""
    SELECT uscc, {OF_TITLE} FROM pipeline_title AS title JOIN enterprises_enterprise AS parent
    ON parent.id = title.enterprise_id WHERE uscc = ANY(%(codes)s) AND {RECORDED} ORDER BY title.id
"""
PARENT_TITLE: Final = {"uscc": pl.String, **{name: kind for name, kind in register.PARENTS.items() if name != "firm"}}


def load(
    enterprise_ids: Sequence[int] | None = None,
    known_by: datetime.datetime | None = None,
    reads: frame.Reads | None = None,
) -> Register:
    """The register of all firms still registered, or of these, as known now or by that moment; all of it, or less."""
    asked = {
        "ids": None if enterprise_ids is None else list(enterprise_ids),
        "known_by": known_by,
        "zone": str(timezone.get_current_timezone()),
    }
    known = frame.load(enterprise_ids, known_by, reads)
    firms, parents = with_parents(known["firms"], asked)
    return registered(
        {
            **known,
            "firms": firms,
            "titles": frame.copied(TITLES, asked, register.TITLES),
            "parents": parents,
            "rulings": frame.copied(RULINGS, asked, register.RULINGS),
        }
    )


def with_parents(firms: pl.DataFrame, asked: Mapping[str, object]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The firms without the codes of their parents, and the titles of these.

    What a parent holds is known where nobody controls the firm, or where the parent is in the register and somebody
    looked its titles up; a parent from elsewhere stays unknown.
    """
    links = firms.select("firm", uscc=pl.col("parent_uscc")).drop_nulls()
    asked = {**asked, "codes": links["uscc"].unique().to_list()}
    looked_up = frame.copied(PARENTS, asked, {"uscc": pl.String, "parents_known": pl.Boolean})
    held = frame.copied(PARENT_TITLES, asked, PARENT_TITLE)
    known = links.join(looked_up, on="uscc", how="left").select(
        "firm", parents_known=pl.col("parents_known").fill_null(value=False) | (pl.col("uscc") == NO_PARENT)
    )
    return (
        firms.drop("parent_uscc").join(known, on="firm", how="left", maintain_order="left"),
        links.join(held, on="uscc", how="inner").drop("uscc"),
    )
