"""Taking a ledger back: which firms it still stands in, what rests upon it there, and putting back what was."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl
from django.db import models

from enterprises.imports.database import copy_out, run, staged
from enterprises.imports.save import ENTERPRISE, former_names, searchable
from enterprises.models import Enterprise, ImportBatch

# Follows from other rows by itself; nothing of it rests upon a firm.
DERIVED: Final = frozenset(
    {
        "pipeline.assessment",
        "pipeline.ladderposition",
        "pipeline.poolspell",
        "notifications.obligation",
        "enterprises.figureconflict",
    }
)
WORDS: Final = {"enterprises.batchchange": "另一次导入的改动", "enterprises.enterprise_members": "企业账号"}
STATEMENTS: Final = ("enterprises_firmstatement", "enterprises_yearfigures")
REASONS: Final = {"firm": pl.Int64, "says": pl.String}
FIRMS: Final = {"firm": pl.Int64, "is_new": pl.Boolean, "name": pl.String, "uscc": pl.String, "path": pl.String}
SELECT_FIRMS: Final = """
    SELECT u.id, u.is_new, f.name, f.uscc, r.path FROM undo_firm u
    JOIN enterprises_enterprise f USING (id) JOIN accounts_region r ON r.id = f.region_id ORDER BY f.name, f.id
