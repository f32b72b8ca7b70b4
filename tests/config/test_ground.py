"""The suite stands on a real PostgreSQL and a real Redis."""

import os

import redis
from django.db import connection


def test_the_database_is_postgresql_15_or_newer(db: None):
    assert connection.vendor == "postgresql"
    assert connection.pg_version >= 150000


def test_redis_answers(redis_url: str):
    client = redis.Redis.from_url(redis_url)

    client.set(os.environ["TIDU_REDIS_PREFIX"] + "ground", "here", ex=60)

    assert client.get(os.environ["TIDU_REDIS_PREFIX"] + "ground") == b"here"
    client.close()
