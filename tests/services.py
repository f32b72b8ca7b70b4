"""Plugin of the suite: PostgreSQL and Redis once per run, before Django's settings are read.

The controlling process starts them and hands their addresses to the xdist workers through the environment.
What DATABASE_URL and REDIS_URL name already is used as it is: neither flushed nor stopped.
"""

import os
import uuid
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from scripts.services import scratch

RUNNING = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None, object, object]:
    """Start what is missing; a wrapper runs before pytest-django reads the settings."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in the thread of the test
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["TIDU_REDIS_PREFIX"] += f"{worker}:"  # a worker of the product must not take another test's tasks
    elif not {"--help", "-h", "--version"} & set(args):
        start_what_is_missing()
    return (yield)


def start_what_is_missing() -> None:
    """Start the services that the environment does not name, and name them there."""
    os.environ["TIDU_REDIS_PREFIX"] = f"tidu-test-{uuid.uuid4().hex[:8]}:"
    wanted = {name: not os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL")}
    if any(wanted.values()):
        services = RUNNING.enter_context(scratch())
        addresses = services.start(postgres=wanted["DATABASE_URL"], redis=wanted["REDIS_URL"])
        os.environ.update(addresses.environment())


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    RUNNING.close()
