"""A workbook is somebody else's file: refused before it is parsed, and parsed apart."""

import io
import zipfile

import pytest

from enterprises.imports import archive
from enterprises.imports.archive import Unreadable
from enterprises.imports.child import read_apart
from tests import workbooks


def refusal(content: bytes, filename: str = "台账.xlsx") -> str:
    """Why the file is refused."""
    with pytest.raises(Unreadable) as refused:
        read_apart(filename=filename, content=content, year=2025)
    return str(refused.value)


def test_a_workbook_is_read_in_a_process_of_its_own() -> None:
    """The rows come back as they were read."""
    ledger = read_apart(filename="台账.XLSX", content=workbooks.plain(), year=2025)

    assert ledger.rows["uscc"].to_list() == [workbooks.code(number) for number in (1, 2, 3)]
    assert ledger.sheets[0].is_ledger


@pytest.mark.parametrize(
    ("filename", "content", "says"),
    [
        ("台账.xls", b"\xd0\xcf\x11\xe0", "只接受 .xlsx"),
        ("台账.xls", "企业名称\n".encode(), "只接受 .xlsx"),
        ("台账.xlsx", b"\xd0\xcf\x11\xe0" * 100, "不是 .xlsx 工作簿"),
        ("台账.xlsx", b"PK\x03\x04" + b"nonsense" * 100, "已损坏"),
        ("台账.xlsx", workbooks.plain()[:-200], "已损坏"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_with_what_to_do(filename: str, content: bytes, says: str) -> None:
    """By its extension, its first bytes, its archive."""
    assert says in refusal(content, filename)


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ("xl/vbaProject.bin", "含有宏"),
        ("xl/externalLinks/externalLink1.xml", "含有宏"),
        ("../../etc/passwd", "可疑的路径"),
        ("/etc/passwd", "可疑的路径"),
        ("XL/workbook.xml", "重名"),
    ],
)
def test_dangerous_parts_are_refused(member: str, says: str) -> None:
    """Macros, links to other workbooks, paths out of the archive, parts that shadow others."""
    assert says in refusal(workbooks.with_member(member, b"<x/>"))


def test_a_document_type_is_refused() -> None:
    """Entities could read files or call hosts."""
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'

    assert "文档类型声明" in refusal(workbooks.with_member("xl/extra.xml", doctype))


def test_too_many_parts_are_refused() -> None:
    """Two hundred are plenty."""
    buffer = io.BytesIO(workbooks.plain())
    with zipfile.ZipFile(buffer, "a") as book:
        for number in range(archive.MOST_MEMBERS):
            book.writestr(f"xl/part{number}.xml", "<x/>")

    assert "部件超过" in refusal(buffer.getvalue())


def test_a_file_that_unpacks_to_more_than_is_allowed_is_refused() -> None:
    """What comes out is counted, not what the archive declares."""
    assert "解开后超过 200 MB" in refusal(workbooks.bomb())


def test_a_file_that_breaks_the_parser_is_refused_and_this_process_stands() -> None:
    """An archive in order around a sheet that is none."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbooks.plain())) as whole, zipfile.ZipFile(buffer, "w") as broken:
        for part in whole.infolist():
            broken.writestr(part, b"<nonsense" if part.filename == "xl/workbook.xml" else whole.read(part))

    assert "损坏" in refusal(buffer.getvalue())
