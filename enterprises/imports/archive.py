"""Whether an uploaded file may be opened at all: an .xlsx of plain parts, small enough unpacked. Pure."""

import io
import stat
import zipfile
from pathlib import PurePosixPath
from typing import Final

LARGEST_FILE: Final = 30 * 1024 * 1024
MOST_MEMBERS: Final = 200
MOST_UNPACKED: Final = 200 * 1024 * 1024
FORBIDDEN: Final = ("vbaproject", "externallink", "activex", "embeddings/")
CHUNK: Final = 1024 * 1024


class Unreadable(Exception):
    """The file is no workbook that may be read; the text says why, to the officer."""


def check_archive(filename: str, content: bytes) -> None:
    """Refuse what is no plain .xlsx, before anything parses it."""
    if PurePosixPath(filename).suffix.lower() != ".xlsx":
        raise Unreadable("只接受 .xlsx 工作簿和 .csv 文本；.xls 请先另存为 .xlsx")
    if not content:
        raise Unreadable("文件是空的（0 字节），请重新导出")
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开导入")
    if content[:4] != b"PK\x03\x04":
        raise Unreadable("文件内容不是 .xlsx 工作簿（可能已加密，或只是改了扩展名）")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_members(archive.infolist())
            check_unpacked(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as broken:
        raise Unreadable("文件已损坏或已加密，无法打开") from broken


def check_members(members: list[zipfile.ZipInfo]) -> None:
    """Names and kinds of the parts: none twice, none outside the archive, no link, macro or foreign workbook."""
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS:
        raise Unreadable(f"工作簿内部件超过 {MOST_MEMBERS} 个")
    if len({name.casefold() for name in names}) < len(names):
        raise Unreadable("工作簿内有重名的部件")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise Unreadable("文件不是 Excel 工作簿")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or stat.S_ISLNK(member.external_attr >> 16):
            raise Unreadable("工作簿内有可疑的路径")
        if any(word in member.filename.casefold() for word in FORBIDDEN):
            raise Unreadable("工作簿含有宏、嵌入对象或外部链接，请去除后再导入")


def check_unpacked(archive: zipfile.ZipFile) -> None:
    """Unpack every part, counting what really comes out, and refuse declared document types."""
    total = 0
    for member in archive.infolist():
        with archive.open(member) as part:
            start = True
            while piece := part.read(CHUNK):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise Unreadable(f"工作簿解开后超过 {MOST_UNPACKED // 1024 // 1024} MB")
                if start and b"<!DOCTYPE" in piece[:4096].upper():
                    raise Unreadable("工作簿含有不允许的文档类型声明")
                start = False
