"""What a ledger did, row by row, as a workbook; and the rows that were refused, to be corrected and sent again."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from console.exports.writer import Column, limit, workbook_response
from console.imports.views import TABS, asked_tab, batches
from enterprises.imports.headings import meaning_of_column
from enterprises.vocabulary import FIGURE_BY_NAME, TRACK_BY_KEY
from pipeline.domain import ledger_previews, ledgers
from pipeline.domain.ledgers import PreviewRow

OUTCOMES: Final = {"new": "新增", "changed": "变更", "unchanged": "无变化", "refused": "不能写入"}
ROWS: Final = (
    Column("工作表"),
    Column("行", kind="count"),
    Column("企业"),
    Column("结果"),
    Column("项目"),
    Column("原值"),
    Column("新值"),
    Column("提醒或原因"),
)


@require_GET
def import_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of the chosen tab: one line for each value that changes, from and to."""
    batch = get_object_or_404(batches(request), pk=pk)
    only = asked_tab(request)
    found = ledgers.preview(batch, only=only, size=limit() + 1)
    label = next(label for key, label, _ in TABS if key == only)
    return workbook_response(
        request, what="import_rows", title=f"导入结果 {batch.filename}", columns=ROWS,
        rows=(line for row in found.rows for line in lines(row)), filters=f"结果：{label}", count=found.n_rows,
    )  # fmt: skip


def lines(row: PreviewRow) -> Iterator[Sequence[Any]]:
    """A row of the ledger, once for each value it changes, or once with what was said of it."""
    said = "；".join((*row.reasons, *row.warnings))
    place = (row.sheet, row.line, row.name, OUTCOMES[row.outcome])
    for change in row.changes:
        yield *place, change.label, change.old, change.new, said
    if not row.changes:
        yield *place, "", "", "", said


@require_GET
def import_refused(request: HttpRequest, pk: int) -> HttpResponse:
    """The refused rows under headings that an import knows, each with its reason."""
    batch = get_object_or_404(batches(request).defer(None).defer("content"), pk=pk)
    names, rows = ledger_previews.refused(batch)
    columns = [*(column_of(name) for name in names), Column("原工作表"), Column("原行号"), Column("不能写入的原因")]
    return workbook_response(
        request, what="import_refused", title=f"不能写入的行 {batch.filename}", columns=columns,
        rows=([*(cell(name, row.get(name)) for name in names), *place(row)] for row in rows),
        filters="结果：不能写入", count=len(rows),
    )  # fmt: skip


def place(row: dict[str, Any]) -> tuple[str, str, str]:
    """Where the row stood, and why it was refused."""
    return row["sheet"], str(row["line"]), "；".join(row["reasons"] or ())


def column_of(name: str) -> Column:
    """A column of the ledger as an import knows it again."""
    figure = FIGURE_BY_NAME.get(name.partition("@")[0])
    label = meaning_of_column(name).label
    if figure is None:
        is_day = name.endswith(("_on", "valid_until", "niche_since"))
        return Column(label, kind="date" if is_day else "text", personal=name.startswith("contact_"))
    if figure.unit == "cny":
        return Column(label, kind="money")
    return Column(label, unit=figure.unit_label, kind="score" if figure.is_decimal else "count")


def cell(name: str, value: Any) -> Any:
    """A value as the import reads it."""
    if isinstance(value, bool):
        return "是" if value else ("无" if name.startswith("negative_") else "否")
    if name == "market_share_ratio" and value is not None:
        return f"{value * 100}%"
    if name.endswith(".level") and value in TRACK_BY_KEY:
        return TRACK_BY_KEY[value].short
    return value
