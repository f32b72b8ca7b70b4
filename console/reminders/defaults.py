"""单位默认: what the people of a role in a unit are told until they choose themselves; the administrator's to say."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Region, Role, User
from console.people.user_forms import RegionField, regions_of
from console.reminders.preferences import KindsForm
from notifications import wishes
from notifications.digest import READERS
from notifications.models import Obligation, Preference


class DefaultForm(KindsForm):
    """For whom, and what."""

    region = RegionField(label="责任单位", queryset=Region.objects.none(), empty_label="请选择")
    role = forms.ChoiceField(label="角色", choices=[(role.value, role.label) for role in READERS])
    field_order = ("region", "role", "receives", "kinds")

    def __init__(self, data: Any = None, *, by: User) -> None:
        every = [kind.value for kind in Obligation.Kind]
        super().__init__(data, role="", initial={"receives": True, "kinds": every, "role": Role.ENTERPRISE})
        cast(forms.ModelChoiceField, self.fields["region"]).queryset = regions_of(by)  # type: ignore[type-arg]


@require_http_methods(["GET", "POST"])
def defaults(request: HttpRequest) -> HttpResponse:
    """Every unit's choice, and a form for one more; the same unit and role again replaces it."""
    by = cast(User, request.user)
    form = DefaultForm(request.POST if request.method == "POST" else None, by=by)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wishes.choose_for(
            region=given["region"], role=given["role"], receives=given["receives"], muted=form.muted, by=by
        )
        messages.success(request, "单位默认已保存；自己选过的人不受影响。")
        return redirect("reminders:defaults")
    rows = [
        (default, [Obligation.Kind(kind).label for kind in default.muted])
        for default in Preference.objects.filter(user__isnull=True).select_related("region")
    ]
    context = {"form": form, "rows": rows}
    return render(request, "console/reminders/defaults.html", context, status=422 if form.errors else 200)


@require_POST
def default_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one unit's choice."""
    default = get_object_or_404(Preference, pk=pk, user__isnull=True)
    wishes.forget_for(default=default, by=cast(User, request.user))
    messages.success(request, "已取消，改按上级单位的默认或全部接收。")
    return redirect("reminders:defaults")
