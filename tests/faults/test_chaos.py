"""A small Monday under fire; `python -m benchmarks.chaos` is the large one."""

import os
import subprocess
import sys

import pytest

from tests.faults.conftest import ROOT


@pytest.mark.faults
@pytest.mark.timeout(420)
@pytest.mark.feature(50, partial="kill -9 of worker, pool process, scheduler, Redis, PostgreSQL while letters leave")
def test_nothing_is_lost_and_nothing_comes_twice_without_need_whatever_is_killed():
    """kill -9 test at every step gives exactly one mail"""
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chaos", "210", "6", "1"],
        cwd=ROOT,
        env=environment | {"TIDU_CHAOS_LOGS": "1"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 kills" in done.stdout
