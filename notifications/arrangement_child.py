"""Reading a table of holidays in a process of its own, limited as the reading of ledgers is; its rows as lines."""

import subprocess
import sys
from typing import Final

import fastexcel

from enterprises.imports.archive import Unreadable, check_archive
from enterprises.imports.child import PATIENCE, REFUSED, ROOT, limit
from enterprises.imports.delimited import decoded, is_text
from enterprises.imports.formulas import errors_as_words
from enterprises.imports.read import cells_of

LARGEST: Final = 1024 * 1024  # a year has 366 days


def read_apart(filename: str, content: bytes) -> str:
    """The cells of the first sheet as lines, or the text of a .csv or .txt; ``Unreadable`` says what is wrong."""
    if len(content) > LARGEST:
        raise Unreadable("文件超过 1 MB，不像放假安排")
    if is_text(filename) or filename.lower().endswith(".txt"):
        if b"\x00" in content:
            raise Unreadable("文件内容不是文本")
        return decoded(content)
    argv = [sys.executable, "-m", "notifications.arrangement_child", filename]
    try:
        done = subprocess.run(argv, input=content, capture_output=True, cwd=ROOT, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as late:
        raise Unreadable(f"{PATIENCE} 秒内未能读完这个文件") from late
    if done.returncode == REFUSED:
        raise Unreadable(done.stderr.decode())
    if done.returncode:
        raise Unreadable("读取这个文件时超出了内存或时间限制，或文件已损坏")
    return done.stdout.decode()


def lines_of(filename: str, content: bytes) -> str:
    """The rows of the first sheet, cells apart by commas, days without their midnight."""
    check_archive(filename, content)
    try:
        sheet = fastexcel.read_excel(errors_as_words(content)).load_sheet(0, header_row=None, dtypes="string")
    except fastexcel.FastExcelError as broken:
        raise Unreadable("工作簿无法解析，可能已损坏") from broken
    rows = cells_of(sheet).rows()
    return "\n".join(",".join((cell or "").removesuffix(" 00:00:00") for cell in row).rstrip(",") for row in rows)


def main(filename: str) -> int:
    """Read the workbook on standard input, write its lines to standard output."""
    limit()
    try:
        lines = lines_of(filename, sys.stdin.buffer.read())
    except Unreadable as refusal:
        sys.stderr.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.buffer.write(lines.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
