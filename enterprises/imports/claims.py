"""Recognitions a ledger claims: which can be recorded, and why the others cannot. Pure."""

from typing import Final

import polars as pl

from enterprises.vocabulary import TRACKS

PARTS: Final = ("number", "issued_on", "year", "valid_until", "level", "held")
KINDS: Final = {"issued_on": pl.Date, "valid_until": pl.Date, "held": pl.Boolean}
UNREAD: Final = "unread"  # a level that nobody could read
CLAIMS: Final = {
    "row": pl.UInt32,
    "track": pl.String,
    "number": pl.String,
    "issued_on": pl.Date,
    "valid_until": pl.Date,
    "reason": pl.String,
    "recordable": pl.Boolean,
}
NO_DAY: Final = "只有“是”、编号或年度，没有发证日期，未登记资格，请补发证日期"
YEAR_ONLY: Final = "没有入库日期，按入库年度1月1日至12月31日登记"


def claims(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a firm and recognition that the ledger speaks of; ``row`` is the row's number in the ledger frame."""
    found = [claims_of(rows, track.key) for track in TRACKS if speaks_of(rows, track.key)]
    return pl.concat(found) if found else pl.DataFrame(schema=CLAIMS)


def speaks_of(rows: pl.DataFrame, track: str) -> bool:
    """Whether a column of the ledger is about this recognition."""
    return any(f"title.{track}.{part}" in rows.columns for part in PARTS)


def claims_of(rows: pl.DataFrame, track: str) -> pl.DataFrame:
    """The claims to one recognition. 科小 holds in its calendar year, so its year alone says from when to when."""
    parts = [
        (pl.col(f"title.{track}.{part}") if f"title.{track}.{part}" in rows.columns else pl.lit(None))
        .cast(KINDS.get(part, pl.String)).alias(part)
        for part in PARTS
    ]  # fmt: skip
    said = pl.any_horizontal(pl.col(part).is_not_null() for part in ("number", "issued_on", "year", "level")) | pl.col(
        "held"
    )
    year = pl.coalesce("year", pl.col("number").str.extract(r"^(20[0-9]{2})[0-9]{14}$", 1)).cast(pl.Int32)
    first_day = pl.date(year, 1, 1) if track == "tsme" else pl.lit(None, pl.Date)
    frame = (
        rows.select("row", *parts)
        .filter(said.fill_null(value=False))
        .with_columns(
            track=pl.coalesce("level", pl.lit(track)),
            by_year=pl.col("issued_on").is_null() & first_day.is_not_null(),
            issued_on=pl.coalesce("issued_on", first_day),
        )
    )
    recordable = pl.col("issued_on").is_not_null() & (pl.col("track") != UNREAD)
    reason = (
        pl.when(pl.col("track") == UNREAD).then(None)
        .when(pl.col("issued_on").is_null()).then(pl.lit(NO_DAY))
        .when("by_year").then(pl.lit(YEAR_ONLY))
    )  # fmt: skip
    return frame.with_columns(reason=reason, recordable=recordable, number=pl.col("number").fill_null("")).select(
        pl.col(name).cast(kind) for name, kind in CLAIMS.items()
    )
