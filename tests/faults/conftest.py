"""What the fault tests share: real workers and schedulers as processes, and a mail server that can kill them."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from scripts.processes import end_group
from tests.notifications.mailbox import Sink, listening

ROOT = Path(__file__).resolve().parent.parent.parent
CELERY = [sys.executable, "-m", "celery", "-A", "config"]
WORKER = [*CELERY, "worker", "--pool", "prefork", "-c", "2", "--without-gossip", "--without-mingle", "-l", "WARNING"]


class Killer(Sink):
    """A mail server that, right after its 250 to chosen letters, kills the process that sent them."""

    def __init__(self) -> None:
        super().__init__()
        self.wishes: dict[int, Callable[[psutil.Process], None]] = {}
        self.kills = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the letter, answer, and strike where this letter's number is on the list."""
        reply = await super().handle_DATA(server, session, envelope)
        strike = self.wishes.pop(len(self.mails), None)
        sender = strike and at_the_other_end(session)
        if strike and sender:
            sender.suspend()  # so that it surely dies between our answer and its record
            await server.push(reply)
            strike(sender)
            self.kills += 1
        return reply

    def copies(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)


def at_the_other_end(session: Session) -> psutil.Process | None:
    """The process of ours that holds the other end of an SMTP connection."""
    port = session.peer[1]
    for process in psutil.Process().children(recursive=True):
        if any(link.laddr and link.laddr.port == port for link in process.net_connections("tcp")):
            return process
    return None


def child_dies(sender: psutil.Process) -> None:
    """SIGKILL to the pool process that sent the letter; its parent lives."""
    os.kill(sender.pid, signal.SIGKILL)


def worker_dies(sender: psutil.Process) -> None:
    """SIGKILL to the whole worker, parent and children at once."""
    os.killpg(os.getpgid(sender.pid), signal.SIGKILL)


@pytest.fixture
def killer() -> Iterator[Killer]:
    """The mail server; ``killer.port`` is where it listens."""
    sink = Killer()
    with listening(sink) as port:
        sink.port = port
        yield sink


@pytest.fixture
def environment(product_environment: dict[str, str], killer: Killer) -> dict[str, str]:
    """Real tasks, real SMTP, a fast clock."""
    return product_environment | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{killer.port}",
        "PYTHONPATH": str(ROOT),
    }


class Program:
    """One program in a process group of its own, its words kept for the report of a failure."""

    def __init__(self, argv: list[str], environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                argv, env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        self.started = psutil.Process(self.process.pid).create_time()

    def end(self) -> None:
        """End the whole group, politely first."""
        end_group(self.process.pid, not_before=self.started)
        self.process.wait()


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Starts programs and ends every one of them afterwards."""
    running: list[Program] = []

    def begin(argv: list[str], **more: str) -> Program:
        log = tmp_path / f"{len(running)}-{argv[5] if len(argv) > 5 else 'program'}.log"
        running.append(Program(argv, environment | more, log))
        return running[-1]

    yield begin
    for program in reversed(running):
        program.end()
    for log in sorted(tmp_path.glob("*.log")):
        sys.stderr.write(f"--- {log.name}\n{log.read_text()[-3000:]}\n")


def beat(folder: Path, name: str) -> list[str]:
    """The command line of a scheduler with a memory of its own."""
    return [*CELERY, "beat", "--schedule", str(folder / name), "--pidfile", "", "-l", "WARNING"]


def wait_for(truth: Callable[[], Any], seconds: float, what: str) -> None:
    """Wait until it is so; fail by name when it does not become so."""
    deadline = time.monotonic() + seconds
    while not truth():
        if time.monotonic() > deadline:
            pytest.fail(f"after {seconds} s still not so: {what}")
        time.sleep(0.1)
