"""Monday under fire: due digests, a mail server in a bad mood, and kill -9 of everything that takes part.

python -m benchmarks.chaos [MAILS] [KILLS] [SEED]

Starts its own PostgreSQL (durable), Redis, worker with two pool processes and two schedulers, makes the week's letters,
and while they are sent kills worker parent, pool process, scheduler, Redis and PostgreSQL in turn, restarting what is
dead as an init system would; FLUSHALL once in the middle. Ends with the figures and with 1 if a promise was broken.
"""

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import redis

from benchmarks.chaos_sink import Book, Sink
from scripts.processes import dies_with_its_starter, end_group
from scripts.services import ROOT, Services

CELERY = [sys.executable, "-m", "celery", "-A", "config"]
POOL = 2
TARGETS = ("worker", "child", "PostgreSQL", "beat", "Redis")
LONGEST = 900.0  # seconds from the last kill until everything is settled
WINDOW = 3.0  # seconds: a copy so near to a kill is one whose record the kill took away


@dataclass
class Stage:
    """Everything that runs, and how to kill and raise it."""

    home: Path
    environment: dict[str, str]
    postgres: Services
    redis: Services
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: list[tuple[float, str]] = field(default_factory=list)

    def begin(self, name: str) -> None:
        """Start a worker or scheduler in a group of its own."""
        argv = [*CELERY, "worker", "-c", str(POOL), "--without-gossip", "--without-mingle", "-l", "WARNING"]
        if name.startswith("beat"):
            argv = [*CELERY, "beat", "--schedule", str(self.home / name), "--pidfile", "", "-l", "WARNING"]
        with (self.home / f"{name}.log").open("ab") as log:
            self.programs[name] = subprocess.Popen(
                argv,
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_its_starter(signal.SIGTERM),
            )

    def raise_the_dead(self) -> None:
        """Start again whatever is no longer running."""
        for services, name in ((self.postgres, "PostgreSQL"), (self.redis, "Redis")):
            if services.crew.ended():
                services.crew.children.clear()
                with suppress(Exception):  # shared memory of the killed one may live on for a moment
                    services.start(postgres=name == "PostgreSQL", redis=name == "Redis")
        for name in ("worker", "beat-1", "beat-2"):
            if name not in self.programs or self.programs[name].poll() is not None:
                if name in self.programs:
                    end_group(self.programs[name].pid)  # what the killed parent left behind, as an init system does
                self.begin(name)

    def kill(self, target: str) -> bool:
        """SIGKILL; whether there was anything to kill."""
        victims = list(self.victims(target))
        for victim in victims:
            with suppress(psutil.Error):
                victim.kill()
        if victims:
            self.kills.append((time.time(), target))
        return bool(victims)

    def victims(self, target: str) -> Iterator[psutil.Process]:
        """The processes of a target, as they are now."""
        with suppress(psutil.Error, IndexError):
            if target in {"PostgreSQL", "Redis"}:
                services = self.postgres if target == "PostgreSQL" else self.redis
                server = psutil.Process(services.crew.children[0].process.pid)
                yield from [server, *server.children(recursive=True)]
                return
            name = f"beat-{1 + len(self.kills) // 5 % 2}" if target == "beat" else "worker"
            program = psutil.Process(self.programs[name].pid)
            yield random.choice(program.children()) if target == "child" else program

    def end(self) -> None:
        """Stop everything."""
        for program in self.programs.values():
            end_group(program.pid)
            with suppress(subprocess.TimeoutExpired):
                program.wait(10)
        self.redis.stop()
        self.postgres.stop()


@contextmanager
def stage(port: int) -> Iterator[Stage]:
    """The scene, with tables and without firms."""
    base = Path(tempfile.mkdtemp(prefix="tidu-chaos-"))
    base.chmod(0o755)
    postgres, queue = Services(base / "postgres", durable=True), Services(base / "redis", durable=True)
    try:
        addresses = (postgres.start(redis=False).database, queue.start(postgres=False).redis)
        told = {
            "DJANGO_SETTINGS_MODULE": "benchmarks.chaos_settings", "DATABASE_URL": addresses[0],
            "REDIS_URL": addresses[1], "TIDU_REDIS_PREFIX": "", "TIDU_TASKS_AT_ONCE": "0",
            "EMAIL_URL": f"smtp://127.0.0.1:{port}", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        os.environ.update(told)
        scene = Stage(base, dict(os.environ), postgres, queue)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=scene.environment, cwd=ROOT, check=True)
        try:
            yield scene
        finally:
            scene.end()
    finally:
        shutil.rmtree(base, ignore_errors=True)


def seed(mails: int) -> None:
    """Firms with one reader each, a title that ends next month, and the week's letters."""
    import datetime  # noqa: PLC0415 -- with Django's models, after the database has its address

    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import Region, Role, User  # noqa: PLC0415
    from enterprises.models import Enterprise  # noqa: PLC0415
    from notifications import digest  # noqa: PLC0415
    from pipeline.models import Title  # noqa: PLC0415

    on = timezone.localdate()
    county = Region.objects.create(name="云川县", level=Region.Level.COUNTY)
    firms = Enterprise.objects.bulk_create(
        Enterprise(name=f"云泽精密{number}有限公司", folded_name=f"云泽精密{number}", region=county)
        for number in range(mails)
    )
    people = User.objects.bulk_create(
        User(username=f"p{number}", name=f"读者{number}", email=f"p{number}@example.cn", role=Role.ENTERPRISE)
        for number in range(mails)
    )
    through = Enterprise.members.through
    through.objects.bulk_create(
        through(enterprise_id=firm.pk, user_id=user.pk) for firm, user in zip(firms, people, strict=True)
    )
    first, ends = on - datetime.timedelta(days=1065), on + datetime.timedelta(days=30)
    Title.objects.bulk_create(
        Title(enterprise=firm, track="hnte", issued_on=first, valid_from=first, valid_until=ends) for firm in firms
    )
    digest.run(on=on)


