"""Workbooks in which sheets or rows disagree, or hold what only looks like a firm or a number."""

from tests.sheets import Cell, Row, Sheet, code, workbook
from tests.workbooks import HEADINGS, firm, ledger

NAME = "云泽第1精密有限公司"


def two_units() -> bytes:
    """The same firm in one unit on the first sheet, in another on the second."""
    first, second = [*firm(1, unit="东溪县")], [*firm(1, unit="西岗县")]
    return workbook(Sheet("一季度", [HEADINGS, first]), Sheet("二季度", [HEADINGS, second]))


__all__ = ["NAME", "Cell", "Row", "code", "ledger", "two_units"]