"""


def stage_firms(batch_id: int) -> None:
    """The firms in which something of the batch still stands, as ``undo_firm (id, is_new)``."""
    staged("undo_firm", "id bigint PRIMARY KEY, is_new boolean", pl.DataFrame())
    written = [
        f"SELECT {name}_id FROM {model._meta.db_table}"
        f" WHERE batch_id = %s{' AND withdrawn_at IS NULL' if model._meta.db_table in STATEMENTS else ''}"
        for model, name in related()
        if knows_its_batch(model)
    ]
    run(f"INSERT INTO undo_firm SELECT id, true FROM {ENTERPRISE} WHERE batch_id = %s", batch_id)
    run(
        f"INSERT INTO undo_firm SELECT id, false FROM ({' UNION '.join(written)}) found (id) ON CONFLICT DO NOTHING",
        *[batch_id] * len(written),
    )
    run("ANALYZE undo_firm")


def related() -> list[tuple[type[models.Model], str]]:
    """Every model with a foreign key to a firm, hidden ones too, and the name of that key."""
    found = Enterprise._meta.get_fields(include_hidden=True)
    keys = [one for one in found if isinstance(one, models.ManyToOneRel) and one.field.concrete]
    return sorted(((one.related_model, one.field.name) for one in keys), key=lambda found: found[0]._meta.label_lower)


def knows_its_batch(model: type[models.Model]) -> bool:
    """Whether rows of the model say which ledger wrote them."""
    field = next((one for one in model._meta.concrete_fields if one.name == "batch"), None)
    return field is not None and field.related_model is ImportBatch


def standing_firms() -> pl.DataFrame:
    """The staged firms with what the officer knows them by."""
    return copy_out(SELECT_FIRMS, FIRMS)


def reasons(batch_id: int) -> pl.DataFrame:
    """What rests upon the batch as far as this room knows: firm, and the words for it."""
    found = [copy_out(query, REASONS) for query in (*about_new(batch_id), *about_known(batch_id))]
    return pl.concat(found)


def about_new(batch_id: int) -> Iterator[str]:
    """A firm that the ledger made can go only while nobody else has written anything of it."""
    for model, name in related():
        meta = model._meta
        if meta.label_lower in DERIVED:
            continue
        others = f" AND t.batch_id IS DISTINCT FROM {int(batch_id)}" if knows_its_batch(model) else ""
        others += " AND t.withdrawn_at IS NULL" if meta.db_table in STATEMENTS else ""
        words = WORDS.get(meta.label_lower, str(meta.verbose_name))
        yield (
            f"SELECT u.id, format('之后登记了{words} %s 条', count(*)) FROM {meta.db_table} t"
            f" JOIN undo_firm u ON u.id = t.{name}_id"
            f" WHERE u.is_new{others} GROUP BY u.id"
        )
    yield (
        "SELECT u.id, format('之后指定了责任人（%s）', who.name) FROM undo_firm u"
        " JOIN enterprises_enterprise f USING (id) JOIN accounts_user who ON who.id = f.officer_id WHERE u.is_new"
    )


# An officer's or a firm's later word about the same, or another ledger's, was said with this one in sight.
LATER_WORDS: Final = "CASE s.source WHEN 'officer' THEN '核定' WHEN 'enterprise' THEN '企业填报' ELSE '另一次导入' END"
DAY: Final = "to_char(s.known_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"


def about_known(batch_id: int) -> Iterator[str]:
    """Of a firm that stood before: later words about the same, and values that somebody changed since."""
    pk = int(batch_id)
    later = (
        f"JOIN undo_firm u ON u.id = o.enterprise_id AND NOT u.is_new WHERE o.batch_id = {pk} AND o.state = 'accepted'"
        " AND s.id > o.id AND s.batch_id IS DISTINCT FROM o.batch_id AND s.state IN ('accepted', 'submitted')"
    )
    yield (
        f"SELECT DISTINCT u.id, format('之后有 %s 年指标（%s，%s）', o.year, {LATER_WORDS}, {DAY})"
        f" FROM enterprises_yearfigures o JOIN enterprises_yearfigures s USING (enterprise_id, year) {later}"
    )
    yield (
        f"SELECT DISTINCT u.id, format('之后有企业情况（%s，%s）', {LATER_WORDS}, {DAY})"
        f" FROM enterprises_firmstatement o JOIN enterprises_firmstatement s USING (enterprise_id) {later}"
    )
    yield from about_replaced(pk)
    yield (
        "SELECT u.id, format('规上时段之后有改动（至 %s）', t.to_on) FROM enterprises_abovescalespell t"
        f" JOIN undo_firm u ON u.id = t.enterprise_id WHERE t.batch_id = {pk} AND t.to_on IS NOT NULL"
    )


def about_replaced(pk: int) -> Iterator[str]:
    """Replaced values that are not what the ledger put there any more, and a former code that another firm bears."""
    of_batch = (
        f"FROM enterprises_batchchange c JOIN undo_firm u ON u.id = c.enterprise_id"
        f" JOIN enterprises_enterprise f ON f.id = u.id WHERE c.batch_id = {pk}"
    )
    for what, word, differs in (
        ("name", "又更名", "f.name <> c.new->>'name'"),
        ("code", "又改了统一社会信用代码", "f.uscc IS DISTINCT FROM c.new->>'uscc'"),
        ("region", "又改了责任单位", "f.region_id <> (c.new->>'region')::bigint"),
        ("negatives", "又核对了失信与事故", "f.negatives_known_on IS DISTINCT FROM (c.new->>'on')::date"),
    ):
        yield f"SELECT u.id, '之后{word}' {of_batch} AND c.what = '{what}' AND {differs}"
    yield (
        f"SELECT u.id, '原代码已登记在另一家企业' {of_batch} AND c.what = 'code'"
        " AND EXISTS (SELECT 1 FROM enterprises_enterprise x WHERE x.uscc = c.old->>'uscc' AND x.id <> f.id)"
    )
    yield (
        "SELECT u.id, format('联络员“%s”之后有改动', p.name) FROM enterprises_batchchange c"
        " JOIN undo_firm u ON u.id = c.enterprise_id JOIN enterprises_contact p ON p.id = c.object_id"
        f" WHERE c.what = 'contact' AND ((c.batch_id = {pk}"
        " AND (p.mobile, p.email) IS DISTINCT FROM (c.new->>'mobile', c.new->>'email'))"
        f" OR (c.batch_id <> {pk} AND p.batch_id = {pk}))"
    )


def stage_undone(firms: pl.DataFrame) -> None:
    """The firms that are taken back now, locked in the order in which every door locks them."""
    staged("undone_firm", "id bigint PRIMARY KEY, is_new boolean", firms.select("is_new", id="firm"))
    run("ANALYZE undone_firm")
    run(
        "SELECT f.id FROM enterprises_enterprise f JOIN undone_firm u ON u.id = f.id"
        " ORDER BY f.id FOR NO KEY UPDATE OF f"
    )


def take_back(batch_id: int, at: datetime.datetime) -> None:
    """Take back what the batch wrote of the staged firms: statements stay on record as withdrawn, the rest goes."""
    for table in STATEMENTS:
        run(
            f"UPDATE {table} s SET state = 'withdrawn', withdrawn_at = %s FROM undone_firm u"
            " WHERE u.id = s.enterprise_id AND NOT u.is_new AND s.batch_id = %s AND s.state = 'accepted'",
            at,
            batch_id,
        )
    put_back(batch_id)
    for table in ("enterprises_abovescalespell", "enterprises_contact", "enterprises_formername"):
        of_known(table, batch_id)
    restore_names(batch_id)
    of_known("enterprises_batchchange", batch_id)
    remove_new()


def of_known(table: str, batch_id: int) -> None:
    """Rows of the batch about firms that stay go."""
    run(
        f"DELETE FROM {table} t USING undone_firm u WHERE u.id = t.enterprise_id AND NOT u.is_new AND t.batch_id = %s",
        batch_id,
    )


OF_BATCH: Final = "JOIN undone_firm u ON u.id = c.enterprise_id AND NOT u.is_new WHERE c.batch_id = %s"
PUT_BACK: Final = (
    f"""
    UPDATE enterprises_enterprise f SET uscc = c.old->>'uscc', uscc_ok = (c.old->>'uscc_ok')::boolean
    FROM enterprises_batchchange c {OF_BATCH} AND c.what = 'code' AND f.id = c.enterprise_id
    """,
    f"""
    UPDATE enterprises_enterprise f SET negatives_known_on = (c.old->>'on')::date
    FROM enterprises_batchchange c {OF_BATCH} AND c.what = 'negatives' AND f.id = c.enterprise_id
    """,
    f"""
    UPDATE enterprises_contact p SET mobile = c.old->>'mobile', email = c.old->>'email'
    FROM enterprises_batchchange c {OF_BATCH} AND c.what = 'contact' AND p.id = c.object_id
    """,
    f"""
    UPDATE enterprises_enterprise f SET region_id = (c.old->>'region')::bigint
    FROM enterprises_batchchange c {OF_BATCH} AND c.what = 'region' AND f.id = c.enterprise_id
    """,
)
# The membership that the move ended goes on; one that began on the very day of the move had gone and comes again.
REOPEN: Final = f"""
    UPDATE enterprises_regionmembership m SET to_on = NULL
    FROM enterprises_batchchange c {OF_BATCH} AND c.what = 'region' AND m.enterprise_id = c.enterprise_id
        AND m.region_id = (c.old->>'region')::bigint AND m.from_on = (c.old->>'from_on')::date
