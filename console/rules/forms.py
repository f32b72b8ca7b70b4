"""Forms of an edition as a whole: how a draft begins, its head, its steps; a document of the register."""

from typing import Any, Final, cast

from django import forms

from console.firms.conditions import CONFIDENCE
from console.firms.forms import day_field
from console.rules.parts import typed
from enterprises.vocabulary import RULED
from pipeline.domain import drafts
from pipeline.models import Document
from pipeline.rules.choose import KINDS
from pipeline.rules.messages import Complaint
from pipeline.rules.revise import Content

HEAD: Final = (
    "title", "document", "address", "effective_from", "effective_to", "applies_to", "confidence", "checked_on", "notes",
)  # fmt: skip


class StartForm(forms.Form):
    """From which edition a draft begins, and when it is to take effect."""

    effective_from = day_field("计划施行日", required=True, help_text="须晚于今天；审定发布时还可以改。")


class FirstForm(StartForm):
    """A draft for a track that has no rules: its first condition, which is answered by hand until figures are known."""

    track = forms.ChoiceField(label="认定方向")
    title = typed("名称", most=120, required=True, help_text="例如 瞪羚企业认定。")
    document = typed("文件", required=True, help_text="文号；没有核到的写“待核实”。")
    says = typed("第一个条件", most=400, rows=2, required=True, help_text="先写一条，其余在草稿里增加。")
    manual = typed("由谁如何判断", required=True)

    field_order = ("track", "title", "document", "effective_from", "says", "manual")

    def __init__(self, *args: Any, tracks: list[tuple[str, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["track"] = forms.ChoiceField(label="认定方向", choices=[("", "请选择"), *tracks])
        self.order_fields(self.field_order)


class HeadForm(forms.Form):
    """What an edition is: name, document, days, for which actions, how sure."""

    title = typed("名称", most=120, required=True)
    document = typed("文件", required=True)
    address = typed("文件网址", most=300)
    effective_from = day_field("施行日", required=True)
    effective_to = day_field("失效日", help_text="没有规定的留空。")
    applies_to = forms.MultipleChoiceField(
        label="用于", choices=list(KINDS.items()), widget=forms.CheckboxSelectMultiple
    )
    confidence = forms.ChoiceField(label="可信程度", choices=list(CONFIDENCE.items()))
    checked_on = day_field("与原文核对日")
    notes = typed("说明", most=600, rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def changed_head(self, content: Content) -> Content:
        """The content with this head."""
        given = {name: self.cleaned_data[name] for name in HEAD if self.cleaned_data[name] not in (None, "")}
        return {**{name: value for name, value in content.items() if name not in HEAD}, **given}

    def complain(self, complaints: list[Complaint]) -> None:
        """Each complaint at the field it concerns."""
        for complaint in complaints:
            self.add_error(complaint.field if complaint.field in self.fields else None, f"{complaint.says}。")


class StepForm(forms.Form):
    """A step of an edition; what a step needs but was not given is the guards' to say."""

    step = forms.ChoiceField(choices=list(drafts.STEPS.items()), widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    effective_from = day_field("施行日", help_text="自这一天起按新版本判定；当夜自动重新评估。")
    reason = typed("理由或说明", rows=2)

    def only_for(self, step: str) -> "StepForm":
        """The fields that this step asks for."""
        if step != "publish":
            del self.fields["effective_from"]
        return self


class DocumentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A policy document."""

    issued_on = day_field("印发日")
    effective_from = day_field("施行日")
    effective_to = day_field("有效至", help_text="被废止或被替代的，填最后一个有效日。")
    checked_on = day_field("核对日")
    still_for = forms.MultipleChoiceField(label="失效后仍适用于", required=False, widget=forms.SelectMultiple)
    written = typed("其他写法", most=400, help_text="用顿号分开。")

    class Meta:
        """What an officer enters."""

        model = Document
        fields = (
            "number", "written", "title", "issued_on", "effective_from", "effective_to", "replaced_by", "still_for",
            "still_why", "address", "checked_on", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        options = [(track.key, track.label) for track in RULED]
        options += [(f"{key}:{kind}", f"{name}（仅{words}）") for key, name in options for kind, words in KINDS.items()]
        cast(forms.MultipleChoiceField, self.fields["still_for"]).choices = options
        self.initial["written"] = "、".join(self.instance.written)

    def clean_written(self) -> list[str]:
        """Other ways to write the number, as a list."""
        return [each.strip() for each in self.cleaned_data["written"].split("、") if each.strip()]

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first, and nothing replaces itself."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("effective_from"), given.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", "有效至早于施行日，请核对。")
        if self.instance.pk and given.get("replaced_by") == self.instance:
            self.add_error("replaced_by", "文件不能替代它自己。")
        return given
