"""PostgreSQL and Redis start from wheels, leave nothing behind, and come back after being killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from scripts.processes import NotStarted
from scripts.services import Services, scratch, socket_folder

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.faults

HOLD = """
from scripts.services import scratch
with scratch() as services:
    print(services.start().database, flush=True)
    print(*(child.process.pid for child in services.crew.children), services.home, flush=True)
    input()
"""


@pytest.fixture
def services() -> Iterator[Services]:
    with scratch() as made:
        yield made


def answers(services: Services, question: str) -> object:
    """What PostgreSQL says."""
    with psycopg.connect(host=str(services.sockets), user="tidu", dbname="tidu") as connection:
        return next(iter(connection.execute(question)))[0]


def tell(services: Services, order: str) -> None:
    """Let PostgreSQL do something."""
    with psycopg.connect(host=str(services.sockets), user="tidu", dbname="tidu") as connection:
        connection.execute(order)


def soon(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether something becomes true within a short time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    return condition()


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for does not count."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_both_answer_on_sockets_and_on_no_port(services: Services):
    addresses = services.start()
    client = redis.Redis.from_url(addresses.redis)

    assert answers(services, "SHOW listen_addresses") == ""
    assert client.config_get("port") == {"port": "0"}
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.close()


def test_data_outlives_a_stop(services: Services):
    services.start(redis=False)
    tell(services, "CREATE TABLE kept AS SELECT 7 AS number")
    services.stop()

    services.start(redis=False)

    assert answers(services, "SELECT number FROM kept") == 7


def test_a_killed_server_starts_again_though_its_number_is_somebody_elses_now(services: Services):
    services.start(redis=False)
    services.crew.children[0].process.kill()
    services.stop()
    lock = services.home / "postgres" / "postmaster.pid"
    lock.write_text(lock.read_text().replace(lock.read_text().split("\n")[0], str(os.getpid()), 1))

    services.start(redis=False)

    assert answers(services, "SELECT 1") == 1


def test_a_second_start_clears_away_what_a_killed_starter_left(services: Services):
    services.start()
    left = [child.process.pid for child in services.crew.children]
    successor = Services(services.home, durable=False)

    successor.start()

    assert soon(lambda: not any(alive(pid) for pid in left))
    assert answers(successor, "SELECT 1") == 1
    successor.stop()


def test_killing_the_starter_ends_its_services():
    starter = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with starter:
        assert starter.stdout is not None
        starter.stdout.readline()
        *pids, home = starter.stdout.readline().split()
        starter.send_signal(signal.SIGKILL)
        starter.wait()

        assert soon(lambda: not any(alive(int(pid)) for pid in pids))
        assert Path(home).exists()
    with scratch():
        assert not Path(home).exists()


def test_a_program_that_ends_at_once_is_reported_with_its_log(services: Services):
    services.start(redis=False)
    services.stop()
    (services.home / "postgres" / "PG_VERSION").write_text("3\n")

    with pytest.raises(NotStarted, match=r"PostgreSQL did not start(.|\n)*version"):
        services.start(redis=False)


def test_a_socket_keeps_within_the_kernels_limit_however_deep_the_checkout(tmp_path: Path):
    deep = tmp_path / ("folder" * 20)

    folder = socket_folder(deep)

    assert len(str(folder / ".s.PGSQL.5432")) < 100
    folder.rmdir()
