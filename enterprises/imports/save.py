"""A matched ledger into the register: COPY beside, then a few statements, in the caller's transaction."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl
from django.db import transaction

from accounts import request_id
from enterprises import deadlines
from enterprises.imports import replaced
from enterprises.imports.compare import Statements, no_negatives, renamed
from enterprises.imports.database import copy_frames_in, copy_in, copy_out, new_ids, run, staged
from enterprises.models import ImportBatch
from enterprises.models.enterprise import search_columns
from enterprises.search import folded
from enterprises.signals import duties_changed

ENTERPRISE: Final = "enterprises_enterprise"
# One import at a time: two ledgers with the same new firm must not both make it.
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('enterprises.imports'))"
# Foreign keys are checked as rows come in, not queued until the end.
CHECK_AT_ONCE: Final = "SET CONSTRAINTS ALL IMMEDIATE"


@dataclass(frozen=True)
class Origin:
    """Where statements come from: the batch, who confirmed them, when they became known, on which day they count."""

    batch_id: int
    by_id: int
    at: datetime.datetime
    on: datetime.date


def lock_imports() -> None:
    """Wait until no other import writes; held until the transaction ends."""
    run(LOCK)
    run(CHECK_AT_ONCE)


def lock_firms(ids: pl.Series) -> None:
    """Lock the firms about to change, in the order every door locks them."""
    staged("locked_firm", "id bigint", ids.drop_nulls().to_frame("id"))
    run(
        "SELECT f.id FROM enterprises_enterprise f JOIN locked_firm l ON l.id = f.id"
        " ORDER BY f.id FOR NO KEY UPDATE OF f"
    )


def with_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with an id for every firm, new ones included, as ``id``."""
    new = rows.filter(pl.col("firm").is_null()).select("key")
    new = new.with_columns(new_id=pl.Series(new_ids(ENTERPRISE, len(new)), dtype=pl.Int64))
    rows = rows.join(new, on="key", how="left", maintain_order="left")
    return rows.with_columns(id=pl.coalesce("firm", "new_id")).drop("new_id")


def pg_array(items: Sequence[str]) -> str:
    """A list of texts, none of them empty, as PostgreSQL writes an array."""
    whole = '","'.join(items)
    if whole.count('"') > 2 * (len(items) - 1) or "\\" in whole:
        whole = '","'.join(one.replace("\\", "\\\\").replace('"', '\\"') for one in items)
    return '{"' + whole + '"}' if items else "{}"


def searchable(rows: pl.DataFrame, former: dict[int, list[str]]) -> pl.DataFrame:
    """The rows (id, name, uscc) with what the search looks at."""
    found = [
        search_columns(name, former.get(firm, []), uscc)
        for firm, name, uscc in rows.select("id", "name", "uscc").rows()
    ]
    return rows.with_columns(
        folded_name=pl.Series([folded(name) for name in rows["name"]], dtype=pl.String),
        search_text=pl.Series([text for text, _ in found], dtype=pl.String),
        search_bigrams=pl.Series([pg_array(pairs) for _, pairs in found], dtype=pl.String),
    )


FIRM_COLUMNS: Final = (
    "id",
    "uscc",
    "uscc_ok",
    "old_number",
    "name",
    "region_id",
    "negatives_known_on",
    "created_at",
    "batch_id",
    "folded_name",
    "search_text",
    "search_bigrams",
)
SLICE: Final = 4000


def save_new_firms(rows: pl.DataFrame, origin: Origin) -> None:
    """Firms that did not stand yet, each in its unit from the day on."""
    firms = rows.filter(pl.col("firm").is_null()).select(
        "id",
        "uscc",
        "uscc_ok",
        pl.col("old_number").fill_null(""),
        "name",
        region_id="unit",
        negatives_known_on=pl.when(no_negatives(rows)).then(pl.lit(origin.on)),
        created_at=pl.lit(origin.at.isoformat()),
        batch_id=pl.lit(origin.batch_id),
    )
    if firms.is_empty():
        return
    copy_frames_in(ENTERPRISE, FIRM_COLUMNS, (searchable(some, {}) for some in firms.iter_slices(SLICE)))
    memberships = firms.select("region_id", "batch_id", enterprise_id="id", from_on=pl.lit(origin.on))
    copy_in("enterprises_regionmembership", memberships)


