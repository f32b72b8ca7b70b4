"""Attempts at the front door, counted per account and per address in PostgreSQL, before they are made."""

import datetime
import ipaddress
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.models import LoginFailure

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WINDOW = datetime.timedelta(minutes=15)
KEPT = datetime.timedelta(hours=24)

# One statement, so that a hundred attempts at once are a hundred, not one.
COUNT = """
INSERT INTO accounts_loginfailure AS seen (key, failures, since) VALUES (%(key)s, 1, %(at)s)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN {over} THEN 1 ELSE seen.failures + 1 END,
    since = CASE WHEN {over} THEN %(at)s ELSE seen.since END,
    locked_until = CASE WHEN {over} THEN NULL
        WHEN seen.locked_until IS NULL AND seen.failures + 1 >= %(limit)s THEN %(at)s + %(window)s::interval
        ELSE seen.locked_until END
RETURNING failures, locked_until
""".format(over="COALESCE(seen.locked_until, seen.since + %(window)s::interval) <= %(at)s")


@dataclass(frozen=True)
class Limit:
    """How often something may be tried within fifteen minutes."""

    what: str
    times: int


LOGIN_BY_ACCOUNT = Limit("login-account", 5)
LOGIN_BY_ADDRESS = Limit("login-address", 30)
LETTER_BY_ACCOUNT = Limit("letter-account", 3)
LETTER_BY_ADDRESS = Limit("letter-address", 20)
EXPORT_BY_ACCOUNT = Limit("export-account", 60)

Tries = Sequence[tuple[Limit, str]]


def folded(name: str) -> str:
    """One writing of a login name, so that width and case open no further attempts."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def login_tries(username: str, address: str) -> Tries:
    """What one login counts against."""
    return (LOGIN_BY_ACCOUNT, folded(username)), (LOGIN_BY_ADDRESS, address)


def letter_tries(username: str, address: str) -> Tries:
    """What one request for a password letter counts against."""
    return (LETTER_BY_ACCOUNT, folded(username)), (LETTER_BY_ADDRESS, address)


def attempt(tries: Tries, *, at: datetime.datetime) -> datetime.timedelta:
    """Count an attempt and say how long to wait first; zero lets it pass. Unknown names count alike."""
    waits = [count(limit, who, at=at) for limit, who in tries]
    return max(waits, default=datetime.timedelta())


def count(limit: Limit, who: str, *, at: datetime.datetime) -> datetime.timedelta:
    """Add one to a counter; beyond its limit it answers with the time that is left."""
    with connection.cursor() as cursor:
        given: dict[str, str | int | datetime.datetime] = {
            "key": digest(limit, who),
            "at": at,
            "limit": limit.times,
            "window": f"{WINDOW.seconds} seconds",
        }
        cursor.execute(COUNT, given)
        failures, locked_until = cursor.fetchone()
    return locked_until - at if failures > limit.times else datetime.timedelta()


def forgive(tries: Tries, *, at: datetime.datetime) -> None:
    """The attempt was right: its account starts afresh, its address loses this one; old rows go."""
    (account, name), *others = tries
    LoginFailure.objects.filter(key=digest(account, name)).delete()
    for limit, who in others:
        LoginFailure.objects.filter(key=digest(limit, who), failures__gt=0).update(
            failures=F("failures") - 1, locked_until=None
        )
    LoginFailure.objects.filter(since__lt=at - KEPT).delete()


def digest(limit: Limit, who: str) -> str:
    """The key of a counter: neither login name nor address can be read from it."""
    return salted_hmac(f"accounts.throttle.{limit.what}", who, algorithm="sha256").hexdigest()


def client_address(meta: Mapping[str, str], trusted: Sequence[str]) -> str:
    """Where a request comes from: X-Forwarded-For is read from the right, past declared proxies only."""
    proxies = networks(trusted)
    address = meta.get("REMOTE_ADDR", "")
    for hop in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not is_within(address, proxies) or not hop.strip():
            break
        address = hop.strip()
    return network_of(address)


def comes_from_proxy(meta: Mapping[str, str], trusted: Sequence[str]) -> bool:
    """Whether the peer itself is a declared proxy, whose headers are believed."""
    return is_within(meta.get("REMOTE_ADDR", ""), networks(trusted))


def networks(trusted: Sequence[str]) -> list[Network]:
    """Addresses and networks as declared."""
    return [ipaddress.ip_network(proxy, strict=False) for proxy in trusted]


def is_within(address: str, within: Sequence[Network]) -> bool:
    """Whether an address lies in one of these networks; what is no address lies nowhere."""
    try:
        return any(ipaddress.ip_address(address) in network for network in within)
    except ValueError:
        return False


def network_of(address: str) -> str:
    """An IPv4 address as it is; of an IPv6 address the /64, which is what one subscriber holds."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False)) if parsed.version == 6 else str(parsed)
