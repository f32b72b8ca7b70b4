"""日历订阅: addresses for calendar programs, made and revoked by their owner; and the calendar behind one."""

import hashlib
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Region, Role, User
from console.errors import answers_refusals
from console.people.user_forms import RegionField, firm_named
from notifications import feeds
from notifications.models import Feed

JUST_MADE = "feed-just-made"
Scope = Feed.Scope


class FeedForm(forms.Form):
    """Whose obligations the calendar shows."""

    scope = forms.ChoiceField(label="内容")
    region = RegionField(label="责任单位", queryset=Region.objects.none(), required=False, empty_label="请选择")
    firm = forms.CharField(
        label="企业", max_length=200, required=False, help_text="只看一家企业时填全称或统一社会信用代码。"
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        self.by = by
        of_firm = by.role == Role.ENTERPRISE
        scopes = [choice for choice in Scope.choices if not (of_firm and choice[0] == Scope.UNIT)]
        cast(forms.ChoiceField, self.fields["scope"]).choices = scopes
        if of_firm:
            del self.fields["region"]
        elif by.region:
            units = Region.objects.within(by.region).order_by("path")
            cast(forms.ModelChoiceField, self.fields["region"]).queryset = units  # type: ignore[type-arg]

    def clean(self) -> dict[str, Any]:
        """Exactly what the scope asks for."""
        given = super().clean() or self.cleaned_data
        scope, name = given.get("scope"), given.get("firm", "")
        if scope == Scope.UNIT and not given.get("region"):
            self.add_error("region", "请选择责任单位。")
        firm = firm_named(name, self.by) if scope == Scope.FIRM else None
        if scope == Scope.FIRM and firm is None:
            self.add_error("firm", "没有找到这家企业，请核对全称或统一社会信用代码。")
        region = given.get("region") if scope == Scope.UNIT else None
        return given | {"region": region, "enterprise": firm}


def address(secret: str) -> str:
    """What a calendar program is given."""
    return f"{settings.TIDU_BASE_URL}{reverse('reminders:feed', args=[secret])}"


@require_http_methods(["GET", "POST"])
@answers_refusals(back=lambda request: reverse("reminders:feeds"))
def feed_list(request: HttpRequest) -> HttpResponse:
    """One's addresses, and a form for a new one; its secret is shown once, right after it was made."""
    by = cast(User, request.user)
    form = FeedForm(request.POST if request.method == "POST" else None, by=by)
    if request.method == "POST" and form.is_valid():
        wanted: dict[str, Any] = {name: form.cleaned_data[name] for name in ("scope", "region", "enterprise")}
        _, secret = feeds.make(owner=by, **wanted)
        request.session[JUST_MADE] = secret
        return redirect("reminders:feeds")
    made = request.session.pop(JUST_MADE, "")
    context = {
        "form": form,
        "feeds": feeds.of_owner(by),
        "address": address(made) if made else "",
        "base": "base_portal.html" if by.role == Role.ENTERPRISE else "base.html",
    }
    return render(request, "console/reminders/feeds.html", context, status=422 if form.errors else 200)


@require_POST
def feed_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own addresses."""
    by = cast(User, request.user)
    feed = get_object_or_404(Feed, pk=pk, owner=by, revoked_at__isnull=True)
    feeds.revoke(feed=feed, by=by, at=timezone.now())
    messages.success(request, "已撤销，这个地址立即失效；日历程序下次刷新时清空。")
    return redirect("reminders:feeds")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The calendar behind an address; nobody is logged in, the address itself is the key."""
    now, known = timezone.now(), feeds.found(secret)
    if known is None:
        raise Http404
    body = feeds.shown(known, now)
    feeds.note_reading(known, now)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag = f'"{hashlib.sha256(body).hexdigest()}"'
    response["Cache-Control"] = "private, no-cache"  # kept by the program, asked again each time
    response["Content-Disposition"] = 'attachment; filename="tidu.ics"'
    return get_conditional_response(request, etag=etag, response=response) or response
