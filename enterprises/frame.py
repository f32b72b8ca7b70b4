"""What the database knows of firms, as frames: current values by precedence of their source; the bridge to the rules.

Columns bear the names of ``enterprises.vocabulary``; ``pipeline.domain.judge`` adds what the pipeline knows.
"""

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.db import connection

from enterprises import six_haves
from enterprises.models import Source
from enterprises.vocabulary import FIGURES

Kinds = Mapping[str, pl.DataType | type[pl.DataType]]

FIRM_COLUMNS: Final[Kinds] = {
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
    "parent_uscc": pl.String,
}
FIGURE_COLUMNS: Final[Kinds] = {
    figure.name: pl.Decimal(6, 2) if figure.is_decimal else pl.Int64() for figure in FIGURES
}
CHECKED: Final = ("property", "honours", "institutions", "titles", "negatives")
KNOWN: Final[Kinds] = {f"{name}_known": pl.Boolean for name in (*CHECKED, "above_scale")}
# Whoever was never on the 规上 list may only not have been entered yet; whoever left it is known to be off it.
ABOVE_SCALE_KNOWN: Final = (
    "EXISTS (SELECT FROM enterprises_abovescalespell AS spell WHERE spell.enterprise_id = enterprises_enterprise.id)"
)
# An officer's word stands over the firm's, the firm's over a ledger's; within one source the latest known.
PRECEDENCE: Final = " ".join(f"WHEN '{source}' THEN {place}" for place, source in enumerate(Source.values))
ORDER: Final = f"CASE source {PRECEDENCE} END, known_at DESC, id DESC"
STANDING: Final = (
    "(state = 'accepted' OR withdrawn_at > %(known_by)s::timestamptz)"
    " AND (%(known_by)s::timestamptz IS NULL OR known_at <= %(known_by)s)"
)
OF_FIRMS: Final = "enterprise_id = ANY(%(ids)s::bigint[])"
ANY_OF: Final = re.compile(r"(\w+) = ANY\(%\(ids\)s::bigint\[\]\)")
MANY: Final = 500  # firms; a longer array is joined as a set: compared one by one it takes minutes


@dataclass(frozen=True)
class Reads:
    """What somebody will look at: columns of firms and figures, lists by their name, years from the first to the last.

    Of 300,000 firms the figures weigh most, and one edition reads a few of them.
    """

    names: frozenset[str]
    years: tuple[int, int]

    def of(self, columns: Kinds) -> Kinds:
        """Those of the columns that are read."""
        return {name: kind for name, kind in columns.items() if name in self.names}


def load(
    enterprise_ids: Sequence[int] | None = None,
    known_by: datetime.datetime | None = None,
    reads: Reads | None = None,
) -> dict[str, pl.DataFrame]:
    """Frames of all firms still registered, or of these, as known now or by that moment; all that is known, or less."""
    asked = {"ids": None if enterprise_ids is None else list(enterprise_ids), "known_by": known_by, "reads": reads}
    lists = of_lists(asked)
    return {"firms": firms(asked), "years": years(asked), **lists}


def of_lists(asked: Mapping[str, Any]) -> dict[str, pl.DataFrame]:
    """The lists that are read; one left out is as if it were empty."""
    reads: Reads | None = asked["reads"]
    return {name: table(asked, *source) for name, source in LISTS.items() if reads is None or name in reads.names}


PROPERTY: Final[Kinds] = {
    "class": pl.String,
    "kind": pl.String,
    "granted_on": pl.Date,
    "expires_on": pl.Date,
    "obtained": pl.String,
    "main_product": pl.Boolean,
    "in_use": pl.Boolean,
    "owner_rank": pl.Int64,
    "used_for_hnte": pl.Boolean,
}
HONOURS: Final[Kinds] = {"kind": pl.String, "level": pl.String, "rank": pl.Int64, "given_on": pl.Date}
INSTITUTIONS: Final[Kinds] = {
    "kind": pl.String,
    "level": pl.String,
    "recognised": pl.Boolean,
    "recognised_on": pl.Date,
    "valid_until": pl.Date,
    **{f"six_{key}": pl.Boolean for key in six_haves.KEYS},
}
NEGATIVES: Final[Kinds] = {"kind": pl.String, "from_on": pl.Date, "to_on": pl.Date}
COLUMN_OF: Final = {
    "class": "property_class",
    "market_share": "market_share_ratio",
    "valid_until": "least(valid_until, ended_on)",
    # One that is only being built is no institution of its level yet
    "recognised": "(state = 'recognised' OR recognised_on IS NOT NULL)",
    **{
        f"six_{key}": f"CASE WHEN '{key}' = ANY(haves) THEN true WHEN '{key}' = ANY(lacks) THEN false END"
        for key in six_haves.KEYS
    },
}

