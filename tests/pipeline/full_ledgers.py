"""Ledgers with everything that one can write, taken back again, and the register before and after."""

from typing import Any

from django.db import connection

from accounts.models import User
from enterprises.imports import undo
from enterprises.models import BatchChange, Enterprise, ImportBatch
from pipeline.domain import ledger_undo
from tests import workbooks
from tests.ledgers import TODAY

HEADINGS = (
    "企业名称", "统一社会信用代码", "所属县市区", "成立日期", "2025年营业收入（万元）", "高新技术企业证书编号",
    "高新技术企业发证时间", "规上", "联络员", "联络员电话", "失信与事故情况",
)  # fmt: skip


def full(number: int, unit: str = "西岭县", revenue: float = 4800) -> tuple[Any, ...]:
    """A row with everything that a ledger can write."""
    return (
        f"云泽第{number}精密有限公司", workbooks.code(number), unit, "2015-03-01", revenue, f"GR20254200{number:04}",
        "2025-11-01", "是", "何晓舟", "13900000001", "无",
    )  # fmt: skip


def whole(*numbers: int) -> bytes:
    """A ledger of such rows."""
    return workbooks.ledger(*map(full, numbers), headings=HEADINGS)


def taken_back(batch: ImportBatch, by: User) -> ImportBatch:
    """The batch taken back."""
    return ledger_undo.take_back(batch_id=batch.pk, by=by, on=TODAY)


def register() -> dict[str, list[tuple[Any, ...]]]:
    """Everything known of firms, without keys, batches and moments; withdrawn statements do not stand."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    left_out = {"id", "batch_id", "created_at", "known_at", "confirmed_at", "recorded_at", "withdrawn_at", "version"}
    left_out |= {"enterprise_id", "edition_id"}
    for model, name in [(Enterprise, ""), *undo.related()]:
        if model is BatchChange:
            continue
        table = model._meta.db_table
        names = [one.column for one in model._meta.concrete_fields if one.column not in left_out]
        columns = ", ".join(f't."{one}"::text' for one in names)
        firm = "t.name" if not name else "f.name"
        join = f"JOIN enterprises_enterprise f ON f.id = t.{model._meta.get_field(name).column}" if name else ""
        where = "WHERE t.state <> 'withdrawn'" if table in undo.STATEMENTS else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {firm}{', ' if columns else ''}{columns} FROM {table} t {join} {where}")
            rows[table] = sorted(cursor.fetchall(), key=str)
    # Nobody stands below the first rung by having stood higher once
    rows["pipeline_ladderposition"] = [row for row in rows["pipeline_ladderposition"] if row[1]]
    return rows
