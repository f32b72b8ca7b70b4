"""What a ledger would change: its rows beside what the register holds from ledgers so far."""

import datetime
from dataclasses import dataclass
from typing import Final

import polars as pl

from enterprises.imports.check import conform
from enterprises.imports.database import Schema as Kinds
from enterprises.imports.database import copy_out, staged
from enterprises.vocabulary import FIGURES, FIRM_FIELDS

# Columns of FirmStatement; name, code and unit are the firm's own.
FIRM_COLUMNS: Final = tuple(name for name in FIRM_FIELDS if name not in {"uscc", "name", "region"})
KINDS: Final[Kinds] = {
    "date": pl.Date,
    "boolean": pl.Boolean,
    "whole": pl.Int64,
    "ratio": pl.Decimal(7, 6),
    "text": pl.String,
}
FIRM_SCHEMA: Final[Kinds] = {name: KINDS[FIRM_FIELDS[name].type] for name in FIRM_COLUMNS}
FIGURE_SCHEMA: Final[Kinds] = {figure.name: pl.Decimal(6, 2) if figure.is_decimal else pl.Int64() for figure in FIGURES}
CHANGE: Final = pl.Struct({"column": pl.String, "old": pl.String, "new": pl.String})


@dataclass(frozen=True)
class Statements:
    """What is to be said anew of the firms themselves and of their years; ``key`` names the firm of a row."""

    firms: pl.DataFrame
    years: pl.DataFrame
    changes: pl.DataFrame  # key, column, old, new


def stage_firms(rows: pl.DataFrame) -> None:
    """The known firms of the ledger as a temporary table, for the queries below."""
    staged("ledger_firm", "firm bigint", rows.filter(pl.col("firm").is_not_null()).select("firm"))


def latest(table: str, columns: list[str], schema: Kinds, by: list[str]) -> pl.DataFrame:
    """The current value of each column from ledgers, one row a firm (and year): the latest known that is given."""
    select = f"""
        SELECT s.enterprise_id, {"s.year," if "year" in by else ""} {", ".join(f"s.{name}" for name in columns)}
        FROM {table} s JOIN ledger_firm ON ledger_firm.firm = s.enterprise_id
        WHERE s.source = 'ledger' AND s.state = 'accepted' ORDER BY s.known_at DESC, s.id DESC
    """
    kinds = {"firm": pl.Int64(), **({"year": pl.Int64()} if "year" in by else {}), **schema}
    frame = copy_out(select, kinds)
    if not frame.select(by).is_duplicated().any():
        return frame
    return frame.group_by(by, maintain_order=True).agg(pl.all().drop_nulls().first())


def compare(rows: pl.DataFrame) -> Statements:
    """Statements that would differ from what ledgers said before, and each value that would change."""
    stage_firms(rows)
    firms, firm_changes = compare_firms(rows)
    years, year_changes = compare_years(rows)
    return Statements(firms, years, pl.concat([firm_changes, year_changes]))


