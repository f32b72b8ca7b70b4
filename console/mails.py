"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def mail_list(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def mail_detail(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def mail_body(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")
