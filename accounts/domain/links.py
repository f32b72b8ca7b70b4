"""Links in letters that let their reader set a password: signed, dated, good for one change."""

from dataclasses import dataclass

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.models import User

DAY = 24 * 3600


@dataclass(frozen=True)
class Purpose:
    """What a link is for and how long it holds."""

    name: str
    seconds: int


INVITATION = Purpose("invitation", 7 * DAY)
RESET = Purpose("reset", DAY)


def make(user: User, purpose: Purpose) -> tuple[str, str]:
    """The two parts of a link, account and token."""
    token = signer(purpose).sign(state(user, purpose))
    return urlsafe_base64_encode(str(user.pk).encode()), token


def reader(uid: str, token: str, purpose: Purpose) -> User | None:
    """The account a link opens, or None: forged, outdated, used, or the account is closed."""
    user = account(uid)
    if user is None:
        return None
    try:
        given = signer(purpose).unsign(token, max_age=purpose.seconds)
    except BadSignature:
        return None
    return user if constant_time_compare(given, state(user, purpose)) else None


def signer(purpose: Purpose) -> TimestampSigner:
    """A signature for one purpose never passes for another."""
    return TimestampSigner(salt=f"accounts.links.{purpose.name}")


def state(user: User, purpose: Purpose) -> str:
    """What a link depends on: once the password or the mailbox changes, or somebody logs in, it is spent."""
    known = f"{user.pk}|{user.password}|{user.last_login}|{user.email}"
    return salted_hmac(f"accounts.links.{purpose.name}", known, algorithm="sha256").hexdigest()[:32]


def account(uid: str) -> User | None:
    """The open account of the first part of a link."""
    try:
        pk = int(urlsafe_base64_decode(uid).decode())
    except ValueError:
        return None
    return User.objects.filter(pk=pk, is_active=True).first() if pk < 2**63 else None
