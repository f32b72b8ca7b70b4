"""The stored preview of a ledger, in an officer's words, a page at a time."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal

import polars as pl

from enterprises.imports.headings import firm_label
from enterprises.imports.places import OUTSIDE
from enterprises.imports.read import HeadingReport, SheetReport, sheet_report, unpacked
from enterprises.models import ImportBatch
from enterprises.vocabulary import FIGURE_BY_NAME, TRACK_BY_KEY

Outcome = Literal["new", "changed", "unchanged", "refused"]
Shown = Literal["new", "changed", "unchanged", "warned", "refused", ""]

# Columns of the ledger frame that are no values of their own.
# The unit is told as the one that was found, not as it was written.
INNER: Final = {"sheet", "line", "name", "region", "uscc_ok", "old_number_in_code", "above_scale_dated"}
UNTOLD: Final = INNER - {"name", "region"} | {"row"}
WORDS: Final[Mapping[str, str]] = {"true": "是", "false": "否", "t": "是", "f": "否"}


@dataclass(frozen=True)
class Change:
    """One value that applying the ledger writes: its label, what stands now (empty: nothing), what will stand."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class PreviewRow:
    """One row of the ledger and what becomes of it; a refused row outside one's units shows no value."""

    sheet: str
    line: int
    name: str
    outcome: Outcome
    changes: Sequence[Change] = ()
    warnings: Sequence[str] = ()
    reasons: Sequence[str] = ()
    firm: int | None = None  # its key, where the row means a firm in sight


@dataclass(frozen=True)
class Counts:
    """How many rows do what; a warned row is also new, changed or unchanged."""

    total: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    warned: int = 0
    refused: int = 0
    titles: int = 0


@dataclass(frozen=True)
class Preview:
    """What applying the batch does; ``rows`` is one page of what was asked for, ``n_rows`` how many there are."""

    counts: Counts
    sheets: Sequence[SheetReport]
    rows: Sequence[PreviewRow]
    n_rows: int


def preview(batch: ImportBatch, *, only: Shown = "", start: int = 0, size: int = 50) -> Preview:
    """What applying does, as stored when the file was read: one page of the rows asked for."""
    counts = Counts(**batch.report.get("counts", {}))
    sheets = [sheet_report(stored) for stored in batch.report.get("sheets", [])]
    if batch.preview is None:
        return Preview(counts, sheets, [], 0)
    chosen = those(pl.read_parquet(BytesIO(bytes(batch.preview))), only)
    page = chosen.slice(start, size)
    given = values_of_new(batch, page)
    return Preview(counts, sheets, [row_of(stored, given) for stored in page.iter_rows(named=True)], len(chosen))


def those(rows: pl.DataFrame, only: Shown) -> pl.DataFrame:
    """The rows asked for; a refused row is not counted among the warned."""
    if only == "warned":
        return rows.filter(pl.col("warnings").list.len() > 0, pl.col("outcome") != "refused")
    return rows.filter(pl.col("outcome") == only) if only else rows


def refused(batch: ImportBatch) -> tuple[list[str], list[dict[str, Any]]]:
    """The refused rows as they were read, with sheet, line and reasons, and the columns that any of them gives.

    A row about a firm outside the importer's units shows its place and nothing else.
    """
    if batch.preview is None or batch.frame is None:
        return [], []
    found = those(pl.read_parquet(BytesIO(bytes(batch.preview))), "refused").select("sheet", "line", "name", "reasons")
    given = unpacked(bytes(batch.frame)).rows
    columns = [name for name in given.columns if name not in UNTOLD]
    rows = found.select("sheet", "line", "reasons").join(given, on=["sheet", "line"], how="left", maintain_order="left")
    outside = pl.col("reasons").list.contains(OUTSIDE)
    rows = rows.with_columns(pl.when(~outside).then(name).alias(name) for name in columns)
    filled = [name for name in columns if rows[name].null_count() < len(rows)]
    return filled, rows.select("sheet", "line", "reasons", *filled).to_dicts()


def row_of(stored: Mapping[str, Any], given: Mapping[tuple[str, int], list[Change]]) -> PreviewRow:
    """A stored row in words."""
    changes = [
        Change(label_of(one["column"]), shown(one["column"], one["old"]), shown(one["column"], one["new"]))
        for one in stored["changes"] or ()
    ]
    place = (stored["sheet"], stored["line"])
    return PreviewRow(
        *place,
        name=stored["name"] or "",
        outcome=stored["outcome"],
        changes=given.get(place, []) + changes,
        warnings=stored["warnings"] or (),
        reasons=stored["reasons"] or (),
        firm=stored["firm"] if stored["outcome"] != "refused" else None,
    )


def values_of_new(batch: ImportBatch, page: pl.DataFrame) -> dict[tuple[str, int], list[Change]]:
    """What the ledger gives of the new firms on this page."""
    new = page.filter(pl.col("outcome") == "new").select("sheet", "line")
    if new.is_empty() or batch.frame is None:
        return {}
    rows = unpacked(bytes(batch.frame)).rows.join(new, on=["sheet", "line"], how="semi")
    return {(row["sheet"], row["line"]): list(given_values(row)) for row in rows.iter_rows(named=True)}


def given_values(row: Mapping[str, Any]) -> Iterator[Change]:
    """Every value of a row; recognitions, contacts and 规上 are told as what they become."""
    for column, value in row.items():
        if value is not None and column not in INNER and not column.startswith(("title.", "contact_", "above_scale")):
            yield Change(label_of(column), "", shown(column, str(value)))


def label_of(column: str) -> str:
    """A column of the ledger frame as the officer reads it."""
    if column.startswith("title."):
        return f"资格：{TRACK_BY_KEY[column.removeprefix('title.')].label}"
    name, _, year = column.partition("@")
    return f"{year}年{FIGURE_BY_NAME[name].label}" if year else firm_label(name)


def shown(column: str, value: str | None) -> str:
    """A value as the officer reads it; nothing known is empty."""
    if value is None:
        return ""
    figure = FIGURE_BY_NAME.get(column.partition("@")[0])
    if figure is not None and not figure.is_decimal:
        return f"{int(value):,} {figure.unit_label}"
    if column.startswith("negative_"):
        return "无" if value.lower() == "false" else "有"
    return WORDS.get(value.lower(), as_day(value))


def as_day(value: str) -> str:
    """A day in Chinese, anything else as it is."""
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.year}年{day.month}月{day.day}日"


__all__ = ["Change", "Counts", "HeadingReport", "Preview", "PreviewRow", "SheetReport", "preview"]
