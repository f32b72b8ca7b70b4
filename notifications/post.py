"""The post: turns a row into a mail, hands it to the server, and says what an answer means."""

import contextlib
import html
import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from email.message import Message as Mime
from email.policy import Compat32
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notifications import stopping
from notifications.models import SECRET, STOP, MailPause, Message

NOT_LET_IN = {530, 534, 535, 538}  # the server wants other credentials or TLS: our settings are wrong
NO_SUCH_READER = {521, 550, 551, 553}
TAKEN, GO_AHEAD, REFUSED, CLOSING, FINAL = 250, 354, 400, 421, 500
FIRST_DOT = re.compile(rb"(?m)^\.")
OF_POLICY = re.compile(rb"^5\.7\.")  # of us or of what we write, not of the address


class ReplyLost(smtplib.SMTPServerDisconnected):
    """The connection broke after the whole letter was handed over and before the server answered."""


class Outcome(Enum):
    """What is to be done after an error."""

    LATER = auto()
    NEVER = auto()
    PAUSE = auto()
    UNKNOWN = auto()


class Careful(smtplib.SMTP):
    """An SMTP client for letters to one reader each: it tells a break after the final dot from any other, keeps the
    connection after a refusal, and says envelope and DATA in one breath where the server takes that (RFC 2920)."""

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Connect; short commands are not to wait for company."""
        answer = super().connect(*args, **kwargs)
        if isinstance(self.sock, socket.socket):
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return answer

    def sendmail(  # type: ignore[override]
        self, from_addr: str, to_addrs: Sequence[str], msg: bytes, *_: Any
    ) -> dict[str, tuple[int, bytes]]:
        """Hand one letter over; raises what ``smtplib`` raises, and ReplyLost."""
        self.ehlo_or_helo_if_needed()
        (to,) = to_addrs
        replies = self.exchange(
            f"MAIL FROM:{smtplib.quoteaddr(from_addr)}{' BODY=8BITMIME' if self.has_extn('8bitmime') else ''}",
            f"RCPT TO:{smtplib.quoteaddr(to)}",
            "DATA",
        )
        self.refuse_bad(replies, from_addr, to)
        self.send(FIRST_DOT.sub(b"..", msg if msg.endswith(b"\r\n") else msg + b"\r\n") + b".\r\n")
        try:
            code, said = self.getreply()
        except smtplib.SMTPServerDisconnected as broken:
            raise ReplyLost(str(broken)) from broken
        if code != TAKEN:
            self.begin_anew(code)
            raise smtplib.SMTPDataError(code, said)
        return {}

    def exchange(self, *commands: str) -> list[tuple[int, bytes]]:
        """The answers to these commands, up to the first refusal, or to all of them where they go out together."""
        together = self.has_extn("pipelining")
        if together:
            self.send("".join(f"{command}\r\n" for command in commands))
        replies: list[tuple[int, bytes]] = []
        for command in commands:
            if not together:
                self.putcmd(command)
            replies.append(self.getreply())
            code = replies[-1][0]
            if code == CLOSING or (code >= REFUSED and not together):
                break
        return replies

    def refuse_bad(self, replies: Sequence[tuple[int, bytes]], sender: str, to: str) -> None:
        """Raise the first refusal, and leave the connection fit for the next letter."""
        bad = next((number for number, (code, _) in enumerate(replies) if code >= REFUSED), None)
        if bad is None:
            return
        if replies[-1][0] == GO_AHEAD:  # it took DATA although it took no reader: there is nothing to hand over
            self.send(b".\r\n")
            self.getreply()
        code, said = replies[bad]
        self.begin_anew(code)
        if bad == 0:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        if bad == 1:
            raise smtplib.SMTPRecipientsRefused({to: (code, said)})
        raise smtplib.SMTPDataError(code, said)

    def begin_anew(self, code: int) -> None:
        """Clear the slate for the next letter; a server that is closing hears nothing more."""
        if code == CLOSING:
            self.close()
            return
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            self.rset()


class CarefulOverTls(Careful, smtplib.SMTP_SSL):
    """The same with TLS from the start."""


class Backend(EmailBackend):
    """Django's SMTP backend with the careful client."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The client that suits the settings."""
        return CarefulOverTls if self.use_ssl else Careful


