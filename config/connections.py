"""From the two addresses, DATABASE_URL and REDIS_URL, to what Django and Celery want to be told."""

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import environ

VISIBILITY_TIMEOUT = 3600  # seconds until Redis hands an unacknowledged task out again; longer than any task may run


def database(url: str) -> dict[str, Any]:
    """Django's entry for a PostgreSQL address; without one a stand-in that complains when touched."""
    if not url:
        return {"ENGINE": "config.missing_database"}
    entry: dict[str, Any] = environ.Env.db_url_config(url)
    entry["HOST"] = unquote(entry["HOST"] or "")  # a socket's folder comes percent-encoded
    # A page asks for little: to compile its statement costs more than to run it
    options = {"options": "-c jit=off"} | entry.get("OPTIONS", {})
    return entry | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def cache(redis_url: str, prefix: str = "") -> dict[str, Any]:
    """Django's cache on Redis; without Redis in the process, which production refuses."""
    if not redis_url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url, "KEY_PREFIX": prefix}


class Broker(NamedTuple):
    """What Celery is told about its broker."""

    url: str
    options: dict[str, Any]
    remote_control: bool


def broker(redis_url: str, queue: Path, prefix: str = "") -> Broker:
    """Celery's broker: Redis, else files in ``queue`` (one machine, no remote control)."""
    if redis_url:
        options: dict[str, Any] = {"visibility_timeout": VISIBILITY_TIMEOUT, "global_keyprefix": prefix}
        return Broker(celery_address(redis_url), options, remote_control=True)
    folders = {name: queue / name for name in ("messages", "processed", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    options = {
        "data_folder_in": str(folders["messages"]),
        "data_folder_out": str(folders["messages"]),
        "processed_folder": str(folders["processed"]),
        "control_folder": str(folders["control"]),
        "store_processed": False,
        "polling_interval": 0.1,
    }
    return Broker("filesystem://", options, remote_control=False)


def celery_address(redis_url: str) -> str:
    """Celery's spelling of a Redis address: a socket is `redis+socket://`, its database `virtual_host`."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


def running_demo(note: Path) -> dict[str, str]:
    """The addresses which a running `make demo` wrote down for commands in a second terminal."""
    if not note.exists():
        return {}
    noted = json.loads(note.read_text())
    return {name: noted[name] for name in ("DATABASE_URL", "REDIS_URL") if noted.get(name)}
