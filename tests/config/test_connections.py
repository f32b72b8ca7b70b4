"""Two addresses become what Django and Celery want to be told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import connections

ROOT = Path(__file__).resolve().parents[2]


def test_the_folder_of_a_database_socket_is_decoded():
    entry = connections.database("postgres://tidu@%2Ftmp%2Fa%20b/tidu")

    assert (entry["HOST"], entry["NAME"], entry["USER"]) == ("/tmp/a b", "tidu", "tidu")


@pytest.mark.parametrize(
    ("redis", "celery"),
    [
        ("redis://127.0.0.1:6379/2", "redis://127.0.0.1:6379/2"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_celery_spells_a_redis_socket_in_its_own_way(redis: str, celery: str):
    assert connections.celery_address(redis) == celery


def test_without_redis_the_broker_is_a_folder_and_remote_control_is_off(tmp_path: Path):
    broker = connections.broker("", tmp_path / "queue")

    assert (broker.url, broker.remote_control) == ("filesystem://", False)
    assert sorted(folder.name for folder in (tmp_path / "queue").iterdir()) == ["control", "messages", "processed"]


def test_a_second_terminal_finds_the_running_demo(tmp_path: Path):
    note = tmp_path / "demo.json"
    note.write_text(json.dumps({"DATABASE_URL": "postgres://a@b/c", "TIDU_DEMO_PASSWORD": "kept-to-itself"}))

    assert connections.running_demo(note) == {"DATABASE_URL": "postgres://a@b/c"}
    assert connections.running_demo(tmp_path / "absent.json") == {}


def test_a_command_that_touches_no_database_runs_without_one_and_another_says_what_to_do():
    script = (
        "import django; from config import connections; connections.running_demo = lambda note: {}; django.setup();"
        "from accounts.models import User; print('started'); User.objects.count()"
    )
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.demo"}

    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert ran.stdout == "started\n"
    assert "set the environment variable DATABASE_URL, or start the demo" in ran.stderr
