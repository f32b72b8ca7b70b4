"""申报批次 and 申报材料 under 设置: when a track is filed and with which papers, kept by the city's officers."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, Generic, TypeVar, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.machine import Reason
from accounts.models import User
from console.errors import answers_refusals
from console.firms.forms import day_field
from enterprises.vocabulary import TRACKS, Track
from notifications import obligations
from pipeline.domain import rounds
from pipeline.domain.rounds import MaterialGiven, RoundGiven
from pipeline.models import MaterialRequirement, Round

FIRST_YEAR, LAST_YEAR = 2000, 2100
BEFORE_ALL: Final = "顺序应为：乡镇截止 ≤ 县级截止 ≤ 市级截止 ≤ 申报截止；没有公布的留空。"
END: Final = ("closes_at", "postponed_from", "postponed_by")

Row = TypeVar("Row", Round, MaterialRequirement)


@dataclass(frozen=True)
class OfTrack(Generic[Row]):
    """What is entered for one track, and whether the reader keeps it."""

    track: Track
    rows: list[Row]
    mine: bool


class ListForm(forms.Form):
    """A row of a track's list; its track is chosen once, when it is entered."""

    track = forms.ChoiceField(label="认定方向")
    verified = forms.BooleanField(label="已核实", required=False)

    def __init__(self, *args: Any, row: Round | MaterialRequirement | None, by: User, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.row = row
        if row is None:
            choices = [(track.key, track.label) for track in TRACKS if rounds.may_keep(by, track.key)]
            cast(forms.ChoiceField, self.fields["track"]).choices = [("", "请选择"), *choices]
            return
        del self.fields["track"]
        known = {name: getattr(row, name) for name in self.fields if hasattr(row, name)}
        self.initial = {**known, "verified": row.verified_on is not None}

    def clean(self) -> dict[str, Any]:
        """What the door would refuse is said beside its field."""
        given = {"track": self.row.track if self.row else "", **(super().clean() or self.cleaned_data)}
        if not self.errors:
            for reason in self.against(given):
                self.add_error(reason.criterion if reason.criterion in self.fields else None, f"{reason.says}。")
        return given

    def against(self, given: dict[str, Any]) -> list[Reason]:
        """The reasons of the door."""
        raise NotImplementedError


class RoundForm(ListForm):
    """A filing round."""

    name = forms.CharField(label="批次名称", max_length=80)
    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    opens_on = day_field("开始")
    township_cutoff_on = day_field("乡镇截止")
    county_cutoff_on = day_field("县级截止")
    city_cutoff_on = day_field("市级截止")
    closes_on = day_field("申报截止", help_text=BEFORE_ALL)
    closes_at = forms.TimeField(
        label="截止时刻",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="通知写明几点截止的才填，例如 17:00。",
    )
    postponed_from = day_field("原截止", help_text="申报截止被延期的，填延期前的截止日。")
    postponed_by = forms.CharField(
        label="延期通知", max_length=200, required=False, help_text="宣布延期的通知名称或文号。"
    )
    document = forms.CharField(label="文件", max_length=200, required=False, help_text="通知的名称或文号。")
    source = forms.CharField(
        label="来源",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="日期从哪里看到：网址、转发单位，或哪一地的通知。",
    )

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.order_fields(
            ["track", "name", "year", "opens_on", *rounds.CUTOFFS, *END, "document", "source", "verified"]
        )
        self.fields["verified"].help_text = "已与正式通知逐项核对。取消勾选，日期旁重新显示“待核实”。"

    def against(self, given: dict[str, Any]) -> list[Reason]:
        """What the door has against the round."""
        return rounds.against_round(
            round_given(given), round_id=self.row.pk if self.row else None, verified=given["verified"]
        )


class MaterialForm(ListForm):
    """A paper that filing a track needs."""

    kind = forms.CharField(label="材料名称", max_length=80, help_text="企业上交的材料按这个名称对应。")
    note = forms.CharField(label="说明", max_length=200, required=False)
    order = forms.IntegerField(label="次序", min_value=0, max_value=999, initial=1, help_text="从小到大排列。")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.order_fields(["track", "kind", "note", "order", "verified"])
        self.fields["verified"].help_text = "正式文件或通知要求这份材料。取消勾选，重新显示“待核实”。"

    def against(self, given: dict[str, Any]) -> list[Reason]:
        """What the door has against the paper."""
        return rounds.against_material(material_given(given), material_id=self.row.pk if self.row else None)


class RemoveForm(forms.Form):
    """Why a paper is struck off."""

    reason = forms.CharField(label="理由", max_length=200, required=False)


def round_given(cleaned: dict[str, Any]) -> RoundGiven:
    """The form as the door takes it."""
    return RoundGiven(**{field.name: cleaned[field.name] for field in fields(RoundGiven)})


def material_given(cleaned: dict[str, Any]) -> MaterialGiven:
    """The form as the door takes it."""
    return MaterialGiven(**{field.name: cleaned[field.name] for field in fields(MaterialGiven)})


def person(request: HttpRequest) -> User:
    """Who asks."""
    return cast(User, request.user)


def by_track(rows: Iterable[Row], by: User) -> Iterator[OfTrack[Row]]:
    """Rows under their track, tracks in their usual order."""
    found = list(rows)
    for track in TRACKS:
        mine = [row for row in found if row.track == track.key]
        if mine:
            yield OfTrack(track, mine, rounds.may_keep(by, track.key))


def context_of_list(request: HttpRequest, rows: Iterable[Row]) -> dict[str, Any]:
    """What both lists show: rows by track, how many wait for a check, whether the reader may enter more."""
    found, by = list(rows), person(request)
    return {
        "groups": list(by_track(found, by)),
        "n_rows": len(found),
        "n_waiting": sum(row.verified_on is None for row in found),
        "may_add": any(rounds.may_keep(by, track.key) for track in TRACKS),
    }


def back_to(view: str) -> Callable[..., str]:
    """Where a refusal leads back to: the list."""
    return lambda request, **_: reverse(view)


def follow(track: str, on: datetime.date) -> None:
    """Deadlines and missing papers follow at once, for the firms that are working towards the track."""
    obligations.refresh(on=on, enterprise_ids=rounds.touched_firms(track))


@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    """Every round, by track, the latest first."""
    found = Round.objects.select_related("verified_by").order_by("-year", "-closes_on", "pk")
    return render(request, "console/setup/round/list.html", context_of_list(request, found))


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to("console:settings_rounds"))
def round_create(request: HttpRequest) -> HttpResponse:
    """Enter a round."""
    return round_page(request, None)


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to("console:settings_rounds"))
def round_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Correct a round."""
    row = get_object_or_404(Round.objects.select_related("verified_by"), pk=pk)
    rounds.refuse_unless_may_keep(person(request), row.track)
    return round_page(request, row)


def round_page(request: HttpRequest, row: Round | None) -> HttpResponse:
    """The form of a round, on its own page."""
    by, on = person(request), timezone.localdate()
    first = {"track": request.GET.get("track", ""), "year": on.year}
    form = RoundForm(request.POST or None, row=row, by=by, initial=first)
    if request.method == "POST" and form.is_valid():
        given, verified = round_given(form.cleaned_data), form.cleaned_data["verified"]
        with transaction.atomic():
            saved = rounds.save_round(round_id=row.pk if row else None, given=given, verified=verified, by=by, on=on)
            follow(saved.track, on)
        messages.success(request, f"“{saved.name}”已保存，相关企业的截止提醒已更新。")
        return redirect("console:settings_rounds")
    return render(
        request, "console/setup/round/form.html", {"form": form, "row": row}, status=422 if form.errors else 200
    )


@require_GET
def material_list(request: HttpRequest) -> HttpResponse:
    """Every paper, by track, in the order of the list."""
    found = MaterialRequirement.objects.select_related("verified_by")
    return render(request, "console/setup/round/materials.html", context_of_list(request, found))


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to("console:settings_materials"))
def material_create(request: HttpRequest) -> HttpResponse:
    """Put a paper on a list."""
    return material_page(request, None)


@require_http_methods(["GET", "POST"])
@answers_refusals(back_to("console:settings_materials"))
def material_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Correct a paper of a list."""
    row = get_object_or_404(MaterialRequirement.objects.select_related("verified_by"), pk=pk)
    rounds.refuse_unless_may_keep(person(request), row.track)
    return material_page(request, row)