def compare_firms(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New statements about the firms themselves."""
    columns = [name for name in FIRM_COLUMNS if name in rows.columns]
    if not columns:
        return pl.DataFrame(schema={"key": pl.String, "firm": pl.Int64}), no_changes()
    current = latest("enterprises_firmstatement", columns, {name: FIRM_SCHEMA[name] for name in columns}, ["firm"])
    stated = rows.select("key", "firm", *(pl.col(name).cast(FIRM_SCHEMA[name]) for name in columns))
    return differing(stated, current, columns, ["firm"])


def years_named(rows: pl.DataFrame) -> list[int]:
    """The years of which the ledger gives figures."""
    return sorted({int(name.partition("@")[2]) for name in rows.columns if "@" in name})


def compare_years(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New statements about years."""
    names = [figure.name for figure in FIGURES if any(column.startswith(f"{figure.name}@") for column in rows.columns)]
    schema = {name: FIGURE_SCHEMA[name] for name in names}
    if not names:
        empty = pl.DataFrame(schema={"key": pl.String, "firm": pl.Int64, "year": pl.Int64})
        return empty, no_changes()
    stated = pl.concat([of_year(rows, year, names) for year in years_named(rows)])
    current = latest("enterprises_yearfigures", names, schema, ["firm", "year"])
    return differing(stated, current, names, ["firm", "year"])


def of_year(rows: pl.DataFrame, year: int, names: list[str]) -> pl.DataFrame:
    """The figures of one year, those the ledger does not give as nulls."""
    given = {name: pl.col(f"{name}@{year}") for name in names if f"{name}@{year}" in rows.columns}
    figures = [given.get(name, pl.lit(None)).cast(FIGURE_SCHEMA[name]).alias(name) for name in names]
    return rows.select("key", "firm", pl.lit(year, pl.Int64).alias("year"), *figures)


def no_changes() -> pl.DataFrame:
    """No value changes."""
    return pl.DataFrame(schema={"key": pl.String, "column": pl.String, "old": pl.String, "new": pl.String})


def differing(
    stated: pl.DataFrame, current: pl.DataFrame, columns: list[str], by: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The stated rows that give a value unlike the current one, whole; and those values, old beside new."""
    given = stated.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in columns))
    if current.is_empty():
        known = given.filter(pl.col("firm").is_not_null())
        return given, changed_values(known.with_columns(pl.lit(None).alias(f"{name}_old") for name in columns), columns)
    beside = given.join(current, on=by, how="left", suffix="_old", maintain_order="left")
    differs = [pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(f"{name}_old")) for name in columns]
    beside = beside.filter(pl.any_horizontal(differs))
    return beside.select(stated.columns), changed_values(beside.filter(pl.col("firm").is_not_null()), columns)


def changed_values(beside: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """One row for each value that changes."""
    year = pl.col("year").cast(pl.String) if "year" in beside.columns else None
    frames = [no_changes()]
    for name in columns:
        old = pl.col(f"{name}_old")
        changed = beside.filter(pl.col(name).is_not_null() & pl.col(name).ne_missing(old))
        label = pl.lit(name) if year is None else pl.concat_str(pl.lit(f"{name}@"), year)
        frames.append(changed.select("key", column=label, old=old.cast(pl.String), new=pl.col(name).cast(pl.String)))
    return pl.concat(frames)


def identity_changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Changes of the firms themselves: code, name, unit, negatives found to be none; of a new one the unit it gets."""
    nothing = pl.lit(None, pl.String)
    changes = {
        "uscc": (pl.col("completes"), pl.col("known_uscc"), pl.col("uscc")),
        "name": (renamed(), pl.col("known_name"), pl.col("name")),
        "region": (pl.col("unit").is_not_null(), pl.col("known_region"), pl.col("unit")),
        "negative_all": (no_negatives(rows) & ~pl.col("negatives_known"), nothing, pl.lit("false")),
    }
    known = pl.col("firm").is_not_null()
    return pl.concat(
        rows.filter(where & (known | pl.lit(name == "region"))).select(
            "key", column=pl.lit(name), old=old.cast(pl.String), new=new.cast(pl.String)
        )
        for name, (where, old, new) in changes.items()
    )


def renamed() -> pl.Expr:
    """A known firm under a name that is neither its present one nor a former one."""
    by_former = (pl.col("firm") == pl.col("by_former")).fill_null(value=False)
    return pl.col("folded").is_not_null() & (pl.col("folded") != pl.col("known_folded")) & ~by_former


def no_negatives(rows: pl.DataFrame) -> pl.Expr:
    """The ledger says of the whole field, dishonesty and accidents, that there is nothing."""

    def said(name: str) -> pl.Expr:
        return pl.col(name).fill_null(value=True) if name in rows.columns else pl.lit(value=True)

    return ~said("negative_all") | (~said("negative_lists") & ~said("negative_accidents"))


SPELLS: Final = {"key": pl.String, "firm": pl.Int64, "from_on": pl.Date, "source": pl.String}
OPEN_SPELLS: Final = """
    SELECT DISTINCT s.enterprise_id FROM enterprises_abovescalespell s
    JOIN ledger_firm ON ledger_firm.firm = s.enterprise_id WHERE s.to_on IS NULL
"""
SCALE_DOUBT: Final = "登记为规上，台账写“否”，未改动，请核对"


def spells(rows: pl.DataFrame, on: datetime.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """规上 spells that begin, and warnings where the ledger says 否 of a firm that stands as 规上."""
    scale = [name for name in ("above_scale", "above_scale_on", "above_scale_dated") if name in rows.columns]
    if not scale:
        return pl.DataFrame(schema=SPELLS), conform(pl.DataFrame())
    days = [name for name in scale if name != "above_scale"]
    dated = pl.coalesce(*days) if days else pl.lit(None, pl.Date)
    said = pl.col("above_scale") if "above_scale" in scale else pl.lit(None, pl.Boolean)
    beside = rows.join(copy_out(OPEN_SPELLS, {"firm": pl.Int64}).with_columns(stands=True), on="firm", how="left")
    beside = beside.with_columns(since=dated, said=pl.coalesce(said, dated.is_not_null()))
    begin = beside.filter(pl.col("said") & pl.col("stands").is_null()).select(
        "key",
        "firm",
        from_on=pl.coalesce("since", pl.lit(on)),
        source=pl.when(pl.col("since").is_null())
        .then(pl.lit("台账（无入规日期，自导入日记）"))
        .otherwise(pl.lit("台账")),
    )
    doubt = beside.filter(said.not_() & pl.col("stands"))
    warning = {"column": pl.lit("规上"), "level": pl.lit("warn"), "reason": pl.lit(SCALE_DOUBT)}
    return begin, conform(doubt.select("sheet", "line", **warning))


KNOWN_CONTACTS: Final = {
    "firm": pl.Int64,
    "contact_name": pl.String,
    "contact": pl.Int64,
    "mobile_old": pl.String,
    "email_old": pl.String,
}
CONTACT: Final = ("contact_name", "contact_mobile", "contact_email")


def contacts(rows: pl.DataFrame) -> pl.DataFrame:
    """Contacts that are new or have another number or address: key, firm, contact (null: new), name, mobile, email."""
    if "contact_name" not in rows.columns:
        return pl.DataFrame(schema={"key": pl.String, "firm": pl.Int64, "contact": pl.Int64})
    missing = [pl.lit(None, pl.String).alias(name) for name in CONTACT if name not in rows.columns]
    given = rows.with_columns(missing).filter(pl.col("contact_name").is_not_null())
    known = copy_out(
        "SELECT c.enterprise_id, c.name, min(c.id), max(c.mobile), max(c.email) FROM enterprises_contact c"
        " JOIN ledger_firm ON ledger_firm.firm = c.enterprise_id GROUP BY 1, 2",
        {
            "firm": pl.Int64,
            "contact_name": pl.String,
            "contact": pl.Int64,
            "mobile_old": pl.String,
            "email_old": pl.String,
        },
    )
    beside = given.select("key", "firm", *CONTACT).join(known, on=["firm", "contact_name"], how="left")
    mobile, email = pl.col("contact_mobile"), pl.col("contact_email")
    differs = (mobile.is_not_null() & (mobile != pl.col("mobile_old"))) | (
        email.is_not_null() & (email != pl.col("email_old"))
    )
    return beside.filter(pl.col("contact").is_null() | differs).select("key", "firm", "contact", *CONTACT)
