"""责任人: who looks after how many firms, and the hand-over of many at once, previewed and answered firm by firm."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from console.errors import answers_refusals
from console.firms.care_filters import with_overdue
from console.firms.chosen import Chosen, chosen
from console.quality.filters import officers_in_sight
from enterprises.models import Enterprise
from enterprises.models.enterprise import EnterpriseQuerySet
from notifications.models import Obligation
from pipeline.domain import handovers, stock
from pipeline.models import Candidacy
from pipeline.models.candidacy import CLOSED, IN_FLIGHT

LISTED = 200  # results named one by one; the counts are of all


@dataclass(frozen=True)
class Load:
    """What one officer carries; each number opens the list of exactly these firms."""

    officer: User | None
    owned: int
    deputised: int
    in_flight: int
    overdue: int

    @property
    def key(self) -> str:
        """How the filter names this officer."""
        return str(self.officer.pk) if self.officer else stock.NOBODY

    def url(self, **more: str) -> str:
        """企业库 filtered to the officer's firms, and further."""
        return f"{reverse('console:enterprise_list')}?{urlencode({'officer': self.key, **more})}"

    @property
    def urls(self) -> dict[str, str]:
        """The lists behind the numbers."""
        lists = reverse("console:enterprise_list")
        return {
            "owned": self.url(),
            "deputised": f"{lists}?deputy={self.key}",
            "in_flight": self.url(flight="1"),
            "overdue": self.url(overdue="1"),
            "hand_over": f"{reverse('console:owner_handover')}?officer={self.key}",
        }


@require_GET
def owner_list(request: HttpRequest) -> HttpResponse:
    """Every officer in sight with firms, cases and what is overdue; nobody's firms on top."""
    user, on = cast(User, request.user), timezone.localdate()
    seen = Enterprise.objects.visible_to(user)
    context = {
        "nobody": load_of_nobody(seen, on),
        "loads": sorted(loads(request, seen, on), key=by_weight),
        "on": on,
        "may_write": user.may_write,
    }
    return render(request, "console/owners/list.html", context)


def by_weight(load: Load) -> tuple[int, int, str, int]:
    """Who has most overdue stands first; equals by firms, then by name."""
    assert load.officer is not None
    return -load.overdue, -load.owned, load.officer.name, load.officer.pk


def load_of_nobody(seen: EnterpriseQuerySet, on: datetime.date) -> Load:
    """The red line: firms without an owner in office."""
    firms = stock.without_officer(seen)
    return Load(None, firms.count(), 0, stock.with_case(firms).count(), with_overdue(firms, on).count())


def loads(request: HttpRequest, seen: EnterpriseQuerySet, on: datetime.date) -> Iterator[Load]:
    """The officers with what each carries, in one query a column; a closed account shows while it has firms."""
    in_flight = Candidacy.objects.filter(state__in=IN_FLIGHT, enterprise__in=seen.order_by())
    overdue = Obligation.objects.open().overdue(on).filter(enterprise__in=seen.order_by())
    owned, deputised = per_officer(seen, "officer"), per_officer(seen, "deputy")
    flying = per_officer(seen.filter(pk__in=in_flight.values("enterprise")), "officer")
    late = per_officer(seen.filter(pk__in=overdue.values("enterprise")), "officer")
    for officer in officers_in_sight(request).select_related("region"):
        pk = officer.pk
        if officer.is_active or owned[pk] or deputised[pk]:
            yield Load(officer, owned[pk], deputised[pk], flying[pk], late[pk])


def per_officer(firms: EnterpriseQuerySet, side: str) -> Counter[int]:
    """How many of the firms each officer has."""
    counted = firms.order_by().filter(**{f"{side}__isnull": False}).values_list(side).annotate(n=Count("pk"))
    return Counter(dict(counted))