def material_page(request: HttpRequest, row: MaterialRequirement | None) -> HttpResponse:
    """The form of a paper, on its own page."""
    by, on = person(request), timezone.localdate()
    form = MaterialForm(request.POST or None, row=row, by=by, initial={"track": request.GET.get("track", "")})
    if request.method == "POST" and form.is_valid():
        given, verified = material_given(form.cleaned_data), form.cleaned_data["verified"]
        with transaction.atomic():
            saved = rounds.save_material(
                material_id=row.pk if row else None, given=given, verified=verified, by=by, on=on
            )
            follow(saved.track, on)
        messages.success(request, f"“{saved.kind}”已保存，相关企业的缺件提醒已更新。")
        return redirect("console:settings_materials")
    context: dict[str, Any] = {
        "form": form,
        "row": row,
        "bound": {},
        "remove": RemoveForm(),
        "opened": request.GET.get("dialog", ""),
    }
    return render(request, "console/setup/round/material_form.html", context, status=422 if form.errors else 200)


@require_POST
@answers_refusals(back_to("console:settings_materials"))
def material_remove(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Strike a paper off its list."""
    row, on = get_object_or_404(MaterialRequirement, pk=pk), timezone.localdate()
    reason = request.POST.get("reason", "")[:200]
    with transaction.atomic():
        kind = rounds.remove_material(material_id=pk, by=person(request), on=on, reason=reason)
        follow(row.track, on)
    messages.success(request, f"“{kind}”已从清单删去，相关企业的缺件提醒已更新。")
    return redirect("console:settings_materials")
