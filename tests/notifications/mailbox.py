"""A mail server on a TCP port of this machine that answers as a test tells it to."""

import asyncio
import email
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message as Mail
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, Session

HANG_UP = "hang up"
SILENCE = "silence"


class Sink:
    """Keeps what arrives. ``answers`` maps MAIL, RCPT, DATA to a reply, HANG_UP or SILENCE, used up one by one."""

    def __init__(self, answers: dict[str, list[str]] | None = None, *, pipelining: bool = False) -> None:
        self.answers = answers or {}
        self.pipelining = pipelining
        self.mails: list[Mail] = []
        self.connections: set[int] = set()
        self.tries = 0

    async def handle_EHLO(
        self, server: Server, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        more = ["250-PIPELINING"] if self.pipelining else []
        return [responses[0], *more, *responses[1:]]

    async def handle_MAIL(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.connections.add(id(session))
        self.tries += 1
        reply = await self.answer("MAIL", server)
        envelope.mail_from = address if reply.startswith("250") else None
        return reply

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self.answer("RCPT", server)
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        reply = await self.answer("DATA", server)
        if reply.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content or b""))
        return reply

    async def answer(self, stage: str, server: Server) -> str:
        waiting = self.answers.get(stage)
        reply = waiting.pop(0) if waiting else "250 OK"
        if reply == HANG_UP:
            server.transport.abort()
        if reply == SILENCE:
            await asyncio.sleep(3)
        return reply if reply[0].isdigit() else "250 OK"


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def listening(sink: Sink, **options: Any) -> Iterator[int]:
    """The server on a port of its own."""
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def nobody_may_enter(*_: Any) -> AuthResult:
    """An authenticator that knows no password."""
    return AuthResult(success=False, handled=False, message="535 5.7.8 Authentication credentials invalid")


@contextmanager
def saying(greeting: str) -> Iterator[int]:
    """A server that says one thing to whoever connects, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def turn_away() -> None:
            with suppress(OSError):
                while True:
                    visitor, _ = door.accept()
                    with visitor:
                        visitor.sendall(f"{greeting}\r\n".encode())

        threading.Thread(target=turn_away, daemon=True).start()
        yield door.getsockname()[1]
