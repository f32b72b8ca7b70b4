"""Attempts at the door: counted before they are made, per account and per address."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts import throttle
from accounts.models import LoginFailure

NOW = datetime.datetime(2026, 11, 23, 1, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
NONE = datetime.timedelta()


def tries(name: str = "zhou", address: str = "10.0.0.1") -> throttle.Tries:
    return throttle.login_tries(name, address)


@pytest.mark.django_db
def test_five_attempts_pass_and_the_sixth_waits_a_quarter_of_an_hour():
    waits = [throttle.attempt(tries(), at=NOW + n * MINUTE) for n in range(6)]

    assert waits == [NONE] * 5 + [14 * MINUTE]


@pytest.mark.django_db
def test_after_the_wait_the_count_begins_anew():
    for n in range(6):
        throttle.attempt(tries(), at=NOW + n * MINUTE)

    assert throttle.attempt(tries(), at=NOW + 18 * MINUTE) > NONE
    assert throttle.attempt(tries(), at=NOW + 19 * MINUTE) == NONE


@pytest.mark.django_db
def test_slow_mistakes_are_forgotten():
    waits = [throttle.attempt(tries(), at=NOW + n * 15 * MINUTE) for n in range(12)]

    assert waits == [NONE] * 12


@pytest.mark.django_db
def test_width_and_case_of_a_name_open_no_further_attempts():
    for name in ("zhou", "ZHOU", "ｚｈｏｕ", " Zhou ", "ＺＨＯＵ"):
        assert throttle.attempt(tries(name), at=NOW) == NONE

    assert throttle.attempt(tries("zhou"), at=NOW) > NONE


@pytest.mark.django_db
def test_an_address_may_try_thirty_times_whatever_the_names():
    waits = [throttle.attempt(tries(f"name{n}"), at=NOW) for n in range(31)]

    assert waits[:30] == [NONE] * 30
    assert waits[30] > NONE


@pytest.mark.django_db
def test_a_right_password_clears_its_account_and_not_the_address():
    for _ in range(4):
        throttle.attempt(tries(), at=NOW)
    throttle.forgive(tries(), at=NOW)

    assert [throttle.attempt(tries(), at=NOW) for _ in range(5)] == [NONE] * 5
    assert LoginFailure.objects.get(key=throttle.digest(throttle.LOGIN_BY_ADDRESS, "10.0.0.1")).failures == 8


@pytest.mark.django_db
def test_names_and_addresses_stand_nowhere_in_the_table():
    throttle.attempt(tries("zhou", "10.0.0.1"), at=NOW)

    assert not any("zhou" in key or "10.0" in key for key in LoginFailure.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_twenty_attempts_at_once_are_twenty():
    def attempt(_: int) -> datetime.timedelta:
        try:
            return throttle.attempt(tries(), at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(attempt, range(20)))

    assert waits.count(NONE) == 5


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", [], "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.2", "", ["10.0.0.0/8"], "10.0.0.2"),
        ("2001:db8:1:2:3:4:5:6", "", [], "2001:db8:1:2::/64"),
        ("", "", [], ""),
    ],
)
def test_only_declared_proxies_are_believed(remote: str, forwarded: str, trusted: list[str], expected: str):
    meta = {"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}

    assert throttle.client_address(meta, trusted) == expected
