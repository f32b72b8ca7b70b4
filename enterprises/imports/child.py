"""Reading in a process of its own: memory, processor time and a minute of patience are limited there.

A workbook is somebody else's file. The parser works in a child started afresh (never forked: Polars hangs in a
forked child), so that whatever the file does to it, the web and worker processes stand.
"""

import datetime
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from enterprises.imports.archive import LARGEST_FILE, Unreadable
from enterprises.imports.mapping import NOTHING, Remembered
from enterprises.imports.read import Ledger, packed, read_workbook, unpacked

PATIENCE: Final = 60
MOST_MEMORY: Final = 2 * 1024**3
ROOT: Final = Path(__file__).resolve().parent.parent.parent
REFUSED: Final = 3


def read_apart(
    *,
    filename: str,
    content: bytes,
    year: int,
    year_is_given: bool = False,
    on: datetime.date | None = None,
    remembered: Remembered = NOTHING,
) -> Ledger:
    """``read_workbook`` in a limited child process; raises ``Unreadable`` with what the officer should know."""
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开导入")
    argv = [sys.executable, "-m", "enterprises.imports.child", filename, str(year), str(int(year_is_given))]
    argv += [on.isoformat()] if on is not None else []
    try:
        done = subprocess.run(
            argv, input=handed(remembered) + content, capture_output=True, cwd=ROOT, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise Unreadable(f"{PATIENCE} 秒内未能读完这个文件，请拆分后再导入") from late
    if done.returncode == REFUSED:
        raise Unreadable(done.stderr.decode())
    if done.returncode:
        raise Unreadable("读取这个文件时超出了内存或时间限制，或文件已损坏")
    return unpacked(done.stdout)


def handed(remembered: Remembered) -> bytes:
    """What officers once said of columns, before the workbook on standard input: its length, then JSON."""
    said = json.dumps(dict(remembered), ensure_ascii=False).encode()
    return len(said).to_bytes(8, "big") + said


def limit() -> None:
    """Limit this process: memory it may write to, seconds of processor time, no file, no core dump."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(filename: str, year: str, year_is_given: str, on: str = "") -> int:
    """Read the workbook on standard input, write the ledger to standard output."""
    limit()
    given = sys.stdin.buffer.read()
    starts = 8 + int.from_bytes(given[:8], "big")
    try:
        ledger = read_workbook(
            filename=filename,
            content=given[starts:],
            year=int(year),
            year_is_given=year_is_given == "1",
            on=datetime.date.fromisoformat(on) if on else None,
            remembered=json.loads(given[8:starts]),
        )
    except Unreadable as refusal:
        sys.stderr.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.buffer.write(packed(ledger))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
