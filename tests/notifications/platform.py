"""The platforms of group robots on this machine: behind a proxy that speaks CONNECT, with a certificate of tests."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PEM = Path(__file__).with_name("platform.pem")  # key and certificate of the tests alone, trusted by nothing else
HANG_UP = "hang up"


@dataclass
class Platform:
    """Keeps what arrives. ``answers`` are used up one by one: a code of HTTP, a JSON body, or HANG_UP."""

    answers: list[Any] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)

    def serve(self, visitor: socket.socket) -> None:
        """One connection: CONNECT, then TLS, then one request."""
        head = read_head(visitor)
        self.reached.append(head.split()[1])
        visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        with context.wrap_socket(visitor, server_side=True) as inside:
            self.answer(inside)

    def answer(self, inside: ssl.SSLSocket) -> None:
        """Read the request, keep it, answer as told."""
        head = read_head(inside)
        first, *lines = head.splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
        body = b""
        while len(body) < int(headers.get("content-length", 0)):
            body += inside.recv(65536)
        self.asked.append({"path": first.split()[1], "headers": headers, "body": body, "host": headers["host"]})
        told = self.answers.pop(0) if self.answers else {"errcode": 0, "errmsg": "ok"}
        if told == HANG_UP:
            return
        code, said = (told, b"") if isinstance(told, int) else (200, json.dumps(told).encode())
        more = "Location: https://elsewhere.example.cn/\r\n" if 300 <= code < 400 else ""
        inside.sendall(f"HTTP/1.1 {code} X\r\n{more}Content-Length: {len(said)}\r\n\r\n".encode() + said)


def read_head(wire: socket.socket) -> str:
    """Up to the empty line."""
    found = b""
    while not found.endswith(b"\r\n\r\n"):
        byte = wire.recv(1)
        if not byte:
            break
        found += byte
    return found.decode()


@contextmanager
def listening(platform: Platform) -> Iterator[str]:
    """The proxy on a port of its own; its address as the settings want it."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def open_door() -> None:
            with suppress(OSError):
                while True:
                    visitor, _ = door.accept()
                    with visitor, suppress(OSError):
                        platform.serve(visitor)

        threading.Thread(target=open_door, daemon=True).start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