class ReceiverForm(forms.Form):
    """To whom the firms go; asked first, so that the preview can say what will happen."""

    to = forms.ModelChoiceField(User.objects.none(), label="接手人", empty_label="请选择")

    def __init__(self, *args: Any, request: HttpRequest, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["to"].queryset = officers_in_sight(request).filter(is_active=True)  # type: ignore[attr-defined]


class HandoverForm(forms.Form):
    """The note, whether cases follow, and how many firms the preview showed."""

    note = forms.CharField(
        label="移交说明",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如“岗位调整，2026年11月起由接手人负责”。写入每家企业的操作日志。",
    )
    with_cases = forms.BooleanField(
        label="原责任人在办的培育申报一并移交", required=False, initial=True, help_text="第三人经办的申报不动。"
    )
    count = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Preview:
    """What handing these firms to somebody would do."""

    moving: int
    theirs: int
    beyond: int
    cases: int
    owners: Sequence[tuple[str, int]]


def preview(firms: EnterpriseQuerySet, to: User) -> Preview:
    """Counted, not done: who moves, who is theirs already, who lies beyond the receiver's region."""
    assert to.region is not None
    theirs = Q(officer=to)
    within = Q(region__path__startswith=to.region.path)
    moving = firms.filter(within).exclude(theirs)
    cases = Candidacy.objects.filter(enterprise__in=moving.order_by()).exclude(state__in=CLOSED).exclude(officer=to)
    owners = moving.order_by().values_list("officer__name").annotate(n=Count("pk")).order_by("-n", "officer__name")
    return Preview(
        moving=moving.count(),
        theirs=firms.filter(theirs).count(),
        beyond=firms.exclude(theirs).exclude(within).count(),
        cases=cases.count(),
        owners=[(name or "无责任人", n) for name, n in owners[:12]],
    )


@require_http_methods(["GET", "POST"])
@answers_refusals(back=lambda request: reverse("console:owner_list"))
def owner_handover(request: HttpRequest) -> HttpResponse:
    """Choose the receiver, look at what will happen, hand over; the answer names each firm that stayed and why."""
    on = timezone.localdate()
    picked = chosen(request, on)
    receiver = ReceiverForm(request.GET if "to" in request.GET else None, request=request)
    to = receiver.cleaned_data["to"] if receiver.is_valid() else None
    if request.method == "POST":
        return handed_over(request, picked, receiver, to, on)
    form = HandoverForm(initial={"count": picked.count, "with_cases": True})
    return page(request, picked, receiver, to, form)


def page(
    request: HttpRequest, picked: Chosen, receiver: ReceiverForm, to: User | None, form: HandoverForm, status: int = 200
) -> HttpResponse:
    """The page before it is done."""
    context = {
        "picked": picked,
        "sample": picked.firms.select_related("region", "officer").order_by("name", "pk")[:20],
        "receiver": receiver,
        "to": to,
        "preview": preview(picked.firms, to) if to and picked.count else None,
        "form": form,
        "most": handovers.MOST,
    }
    return render(request, "console/owners/handover.html", context, status=status)


def handed_over(
    request: HttpRequest, picked: Chosen, receiver: ReceiverForm, to: User | None, on: datetime.date
) -> HttpResponse:
    """Do it, unless the firms are no longer those that were previewed."""
    form = HandoverForm(request.POST)
    if not form.is_valid() or to is None or not picked.count:
        return page(request, picked, receiver, to, form, status=422)
    ids = list(picked.firms.order_by("pk").values_list("pk", flat=True)[: handovers.MOST + 1])
    if len(ids) > handovers.MOST:
        form.add_error(None, f"一次最多移交 {handovers.MOST:,} 家，请按责任单位分几次办理。")
    elif len(ids) != form.cleaned_data["count"]:
        form.add_error(None, f"符合条件的企业已由 {form.cleaned_data['count']} 家变为 {len(ids)} 家，请重新核对。")
        again = request.POST.copy()
        again["count"] = str(len(ids))
        form.data = again
    if form.errors:
        return page(request, picked, receiver, to, form, status=422)
    given: Mapping[str, Any] = form.cleaned_data
    results = handovers.hand_over(
        enterprise_ids=ids,
        to=to,
        by=cast(User, request.user),
        on=on,
        note=given["note"],
        with_cases=given["with_cases"],
    )
    stayed = [result for result in results if result.refused]
    moved = [result for result in results if not result.refused]
    context = {
        "to": to,
        "moved": moved[:LISTED],
        "n_moved": len(moved),
        "stayed": stayed[:LISTED],
        "n_stayed": len(stayed),
        "listed": LISTED,
        "note": given["note"],
    }
    return render(request, "console/owners/handed.html", context)
