"""Taking a ledger back: how long, and how many statements, for few rows and for many.

python -m benchmarks.undoing [ROWS ...]

Each ledger is written by the product itself into a PostgreSQL of the run's own, then planned (the preview) and
taken back, judging and ladder included.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.importing import close, prepare
from scripts.services import scratch


def undone(path: Path, rows: int) -> None:
    """Import, preview the undo, undo; seconds and statements of each."""
    from django.db import connection, reset_queries  # noqa: PLC0415 -- after django.setup()

    from accounts.models import User  # noqa: PLC0415 -- as above
    from pipeline.domain import ledger_undo, ledgers  # noqa: PLC0415 -- as above

    officer, on = User.objects.get(), ledgers.timezone.localdate()
    batch = ledgers.upload(filename=path.name, content=path.read_bytes(), by=officer)
    ledgers.read(batch_id=batch.pk)
    batch = ledgers.apply(batch_id=batch.pk, by=officer, on=on)
    connection.force_debug_cursor = True
    for name, run in (
        ("preview", lambda: ledger_undo.plan(batch)),
        ("take back", lambda: ledger_undo.take_back(batch_id=batch.pk, by=officer, on=on)),
    ):
        reset_queries()
        start = time.perf_counter()
        run()
        seconds = time.perf_counter() - start
        print(f"{rows:7} rows {name:10} {seconds:7.2f} s  {len(connection.queries_log):4} statements")
    connection.force_debug_cursor = False


def main(*sizes: int) -> None:
    """Every size in turn, each into an empty register."""
    with tempfile.TemporaryDirectory() as folder, scratch() as services:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "DATABASE_URL": services.start(redis=False).database,
        }
        prepare()
        for rows in sizes or (500, 50_000):
            path = Path(folder) / f"ledger-{rows}.xlsx"
            argv = [sys.executable, "-m", "benchmarks.importing", "--write", str(path), str(rows)]
            subprocess.run(argv, check=True)
            undone(path, rows)
        close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
