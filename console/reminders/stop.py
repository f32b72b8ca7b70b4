"""退订: the page behind the address in a letter; opening it changes nothing, a click or a mail program's POST does."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import stopping


@csrf_exempt  # a mail program brings no cookie and no form token (RFC 8058); the signature says whose mail it is
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET; on POST stop, or with ``act=resume`` begin again. Nobody needs to be logged in."""
    found = stopping.reading(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        act = stopping.resume if request.POST.get("act") == "resume" else stopping.stop
        act(found)
        found = stopping.reading(token)
    return render(request, "console/reminders/stop.html", {"found": found, "done": request.method == "POST"})
