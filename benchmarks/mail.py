"""Monday's letters beside django-post-office and the raw SMTP limit: plan, render, durable outbox, send to a sink.

python -m benchmarks.mail [SIZE …]          (300 3000 30000)
TIDU_PEERS=FOLDER names a folder with the peer, which is no package of the product:
    uv pip install --target FOLDER django-post-office

One reader a letter, 1 to 8 lines each. Every contestant is a process of its own on the same durable PostgreSQL, and all
talk to one sink process that announces PIPELINING. The peer is given the letters planned and rendered by our own code,
queues them with ``send_many`` and sends them with ``send_queued_mail_until_done`` in one process; ours is
``digest.run`` and ``deliver_due``. The limit sends ready bytes over one connection, eight letters in flight.
Obligations are there beforehand: computing them is the nightly run's work.
"""

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.chaos_sink import Book, Sink
from scripts.services import ROOT, Services

IN_FLIGHT = 8


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        began = time.monotonic()
        yield
        self.stages[name] = self.stages.get(name, 0) + time.monotonic() - began


def seed(size: int) -> None:
    """Firms, each with a reader and 1 to 8 open obligations."""
    import datetime  # noqa: PLC0415 -- with the models

    from accounts.models import Region, Role, User  # noqa: PLC0415
    from enterprises.models import Enterprise  # noqa: PLC0415
    from notifications.models import Message, Obligation  # noqa: PLC0415

    Message.objects.all().delete()
    have = Enterprise.objects.count()
    county, _ = Region.objects.get_or_create(name="云川县", level=Region.Level.COUNTY)
    firms = Enterprise.objects.bulk_create(
        (Enterprise(name=f"云泽精密装备{number}有限公司", folded_name=f"{number}", region=county)
        for number in range(have, size)), batch_size=2000,
    )  # fmt: skip
    people = User.objects.bulk_create(
        (User(username=f"p{number}", name=f"读者{number}", email=f"p{number}@example.cn", role=Role.ENTERPRISE)
        for number in range(have, size)), batch_size=2000,
    )  # fmt: skip
    through = Enterprise.members.through
    pairs = zip(firms, people, strict=True)
    through.objects.bulk_create((through(enterprise=firm, user=user) for firm, user in pairs), batch_size=5000)
    on = datetime.date(2026, 11, 23)
    Obligation.objects.bulk_create(
        (
            Obligation(
                key=f"{firm.pk}:{line}", kind="title_expiry", enterprise=firm, track="hnte", created_on=on,
                says="高新技术企业资格到期，到期前须重新认定", because="证书有效期至2026年12月31日",
                due_on=on + datetime.timedelta(days=(firm.pk * line * 7) % 170 - 10), verified=line % 3 == 0,
            )
            for firm in firms for line in range(1 + firm.pk % 8)
        ), batch_size=5000,
    )  # fmt: skip


def ours(clock: Clock) -> int:
    """The product's own way."""
    import datetime  # noqa: PLC0415

    from notifications import delivery, digest, obligations  # noqa: PLC0415
    from notifications.models import DigestRun  # noqa: PLC0415

    DigestRun.objects.all().delete()
    obligations.refresh = lambda **_: obligations.Refreshed(0, 0)
    digest.wake = lambda: None
    with clock.stage("plan, render, outbox"):
        digest.run(on=datetime.date(2026, 11, 23))
    delivery.LONGEST_ROUND = 3600.0
    with clock.stage("send"):
        return delivery.deliver_due()


def peer(clock: Clock) -> int:
    """django-post-office with the same letters."""
    import datetime  # noqa: PLC0415
    from itertools import islice  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415
    from post_office import mail  # noqa: PLC0415
    from post_office.models import Email  # noqa: PLC0415

    from notifications import digest  # noqa: PLC0415
    from notifications.contents import Contents  # noqa: PLC0415

    call_command("migrate", "post_office", verbosity=0)
    Email.objects.all().delete()
    on, number = datetime.date(2026, 11, 23), 0
    rest, contents = iter(digest.mailboxes(on).items()), Contents(on)
    with clock.stage("plan, render, outbox"), transaction.atomic():
        while some := list(islice(rest, 500)):
            batch = contents.reading_ahead([reader for _, box in some for reader in box.readers])
            wanted = []
            for _, box in some:
                letter = digest.compose(box.readers, batch)
                if letter is None:
                    continue
                words = letter.rendered
                said = {"subject": words.subject, "message": words.text, "html_message": words.html}
                wanted.append({"recipients": [box.to], "sender": "tidu@example.cn", "priority": "medium", **said})
            mail.send_many(wanted)
            number += len(wanted)
    with clock.stage("send"):
        mail.send_queued_mail_until_done(processes=1)
    return number


