"""Robots of group chats and webhooks: how a message is put for each, signed, and what its answer means."""

import base64
import hashlib
import hmac
import json
import ssl
import time
from typing import Any, Final
from urllib.parse import urlencode

from notifications import outside
from notifications.models import Channel, MailPause, Message
from notifications.post import Outcome

Kind = Channel.Kind
MOST_BYTES: Final = {Kind.WECOM: 4000, Kind.DINGTALK: 18_000}  # of their limits, 4096 and 20,000
BUSY: Final = {-1, 45009, 45033, 130101, 410100}  # too many at once, or the platform itself
SHUT: Final = {93000, 300001, 300005, 310000, 40035}  # no such robot, wrong signature, a word or address not allowed
TOO_MANY, SERVER = 429, 500
NOT_LET_IN: Final = {401, 403, 404, 407, 410}
UNTRUSTED: Final = (ssl.SSLError, ssl.CertificateError)


class Refused(OSError):
    """The other side's answer was no; ``outcome`` says what follows."""

    def __init__(self, outcome: Outcome, said: str) -> None:
        super().__init__(said)
        self.outcome, self.said = outcome, said


class Robot:
    """One channel, as a round of delivery uses it; it keeps no connection."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def open(self) -> None:
        """Nothing to open, but an address that is no longer allowed gets nothing."""
        if against := outside.reason_against(self.channel.kind, self.channel.address):
            raise Refused(Outcome.PAUSE, against)

    def close(self) -> None:
        """Nothing to close."""

    def send(self, message: Message) -> None:
        """Hand one message over; raises OSError."""
        address, body, headers = put(self.channel, message, time.time())
        status, answer = outside.post(address, body, headers)
        refuse_bad(self.channel.kind, status, answer)

    def meaning(self, error: OSError) -> Outcome:
        """What an error asks for."""
        match error:
            case Refused():
                return error.outcome
            case outside.AnswerLost():
                return Outcome.UNKNOWN
            case ssl.SSLError():
                return Outcome.PAUSE
        return Outcome.LATER

    def words(self, error: OSError) -> str:
        """The error as the outbox keeps it; an address stands in none."""
        return error.said[:500] if isinstance(error, Refused) else f"{type(error).__name__}"

    def whose_fault(self, error: OSError) -> MailPause.Cause:
        """Whether our settings are wrong or the platform is away."""
        wrong = self.meaning(error) is Outcome.PAUSE
        return MailPause.Cause.CONFIGURATION if wrong else MailPause.Cause.UNREACHABLE

    def leaves_connection(self, error: OSError) -> bool:
        """Whether it was this message that was refused."""
        return isinstance(error, Refused) and error.outcome is not Outcome.LATER


def put(channel: Channel, message: Message, at: float) -> tuple[str, bytes, dict[str, str]]:
    """Address, body and headers of one message at a moment."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Tidu"}
    match Kind(channel.kind):
        case Kind.WECOM:
            said: Any = {"msgtype": "markdown", "markdown": {"content": fitted(message, MOST_BYTES[Kind.WECOM])}}
            return channel.address, packed(said), headers
        case Kind.DINGTALK:
            text = fitted(message, MOST_BYTES[Kind.DINGTALK]).replace("\n", "\n\n")  # one break is none in its Markdown
            said = {"msgtype": "markdown", "markdown": {"title": message.subject, "text": text}}
            return signed_address(channel, at), packed(said), headers
    said = {"key": message.key, "kind": message.kind, "subject": message.subject, "text": message.text}
    body = packed(said)
    return channel.address, body, {**headers, "X-Idempotency-Key": message.key, **signature(channel, body, at)}


def packed(said: Any) -> bytes:
    """JSON as it goes over the wire."""
    return json.dumps(said, ensure_ascii=False).encode()


def fitted(message: Message, most: int) -> str:
    """Subject and text, cut at the end of a line where they are too long."""
    lines, size = [f"**{message.subject}**"], len(message.subject.encode()) + 4
    for line in message.text.rstrip("\n").split("\n"):
        size += len(line.encode()) * 2 + 2  # a break may count twice
        if size > most:
            return "\n".join([*lines, "…"])
        lines.append(line)
    return "\n".join(lines)


def signed_address(channel: Channel, at: float) -> str:
    """钉钉: moment and signature stand in the address."""
    if not channel.secret:
        return channel.address
    moment = str(round(at * 1000))
    mac = hmac.new(channel.secret.encode(), f"{moment}\n{channel.secret}".encode(), hashlib.sha256).digest()
    return f"{channel.address}&{urlencode({'timestamp': moment, 'sign': base64.b64encode(mac).decode()})}"


def signature(channel: Channel, body: bytes, at: float) -> dict[str, str]:
    """A webhook: HMAC-SHA256 over moment and body, so that a copy sent later can be told from a new one."""
    moment = str(round(at))
    mac = hmac.new(channel.secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Tidu-Timestamp": moment, "X-Tidu-Signature": f"sha256={mac}"}


def refuse_bad(kind: str, status: int, answer: bytes) -> None:
    """Raise what an answer means, unless it means that the message was taken."""
    if status == TOO_MANY or status >= SERVER:
        raise Refused(Outcome.LATER, f"HTTP {status}")
    if status in NOT_LET_IN:
        raise Refused(Outcome.PAUSE, f"HTTP {status}")
    if not 200 <= status < 300:  # redirects are not followed
        raise Refused(Outcome.NEVER, f"HTTP {status}")
    if kind == Kind.WEBHOOK:
        return
    code, said = of_platform(answer)
    if code in BUSY:
        raise Refused(Outcome.LATER, said)
    if code in SHUT:
        raise Refused(Outcome.PAUSE, said)
    if code:
        raise Refused(Outcome.NEVER, said)


def of_platform(answer: bytes) -> tuple[int, str]:
    """Code and words of a platform's answer; one that is no JSON is a platform that is not itself."""
    try:
        found = json.loads(answer)
        code = int(found["errcode"])
    except (ValueError, KeyError, TypeError):
        return -1, "答复不是约定的格式"
    return code, f"errcode {code} {str(found.get('errmsg', ''))[:200]}"
