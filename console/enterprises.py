"""To be written."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def enterprise_list(request: HttpRequest, **_: Any) -> HttpResponse:
    """To be written."""
    return render(request, "base.html")