def save_known_firms(rows: pl.DataFrame, origin: Origin) -> None:
    """Completed codes, new names, other units and cleared negatives of firms that stand."""
    known = rows.filter(pl.col("firm").is_not_null())
    clear = no_negatives(rows) & ~pl.col("negatives_known")
    changed = known.filter(pl.col("completes") | renamed() | pl.col("unit").is_not_null() | clear)
    if changed.is_empty():
        return
    keep_former_names(changed.filter(renamed()), origin)
    changed = changed.select(
        "id", "uscc_ok", "unit",
        new_code=pl.when("completes").then("uscc"),
        uscc=pl.coalesce("uscc", "known_uscc"),
        name=pl.when(renamed()).then("name").otherwise("known_name"),
        known_on=pl.when(clear).then(pl.lit(origin.on)),
    )  # fmt: skip
    staged(
        "changed_firm",
        "id bigint, name text, uscc text, uscc_ok boolean, unit bigint, known_on date, folded_name text,"
        " search_text text, search_bigrams text[]",
        searchable(changed, former_names(changed)).select(
            "id", "name", "uscc_ok", "unit", "known_on", "folded_name", "search_text", "search_bigrams", uscc="new_code"
        ),
    )
    replaced.keep_values_of_firms(origin.batch_id)
    run(UPDATE_FIRMS)
    move_firms(origin)


UPDATE_FIRMS: Final = """
    UPDATE enterprises_enterprise firm SET
        name = changed.name, folded_name = changed.folded_name,
        search_text = changed.search_text, search_bigrams = changed.search_bigrams::varchar(2)[],
        uscc = coalesce(changed.uscc, firm.uscc),
        uscc_ok = CASE WHEN changed.uscc IS NULL THEN firm.uscc_ok ELSE changed.uscc_ok END,
        region_id = coalesce(changed.unit, firm.region_id),
        negatives_known_on = coalesce(changed.known_on, firm.negatives_known_on)
    FROM changed_firm changed WHERE firm.id = changed.id
"""


def former_names(changed: pl.DataFrame) -> dict[int, list[str]]:
    """All former names of these firms."""
    staged("changed_id", "id bigint", changed.select("id"))
    names = copy_out(
        "SELECT f.enterprise_id, f.name FROM enterprises_formername f"
        " JOIN changed_id c ON c.id = f.enterprise_id ORDER BY f.id",
        {"id": pl.Int64, "name": pl.String},
    )
    found: dict[int, list[str]] = {}
    for firm, name in names.rows():
        found.setdefault(firm, []).append(name)
    return found


def keep_former_names(renames: pl.DataFrame, origin: Origin) -> None:
    """The names that end today."""
    staged(
        "former_name",
        "enterprise_id bigint, name text, folded_name text, until date",
        renames.select(enterprise_id="id", name="known_name", folded_name="known_folded", until=pl.lit(origin.on)),
    )
    run(
        "INSERT INTO enterprises_formername (enterprise_id, name, folded_name, until, batch_id)"
        " SELECT enterprise_id, name, folded_name, until, %s FROM former_name ON CONFLICT DO NOTHING",
        origin.batch_id,
    )


def move_firms(origin: Origin) -> None:
    """Dated memberships of firms that changed their unit: past numbers stay with the old one."""
    present = "m.enterprise_id = c.id AND m.to_on IS NULL AND c.unit IS NOT NULL"
    run(
        f"DELETE FROM enterprises_regionmembership m USING changed_firm c WHERE {present} AND m.from_on >= %s",
        origin.on,
    )
    day_before = deadlines.days_after(origin.on, -1)
    run(f"UPDATE enterprises_regionmembership m SET to_on = %s FROM changed_firm c WHERE {present}", day_before)
    run(
        "INSERT INTO enterprises_regionmembership (enterprise_id, region_id, from_on, batch_id)"
        " SELECT id, unit, %s, %s FROM changed_firm WHERE unit IS NOT NULL",
        origin.on,
        origin.batch_id,
    )


