"""视图: filters of 企业库 kept under a name; opened by address, renamed, shared, dropped."""

from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from console.errors import answers_refusals
from console.firms.asked_words import Asked, asked
from console.firms.view_tabs import address
from pipeline.domain import saved_views
from pipeline.models import SavedView


class ViewForm(forms.Form):
    """Name and reach."""

    name = forms.CharField(label="名称", max_length=60)
    is_shared = forms.BooleanField(
        label="共享给本辖区同事",
        required=False,
        help_text="本单位和下级单位的同事都能打开；每人只看到自己辖区内的企业。",
    )


@dataclass(frozen=True)
class Line:
    """A view on its page."""

    view: SavedView
    url: str
    asked: Asked
    may_change: bool


@require_http_methods(["GET", "POST"])
@answers_refusals(back=lambda request: reverse("console:view_list"))
def view_list(request: HttpRequest) -> HttpResponse:
    """All views in sight; a POST keeps the filters of the address as a new one."""
    user, on = cast(User, request.user), timezone.localdate()
    query = saved_views.cleaned(request.GET.urlencode())
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        view = saved_views.save(query=query, by=user, **form.cleaned_data)
        messages.success(request, f"视图“{view.name}”已保存。")
        return redirect(address(view))
    found = SavedView.objects.visible_to(user).select_related("owner", "region")
    lines = [Line(view, address(view), asked(view.query, request, on), view.may_be_changed_by(user)) for view in found]
    context = {"lines": lines, "form": form, "query": query, "rule": asked(query, request, on), "user": user}
    return render(request, "console/firms/view/list.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@answers_refusals(back=lambda request, pk: reverse("console:view_list"))
def view_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of a view leads to its list; a POST renames or shares it."""
    user = cast(User, request.user)
    view = get_object_or_404(SavedView.objects.visible_to(user), pk=pk)
    if request.method == "GET":
        return redirect(address(view))
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写视图的名称。")
        return redirect("console:view_list")
    saved_views.change(view_id=pk, by=user, **form.cleaned_data)
    messages.success(request, "视图已更改。")
    return redirect("console:view_list")


@require_POST
@answers_refusals(back=lambda request, pk: reverse("console:view_list"))
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a view."""
    user = cast(User, request.user)
    view = get_object_or_404(SavedView.objects.visible_to(user), pk=pk)
    saved_views.delete(view_id=pk, by=user)
    messages.success(request, f"视图“{view.name}”已删除。")
    return redirect("console:view_list")
