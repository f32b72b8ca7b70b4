"""`make demo`: starts every part, ends without a trace, comes back with its data whatever happened to it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]


@dataclass
class Installation:
    """A demo with data and port of its own."""

    var: Path
    port: int

    def environment(self) -> dict[str, str]:
        """What a bare terminal has, and where this one lives."""
        told = {"TIDU_VAR": str(self.var), "PORT": str(self.port), "TIDU_DEMO_PASSWORD": "walk-the-ladder-2026"}
        ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        return {name: value for name, value in os.environ.items() if name not in ours} | told

    def start(self) -> subprocess.Popen[str]:
        """Start it in a process group of its own, as a terminal does."""
        argv = [sys.executable, "-m", "scripts.demo"]
        return subprocess.Popen(
            argv, cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def ready(self, demo: subprocess.Popen[str]) -> str:
        """What it prints until it is ready."""
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        raise AssertionError(f"the demo ended: {said}")

    def processes(self) -> list[str]:
        """Command lines of everything that belongs to it."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("TIDU_VAR") == str(self.var) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline())[:80])
            except psutil.Error:
                continue
        return found


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Installation(tmp_path / "var", port)
    yield made
    reset = [sys.executable, "-m", "scripts.demo", "--reset"]
    subprocess.run(reset, cwd=ROOT, env=made.environment(), capture_output=True, check=True)
    shutil.rmtree(made.var, ignore_errors=True)


def end(demo: subprocess.Popen[str], number: signal.Signals) -> int:
    """Send a signal and wait."""
    demo.send_signal(number)
    with demo:
        return demo.wait(60)


def test_it_starts_ends_and_comes_back(installation: Installation):
    first = installation.start()
    said = installation.ready(first)
    with urllib.request.urlopen(f"http://127.0.0.1:{installation.port}/login/") as page:
        assert page.status == 200
    assert f"http://127.0.0.1:{installation.port}/login/" in said
    assert "walk-the-ladder-2026" in said
    assert all(role in said for role in ("市级", "区县/乡镇", "企业", "审计", "管理员"))
    assert end(first, signal.SIGINT) == 0
    assert installation.processes() == []

    # The data is still there, and a kill -9 of the second start hinders no third
    second = installation.start()
    installation.ready(second)
    busy = subprocess.run(
        [sys.executable, "-m", "scripts.demo"],
        cwd=ROOT,
        env=installation.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert busy.returncode == 1
    assert "running already" in busy.stderr
    end(second, signal.SIGKILL)

    third = installation.start()
    began = time.monotonic()
    installation.ready(third)
    assert time.monotonic() - began < 60
    note = json.loads((installation.var / "demo.json").read_text())
    assert len(note["accounts"]) == 5
    assert end(third, signal.SIGTERM) == 0
    assert installation.processes() == []


def test_a_busy_port_is_named_before_anything_starts(installation: Installation):
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()

        refused = subprocess.run(
            [sys.executable, "-m", "scripts.demo"],
            cwd=ROOT,
            env=installation.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    assert refused.returncode == 1
    assert f"Port {installation.port} is taken. Choose another: PORT=" in refused.stderr
    assert installation.processes() == []
