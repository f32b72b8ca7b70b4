"""Child processes that never outlive their starter, and that the next start finds should they do so."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class NotStarted(Exception):
    """A process ended before it was of any use; the message holds the end of its log."""


@dataclass(frozen=True)
class Child:
    """One running process, leader of its own process group, and the signal that ends it in order."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    log: Path

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for a message to the person who started it."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def dies_with_its_starter(stop_signal: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes its program: ask Linux for ``stop_signal`` at its parent's death."""

    def ask() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(stop_signal))

    return ask


@dataclass
class Crew:
    """The children of one starter, noted in a file so that a start after ``kill -9`` can clear them away."""

    note: Path
    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: int | None = None,
        log: Path,
    ) -> Child:
        """Start one program in its own process group with its output in ``log``."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_its_starter(stop_signal),
                user=user,
                extra_groups=None if user is None else [],
            )
        child = Child(name, process, stop_signal, log)
        self.children.append(child)
        self._write_note()
        return child

    def stop(self, patience: float = 20) -> None:
        """Ask every child to end, last started first, wait, then end whatever is left of the process groups."""
        asked = [child for child in reversed(self.children) if child.process.poll() is None]
        for child in asked:
            child.process.send_signal(child.stop_signal)
        deadline = time.monotonic() + patience
        for child in asked:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
        for child in self.children:
            end_group(child.process.pid)
            child.process.wait()
        self.children.clear()
        self.note.unlink(missing_ok=True)

    def ended(self) -> Child | None:
        """The first child that is no longer running."""
        return next((child for child in self.children if child.process.poll() is not None), None)

    def clear_leftovers(self) -> int:
        """End what a killed predecessor left running; returns how many groups there were."""
        if not self.note.exists():
            return 0
        noted = json.loads(self.note.read_text() or "[]")
        found = sum(end_group(entry["pid"], not_before=entry["started"]) for entry in reversed(noted))
        self.note.unlink(missing_ok=True)
        return found

    def _write_note(self) -> None:
        running = [child for child in self.children if child.process.poll() is None]
        entries = [{"pid": child.process.pid, "started": started(child.process.pid)} for child in running]
        self.note.write_text(json.dumps(entries))


def started(pid: int) -> float:
    """When a process started, by which a reused number is told from the same process."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return 0.0


def members(group: int, not_before: float) -> Iterator[psutil.Process]:
    """Living processes of a group that are not older than its leader was (numbers are used again)."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) == group and process.create_time() >= not_before - 1:
                yield process


def end_group(group: int, not_before: float = 0.0, patience: float = 5) -> bool:
    """Ask the rest of a process group to end, then make it; True when there was any."""
    rest = [process for process in members(group, not_before) if process.status() != psutil.STATUS_ZOMBIE]
    for process in rest:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(rest, timeout=patience)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience)
    return bool(rest)