def unsettled() -> int:
    """How many letters are neither sent nor failed for good; -1 while the database is away."""
    from django.db import Error, connection  # noqa: PLC0415 -- after the database has its address

    from notifications.models import Message  # noqa: PLC0415

    try:
        return Message.objects.filter(state__in=["queued", "sending"]).count()
    except Error:
        return -1
    finally:
        connection.close()


def under_fire(scene: Stage, book: Book, mails: int, kills: int) -> float:
    """Kill as the letters go out, evenly spread over them; then wait until all is settled. Seconds since the last."""
    targets, flushed, every = itertools.cycle(TARGETS), False, mails / (kills + 1)
    while len(scene.kills) < kills:
        scene.raise_the_dead()
        if book.total() >= every * (len(scene.kills) + 1) or unsettled() == 0:
            scene.kill(next(targets))
        if not flushed and len(scene.kills) >= kills // 2:
            with suppress(redis.RedisError):
                flushed = bool(redis.Redis.from_url(scene.environment["REDIS_URL"]).flushall())
        time.sleep(0.02)
    last = time.time()
    while unsettled() != 0 and time.time() < last + LONGEST:
        scene.raise_the_dead()
        time.sleep(0.2)
    return time.time() - last


def figures(scene: Stage, book: Book) -> dict[str, Any]:
    """What came of it."""
    from notifications.models import DigestRun, Message  # noqa: PLC0415 -- after the database has its address

    rows = {row.message_id: row for row in Message.objects.defer("text", "html")}
    owed = {key for key, row in rows.items() if not book.is_unknown(row.to)}
    after_kill = avoidable = unmarked = 0
    for message_id, times in book.taken.items():
        extra = len(times) - 1 - min(book.lost_answers[message_id], len(times) - 1)
        near = sum(any(abs(at - kill) < WINDOW for kill, _ in scene.kills) for at in times)
        after_kill += min(extra, near)
        avoidable += max(extra - near, 0)
        unmarked += len(times) > 1 and not rows[message_id].possibly_twice
    return {
        "letters": len(rows),
        "runs of the week": DigestRun.objects.count(),
        "lost": len(owed - set(book.taken)),
        "second copies after a lost answer": sum(
            min(n, len(book.taken[key]) - 1) for key, n in book.lost_answers.items()
        ),
        "second copies in the window of a kill": after_kill,
        "avoidable second copies": avoidable,
        "second copies not shown as 可能重复": unmarked,
        "Message-IDs that are no letter's": len(set(book.taken) - set(rows)),
        "addresses tried again after 550": sum(number > 1 for number in book.refused.values()),
        "letters recorded as sent": sum(row.state == "sent" for row in rows.values()),
        "letters failed for good": sum(row.state == "failed" for row in rows.values()),
        "… of these to mailboxes that do not exist": sum(
            row.state == "failed" and book.is_unknown(row.to) for row in rows.values()
        ),
    }


def broken(found: dict[str, Any], kills: int) -> list[str]:
    """The promises that were not kept."""
    zero = (
        "lost", "avoidable second copies", "second copies not shown as 可能重复", "Message-IDs that are no letter's",
        "addresses tried again after 550",
    )  # fmt: skip
    bad = [name for name in zero if found[name]]
    if found["second copies in the window of a kill"] > kills * POOL:
        bad.append("more second copies than kills × pool processes")
    if found["runs of the week"] != 1 or found["seconds after the last kill"] > LONGEST:
        bad.append("one run, settled within 15 minutes of the last kill")
    return bad


def main(mails: int = 5000, kills: int = 50, seed_: int = 1) -> int:
    """Run it and print the figures."""
    random.seed(seed_)
    book = Book(seed_)
    with Sink(book, pause=0.005) as sink, stage(sink.server_address[1]) as scene:
        import django  # noqa: PLC0415 -- the database has its address only now

        django.setup()
        began = time.time()
        seed(mails)
        print(f"{mails} letters written in {time.time() - began:.0f} s", flush=True)
        began = time.time()
        after = under_fire(scene, book, mails, kills)
        found = figures(scene, book) | {"seconds after the last kill": round(after)}
        print(f"{len(scene.kills)} kills in {time.time() - began - after:.0f} s:", end=" ")
        print(", ".join(f"{name} {sum(one == name for _, one in scene.kills)}" for name in TARGETS) + "; FLUSHALL 1")
        print("the mail server said:", ", ".join(f"{what} × {number}" for what, number in sorted(book.answers.items())))
        for name, value in found.items():
            print(f"{value:>8}  {name}")
        bad = broken(found, len(scene.kills))
        for promise in bad:
            print("BROKEN:", promise)
        if bad and os.environ.get("TIDU_CHAOS_LOGS"):
            for log in sorted(scene.home.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text()[-4000:]}")
    return 1 if bad else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(*map(int, sys.argv[1:])))
