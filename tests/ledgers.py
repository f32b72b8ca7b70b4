"""Ledgers as tests hand them in: read, applied, and what their preview says."""

import datetime

from accounts.models import User
from enterprises.models import ImportBatch
from pipeline.domain import ledgers
from pipeline.domain.ledgers import PreviewRow

TODAY = datetime.date(2026, 11, 22)
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)


def handed_in(content: bytes, by: User) -> ImportBatch:
    """A workbook uploaded and read."""
    return ledgers.read(batch_id=ledgers.upload(filename="台账.xlsx", content=content, by=by).pk)


def imported(content: bytes, by: User, on: datetime.date = TODAY) -> ImportBatch:
    """A workbook uploaded, read and applied."""
    return ledgers.apply(batch_id=handed_in(content, by).pk, by=by, on=on)


def counts(batch: ImportBatch) -> dict[str, int]:
    """How many rows do what, without the zeros."""
    return {name: number for name, number in batch.report["counts"].items() if number}


def rows(batch: ImportBatch) -> list[PreviewRow]:
    """Every row of the preview."""
    return list(ledgers.preview(batch).rows)


def reasons(batch: ImportBatch) -> list[tuple[str, ...]]:
    """Why each row is refused; nothing for one that is not."""
    return [tuple(row.reasons) for row in rows(batch)]
