"""What production refuses to start with, as far as the settings alone show it.

`migrate`, `check`, `createsuperuser` and `setup` run nevertheless: they are how a machine is brought into
order, often before mail and certificates are there. `check --deploy` lists for them what the web would refuse.
"""

import sys
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ALWAYS_RUN = {"check", "createsuperuser", "migrate", "setup"}
WEAK_PASSWORDS = {"", "postgres", "password", "123456", "tidu", "admin", "changeme", "secret"}
WEAK_HASHERS = ("MD5", "SHA1", "Unsalted", "Crypt")
MAIL_TO_NOWHERE = ("console", "locmem", "dummy", "filebased", "memory")

Settings = Mapping[str, Any]
Refusal = str  # names the setting and what to do, or is empty
Rule = Callable[[Settings], Refusal]


def debug_is_off(settings: Settings) -> Refusal:
    """Debug pages show settings and rows to anybody."""
    return "DJANGO_DEBUG is on: remove it." if settings["DEBUG"] else ""


def secret_key_is_secret(settings: Settings) -> Refusal:
    """Sessions and password links are signed with it."""
    key = settings["SECRET_KEY"]
    known = key.startswith(("django-insecure", "demo-only", "for-the-test"))
    if len(key) >= 50 and len(set(key)) >= 8 and not known:
        return ""
    return "DJANGO_SECRET_KEY is missing, short or publicly known: give 50 random characters or more."


def hosts_are_named(settings: Settings) -> Refusal:
    """A wildcard lets links in letters be poisoned."""
    hosts = settings["ALLOWED_HOSTS"]
    if hosts and not any(host.startswith("*") or host == "." for host in hosts):
        return ""
    return "DJANGO_ALLOWED_HOSTS is empty or a wildcard: name the hosts, separated by commas."


def cookies_need_https(settings: Settings) -> Refusal:
    """A session cookie sent in the clear is a session given away."""
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        if not settings[name]:
            return f"DJANGO_{name} is off: remove the variable, cookies travel by HTTPS only."
    return ""


def proxy_is_named(settings: Settings) -> Refusal:
    """Behind a proxy whose address nobody named, all visitors share one address, and one guesser locks out all."""
    for proxy in settings["TIDU_TRUSTED_PROXIES"]:
        try:
            ip_network(proxy)
        except ValueError:
            return f"TIDU_TRUSTED_PROXIES holds “{proxy}”: give addresses or networks, such as 127.0.0.1."
    if settings["TIDU_BEHIND_PROXY"] and not settings["TIDU_TRUSTED_PROXIES"]:
        return "TIDU_BEHIND_PROXY is on without TIDU_TRUSTED_PROXIES: give the proxy's address, such as 127.0.0.1."
    return ""


def https_is_forced(settings: Settings) -> Refusal:
    """Either this product redirects to HTTPS, or a declared proxy in front does."""
    if settings["SECURE_SSL_REDIRECT"] or settings["TIDU_BEHIND_PROXY"]:
        return ""
    return "DJANGO_SECURE_SSL_REDIRECT is off: turn it on, or declare the proxy that does it (TIDU_BEHIND_PROXY=1)."


def https_is_remembered(settings: Settings) -> Refusal:
    """Browsers must not try plain HTTP a second time."""
    if settings["SECURE_HSTS_SECONDS"] >= 3600 or settings["TIDU_BEHIND_PROXY"]:
        return ""
    return "DJANGO_SECURE_HSTS_SECONDS is below 3600: remove the variable, or declare the proxy (TIDU_BEHIND_PROXY=1)."


def mail_goes_out(settings: Settings) -> Refusal:
    """A letter written to a console is a deadline missed."""
    backend = settings["EMAIL_BACKEND"].lower()
    if not any(word in backend for word in MAIL_TO_NOWHERE) and settings.get("EMAIL_HOST", "").strip():
        return ""
    return "EMAIL_URL names no mail server: smtp+tls://user:password@host:587 (or smtp+ssl://…:465, smtp://…:25)."


def letters_lead_home(settings: Settings) -> Refusal:
    """Links in letters must reach the product, by HTTPS."""
    address = urlsplit(settings["TIDU_BASE_URL"])
    if address.scheme == "https" and address.hostname not in {None, "", "localhost", "127.0.0.1"}:
        return ""
    return "TIDU_BASE_URL is not the product's https:// address: links in letters start with it."


