"""The post: turns a row into a mail, hands it to the server, and says what an answer means."""

import html
import smtplib
import ssl
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notifications.models import SECRET, Message

NOT_LET_IN = {530, 534, 535, 538}  # the server wants other credentials or TLS: our settings are wrong
FINAL = 500


class ReplyLost(smtplib.SMTPServerDisconnected):
    """The connection broke after the whole letter was handed over and before the server answered."""


class Outcome(Enum):
    """What is to be done after an error."""

    LATER = auto()
    NEVER = auto()
    PAUSE = auto()
    UNKNOWN = auto()


class Careful(smtplib.SMTP):
    """An SMTP client that tells a break after the final dot from any other; plain, or with STARTTLS."""

    replies_due = 0

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand the letter over; the base class reads the answer to DATA with its first reply, the verdict last."""
        self.replies_due = 2
        return super().data(msg)

    def getreply(self) -> tuple[int, bytes]:
        """One answer of the server; within DATA the second one is the answer to the letter itself."""
        after_dot = self.replies_due == 1
        self.replies_due -= 1
        try:
            return super().getreply()
        except smtplib.SMTPServerDisconnected as broken:
            if after_dot:
                raise ReplyLost(str(broken)) from broken
            raise


class CarefulOverTls(Careful, smtplib.SMTP_SSL):
    """The same with TLS from the start."""


class Backend(EmailBackend):
    """Django's SMTP backend with the careful client."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The client that suits the settings."""
        return CarefulOverTls if self.use_ssl else Careful


def connection() -> BaseEmailBackend:
    """The mail connection of the settings; over SMTP the careful one, opened once for many letters."""
    over_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    return get_connection("notifications.post.Backend" if over_smtp else None)


def as_email(message: Message, by: BaseEmailBackend) -> EmailMultiAlternatives:
    """The mail of a row. Message-ID and key are the row's, so that two copies can be told to be one."""
    headers = {
        "Message-ID": message.message_id,
        "X-Idempotency-Key": message.key,
        "Auto-Submitted": "auto-generated",
    }
    mail = EmailMultiAlternatives(
        message.subject, unveiled(message.text, message), to=[message.to], headers=headers, connection=by
    )
    if message.html:
        mail.attach_alternative(unveiled(message.html, message, quoted=True), "text/html")
    return mail


def unveiled(body: str, message: Message, *, quoted: bool = False) -> str:
    """The body with the link that only the addressee may see."""
    link = html.escape(message.secret) if quoted else message.secret
    return body.replace(SECRET, link) if link else body


def meaning(error: Exception) -> Outcome:
    """What an error of the mail server asks for."""
    match error:
        case ReplyLost():
            return Outcome.UNKNOWN
        case smtplib.SMTPRecipientsRefused():
            return of_code(max(code for code, _ in error.recipients.values()))
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPResponseException():
            return of_code(error.smtp_code)
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Outcome.PAUSE
    return Outcome.LATER


def of_code(code: int) -> Outcome:
    """What a reply code asks for."""
    if code in NOT_LET_IN:
        return Outcome.PAUSE
    return Outcome.NEVER if code >= FINAL else Outcome.LATER


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