"""
COME_AGAIN: Final = f"""
    INSERT INTO enterprises_regionmembership (enterprise_id, region_id, from_on, batch_id)
    SELECT c.enterprise_id, (c.old->>'region')::bigint, (c.old->>'from_on')::date, (c.old->>'batch')::bigint
    FROM enterprises_batchchange c {OF_BATCH} AND c.what = 'region' AND c.old->>'from_on' IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM enterprises_regionmembership m
            WHERE m.enterprise_id = c.enterprise_id AND m.to_on IS NULL)
"""


def put_back(batch_id: int) -> None:
    """Values and memberships as they were before the ledger replaced them."""
    for statement in PUT_BACK:
        run(statement, batch_id)
    of_known("enterprises_regionmembership", batch_id)
    run(REOPEN, batch_id)
    run(COME_AGAIN, batch_id)


RENAMED: Final = """
    SELECT f.id, coalesce(min(c.old->>'name'), f.name), f.uscc FROM undone_firm u
    JOIN enterprises_batchchange c ON c.enterprise_id = u.id AND c.what IN ('name', 'code') AND c.batch_id = {pk}
    JOIN enterprises_enterprise f ON f.id = u.id WHERE NOT u.is_new GROUP BY f.id
"""


def restore_names(batch_id: int) -> None:
    """Former names as names again, and what such firms are searched by."""
    names = copy_out(RENAMED.format(pk=int(batch_id)), {"id": pl.Int64, "name": pl.String, "uscc": pl.String})
    if names.is_empty():
        return
    staged(
        "restored_firm",
        "id bigint, name text, folded_name text, search_text text, search_bigrams text[]",
        searchable(names, former_names(names)).select("id", "name", "folded_name", "search_text", "search_bigrams"),
    )
    run(
        "UPDATE enterprises_enterprise f SET name = r.name, folded_name = r.folded_name,"
        " search_text = r.search_text, search_bigrams = r.search_bigrams::varchar(2)[]"
        " FROM restored_firm r WHERE f.id = r.id"
    )


def remove_new() -> None:
    """Firms that the ledger made, with all that was written of them, by it or in consequence."""
    for model, name in related():
        run(f"DELETE FROM {model._meta.db_table} t USING undone_firm u WHERE u.is_new AND u.id = t.{name}_id")
    run(f"DELETE FROM {ENTERPRISE} f USING undone_firm u WHERE u.is_new AND u.id = f.id")


def still_standing(batch_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the firms in which something of the batch stands, for one page of its rows."""
    found: set[int] = set(Enterprise.objects.filter(pk__in=ids, batch=batch_id).values_list("pk", flat=True))
    for model, name in related():
        if knows_its_batch(model):
            rows = model._default_manager.filter(**{f"{name}__in": ids, "batch": batch_id})
            if model._meta.db_table in STATEMENTS:
                rows = rows.filter(withdrawn_at=None)
            found.update(rows.values_list(f"{name}_id", flat=True))
    return found
