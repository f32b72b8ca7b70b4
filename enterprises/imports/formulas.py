"""Formulas that failed: the parser gives their cells as empty, so they are turned into words first. Pure."""

import io
import re
import zipfile
from typing import Final

import polars as pl

# What Excel and WPS show where a formula failed.
ERRORS: Final = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")
SAYS: Final = "公式错误（{}），未登记"
_MARKS: Final = (b't="e"', b"t='e'")
_ERROR_CELL: Final = re.compile(rb'(<(?:\w+:)?c\s[^<>]*?\bt=)(["\'])e\2')


def errors_as_words(content: bytes) -> bytes:
    """The workbook with its error cells as text cells; the same bytes when it has none."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")}
        changed = {name: part for name, part in parts.items() if has_error_cell(part)}
        if not changed:
            return content
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as words:
            for name in archive.namelist():
                part = parts[name] if name in parts else archive.read(name)
                words.writestr(name, _ERROR_CELL.sub(rb"\1\2str\2", part) if name in changed else part)
        return buffer.getvalue()


def has_error_cell(part: bytes) -> bool:
    """Whether a sheet has one; a plain search first, for the pattern takes a second over 50,000 rows."""
    return any(mark in part for mark in _MARKS) and _ERROR_CELL.search(part) is not None


def is_error(cell: pl.Expr) -> pl.Expr:
    """Whether a formula failed in the cell."""
    return cell.is_in(list(ERRORS)).fill_null(value=False)


def reasons(column: pl.Series) -> pl.Series:
    """公式错误 for each cell in which a formula failed."""
    cell = pl.col("cell")
    return column.to_frame("cell").select(reason=pl.when(is_error(cell)).then(pl.format(SAYS, cell)))["reason"]
