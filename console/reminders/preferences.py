"""提醒设置: one's own switch, kinds and pause."""

import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User
from notifications import wishes
from notifications.models import Obligation, Preference
from notifications.where import OF_FIRM


def kinds_of(role: str) -> list[tuple[str, str]]:
    """The kinds of things a role is told of."""
    return [(kind.value, kind.label) for kind in Obligation.Kind if role != Role.ENTERPRISE or kind in OF_FIRM]


class KindsForm(forms.Form):
    """Whether the weekly mail comes, and of what it tells."""

    receives = forms.BooleanField(label="接收每周提醒", required=False, help_text="每周一的待办邮件，没有待办不发。")
    kinds = forms.MultipleChoiceField(
        label="提醒我的事项",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="没有勾选的不列入邮件，工作台和日历仍照常显示。",
    )

    def __init__(self, data: Any = None, *, role: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.known = kinds_of(role)
        cast(forms.MultipleChoiceField, self.fields["kinds"]).choices = self.known

    @property
    def muted(self) -> list[str]:
        """The kinds that were not ticked."""
        return [kind for kind, _ in self.known if kind not in self.cleaned_data["kinds"]]


class PreferenceForm(KindsForm):
    """The same of a person, who may also ask for silence until a day."""

    paused_until = forms.DateField(
        label="暂停至",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="含当日，其间不发每周提醒，过后自动恢复。",
    )

    def clean_paused_until(self) -> datetime.date | None:
        """A pause that is over is none."""
        day: datetime.date | None = self.cleaned_data["paused_until"]
        return day if day and day >= timezone.localdate() else None


def shown(user: User) -> dict[str, Any]:
    """What holds for a person now, their own choice or the unit's."""
    own = Preference.objects.filter(user=user).first()
    told = wishes.with_wishes(User.objects.filter(pk=user.pk)).values("muted", "unit_receives")[0]
    return {
        "receives": user.receives_digest and told["unit_receives"],
        "kinds": [kind for kind, _ in kinds_of(user.role) if kind not in told["muted"]],
        "paused_until": own and own.paused_until,
    }


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose what one is told by mail."""
    user = cast(User, request.user)
    given = request.POST if request.method == "POST" else None
    form = PreferenceForm(given, role=user.role, initial=shown(user))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        wishes.choose(user=user, receives=chosen["receives"], muted=form.muted, paused_until=chosen["paused_until"])
        messages.success(request, "提醒设置已保存，下一封每周提醒即按此发送。")
        return redirect("reminders:preferences")
    context = {
        "form": form,
        "base": "base_portal.html" if user.role == Role.ENTERPRISE else "base.html",
        "own": Preference.objects.filter(user=user).exists(),
    }
    return render(request, "console/reminders/preferences.html", context, status=422 if form.errors else 200)
