"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def ruling_create(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def candidacy_open(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def material_hand_in(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def officer_assign(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def contact_create(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def candidacy_move(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def statement_accept(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def statement_decline(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")


def material_accept(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")