def limit(clock: Clock, letters: list[tuple[str, bytes]]) -> int:
    """Ready bytes over one connection, some letters in flight."""
    host = (os.environ["EMAIL_HOST"], int(os.environ["EMAIL_PORT"]))
    with clock.stage("send"), socket.create_connection(host) as wire:
        answers = wire.makefile("rb")
        answers.readline()
        wire.sendall(b"EHLO limit\r\n")
        for _ in range(3):
            answers.readline()
        for start in range(0, len(letters), IN_FLIGHT):
            some = letters[start : start + IN_FLIGHT]
            wire.sendall(b"".join(body for _, body in some))
            for _ in range(5 * len(some)):
                answers.readline()
    return len(letters)


def ready(size: int) -> list[tuple[str, bytes]]:
    """The letters of the outbox as one stream of commands each."""
    from notifications import post  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415

    found = []
    for row in Message.objects.order_by("pk")[:size].iterator(500):
        body = post.as_email(row, post.connection()).message().as_bytes(linesep="\r\n")
        head = f"MAIL FROM:<tidu@example.cn>\r\nRCPT TO:<{row.to}>\r\nDATA\r\n".encode()
        found.append((row.to, head + body + b"\r\n.\r\nRSET\r\n"))
    return found


def contest(name: str, size: int) -> None:
    """One contestant in this process; its result is the last line of its words."""
    import django  # noqa: PLC0415

    django.setup()
    clock = Clock()
    if name == "seed":
        seed(size)
        sent = 0
    elif name == "limit":
        sent = limit(clock, ready(size))
    else:
        sent = {"ours": ours, "post-office": peer}[name](clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"sent": sent, "peak": peak, **clock.stages}))


def sink() -> None:
    """The mail server; says its port and takes everything."""
    with Sink(Book(0, quiet=True)) as server:
        print(server.server_address[1], flush=True)
        sys.stdin.read()


def run(name: str, size: int, environment: dict[str, str]) -> dict[str, Any]:
    """One contestant as a process of its own."""
    argv = [sys.executable, "-m", "benchmarks.mail", name, str(size)]
    done = subprocess.run(argv, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def table(sizes: list[int], environment: dict[str, str]) -> None:
    """Every contestant at every size."""
    names = ["ours", "limit"] + (["post-office"] if os.environ.get("TIDU_PEERS") else [])
    print("| letters | contestant | plan, render, outbox | send | µs a letter | × ours | peak MB |")
    print("|---:|---|---:|---:|---:|---:|---:|")
    for size in sizes:
        run("seed", size, environment)
        whole = 0.0
        for name in names:
            found = run(name, size, environment)
            if found["sent"] < size:
                raise SystemExit(f"{name} sent {found['sent']} of {size}")
            before, sending = found.get("plan, render, outbox", 0.0), found["send"]
            whole = whole or before + sending
            all_of_it = before + sending
            figures = f"{before:.2f} s | {sending:.2f} s | {all_of_it / size * 1e6:.0f} | {all_of_it / whole:.2f}"
            print(f"| {size} | {name} | {figures} | {found['peak']:.0f} |", flush=True)


def main(sizes: list[int]) -> int:
    """Services, sink, and the contest."""
    with tempfile.TemporaryDirectory(prefix="tidu-mail-") as home:
        Path(home).chmod(0o755)
        services = Services(Path(home) / "services", durable=True)
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.mail", "sink", "0"], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert server.stdout
        try:
            port = server.stdout.readline().strip()
            told = {
                "DJANGO_SETTINGS_MODULE": "benchmarks.mail_settings", "REDIS_URL": "",
                "DATABASE_URL": services.start(redis=False).database, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port,
                "EMAIL_URL": f"smtp://127.0.0.1:{port}", "PYTHONPATH": f"{ROOT}:{os.environ.get('TIDU_PEERS', '')}",
            }  # fmt: skip
            environment = os.environ | told
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, cwd=ROOT, check=True)
            table(sizes, environment)
        finally:
            server.communicate(timeout=20)
            services.stop()
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sink", _]:
            sink()
        case [("seed" | "ours" | "post-office" | "limit") as name, size]:
            contest(name, int(size))
        case sizes:
            sys.exit(main([int(size) for size in sizes] or [300, 3000, 30000]))
