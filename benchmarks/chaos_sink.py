"""A mail server that refuses some letters, hangs up on some, and remembers exactly what it took and when."""

import random
import socketserver
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

REFUSALS = ("421 4.3.2 closing", "451 4.3.0 try later", "452 4.3.1 full")
DROPS = ("before", "after")  # the final dot: not taken; taken, and the answer lost
TROUBLE, UNKNOWN = 0.08, 0.02
PLAIN = {b"EHLO": "250-sink\r\n250-PIPELINING\r\n250 8BITMIME", b"DATA": "503 no reader"}


@dataclass
class Book:
    """What came and how it was answered."""

    seed: int
    quiet: bool = False  # in the best of moods: for measuring, not for chaos
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lost_answers: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)  # by address: 550
    answers: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def is_unknown(self, address: str) -> bool:
        """Whether this server has no such mailbox: the same two in a hundred, always."""
        return not self.quiet and random.Random(f"{self.seed}{address}").random() < UNKNOWN

    def trouble(self) -> str:
        """What goes wrong with this letter, mostly nothing."""
        if self.quiet:
            return ""
        with self.lock:
            return self.dice.choice([*REFUSALS, *DROPS]) if self.dice.random() < TROUBLE else ""

    def total(self) -> int:
        """How many letters were taken, copies included."""
        with self.lock:
            return sum(map(len, self.taken.values()))


class Conversation(socketserver.StreamRequestHandler):
    """One connection: just as much SMTP as a client needs."""

    server: "Sink"
    disable_nagle_algorithm = True  # answers to commands that came together must not wait for each other

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        """Answer until the client leaves, or until this server is in a mood to hang up."""
        self.say("220 sink ESMTP")
        to = ""
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                to = self.reader(line.split(b"<")[1].split(b">")[0].decode())
            elif word == b"DATA" and to:
                if not self.take():
                    return
            elif word == b"QUIT":
                return
            else:
                self.say(PLAIN.get(word, "250 ok"))

    def reader(self, to: str) -> str:
        """The mailbox of this name; a nobody is refused."""
        if not self.server.book.is_unknown(to):
            self.say("250 ok")
            return to
        self.server.book.refused[to] += 1
        self.say("550 5.1.1 no such user")
        return ""

    def take(self) -> bool:
        """One letter; False when the connection is to be broken."""
        book, trouble = self.server.book, self.server.book.trouble()
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        if not line:  # the client died in the middle: nothing was taken
            return False
        if book.quiet:
            self.say("250 taken")
            return True
        message_id = next(line for line in lines if line.lower().startswith(b"message-id:")).split()[1].decode()
        time.sleep(self.server.pause)
        book.answers[trouble or "250"] += 1
        if trouble in {"", "after"}:
            with book.lock:
                book.taken[message_id].append(time.time())
                book.lost_answers[message_id] += trouble == "after"
        if trouble in DROPS:
            return False
        self.say(trouble or "250 taken")
        return not trouble.startswith("421")


class Sink(socketserver.ThreadingTCPServer):
    """The server on a port of its own."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, book: Book, pause: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.book, self.pause = book, pause
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed in mid-sentence is what this is for."""
