"""What a web worker loads: Polars, which judges one firm too, and the reader of ledgers; no numpy, no batch tools."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BATCH_ONLY = ("openpyxl", "numpy", "pandas", "hypothesis", "benchmarks")
LOADED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print(" ".join(sorted(name for name in %r if name in sys.modules)))
"""


def test_a_web_worker_does_not_load_what_only_the_batch_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED % (BATCH_ONLY,)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert done.stdout.split() == []
