"""Reading a published list in a process of its own, limited as the reading of ledgers is."""

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from enterprises.imports.archive import LARGEST_FILE, Unreadable
from enterprises.imports.child import PATIENCE, REFUSED, ROOT, limit
from pipeline.lists.read import Part, Row, read_list


def read_apart(filename: str, content: bytes) -> list[Part]:
    """``read_list`` in a limited child process; raises ``Unreadable`` with what the officer should know."""
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开")
    argv = [sys.executable, "-m", "pipeline.lists.child", filename]
    try:
        done = subprocess.run(argv, input=content, capture_output=True, cwd=ROOT, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as late:
        raise Unreadable(f"{PATIENCE} 秒内未能读完这个文件，请拆分") from late
    if done.returncode == REFUSED:
        raise Unreadable(done.stderr.decode())
    if done.returncode:
        raise Unreadable("读取这个文件时超出了内存或时间限制，或文件已损坏")
    return [part_from(one) for one in json.loads(done.stdout)]


def part_from(stored: dict[str, Any]) -> Part:
    """A part from JSON."""
    rows = [Row(**{**row, "tracks": tuple(row["tracks"])}) for row in stored["rows"]]
    return Part(**{**stored, "rows": rows})


def main(filename: str) -> int:
    """Read the list on standard input, write its parts to standard output."""
    limit()
    try:
        parts = read_list(filename, sys.stdin.buffer.read())
    except Unreadable as refusal:
        sys.stderr.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.buffer.write(json.dumps([asdict(part) for part in parts], ensure_ascii=False).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
