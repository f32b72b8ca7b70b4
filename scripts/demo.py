"""The whole product on this machine: `make demo` starts it, Ctrl-C leaves nothing running."""

import argparse
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

import psutil

from scripts.processes import Crew, NotStarted, dies_with_its_starter
from scripts.services import ROOT, VAR, Addresses, Services, lasting_home

NOTE = VAR / "demo.json"
LOGS = VAR / "logs"
PATIENCE = 60.0


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: not an error, and no `except` on the way may swallow it."""


@dataclass
class Demo:
    """One start of the demo: where it listens and what it has running."""

    port: int
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.crew = Crew(VAR / "demo.processes.json")
        self.services = Services(lasting_home(), durable=True)

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        """Start everything, say where it is, and wait until told to stop or until a part ends."""
        self.crew.clear_leftovers()
        refuse_busy_port(self.port)
        try:
            self.start()
            self.say_where()
            self.wait()
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the clearing up
            self.stop()

    def start(self) -> None:
        """Services, tables and seed, then web, worker and beat."""
        wanted = {name: not os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL")}
        print("· PostgreSQL and Redis", flush=True)
        addresses = self.services.start(postgres=wanted["DATABASE_URL"], redis=wanted["REDIS_URL"])
        environment = self.environment(addresses)
        print("· tables and the demo's firms (about half a minute the first time)", flush=True)
        self.prepare(environment)
        self.start_parts(environment)
        self.wait_for_the_first_page()

    def environment(self, addresses: Addresses) -> dict[str, str]:
        """What every part of the demo is told; commands in a second terminal read it from the note."""
        noted = read_note()
        password = os.environ.get("TIDU_DEMO_PASSWORD") or noted.get("TIDU_DEMO_PASSWORD") or made_up_password()
        told = addresses.environment() | {"TIDU_DEMO_PASSWORD": password}
        write_note(told)
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.demo", "TIDU_BASE_URL": self.address}
        return os.environ | told | settings

    def prepare(self, environment: dict[str, str]) -> None:
        """Tables, seed and the list of accounts, in one process: starting Django twice costs seconds."""
        argv = [sys.executable, "-m", "scripts.prepare_demo"] + (["--own"] if "DATABASE_URL" not in os.environ else [])
        child = self.crew.start("prepare", argv, cwd=ROOT, env=environment, log=fresh(LOGS / "prepare.log"))
        if child.process.wait():
            raise NotStarted(f"The demo's data could not be prepared:\n{child.last_words(30)}")

    def start_parts(self, environment: dict[str, str]) -> None:
        """Web, worker and beat: the processes of a production machine, one of each."""
        granian = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        granian += ["--workers", "1", "--blocking-threads", "4", "--no-ws", "config.wsgi:application"]
        celery = ["celery", "-A", "config"]
        worker = [*celery, "worker", "--pool", "prefork", "-c", "2", "--without-gossip", "--without-mingle"]
        beat = [*celery, "beat", "--schedule", str(VAR / "beat"), "--pidfile", ""]
        for name, argv in {"web": granian, "worker": worker, "beat": beat}.items():
            program = [sys.executable, "-m", *argv]
            self.crew.start(name, program, cwd=ROOT, env=environment, log=fresh(LOGS / f"{name}.log"))

    def wait_for_the_first_page(self) -> None:
        """Return when the login page answers."""
        deadline = time.monotonic() + PATIENCE
        while not answers(f"{self.address}/login/"):
            self.refuse_ended_part()
            if time.monotonic() > deadline:
                raise NotStarted(f"{self.address}/login/ does not answer; see var/logs/web.log")
            time.sleep(0.2)

    def say_where(self) -> None:
        """The address and one account per role."""
        note = read_note()
        print(f"\n梯度  {self.address}/login/   (ready after {time.monotonic() - self.began:.1f} s)\n")
        for role, username, name in note.get("accounts", []):
            print(f"  {username:<14} {role}，{name}")
        print(f"\n  密码 / password: {note['TIDU_DEMO_PASSWORD']}")
        print(
            "  Ctrl-C stops everything and keeps the data; `make demo-reset` starts over; logs: var/logs/\n", flush=True
        )

    def wait(self) -> NoReturn:
        """Until a signal, or until a part ends by itself."""
        while True:
            self.refuse_ended_part()
            time.sleep(0.5)

    def refuse_ended_part(self) -> None:
        """A demo with a part missing is not a demo."""
        for crew in (self.crew, self.services.crew):
            child = crew.ended()
            if child is not None and child.name != "prepare":
                raise NotStarted(f"{child.name} ended by itself:\n{child.last_words()}")

    def stop(self) -> None:
        """End every process, last started first, and take the addresses out of the note."""
        self.crew.stop()
        self.services.stop()
        kept = read_note()
        write_note({name: kept[name] for name in ("TIDU_DEMO_PASSWORD",) if name in kept})


def read_note() -> dict[str, Any]:
    """What the last start wrote down, or nothing."""
    noted: dict[str, Any] = json.loads(NOTE.read_text()) if NOTE.exists() else {}
    return noted


def write_note(content: dict[str, Any]) -> None:
    """Write the note for its owner's eyes: it holds a password."""
    NOTE.touch(mode=0o600)
    NOTE.write_text(json.dumps(content, ensure_ascii=False, indent=1))


def made_up_password() -> str:
    """A password that can be read out and typed."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def fresh(log: Path) -> Path:
    """An empty log for this start."""
    log.write_bytes(b"")
    return log


def answers(address: str) -> bool:
    """Whether a page comes back whole."""
    try:
        with urllib.request.urlopen(address, timeout=10) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def refuse_busy_port(port: int) -> None:
    """Say so before anything is started, not after."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise NotStarted(f"Port {port} is taken. Choose another: PORT={port + 1} make demo") from None


@contextlib.contextmanager
def only_one() -> Iterator[IO[str]]:
    """Hold the lock of this checkout's demo; the kernel lets go of it even after kill -9."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("w") as lock:
        deadline = time.monotonic() + 5  # a demo that was just told to stop may still be clearing up
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise NotStarted("The demo of this checkout is running already; stop it with Ctrl-C.") from None
                time.sleep(0.2)
        yield lock


def reset() -> None:
    """Throw the demo's data away: its database, its letters, its password."""
    demo = Demo(port=0)
    demo.crew.clear_leftovers()
    demo.services.crew.clear_leftovers()
    for folder in (demo.services.home, VAR / "mails", VAR / "media", VAR / "queue"):
        shutil.rmtree(folder, ignore_errors=True)
    NOTE.unlink(missing_ok=True)
    print("The demo's data is gone; `make demo` seeds anew.")


def stop_on_signals() -> None:
    """Ctrl-C, SIGTERM and a closed terminal all end the demo in order; so does the death of `make`."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    if psutil.Process(os.getppid()).name() == "make":
        dies_with_its_starter(signal.SIGTERM)()


def main() -> int:
    """Start the demo, or with --reset start over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reset", action="store_true", help="throw the demo's data away")
    options = parser.parse_args()
    stop_on_signals()
    try:
        with only_one():
            reset() if options.reset else Demo(port=int(os.environ.get("PORT") or 8000)).run()
    except NotStarted as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except Stopped:
        print("\nStopped; nothing is left running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
