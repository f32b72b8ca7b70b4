"""Forms of 公示名单: a list handed in, what it is, what is decided about a row."""

import datetime
from typing import Any, Final, cast

from django import forms

from accounts.models import User
from console.firms.forms import TRACK_LABELS, day_field
from enterprises import search
from enterprises.imports.places import Places
from enterprises.models import Enterprise
from pipeline.domain.published_lists import CORRECTABLE, Given
from pipeline.models import PublishedList

KINDS: Final = [("", "请选择"), *PublishedList.Kind.choices]
NEW, NONE, OTHER, CHOSEN = "new", "none", "other", "chosen"


class UploadForm(forms.Form):
    """A list, the track it is for, and what it may not say itself."""

    workbook = forms.FileField(
        label="名单文件",
        help_text="Excel 工作簿（.xlsx）或 CSV，30 MB 以内。只有企业名称也可以。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    track = forms.ChoiceField(label="认定方向", choices=[("", "请选择"), *TRACK_LABELS])
    recognised_on = day_field("认定日期", help_text="名单没有写时填写；公示名单不用填。")

    def given(self) -> Given:
        """What the officer says of the list."""
        return Given(recognised_on=self.cleaned_data["recognised_on"])


class CorrectForm(forms.Form):
    """What the list is, where reading got it wrong or the list does not say."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="名单种类", choices=KINDS, required=False)
    recognised_on = day_field("认定日期", help_text="本年新增按此日期统计。没有日期不能登记资格。")
    title = forms.CharField(label="标题", max_length=200, required=False)
    document = forms.CharField(label="文号", max_length=120, required=False, help_text="没有文号时，以标题作为依据。")
    publisher = forms.CharField(label="公布单位", max_length=120, required=False)
    published_on = day_field("公布日期")
    stated_total = forms.IntegerField(label="名单自报家数", min_value=0, max_value=100_000, required=False)

    def given(self) -> Given:
        """What the officer says of the list."""
        return Given(**{name: self.cleaned_data[name] for name in CORRECTABLE})


class RowForm(forms.Form):
    """Every act on a row names the version of the list its reader saw."""

    version = forms.IntegerField(min_value=0)

    def said(self, field: str) -> str:
        """A text of the form."""
        return str(self.cleaned_data.get(field) or "").strip()


class DecideForm(RowForm):
    """Which firm a row means: a candidate, another one by name or code, none, or a new one with its unit."""

    choice = forms.CharField(required=False)
    other = forms.CharField(max_length=200, required=False)
    unit = forms.CharField(max_length=60, required=False)
    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, by: User, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.by = by

    def clean(self) -> dict[str, Any]:
        """The decision as the door takes it; what does not name a firm or a unit is said beside its field."""
        cleaned = super().clean() or self.cleaned_data
        choice = self.said("choice")
        if choice == OTHER:
            cleaned["enterprise_id"] = self.named(self.said("other"))
        elif choice.startswith("firm-") and choice[5:].isascii() and choice[5:].isdigit() and len(choice) < 24:
            cleaned["enterprise_id"] = int(choice[5:])
        elif choice == NEW:
            cleaned["unit_id"] = self.unit_named(self.said("unit"))
        elif choice not in {NONE, "back"}:
            self.add_error("choice", "请选择一家企业、“都不是”或“新建企业”。")
        if choice != "back" and not self.said("reason"):
            self.add_error("reason", "请填写理由。")
        kinds = {OTHER: CHOSEN, "back": "", NEW: NEW, NONE: NONE}
        cleaned["decision"] = kinds.get(choice, CHOSEN)
        return cleaned

    def named(self, text: str) -> int | None:
        """The one firm in sight of this name, former name or code."""
        seen = Enterprise.objects.visible_to(self.by)
        found = set(seen.filter(uscc=text.upper()).values_list("pk", flat=True)[:2]) if text else set()
        folded = search.folded(text)
        if text and not found:
            found = set(seen.filter(folded_name=folded).values_list("pk", flat=True)[:2])
            found = found or set(seen.filter(former_names__folded_name=folded).values_list("pk", flat=True)[:2])
        if len(found) == 1:
            return found.pop()
        says = "有几家同名企业，请用统一社会信用代码" if found else "没有这家企业，请填写登记的全称或统一社会信用代码"
        self.add_error("other", f"{says}。")
        return None

    def unit_named(self, text: str) -> int | None:
        """The unit in sight of this name."""
        place = Places(cast(Any, self.by.region)).resolve(text) if text and self.by.region else None
        if place is None or place.region_id is None:
            self.add_error("unit", "请选择本辖区内的责任单位。")
            return None
        return place.region_id

    def decision(self) -> dict[str, Any]:
        """What the door is told."""
        return {
            "decision": self.cleaned_data["decision"],
            "enterprise_id": self.cleaned_data.get("enterprise_id"),
            "unit_id": self.cleaned_data.get("unit_id"),
            "reason": self.said("reason"),
        }


class ConfirmForm(RowForm):
    """The confirmation of what a list of 未通过 or 撤销 offers."""

    reason = forms.CharField(max_length=200, error_messages={"required": "请填写理由。"})


class CompleteForm(RowForm):
    """Number and day of a row, from the certificate at hand."""

    number = forms.CharField(max_length=60, required=False)
    issued_on = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two at least."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (self.said("number") or cleaned.get("issued_on")):
            self.add_error("number", "请填写证书编号或认定日期。")
        return cleaned

    def day(self) -> datetime.date | None:
        """The day given."""
        given: datetime.date | None = self.cleaned_data["issued_on"]
        return given


def correct_form(published: PublishedList) -> CorrectForm:
    """The form filled with what is known."""
    known = {name: getattr(published, name) for name in (*CORRECTABLE, "version")}
    return CorrectForm(initial=known, auto_id="correct-%s")
