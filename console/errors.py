"""Error pages in Chinese, with the request's number, and the two refusals of every state machine."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from accounts import request_id
from accounts.machine import Stale, StepRefused
from console.events import act_in_words

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def error_page(code: int, says: str = "", request: HttpRequest | None = None) -> HttpResponse:
    """The page of an error; it asks nothing of database or session, which may be what failed.

    A script that asked (``HX-Request``) gets the same words without the page around them, to show where it stands.
    """
    context = {"request_id": request_id.current.get(), "says": says, "base": base_of(request)}
    return HttpResponse(loader.render_to_string(f"errors/{code}.html", context), status=code)


def base_of(request: HttpRequest | None) -> str:
    """What the words of an error stand in: a page, or for a script nothing but themselves."""
    return "errors/fragment.html" if request and request.headers.get("HX-Request") else "base_plain.html"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a form larger than any of ours is too large, not wrong."""
    return error_page(413 if isinstance(exception, RequestDataTooBig) else 400, request=request)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403 without reasons: a stale form token, a page left open too long."""
    return error_page(403, request=request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent, foreign, or not for this role; the three look the same."""
    return error_page(404, request=request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return error_page(500, request=request)


def refused(request: HttpRequest, refusal: StepRefused, back: str) -> HttpResponse:
    """403 of a known object: the step's reasons, each with what is, what is asked and who can fix it."""
    context = {"reasons": refusal.reasons, "back": back, "request_id": request_id.current.get()}
    context["base"] = base_of(request)
    return render(request, "errors/refused.html", context, status=403)


def outrun(request: HttpRequest, stale: Stale, back: str) -> HttpResponse:
    """409: somebody moved it first; the page names the winner and what to do."""
    did = act_in_words(stale.winner) if stale.winner else ""
    context = {"winner": stale.winner, "did": did, "back": back, "request_id": request_id.current.get()}
    context["base"] = base_of(request)
    return render(request, "errors/409.html", context, status=409)


def answers_refusals(back: Callable[..., str]) -> Callable[[View[P]], View[P]]:
    """Turn what a door raises into its page: refused 403, outrun 409. ``back`` gives the address to return to."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except StepRefused as refusal:
                return refused(request, refusal, back(request, *args, **kwargs))
            except Stale as stale:
                return outrun(request, stale, back(request, *args, **kwargs))

        return cast(View[P], answered)

    return decorate
