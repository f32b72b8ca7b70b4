"""The register of firms as the rules read it: what is known of them, their titles, the rulings on them."""

import datetime
from collections.abc import Sequence
from typing import Final

import polars as pl
from django.utils import timezone

from enterprises import frame
from pipeline.facts.register import Register, registered
from pipeline.models.title import Standing

# A suspended or revoked title carries nothing; the rules only ask whether a title is in force. Of an act that came
# later than the moment asked about nothing was known then.
KNOWN_BY: Final = "%(known_by)s::timestamptz"
TITLES: Final = f"""
    SELECT enterprise_id AS firm, track, valid_from, valid_until,
           standing IN ('{Standing.SUSPENDED}', '{Standing.REVOKED}')
               AND ({KNOWN_BY} IS NULL OR acted_on IS NULL OR acted_on <= ({KNOWN_BY} AT TIME ZONE %(zone)s)::date)
               AS revoked
    FROM pipeline_title WHERE {frame.OF_FIRMS} AND ({KNOWN_BY} IS NULL OR recorded_at <= {KNOWN_BY})
    ORDER BY enterprise_id, valid_from
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


def load(enterprise_ids: Sequence[int] | None = None, known_by: datetime.datetime | None = None) -> Register:
    """The register of all firms still registered, or of these, as known now or by that moment."""
    asked = {
        "ids": None if enterprise_ids is None else list(enterprise_ids),
        "known_by": known_by,
        "zone": str(timezone.get_current_timezone()),
    }
    titles = {
        "firm": pl.Int64,
        "track": pl.String,
        "valid_from": pl.Date,
        "valid_until": pl.Date,
        "revoked": pl.Boolean,
    }
    rulings = {
        "firm": pl.Int64,
        "track": pl.String,
        "criterion": pl.String,
        "value": pl.Boolean,
        "points": pl.Int64,
        "valid_until": pl.Date,
    }
    known = frame.load(enterprise_ids, known_by)
    return registered(
        {
            **known,
            "titles": frame.copied(TITLES, asked, titles),
            "rulings": frame.copied(RULINGS, asked, rulings),
        }
    )
