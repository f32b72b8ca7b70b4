"""群机器人和 Webhook: where else the weekly word of a unit goes; an address is typed once and never shown again."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Region, User
from console.people.user_forms import RegionField, regions_of
from notifications import channels, outside, pausing
from notifications.models import Channel

NOT_SHOWN = forms.PasswordInput(attrs={"autocomplete": "off"})


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no subscript here
    """A new channel."""

    region = RegionField(
        label="责任单位", queryset=Region.objects.none(), help_text="群里只看得到该单位及其下级的企业，最多十家。"
    )

    class Meta:
        model = Channel
        fields = ("kind", "name", "region", "address", "secret")
        widgets = {"address": NOT_SHOWN, "secret": NOT_SHOWN}
        help_texts = {
            "address": "机器人的完整地址；Webhook 的主机须在本局准许的清单中。保存后不再显示。",
            "secret": "钉钉“加签”的密钥，或 Webhook 的签名密钥；企业微信不用填。保存后不再显示。",
        }

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        cast(forms.ModelChoiceField, self.fields["region"]).queryset = regions_of(by)  # type: ignore[type-arg]

    def clean(self) -> dict[str, Any]:
        """Only an address that may be written to; a webhook is always signed."""
        given = super().clean() or self.cleaned_data
        kind, address = given.get("kind", ""), given.get("address", "")
        if kind and address and (against := outside.reason_against(kind, address)):
            self.add_error("address", f"{against}。")
        if kind == Channel.Kind.WEBHOOK and len(given.get("secret", "")) < channels.SHORTEST_SECRET:
            self.add_error("secret", f"签名密钥至少 {channels.SHORTEST_SECRET} 个字符。")
        return given


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("address", "secret")
def channel_list(request: HttpRequest) -> HttpResponse:
    """Every channel with how it fares, and a form for a new one."""
    by, now = cast(User, request.user), timezone.now()
    form = ChannelForm(request.POST if request.method == "POST" else None, by=by)
    if request.method == "POST" and form.is_valid():
        channel = channels.make(by=by, **form.cleaned_data)
        messages.success(request, f"已登记“{channel.name}”，下一次每周提醒起发送。")
        return redirect("reminders:channels")
    found = channels.in_sight(by)
    pauses = pausing.of_channels(now)
    rows = [(channel, pauses.get(channel.pk)) for channel in found]
    context = {"form": form, "rows": rows}
    return render(request, "console/reminders/channels.html", context, status=422 if form.errors else 200)


@require_POST
def channel_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a channel, use it again, or try at once after a pause."""
    by = cast(User, request.user)
    channel = get_object_or_404(channels.in_sight(by), pk=pk)
    if request.POST.get("act") == "try":
        pausing.try_now(by=by, channel=channel)
        messages.success(request, "几分钟内重新发送。")
    else:
        channels.switch(channel=channel, by=by, is_active=request.POST.get("act") == "on")
        messages.success(request, "已保存。")
    return redirect("reminders:channels")
