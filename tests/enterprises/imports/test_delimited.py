"""A table of plain text is read as a workbook is; a file in neither encoding, or broken, is refused in words."""

import pytest

from enterprises.imports.archive import Unreadable
from enterprises.imports.child import read_apart
from enterprises.imports.read import read_workbook
from tests import workbooks

TEXT = f'企业名称,统一社会信用代码,2025年营业收入（万元）\r\n云泽第1精密有限公司,{workbooks.code(1)},"4,800"\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_read_in_both_encodings(encoding: str) -> None:
    ledger = read_workbook(filename="台账.csv", content=TEXT.encode(encoding), year=2025)

    (row,) = ledger.rows.rows(named=True)
    assert (row["name"], row["uscc"], row["operating_revenue_cny@2025"]) == (
        "云泽第1精密有限公司",
        workbooks.code(1),
        48_000_000,
    )
    assert [sheet.name for sheet in ledger.sheets] == ["台账"]


def test_read_apart_the_same() -> None:
    assert len(read_apart(filename="台账.csv", content=TEXT.encode(), year=2025).rows) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0 字节"),
        (b"\xff\xfe\x00a", "不是 CSV 文本"),
        (b"a,b\n\xff\xff\xff", "编码"),
        ('企业名称,"代码\n云泽'.encode(), "引号"),
    ],
)
def test_what_is_no_such_table_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_workbook(filename="台账.csv", content=content, year=2025)


def test_xls_is_still_refused_in_words() -> None:
    with pytest.raises(Unreadable, match=r"\.xls 请先另存为"):
        read_workbook(filename="台账.xls", content=b"x", year=2025)