LISTS: Final[Mapping[str, tuple[str, Kinds]]] = {
    "property": ("enterprises_intellectualproperty", PROPERTY),
    "honours": ("enterprises_honour", HONOURS),
    "institutions": ("enterprises_researchinstitution", INSTITUTIONS),
    "negatives": ("enterprises_negativefact", NEGATIVES),
    "above_scale": ("enterprises_abovescalespell", NEGATIVES),
}


def firms(asked: Mapping[str, Any]) -> pl.DataFrame:
    """One row a firm: what is current of it, and which of its lists somebody checked."""
    known = ", ".join([*(f"{name}_known_on IS NOT NULL" for name in CHECKED), ABOVE_SCALE_KNOWN])
    ids = OF_FIRMS.replace("enterprise_id", "id")
    columns = FIRM_COLUMNS if asked["reads"] is None else asked["reads"].of(FIRM_COLUMNS)
    every = copied(
        f"SELECT id AS firm, {known} FROM enterprises_enterprise WHERE deregistered_on IS NULL AND {ids} ORDER BY id",
        asked,
        {"firm": pl.Int64, **KNOWN},
    )
    said = current(statements(asked, "enterprises_firmstatement", columns, ()), ["firm"])
    return every.join(said, on="firm", how="left", maintain_order="left")


def years(asked: Mapping[str, Any]) -> pl.DataFrame:
    """One row a firm and year: the current value of every figure."""
    reads: Reads | None = asked["reads"]
    columns = FIGURE_COLUMNS if reads is None else reads.of(FIGURE_COLUMNS)
    said = statements(asked, "enterprises_yearfigures", columns, ("year",))
    return current(said, ["firm", "year"])


def statements(asked: Mapping[str, Any], table_name: str, columns: Kinds, keys: Sequence[str]) -> pl.DataFrame:
    """Accepted statements, the one whose columns count first before the others of its firm."""
    names = ", ".join([*keys, *(f"{COLUMN_OF.get(name, name)} AS {name}" for name in columns)])
    where = f"{STANDING} AND {OF_FIRMS}"
    if asked["reads"] is not None and "year" in keys:
        where += " AND year BETWEEN {} AND {}".format(*asked["reads"].years)
    order = ", ".join(["enterprise_id", *keys, ORDER])
    query = f"SELECT enterprise_id AS firm, {names} FROM {table_name} WHERE {where} ORDER BY {order}"
    return copied(query, asked, {"firm": pl.Int64, **dict.fromkeys(keys, pl.Int64), **columns})


def current(said: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Of each column the first value given; a key with one statement needs no search."""
    alone = pl.len().over(keys) == 1
    single, several = said.filter(alone), said.filter(~alone)
    if several.is_empty():
        return single
    found = several.group_by(keys, maintain_order=True).agg(pl.exclude(keys).drop_nulls().first())
    return pl.concat([single, found])


def table(asked: Mapping[str, Any], name: str, columns: Kinds, where: str = "true") -> pl.DataFrame:
    """The rows of a list that count, by firm."""
    names = ", ".join(f"{COLUMN_OF.get(column, column)} AS {column}" for column in columns)
    query = f"SELECT enterprise_id AS firm, {names} FROM {name} WHERE {OF_FIRMS} AND {where} ORDER BY enterprise_id, id"
    return copied(query, asked, {"firm": pl.Int64, **columns})


def copied(query: str, asked: Mapping[str, Any], schema: Kinds) -> pl.DataFrame:
    """The rows of a query, by COPY: for 300,000 rows an order faster than fetching them."""
    ids = asked.get("ids")
    if ids is None or len(ids) > MANY:
        query = ANY_OF.sub("true" if ids is None else r"\1 IN (SELECT unnest(%(ids)s::bigint[]))", query)
    with connection.cursor() as cursor, io.BytesIO() as content:
        # The driver's own cursor: the one that Django counts queries with takes no arguments beside a COPY
        given = {name: value for name, value in asked.items() if name != "reads"}
        with cursor.cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", given) as rows:
            for block in rows:
                content.write(block)
        return parsed(content, schema)


def parsed(content: io.BytesIO, schema: Kinds) -> pl.DataFrame:
    """CSV without a heading as a frame of that schema; an empty field is unknown."""
    if not content.tell():
        return pl.DataFrame(schema=dict(schema))
    content.seek(0)
    as_text = {name: pl.String() if kind == pl.Boolean else kind for name, kind in schema.items()}
    frame = pl.read_csv(content, has_header=False, schema=as_text)
    words = (pl.col(name).replace("", None).alias(name) for name, kind in schema.items() if kind == pl.String)
    flags = (pl.col(name) == "t" for name, kind in schema.items() if kind == pl.Boolean)
    return frame.with_columns(*words, *flags)