class AsWritten(Compat32):
    """Headers as Django has made them, encoded and free of line breaks: folding them anew costs a third of a mail."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The line of one header."""
        return f"{name}: {value}{self.linesep}".encode("ascii", "surrogateescape")


class Mail(EmailMultiAlternatives):
    """A letter as Django composes it."""

    def message(self, *, policy: Any = None) -> Any:
        """The mail in parts."""
        built: Mime = super().message() if policy is None else super().message(policy=policy)
        built.policy = AS_WRITTEN
        return built


AS_WRITTEN = AsWritten()


class Post:
    """The mail, as a round of delivery uses it: one connection of the settings, over SMTP the careful one."""

    def __init__(self) -> None:
        over_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
        self.connection: BaseEmailBackend = get_connection("notifications.post.Backend" if over_smtp else None)

    def open(self) -> None:
        """Connect and be let in; raises OSError."""
        self.connection.open()

    def close(self) -> None:
        """Say goodbye; raises OSError."""
        self.connection.close()

    def send(self, message: Message) -> None:
        """Hand one letter over; raises OSError."""
        as_email(message, self.connection).send()

    def meaning(self, error: OSError) -> Outcome:
        """What an error asks for."""
        return meaning(error)

    def words(self, error: OSError) -> str:
        """The error as the outbox keeps it."""
        return words(error)

    def whose_fault(self, error: OSError) -> MailPause.Cause:
        """Whether our settings are wrong or the server is away."""
        return whose_fault(error)

    def leaves_connection(self, error: OSError) -> bool:
        """Whether the next letter may go over the same connection."""
        return leaves_connection(error)


def as_email(message: Message, by: BaseEmailBackend) -> Mail:
    """The mail of a row. Message-ID and key are the row's, so that two copies can be told to be one."""
    headers = {
        "Message-ID": message.message_id,
        "X-Idempotency-Key": message.key,
        "Auto-Submitted": "auto-generated",
        **stopping.headers(message),
    }
    mail = Mail(message.subject, unveiled(message.text, message), to=[message.to], headers=headers, connection=by)
    if message.html:
        mail.attach_alternative(unveiled(message.html, message, quoted=True), "text/html")
    return mail


def unveiled(body: str, message: Message, *, quoted: bool = False) -> str:
    """The body with the links that only the addressee may see."""
    body = body.replace(STOP, stopping.address(message))
    link = html.escape(message.secret) if quoted else message.secret
    return body.replace(SECRET, link) if link else body


def meaning(error: Exception) -> Outcome:
    """What an error of the mail server asks for."""
    match error:
        case ReplyLost():
            return Outcome.UNKNOWN
        case smtplib.SMTPRecipientsRefused() | smtplib.SMTPResponseException():
            return of_code(code_of(error))
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Outcome.PAUSE
    return Outcome.LATER


def of_code(code: int) -> Outcome:
    """What a reply code asks for."""
    if code in NOT_LET_IN:
        return Outcome.PAUSE
    return Outcome.NEVER if code >= FINAL else Outcome.LATER


def code_of(error: Exception) -> int:
    """The reply code of a refusal, 0 for anything else."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return max(code for code, _ in error.recipients.values())
        case smtplib.SMTPResponseException():
            return error.smtp_code
    return 0


def leaves_connection(error: Exception) -> bool:
    """Whether it was the letter that was refused, and the next one may go over the same connection."""
    return code_of(error) not in {0, -1, CLOSING}


def refuses_address(error: Exception) -> bool:
    """Whether the server says that there is no such reader, rather than that it will not have this letter from us."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused) or code_of(error) not in NO_SUCH_READER:
        return False
    return not any(OF_POLICY.match(said) for _, said in error.recipients.values())


def whose_fault(error: Exception) -> MailPause.Cause:
    """Whether our settings are wrong or the server is away, when no connection could be opened."""
    wrong = meaning(error) is Outcome.PAUSE or code_of(error) >= FINAL
    return MailPause.Cause.CONFIGURATION if wrong else MailPause.Cause.UNREACHABLE


def words(error: Exception) -> str:
    """The error as the outbox keeps it: kind, code and the server's words."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
        case smtplib.SMTPResponseException():
            code, answer = error.smtp_code, error.smtp_error
            said = answer if isinstance(answer, bytes) else answer.encode()
        case _:
            return f"{type(error).__name__}: {error}"[:500]
    return f"{code} {said.decode(errors='replace')}"[:500]
