"""A ledger goes in: uploaded, read in a process of its own, previewed, applied, judged."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from accounts.models import User
from enterprises.models import ImportBatch

Outcome = Literal["new", "changed", "unchanged", "refused"]
Shown = Literal["new", "changed", "warned", "refused", ""]


@dataclass(frozen=True)
class Change:
    """One value that applying the ledger would write: its label, what stands now, what would stand."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class PreviewRow:
    """One row of the ledger and what would become of it; a refused row outside one's units shows no value."""

    sheet: str
    line: int
    name: str
    outcome: Outcome
    changes: Sequence[Change] = ()
    warnings: Sequence[str] = ()
    reasons: Sequence[str] = ()


@dataclass(frozen=True)
class HeadingReport:
    """One heading: the spreadsheet's column letter, its words, what it was taken for (empty: not used) and why not."""

    column: str
    heading: str
    means: str = ""
    note: str = ""


@dataclass(frozen=True)
class SheetReport:
    """One sheet: read as a ledger with these headings, or refused with the reason."""

    name: str
    is_ledger: bool
    reason: str = ""
    n_rows: int = 0
    headings: Sequence[HeadingReport] = field(default_factory=list)


@dataclass(frozen=True)
class Counts:
    """How many rows would do what; a warned row is also new, changed or unchanged."""

    total: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    warned: int = 0
    refused: int = 0
    titles: int = 0


@dataclass(frozen=True)
class Preview:
    """What applying the batch would do; ``rows`` is one page of what was asked for, ``n_rows`` how many there are."""

    counts: Counts
    sheets: Sequence[SheetReport]
    rows: Sequence[PreviewRow]
    n_rows: int


def upload(*, filename: str, content: bytes, by: User, figures_year: int | None = None) -> ImportBatch:
    """Keep a handed-in workbook; ``figures_year`` is the year of figures whose heading names none."""
    raise NotImplementedError


def read(*, batch_id: int, on: datetime.date | None = None) -> ImportBatch:
    """Read the workbook in a process of its own and store the preview; a file that cannot be read is refused."""
    raise NotImplementedError


def preview(batch: ImportBatch, *, only: Shown = "", start: int = 0, size: int = 50) -> Preview:
    """What applying would do, as stored when the file was read: one page of the rows asked for."""
    raise NotImplementedError


def apply(*, batch_id: int, by: User, on: datetime.date) -> ImportBatch:
    """Write what the preview shows, all of it or nothing, then judge and settle the firms touched."""
    raise NotImplementedError
