"""The register as frames: what is known of any number of firms, before any rule looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from enterprises import six_haves
from enterprises.vocabulary import FIGURES

Schema = Mapping[str, type[pl.DataType] | pl.DataType]

# One row a firm. `*_known` says whether the list of that kind is known at all: true with no rows means none.
FIRMS: Final[Schema] = {
    "firm": pl.Int64,
    "registered_on": pl.Date,
    "is_resident": pl.Boolean,
    "industry_code": pl.String,
    "size_trade": pl.String,
    "hi_tech_field": pl.String,
    "niche_since": pl.Date,
    "market_share": pl.String,
    "national_rank": pl.Int64,
    "is_six_bases": pl.Boolean,
    "is_listed": pl.Boolean,
    "property_known": pl.Boolean,
    "honours_known": pl.Boolean,
    "institutions_known": pl.Boolean,
    "titles_known": pl.Boolean,
    "parents_known": pl.Boolean,
    "negatives_known": pl.Boolean,
    "above_scale_known": pl.Boolean,
}
# One row a firm and calendar year, its current values; whole yuan, heads, pieces, points.
YEARS: Final[Schema] = {
    "firm": pl.Int64,
    "year": pl.Int64,
    **{figure.name: pl.Decimal(6, 2) if figure.is_decimal else pl.Int64() for figure in FIGURES},
}
# A right counts from granted_on to expires_on; null flags do not speak against it.
PROPERTY: Final[Schema] = {
    "firm": pl.Int64,
    "class": pl.String,  # I or II
    "kind": pl.String,
    "granted_on": pl.Date,
    "expires_on": pl.Date,
    "obtained": pl.String,
    "main_product": pl.Boolean,
    "in_use": pl.Boolean,
    "owner_rank": pl.Int64,
    "used_for_hnte": pl.Boolean,
}
HONOURS: Final[Schema] = {
    "firm": pl.Int64,
    "kind": pl.String,
    "level": pl.String,
    "rank": pl.Int64,
    "given_on": pl.Date,
}
# One that is only being built has its 六有 looked at, but is no institution of its level yet: not recognised.
INSTITUTIONS: Final[Schema] = {
    "firm": pl.Int64,
    "kind": pl.String,
    "level": pl.String,
    "recognised": pl.Boolean,
    "recognised_on": pl.Date,
    "valid_until": pl.Date,
    **{f"six_{key}": pl.Boolean for key in six_haves.KEYS},
}
TITLES: Final[Schema] = {
    "firm": pl.Int64,
    "track": pl.String,
    "valid_from": pl.Date,
    "valid_until": pl.Date,
    "revoked": pl.Boolean,
    "revoked_on": pl.Date,
    "suspended": pl.Boolean,
}
# The titles of whoever controls the firm; known and empty where nobody does.
PARENTS: Final[Schema] = TITLES
NEGATIVES: Final[Schema] = {"firm": pl.Int64, "kind": pl.String, "from_on": pl.Date, "to_on": pl.Date}
# Spells of 规上 status.
ABOVE_SCALE: Final[Schema] = NEGATIVES
# `criterion` is the key of a gate (H3), of a part (H2.core) or of a score item (ip_core): value or points.
RULINGS: Final[Schema] = {
    "firm": pl.Int64,
    "track": pl.String,
    "criterion": pl.String,
    "value": pl.Boolean,
    "points": pl.Int64,
    "valid_until": pl.Date,
}
SCHEMAS: Final[Mapping[str, Schema]] = {
    "firms": FIRMS,
    "years": YEARS,
    "property": PROPERTY,
    "honours": HONOURS,
    "institutions": INSTITUTIONS,
    "titles": TITLES,
    "parents": PARENTS,
    "negatives": NEGATIVES,
    "above_scale": ABOVE_SCALE,
    "rulings": RULINGS,
}


@dataclass(frozen=True)
class Register:
    """What is known of some firms: one frame a subject, each with the Int64 column `firm`."""

    firms: pl.DataFrame
    years: pl.DataFrame
    property: pl.DataFrame
    honours: pl.DataFrame
    institutions: pl.DataFrame
    titles: pl.DataFrame
    parents: pl.DataFrame
    negatives: pl.DataFrame
    above_scale: pl.DataFrame
    rulings: pl.DataFrame

    def rows_of(self, name: str) -> pl.DataFrame:
        """The frame of one subject by its name."""
        frame: pl.DataFrame = getattr(self, name)
        return frame


def conform(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The frame with exactly the columns of the schema, missing ones as nulls; an unknown column is an error."""
    if strange := sorted(set(frame.columns) - set(schema)):
        raise ValueError(f"columns the register does not have: {', '.join(strange)}")
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def registered(frames: Mapping[str, pl.DataFrame]) -> Register:
    """A register from the frames at hand; a subject left out has no rows."""
    if strange := sorted(set(frames) - set(SCHEMAS)):
        raise ValueError(f"subjects the register does not have: {', '.join(strange)}")
    whole = {
        name: conform(frames[name], schema) if name in frames else pl.DataFrame(schema=dict(schema))
        for name, schema in SCHEMAS.items()
    }
    return Register(**whole)


def empty() -> Register:
    """A register without firms."""
    return registered({})


def from_rows(rows: Mapping[str, list[dict[str, object]]]) -> Register:
    """A register from plain rows, one dictionary each; what a row leaves out is unknown."""
    return registered(
        {
            name: pl.DataFrame(
                [{column: row.get(column) for column in SCHEMAS[name]} for row in given],
                schema=dict(SCHEMAS[name]),
                orient="row",
            )
            for name, given in rows.items()
        }
    )
