"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def user_list(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return HttpResponse()


def user_invite(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return HttpResponse()


def user_detail(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return HttpResponse()
