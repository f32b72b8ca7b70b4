"""A table of plain text (.csv): its bytes to cells, in UTF-8 or, as Chinese Excel saves it, GB 18030. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

import polars as pl

from enterprises.imports.archive import LARGEST_FILE, Unreadable
from enterprises.imports.raw import Merged, RawSheet

ENCODINGS: Final = ("utf-8-sig", "gb18030")
LONGEST_FIELD: Final = 32_767  # a cell of Excel holds no more


class PlainSheet(RawSheet):
    """A table without anything behind its text: no merged cells, no numbers that are not text."""

    def __init__(self, name: str) -> None:
        super().__init__(b"", name)

    def merged(self) -> Iterator[Merged]:
        """None."""
        yield from ()

    def numbers(self, place: int, lines: Iterable[int]) -> list[int]:
        """None: what a program rewrote before it saved the text cannot be seen any more."""
        return []


def is_text(filename: str) -> bool:
    """Whether the file says that it is one."""
    return PurePosixPath(filename).suffix.lower() == ".csv"


def decoded(content: bytes) -> str:
    """The text, read strictly: a byte that fits neither encoding refuses the file."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("CSV 文件的编码既不是 UTF-8 也不是 GB 18030，请另存为 .xlsx 后再导入")


def text_cells(content: bytes) -> pl.DataFrame:
    """All cells as text, stripped; empty ones are null, short lines are filled up."""
    if not content:
        raise Unreadable("文件是空的（0 字节），请重新导出")
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开导入")
    if b"\x00" in content:
        raise Unreadable("文件内容不是 CSV 文本（可能只是改了扩展名）")
    csv.field_size_limit(LONGEST_FIELD)
    try:
        lines = list(csv.reader(io.StringIO(decoded(content), newline=""), strict=True))
    except csv.Error as broken:
        raise Unreadable("CSV 文件的引号或换行不完整，请另存为 .xlsx 后再导入") from broken
    width = max(map(len, lines), default=0)
    filled = [[cell.strip() or None for cell in line] + [None] * (width - len(line)) for line in lines]
    names = {f"column {place}": pl.String for place in range(width)}
    return pl.DataFrame(filled, schema=names, orient="row") if width else pl.DataFrame()
