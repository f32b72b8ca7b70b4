"""How the tests read an exported file: its cells, its parts, its formulas."""

import io
import re
import zipfile
from typing import Any

import fastexcel


class Exported:
    """An .xlsx file as it was sent."""

    def __init__(self, response: Any) -> None:
        assert response.status_code == 200, response.content.decode()
        self.headers = response.headers
        self.content = response.content
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            self.parts = {name: archive.read(name).decode() for name in archive.namelist()}

    @property
    def sheet(self) -> str:
        """The sheet's own XML."""
        return self.parts["xl/worksheets/sheet1.xml"]

    @property
    def rows(self) -> list[list[Any]]:
        """Every row from the title on; numbers and days as such."""
        book = fastexcel.read_excel(self.content)
        cells = book.load_sheet(0, header_row=None, dtypes="string").to_polars()
        return [[(cell or "").removesuffix(" 00:00:00") or None for cell in row] for row in cells.rows()]

    @property
    def headings(self) -> list[str]:
        """The row of headings."""
        rows = self.rows
        return rows[1 + next(n for n, row in enumerate(rows) if (row[0] or "").startswith("生成时间："))]

    @property
    def table(self) -> list[list[Any]]:
        """The rows of the table: below headings and units, above total and signature."""
        rows = self.rows
        top = rows.index(self.headings) + 1
        if any((cell or "").startswith("（") for cell in rows[top]) and all(
            cell is None or re.fullmatch("（.*）", cell) for cell in rows[top]
        ):
            top += 1
        end = next(n for n, row in enumerate(rows) if (row[0] or "").startswith("填报人："))
        return [row for row in rows[top:end] if row[0] != "合计"]

    @property
    def formulas(self) -> list[str]:
        """Every formula in it: there should be none."""
        return [found for part in self.parts.values() for found in re.findall(r"<f[ >].*?</f>", part)]
