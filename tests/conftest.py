"""What every test may use: the databases, Redis, the browser; and the count of what really ran."""

import os
import shutil
import uuid
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

pytest_plugins = ["tests.people"]

# How long an example takes on a busy machine says nothing of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TRUNCATE_TRIGGERS = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgtype & 32 <> 0
"""


OTHER_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; append-only tables may be emptied here, for that is how Django cleans up after a test.

    A killed program's connection may outlive its test by a moment: it is ended before the database is dropped.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(TRUNCATE_TRIGGERS)
        for table, trigger in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{trigger}"')
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(OTHER_CONNECTIONS)


@pytest.fixture(scope="session", autouse=True)
def settled_celery() -> None:
    """Celery reads its settings at the first look; what a test changes before that could not be taken back."""
    from config.celery import app  # noqa: PLC0415 -- needs Django's settings

    assert app.conf.get("task_always_eager") is True


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A real Redis. Keys belong under TIDU_REDIS_PREFIX; nobody flushes it."""
    return os.environ["REDIS_URL"]


def database_url() -> str:
    """The address of this process's test database, for programs beside it."""
    return os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])


@pytest.fixture
def product_environment(redis_url: str, transactional_db: None) -> dict[str, str]:
    """The environment in which a real worker, beat or command works on this test's database and Redis."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        # Its own queue: a task that an earlier test left behind must not be done in this one.
        "TIDU_REDIS_PREFIX": f"{os.environ['TIDU_REDIS_PREFIX']}{uuid.uuid4().hex[:8]}:",
        "TIDU_TASKS_AT_ONCE": "0",
    }


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; its absence is a failure, never a skip."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not program:
        pytest.fail("No Chromium: `make test` installs it as root; otherwise: apt-get install chromium fonts-noto-cjk")
    return {**browser_type_launch_args, "executable_path": program, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """An officer's desk in Hubei."""
    window = {"width": 1440, "height": 900}
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": window}


# The closing line: what really ran


ENGINES = {
    "postgresql": {"db", "transactional_db", "django_db_setup", "live_server"},
    "redis": {"redis_url"},
    "browser": {"page", "browser", "context", "new_context"},
}


class Tally:
    """How many tests ran on each engine; with ``--whole`` nothing may be missing."""

    def __init__(self, config: pytest.Config) -> None:
        self.whole = config.getoption("whole")
        self.ran = dict.fromkeys(ENGINES, 0)
        self.skipped = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test once, when its body ran."""
        self.skipped += report.skipped
        if report.when == "call" and not report.skipped:
            for engine in report.engines:
                self.ran[engine] += 1

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A whole run that left an engine out, or skipped a test, has failed."""
        if self.whole and session.exitstatus == pytest.ExitCode.OK and self.missing():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None]:
        """Print the tally right before pytest's last line."""
        yield
        for complaint in self.missing() if self.whole else ():
            terminalreporter.write_line(f"FAILED: {complaint}", red=True)
        terminalreporter.write_line(", ".join(f"{engine} {number}" for engine, number in self.ran.items()))

    def missing(self) -> list[str]:
        """What a whole run lacks."""
        lacking = [f"no test ran on {engine}" for engine, number in self.ran.items() if not number]
        return lacking + ([f"{self.skipped} tests were skipped"] if self.skipped else [])


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--whole`: this run claims to be the whole suite, so nothing may be missing from it."""
    parser.addoption("--whole", action="store_true", help="fail when an engine was not used or a test was skipped")


def pytest_configure(config: pytest.Config) -> None:
    """Count in the process where all reports arrive, not in an xdist worker."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(config), "tally")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the engines that its fixtures use."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db"):
            fixtures.add("db")
        for engine, names in ENGINES.items():
            if fixtures & names:
                item.add_marker(engine)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report carry its engines to the controller."""
    report = yield
    report.engines = [engine for engine in ENGINES if item.get_closest_marker(engine)]  # type: ignore[attr-defined]
    return report
