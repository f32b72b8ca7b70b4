"""``manage.py read_bounces PATH…``: delivery status reports out of mails, mailboxes, maildirs, or - for input."""

import mailbox
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notifications import bounces

LARGEST = 5 * 1024 * 1024  # a report with the whole letter in it is far smaller


def mails(path: str) -> Iterator[bytes]:
    """Every mail of a file, an mbox, a maildir or standard input."""
    if path == "-":
        yield sys.stdin.buffer.read(LARGEST)
        return
    place = Path(path)
    if place.is_dir():
        yield from (bytes(mail) for mail in mailbox.Maildir(place, create=False))
    elif place.read_bytes()[:5] == b"From ":
        with closing(mailbox.mbox(place, create=False)) as box:
            yield from (bytes(mail) for mail in box)
    else:
        yield place.read_bytes()[:LARGEST]


class Command(BaseCommand):
    """Marks addresses that cannot be written to. Reading the same report twice changes nothing; nothing is deleted."""

    help = "读取退信报告（邮件文件、mbox、Maildir，或以 - 从标准输入读取），标记退信邮箱；重复读取不会重复登记"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the reports are."""
        parser.add_argument("paths", nargs="+", metavar="PATH")

    def handle(self, *args: Any, paths: list[str], **options: Any) -> None:
        """Read them all and say what came of it."""
        read = marked = 0
        for path in paths:
            try:
                for raw in mails(path):
                    read += 1
                    marked += bounces.read(raw, at=timezone.now())
            except OSError as error:
                raise CommandError(f"{path}：{error.strerror}") from error
        self.stdout.write(f"读取 {read} 封，登记退信 {marked} 条")
