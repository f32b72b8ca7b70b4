"""How the tests of the console visit a page."""

import datetime
import zoneinfo

from django.test import Client

from accounts.models import User

MORNING = datetime.datetime(2026, 11, 23, 10, 0, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
ON = MORNING.date()


def as_(user: User) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(user)
    return client


def script(user: User) -> Client:
    """A browser whose script asks, as 推进看板's does."""
    client = as_(user)
    client.defaults["HTTP_HX_REQUEST"] = "true"
    return client


def text(response: object) -> str:
    """A page's text without the white space of its source."""
    return "".join(response.content.decode().split())  # type: ignore[attr-defined]


def unnumbered(response: object) -> bytes:
    """A page without the number of its request, which is the one thing in which two refusals may differ."""
    number = response["X-Request-ID"].encode()  # type: ignore[index]
    return response.content.replace(number, b"")  # type: ignore[attr-defined]
