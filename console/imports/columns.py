"""列对应: how the columns of one sheet are read, corrected by an officer and remembered for the sender."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from console.errors import answers_refusals
from console.imports.views import batches, queue
from enterprises.domain import mappings
from enterprises.imports import mapping
from enterprises.imports.mapping import Choice
from enterprises.models import HeadingMapping, ImportBatch
from pipeline import tasks

UNITS: Final = [("", "按表头"), *((unit, unit) for unit in mapping.UNITS)]
UNKNOWN: Final = "没有名为“{}”的数据项，请从候选中选择，不读入请留空"


class MeansField(forms.CharField):
    """The words for what a column is, or nothing."""

    def clean(self, value: Any) -> str:
        """The column of the checked frame; words that name none are refused."""
        words = super().clean(value)
        if words and words not in mapping.columns():
            raise forms.ValidationError(UNKNOWN.format(words))
        return mapping.columns().get(words, "")


@dataclass(frozen=True)
class Line:
    """One heading with its fields."""

    column: str
    heading: str
    note: str
    is_mapped: bool
    means: forms.BoundField
    unit: forms.BoundField
    year: forms.BoundField


class ColumnsForm(forms.Form):
    """Every heading of a sheet: what it is, its unit, its year."""

    def __init__(self, headings: Sequence[Mapping[str, Any]], **rest: Any) -> None:
        super().__init__(**rest)
        self.headings = headings
        for place, heading in enumerate(headings):
            said = heading.get("name") or ""
            words = {"list": "columns", "autocomplete": "off", "aria-label": f"“{heading['heading']}”识别为"}
            self.fields[f"means-{place}"] = MeansField(
                required=False, initial=mapping.label_of(said), widget=forms.TextInput(attrs=words)
            )
            unit = heading.get("unit") or ""
            self.fields[f"unit-{place}"] = forms.ChoiceField(
                required=False, choices=UNITS, initial=unit if unit in mapping.UNITS and mapping.is_money(said) else ""
            )
            self.fields[f"year-{place}"] = forms.IntegerField(
                required=False, min_value=mapping.FIRST_YEAR, max_value=mapping.LAST_YEAR, initial=heading.get("year"),
                widget=forms.NumberInput(attrs={"aria-label": f"“{heading['heading']}”的年度"}),
            )  # fmt: skip

    def lines(self) -> Iterator[Line]:
        """The rows of the page."""
        for place, heading in enumerate(self.headings):
            fields = (self[f"{name}-{place}"] for name in ("means", "unit", "year"))
            mapped = bool(heading.get("is_mapped"))
            yield Line(heading["column"], heading["heading"], heading["note"], mapped, *fields)

    def choices(self) -> dict[str, Choice]:
        """What was said of the columns: those changed here, and those said before."""
        said = {}
        for place, heading in enumerate(self.headings):
            names = [f"{name}-{place}" for name in ("means", "unit", "year")]
            if heading.get("is_mapped") or any(name in self.changed_data for name in names):
                means, unit, year = (self.cleaned_data[name] for name in names)
                is_figure = mapping.has_year(means)
                said[heading["heading"]] = Choice(
                    means, unit if mapping.is_money(means) else "", year if is_figure else None
                )
        return said


def back(request: HttpRequest, pk: int, place: int) -> str:
    """The batch."""
    return reverse("console:import_detail", args=[pk])


@require_http_methods(["GET", "POST"])
@answers_refusals(back)
def import_columns(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """The columns of one sheet; saved, they are remembered and the file is read anew."""
    batch = get_object_or_404(batches(request).select_related("by__region"), pk=pk)
    sheet = mappings.sheet_of(batch, place)
    if sheet is None:
        raise Http404
    form = ColumnsForm(sheet["headings"], data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return remembered(request, batch, place, form)
    context = {
        "batch": batch, "sheet": sheet, "form": form, "columns": mapping.columns(),
        "is_mappable": mappings.is_mappable(batch), "sender": batch.sender or batch.by.region,
    }  # fmt: skip
    return render(request, "console/imports/columns.html", context, status=422 if form.is_bound else 200)


def remembered(request: HttpRequest, batch: ImportBatch, place: int, form: ColumnsForm) -> HttpResponse:
    """Keep what was said and hand the batch to the worker."""
    now = timezone.now()
    again = mappings.remember(
        batch_id=batch.pk, place=place, choices=form.choices(), by=cast(User, request.user), at=now
    )
    queue(request, again, now, tasks.read_ledger)
    messages.success(request, "列对应已记住，文件正在重新识别；下次收到表头相同的文件，自动按此读入。")
    return redirect("console:import_detail", batch.pk)


@require_POST
def mapping_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Read such sheets by their headings alone again."""
    get_object_or_404(HeadingMapping.objects.visible_to(request.user), pk=pk)
    mappings.forget(mapping_id=pk, by=cast(User, request.user), at=timezone.now())
    messages.success(request, "列对应已删除；以后按表头识别。已经写入的内容不变。")
    return redirect("console:import_list")
