"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def import_list(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def import_detail(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def import_apply(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def import_progress(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")