def save_statements(statements: Statements, ids: pl.DataFrame, origin: Origin) -> None:
    """What the ledger says anew; nothing is overwritten."""
    common = {
        "source": pl.lit("ledger"),
        "state": pl.lit("accepted"),
        "known_at": pl.lit(origin.at.isoformat()),
        "batch_id": pl.lit(origin.batch_id),
        "confirmed_by_id": pl.lit(origin.by_id),
        "confirmed_at": pl.lit(origin.at.isoformat()),
        "note": pl.lit(""),
    }
    for table, frame in (
        ("enterprises_firmstatement", statements.firms),
        ("enterprises_yearfigures", statements.years),
    ):
        stated = frame.join(ids, on="key", how="inner", maintain_order="left").drop("key", "firm")
        copy_in(table, stated.rename({"id": "enterprise_id"}).with_columns(**common))


def save_spells(begin: pl.DataFrame, ids: pl.DataFrame, origin: Origin) -> None:
    """规上 from a day on; what these firms owe follows once the import is written, and is no part of its success."""
    written = {"kind": pl.lit("规上工业"), "batch_id": pl.lit(origin.batch_id)}
    rows = begin.join(ids, on="key", how="inner").select("from_on", "source", enterprise_id="id", **written)
    copy_in("enterprises_abovescalespell", rows)
    tell_of_duties(rows["enterprise_id"].to_list(), origin.on)


def tell_of_duties(firms: Sequence[int], on: datetime.date) -> None:
    """What these firms owe may have changed; whoever keeps it looks once the transaction is through."""
    if firms:
        tell = partial(duties_changed.send_robust, ImportBatch, on=on, enterprise_ids=list(firms))
        transaction.on_commit(tell, robust=True)


def save_contacts(contacts: pl.DataFrame, ids: pl.DataFrame, origin: Origin) -> None:
    """New contacts, and other numbers of known ones."""
    if contacts.is_empty():
        return
    named = contacts.join(ids, on="key", how="inner").rename({"id": "enterprise_id"})
    empty = [
        pl.col(name).fill_null("").alias(name.removeprefix("contact_")) for name in ("contact_mobile", "contact_email")
    ]
    new = named.filter(pl.col("contact").is_null())
    written = {"name": pl.col("contact_name"), "role": pl.lit(""), "batch_id": pl.lit(origin.batch_id)}
    copy_in("enterprises_contact", new.select("enterprise_id", *empty, **written))
    staged(
        "changed_contact",
        "id bigint, mobile text, email text",
        named.filter(pl.col("contact").is_not_null()).select(*empty, id="contact"),
    )
    replaced.keep_values_of_contacts(origin.batch_id)
    run(
        "UPDATE enterprises_contact c SET mobile = coalesce(nullif(n.mobile, ''), c.mobile),"
        " email = coalesce(nullif(n.email, ''), c.email) FROM changed_contact n WHERE n.id = c.id"
    )


def save_audit(ids: pl.Series, origin: Origin) -> None:
    """One line in the trail of each firm touched."""
    copy_in(
        "accounts_auditevent",
        ids.to_frame("enterprise_id").with_columns(
            by_id=pl.lit(origin.by_id),
            what=pl.lit("ledger.firm"),
            object_type=pl.lit("importbatch"),
            object_id=pl.lit(origin.batch_id),
            reason=pl.lit(""),
            document=pl.lit(""),
            request_id=pl.lit(request_id.current.get()),
            recorded_at=pl.lit(origin.at.isoformat()),
            effective_on=pl.lit(origin.on),
        ),
    )