def sender_is_named(settings: Settings) -> Refusal:
    """A letter from localhost is refused by most mail servers."""
    if "@localhost" not in settings["DEFAULT_FROM_EMAIL"]:
        return ""
    return "DEFAULT_FROM_EMAIL is not set: name the sender of letters, such as 梯度 <tidu@example.cn>."


def cache_is_shared(settings: Settings) -> Refusal:
    """Broker and cache must be the same for every process."""
    if settings["CACHES"]["default"]["BACKEND"].rsplit(".", 1)[-1] not in {"LocMemCache", "DummyCache"}:
        return ""
    return "REDIS_URL is not set: web, worker and beat share one Redis (redis://host:6379/0)."


def database_is_postgresql(settings: Settings) -> Refusal:
    """Locks, triggers and types of PostgreSQL carry the product."""
    if settings["DATABASES"]["default"]["ENGINE"].endswith("postgresql"):
        return ""
    return "DATABASE_URL is missing or not PostgreSQL: postgres://user:password@host:5432/name."


def database_password_is_own(settings: Settings) -> Refusal:
    """Over a network the password is all that keeps others out; a socket checks who one is."""
    database = settings["DATABASES"]["default"]
    host = str(database.get("HOST") or "")
    if not host or host.startswith("/") or str(database.get("PASSWORD") or "") not in weak_for(database):
        return ""
    return "DATABASE_URL has no password or a default one: give the role its own."


def weak_for(database: Mapping[str, Any]) -> set[str]:
    """Passwords that are none: the usual ones and the role's own name."""
    return WEAK_PASSWORDS | {str(database.get("USER") or "")}


def passwords_are_hashed_well(settings: Settings) -> Refusal:
    """The first hasher is what new passwords are stored with."""
    hashers = [hasher.rsplit(".", 1)[-1] for hasher in settings["PASSWORD_HASHERS"]]
    if hashers and not any(hasher.startswith(WEAK_HASHERS) for hasher in hashers):
        return ""
    return "PASSWORD_HASHERS holds a weak hasher: keep Argon2PasswordHasher."


def tasks_are_queued(settings: Settings) -> Refusal:
    """A task run inside the request is lost with it."""
    if not settings.get("CELERY_TASK_ALWAYS_EAGER"):
        return ""
    return "CELERY_TASK_ALWAYS_EAGER is on: tasks belong to the worker."


def other_origins_stay_out(settings: Settings) -> Refusal:
    """No page of another site may read answers of this one."""
    if not settings.get("CORS_ALLOW_ALL_ORIGINS") and "*" not in settings.get("CORS_ALLOWED_ORIGINS", ()):
        return ""
    return "CORS is open to every origin: name the origins, or none."


def pages_run_only_own_scripts(settings: Settings) -> Refusal:
    """The content security policy is the second lock after escaping."""
    sources = [str(source) for group in settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"].values() for source in group]
    if not any(source.startswith(("'unsafe", "*", "http")) for source in sources):
        return ""
    return "CONTENT_SECURITY_POLICY allows unsafe or foreign sources: keep 'self' and 'none'."


RULES: tuple[Rule, ...] = (
    debug_is_off,
    secret_key_is_secret,
    hosts_are_named,
    cookies_need_https,
    proxy_is_named,
    https_is_forced,
    https_is_remembered,
    mail_goes_out,
    letters_lead_home,
    sender_is_named,
    cache_is_shared,
    database_is_postgresql,
    database_password_is_own,
    passwords_are_hashed_well,
    tasks_are_queued,
    other_origins_stay_out,
    pages_run_only_own_scripts,
)


def refusals(settings: Settings) -> list[Refusal]:
    """Everything that speaks against starting, all of it at once."""
    return [refusal for rule in RULES if (refusal := rule(settings))]


def command_always_runs(argv: list[str]) -> bool:
    """Whether this process is a command that must run even on a machine not yet in order."""
    return Path(argv[0]).name in {"manage.py", "django-admin"} and len(argv) > 1 and argv[1] in ALWAYS_RUN


def stop_unless_safe(settings: Settings) -> list[Refusal]:
    """Refuse to go on with insecure settings; for the commands that always run, return what was found."""
    found = refusals(settings)
    if found and not command_always_runs(sys.argv):
        raise ImproperlyConfigured("Production refuses to start:\n- " + "\n- ".join(found))
    return found
