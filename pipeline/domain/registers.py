"""The register of firms as the rules read it: what is known of them, their titles, the rulings on them."""

import datetime
from collections.abc import Sequence
from typing import Final

import polars as pl

from enterprises import frame
from pipeline.facts.register import Register, registered
from pipeline.models.title import Standing

# A suspended or revoked title carries nothing; the rules only ask whether a title is in force.
TITLES: Final = f"""
    SELECT enterprise_id AS firm, track, valid_from, valid_until,
           standing IN ('{Standing.SUSPENDED}', '{Standing.REVOKED}') AS revoked
    FROM pipeline_title WHERE {frame.OF_FIRMS} ORDER BY enterprise_id, valid_from
"""
RULINGS: Final = f"""
    SELECT enterprise_id AS firm, track, criterion, value, points, valid_until
    FROM pipeline_ruling WHERE {frame.OF_FIRMS} ORDER BY enterprise_id, id
"""


def load(enterprise_ids: Sequence[int] | None = None, known_by: datetime.datetime | None = None) -> Register:
    """The register of all firms still registered, or of these, as known now or by that moment."""
    asked = {"ids": None if enterprise_ids is None else list(enterprise_ids)}
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
