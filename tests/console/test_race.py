"""200 identical moves at once, over HTTP, from two processes, against two server processes: one wins."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.models import Candidacy
from tests.factories import CandidacyFactory

HERE = Path(__file__).parent
TOKEN = "a" * 32


def answers(port: int) -> bool:
    """Whether the server answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture
def port(product_environment: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """The port of a real server with two worker processes on this test's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    program = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"]
    program += ["--backlog", "512", "--host", "127.0.0.1", "--port", str(number), "config.wsgi:application"]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(program, env=product_environment, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 30
            while not answers(number):
                assert server.poll() is None, (tmp_path / "server.log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()
                time.sleep(0.1)
            yield number
        finally:
            server.terminate()
            server.wait(20)


def orders(candidacy: Candidacy, officer: User, port: int) -> str:
    """What each racing process is told: the same move, as the same officer's browser would send it."""
    browser = Client()
    browser.force_login(officer)
    return json.dumps(
        {
            "port": port,
            "path": reverse("console:candidacy_move", args=[candidacy.pk]),
            "count": 100,
            "start_at": time.time() + 3,
            "body": urlencode({"step": "coach", "version": 0, "csrfmiddlewaretoken": TOKEN}),
            "headers": {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"sessionid={browser.cookies['sessionid'].value}; csrftoken={TOKEN}",
            },
        }
    )


def race(told: str) -> list[tuple[int, str]]:
    """One racing process, from its orders to its answers."""
    racer = subprocess.run(
        [sys.executable, HERE / "race_client.py"], input=told.encode(), stdout=subprocess.PIPE, check=True, timeout=90
    )
    return [(status, page) for status, page in json.loads(racer.stdout)]


def test_of_200_identical_moves_one_succeeds_and_199_learn_who_won(
    port: int, enterprise: Enterprise, officer: User
) -> None:
    candidacy = CandidacyFactory(enterprise=enterprise)
    told = orders(candidacy, officer, port)

    with ThreadPoolExecutor(2) as pool:
        came_back = [answer for answers_of_one in pool.map(race, [told, told]) for answer in answers_of_one]

    assert Counter(status for status, _ in came_back) == {302: 1, 409: 199}
    losers = [page for status, page in came_back if status == 409]
    assert all(officer.name in page and "转入培育" in page for page in losers)
    assert AuditEvent.objects.filter(what="candidacy.coach", object_id=candidacy.pk).count() == 1
    candidacy = Candidacy.objects.get(pk=candidacy.pk)
    assert (candidacy.state, candidacy.version) == ("coaching", 1)
