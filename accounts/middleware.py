"""Every request gets an id, none is larger than a workbook; every view is open only to whom the policy table names."""

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template import loader

from accounts import memory, policy, request_id, throttle

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SANE_ID = re.compile(r"[0-9A-Za-z-]{8,36}")


class RequestIdMiddleware:
    """Names the request for log lines, audit rows and error pages; a declared proxy may name it first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Not taken back afterwards: Django logs a refused request after the last middleware, and the next request
        # of this thread sets its own.
        request_id.current.set(given_id(request) or str(uuid.uuid4()))
        response = self.get_response(request)
        response["X-Request-ID"] = request_id.current.get()
        return response


def given_id(request: HttpRequest) -> str:
    """The id a declared proxy gave; from anybody else it would be a way to forge the trail."""
    given = request.headers.get("X-Request-ID", "")
    believed = throttle.comes_from_proxy(request.META, settings.TIDU_TRUSTED_PROXIES)
    return given if believed and SANE_ID.fullmatch(given) else ""


class SizeMiddleware:
    """Answers 413 before anything of a body is read that no form of ours can be, and gives 405 its words."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length[:20]) > settings.TIDU_LARGEST_REQUEST:
            return HttpResponse(words_of(413, request), status=413)
        response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            response.content = words_of(405, request).encode()  # an address of a form, opened by hand
            response.headers["Content-Type"] = "text/html; charset=utf-8"
            response.headers["Content-Length"] = str(len(response.content))  # the empty answer's was set further in
        return response


def words_of(code: int, request: HttpRequest) -> str:
    """The page of an error; for a script that asked, its words alone."""
    base = "errors/fragment.html" if request.headers.get("HX-Request") else "base_plain.html"
    context = {"request_id": request_id.current.get(), "base": base, "largest": settings.TIDU_LARGEST_REQUEST}
    return loader.render_to_string(f"errors/{code}.html", context)


class PolicyMiddleware:
    """Default deny: what a role may not open does not exist for it; pages behind the door are never stored.

    What a request has asked by ``memory.once`` it does not ask again; the next request asks anew.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = memory.known.set({})
        try:
            response = self.get_response(request)
        finally:
            memory.known.reset(token)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the request through, send it to the login page, or answer as if the address did not exist."""
        if has_nul(request):
            raise BadRequest("NUL in the input")
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in policy.POLICY:
            return self.unnamed(name)
        if policy.may_open(request.user, name):
            return None
        if policy.role_of(request.user) == policy.ANONYMOUS:
            return to_login(request)
        raise Http404

    def unnamed(self, name: str) -> HttpResponse:
        """A view nobody put into the table: loud while developing, absent in production."""
        if getattr(settings, "TIDU_STRICT_POLICY", settings.DEBUG):
            raise ImproperlyConfigured(f"accounts/policy.py does not name the view {name!r}")
        raise Http404


def has_nul(request: HttpRequest) -> bool:
    """Whether anything sent contains a NUL, which no honest form does and no text column can hold."""
    sent = [*request.GET.lists(), *request.POST.lists()]
    return any("\x00" in text for key, values in sent for text in (key, *values) if isinstance(text, str))


def to_login(request: HttpRequest) -> HttpResponse:
    """To the login page and back again; htmx is told to load it whole instead of swapping it into the page."""
    wanted = request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else ""
    address = resolve_url(settings.LOGIN_URL) + (f"?{urlencode({'next': wanted})}" if wanted not in {"", "/"} else "")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
