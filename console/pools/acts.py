"""What is done with pools: made from filters, ruled anew, firms put in or kept out by hand; saved views."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from console.errors import answers_refusals
from console.firms.asked_words import asked
from console.firms.chosen import chosen
from console.firms.forms import day_field
from enterprises.vocabulary import TRACKS
from pipeline.domain import pools, saved_views
from pipeline.models import Pool, PoolPin
from pipeline.models.pool import PoolPin as Pin

form_view = require_http_methods(["GET", "POST"])
MOST_PINS = 2000


class PoolForm(forms.Form):
    """A new pool."""

    name = forms.CharField(label="名称", max_length=60)
    track = forms.ChoiceField(
        label="培育方向",
        choices=[(track.key, track.label) for track in TRACKS],
        initial="hnte",
        help_text="排序按这个方向的评估计算差距。",
    )
    reason = forms.CharField(label="说明", max_length=200, required=False)


class DefineForm(forms.Form):
    """A pool's name and rule; the rule is the address of a filtered 企业库."""

    name = forms.CharField(label="名称", max_length=60)
    query = forms.CharField(
        label="入库条件",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="在企业库中筛好后，把地址栏“?”之后的部分粘贴到这里；也可粘贴整个地址。",
    )
    reason = forms.CharField(label="调整说明", max_length=200, help_text="例如“按2026年11月局务会意见，只收规上企业”。")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_query(self) -> str:
        """Only what stands behind the question mark, without the page."""
        return saved_views.cleaned(self.cleaned_data["query"].rpartition("?")[2].strip())


class PinForm(forms.Form):
    """Put in or keep out, of which pool, why, until when."""

    pool = forms.ModelChoiceField(Pool.objects.none(), label="后备库", empty_label="请选择")
    kind = forms.ChoiceField(label="方式", choices=Pin.Kind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    until = day_field("有效期至", help_text="含当日；不填则一直有效，直到取消。")

    def __init__(self, *args: Any, by: User, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["pool"].queryset = Pool.objects.visible_to(by)  # type: ignore[attr-defined]


@form_view
@answers_refusals(back=lambda request: reverse("console:pool_list"))
def pool_create(request: HttpRequest) -> HttpResponse:
    """Make a pool of the filters in the address."""
    on, query = timezone.localdate(), saved_views.cleaned(request.GET.urlencode())
    form = PoolForm(request.POST or None)
    rule = asked(query, request, on)
    if request.method == "POST" and form.is_valid():
        pool = pools.create(query=query, by=cast(User, request.user), on=on, **form.cleaned_data)
        messages.success(request, f"后备库“{pool.name}”已建立，符合条件的企业已入库。")
        return redirect("console:pool_detail", pk=pool.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "rule": rule, "query": query}
    return render(request, "console/pools/create.html", context, status=status)


@form_view
@answers_refusals(back=lambda request, pk: reverse("console:pool_detail", args=[pk]))
def pool_define(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a pool takes in, from today on."""
    user, on = cast(User, request.user), timezone.localdate()
    pool = get_object_or_404(Pool.objects.visible_to(user), pk=pk)
    standing = pools.definition_on(pool, on)
    initial = {"name": pool.name, "query": standing.query if standing else "", "version": pool.version}
    form = DefineForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        pools.define(pool_id=pk, by=user, on=on, **form.cleaned_data)
        messages.success(request, "入库条件已调整，自今日起执行；此前的在库记录不变。")
        return redirect("console:pool_detail", pk=pk)
    rule = asked(standing.query, request, on) if standing else None
    status = 422 if request.method == "POST" else 200
    context = {"pool": pool, "form": form, "rule": rule, "may_define": pools.may_define(pool, user)}
    return render(request, "console/pools/define.html", context, status=status)


@form_view
@answers_refusals(back=lambda request: reverse("console:pool_list"))
def pool_pin(request: HttpRequest) -> HttpResponse:
    """Put the chosen firms into a pool, or keep them out; each has its result."""
    user, on = cast(User, request.user), timezone.localdate()
    picked = chosen(request, on)
    asked_for = {"kind": request.GET.get("kind", "include"), "pool": request.GET.get("pool_to", "")}
    form = PinForm(request.POST or None, by=user, initial=asked_for)
    context = {
        "form": form,
        "picked": picked,
        "sample": picked.firms.select_related("region").order_by("name", "pk")[:20],
        "most": MOST_PINS,
        "too_many": picked.count > MOST_PINS,
    }
    if request.method == "POST" and form.is_valid() and 0 < picked.count <= MOST_PINS:
        given = dict(form.cleaned_data)
        pool, ids = given.pop("pool"), list(picked.firms.values_list("pk", flat=True))
        results = pools.pin(pool_id=pool.pk, enterprise_ids=ids, by=user, on=on, **given)
        refused = [result for result in results if result.refused]
        context |= {"pool": pool, "refused": refused, "n_done": len(results) - len(refused), "given": given}
        context["done"] = [result for result in results if not result.refused][:200]
        context["how"] = Pin.Kind(given["kind"]).label
        return render(request, "console/pools/pinned.html", context)
    status = 422 if request.method == "POST" else 200
    return render(request, "console/pools/pin.html", context, status=status)


@require_POST
@answers_refusals(back=lambda request, pk: reverse("console:pool_list"))
def pool_unpin(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the rule decide again."""
    user = cast(User, request.user)
    if not PoolPin.objects.visible_to(user).filter(pk=pk).exists():
        raise Http404
    pin = pools.unpin(pin_id=pk, by=user, on=timezone.localdate())
    messages.success(request, f"已取消对{pin.enterprise.name}的手工办理，是否在库改由入库条件决定。")
    return redirect("console:pool_detail", pk=pin.pool_id)
