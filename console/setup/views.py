"""设置: the bureau, its ladder, its units, how far the work calendar reaches, which rules are in force."""

import datetime
from dataclasses import dataclass
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Region, User
from console.errors import answers_refusals
from notifications import workdays
from pipeline.domain import bureaus, editions, ladder
from pipeline.models import Bureau, Edition, Ladder
from pipeline.rules.edition import walk

SEATS: Final = (Region.Level.PROVINCE, Region.Level.CITY, Region.Level.COUNTY)
YEARS_BACK: Final = 3


class BureauForm(forms.Form):
    """The bureau's name, number and ladder; its unit only when it is set up."""

    name = forms.CharField(label="单位名称", max_length=60)
    phone = forms.CharField(label="咨询电话", max_length=30, required=False, help_text="企业端显示。")
    region = forms.ModelChoiceField(Region.objects.filter(level__in=SEATS), label="辖区", empty_label="请选择")
    ladder = forms.ModelChoiceField(Ladder.objects.none(), label="梯队", empty_label="请选择", to_field_name="slug")

    def __init__(self, *args: Any, bureau: Bureau | None, **rest: Any) -> None:
        super().__init__(*args, **rest)
        today = Ladder.objects.in_force(timezone.localdate()).order_by("pk")
        cast("forms.ModelChoiceField[Ladder]", self.fields["ladder"]).queryset = today
        if bureau:
            del self.fields["region"]
            chosen = today.filter(family=bureau.ladder.family).values_list("slug", flat=True).first()
            self.initial.update(name=bureau.name, phone=bureau.phone, ladder=chosen)


@dataclass(frozen=True)
class EditionLine:
    """A rule edition and how much of it nobody has compared with the official text."""

    edition: Edition
    criteria: int
    unconfirmed: int


@require_http_methods(["GET", "POST"])
@answers_refusals(lambda request: reverse("console:settings"))
def settings_page(request: HttpRequest) -> HttpResponse:
    """Read and change the settings."""
    bureau = Bureau.objects.select_related("region", "ladder").first()
    form = BureauForm(request.POST or None, bureau=bureau)
    if request.method == "POST" and form.is_valid():
        save(form, bureau, cast(User, request.user), timezone.localdate())
        messages.success(request, "设置已保存。")
        return redirect("console:settings")
    this_year = timezone.localdate().year
    context = {
        "bureau": bureau,
        "form": form,
        "ladders": Ladder.objects.in_force(timezone.localdate()).order_by("pk").prefetch_related("rungs"),
        "units": units(bureau),
        "calendar": workdays.years(this_year - YEARS_BACK, this_year + 1)[::-1],
        "editions": [edition_line(row) for row in Edition.objects.filter(status=Edition.Status.PUBLISHED)],
    }
    return render(request, "console/setup/page.html", context, status=422 if form.errors else 200)


def save(form: BureauForm, bureau: Bureau | None, by: User, on: datetime.date) -> None:
    """Set the bureau up, or rename it and choose its ladder."""
    given = form.cleaned_data
    if bureau is None:
        bureaus.establish(**given, by=by, on=on)
        return
    bureaus.describe(name=given["name"], phone=given["phone"], by=by, on=on)
    ladder.choose(slug=given["ladder"].slug, by=by, on=on)


def units(bureau: Bureau | None) -> list[Region]:
    """The bureau's unit and those below, with how many firms each has."""
    if bureau is None:
        return []
    return list(Region.objects.within(bureau.region).annotate(n_users=Count("users")).order_by("path"))


def edition_line(row: Edition) -> EditionLine:
    """How many criteria an edition has, and how many are unconfirmed."""
    rules = editions.parsed(row.content)
    sources = [part for key, gate in rules.gates.items() for _, part in walk(key, gate)]
    items = list(rules.score.items()) if rules.score else []
    marks = [source.confidence or rules.confidence for source in (*sources, *items)]
    return EditionLine(row, len(marks), marks.count("unconfirmed"))
