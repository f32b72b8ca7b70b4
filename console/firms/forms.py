"""Forms of 企业详情: one for each act, opened as a dialog."""

import datetime
from collections.abc import Container, Iterable, Sequence
from typing import Any

from django import forms

from accounts.models import Role, User
from enterprises.models import Enterprise, Material
from enterprises.vocabulary import TRACKS
from pipeline.domain.candidacies import STEPS
from pipeline.models import Round
from pipeline.models.candidacy import Certificate

Papers = Sequence[tuple[int, str]]  # papers of a firm that may be chosen, by key and in words
TRACK_LABELS = [(track.key, track.label) for track in TRACKS]


def day_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    """A day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class MoveForm(forms.Form):
    """A step of a case; what a step needs but was not given is the guards' to say."""

    step = forms.ChoiceField(choices=list(STEPS.items()), widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    round = forms.ModelChoiceField(Round.objects.all(), label="申报批次", required=False, empty_label="请选择")
    number = forms.CharField(label="证书编号", max_length=60, required=False)
    issued_on = day_field("认定日期", help_text="以公布文件或证书载明的日期为准，本年新增按此日期统计。")
    valid_from = day_field("有效期自", help_text="不填则自认定日期起算。")
    valid_until = day_field("有效期至", help_text="不填则按该方向的有效期推算。")
    document = forms.CharField(label="文号或公告", max_length=120, required=False)
    reason = forms.CharField(label="理由或说明", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def certificate(self) -> Certificate | None:
        """What a recognition is recorded with; none while nothing of it was filled in."""
        given = self.cleaned_data
        if given["step"] != "recognise" or not (given["number"] or given["issued_on"]):
            return None
        return Certificate(
            number=given["number"],
            issued_on=given["issued_on"],
            document=given["document"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
        )


# Which fields the form of a step shows
FIELDS_OF_STEP = {
    "file": ("round", "document", "reason"),
    "publicise": ("document", "reason"),
    "recommend": ("document", "reason"),
    "recognise": ("number", "issued_on", "document", "valid_from", "valid_until", "reason"),
}


def move_form(step: str, version: int, rounds: Iterable[Round], needs: Iterable[str]) -> MoveForm:
    """The form of a step with the fields it shows; what it needs is marked for the browser too."""
    form = MoveForm(initial={"step": step, "version": version}, auto_id=f"id_{step}_%s")
    shown = {"step", "version", *FIELDS_OF_STEP.get(step, ("reason",))}
    for name in [name for name in form.fields if name not in shown]:
        del form.fields[name]
    needed = {"certificate": ("number", "issued_on", "document")}
    for name in [name for need in needs for name in needed.get(need, (need,)) if name in form.fields]:
        form.fields[name].required = True
    if "round" in form.fields:
        form.fields["round"].queryset = Round.objects.filter(pk__in=[one.pk for one in rounds])  # type: ignore[attr-defined]
    return form


class OpenCaseForm(forms.Form):
    """A new case: the firm enters the reserve of a track."""

    track = forms.ChoiceField(choices=TRACK_LABELS, label="认定方向")

    @property
    def tracks_left(self) -> list[tuple[str, str]]:
        """The tracks that may be chosen."""
        field = self.fields["track"]
        assert isinstance(field, forms.ChoiceField)
        return list(field.choices)  # type: ignore[arg-type]  # plain pairs, set here and below


def case_form(track: str, taken: Container[str]) -> OpenCaseForm:
    """The form with the tracks in which the firm has no open case, ``track`` chosen if it is one of them."""
    form = OpenCaseForm(initial={"track": track})
    form.fields["track"].choices = [pair for pair in TRACK_LABELS if pair[0] not in taken]  # type: ignore[attr-defined]
    return form


class RulingForm(forms.Form):
    """An officer's answer to a manual criterion, or the points of an expert item."""

    track = forms.ChoiceField(choices=TRACK_LABELS, widget=forms.HiddenInput)
    criterion = forms.CharField(max_length=60, widget=forms.HiddenInput)
    value = forms.TypedChoiceField(
        choices=[("yes", "符合"), ("no", "不符合")],
        coerce=lambda text: text == "yes",
        label="判定",
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    points = forms.IntegerField(label="得分", required=False)
    basis = forms.CharField(
        label="依据", widget=forms.Textarea(attrs={"rows": 2}), help_text="依据哪份材料、何人意见。"
    )
    document = forms.CharField(label="文号", max_length=120, required=False)
    material_id = forms.TypedChoiceField(
        label="依据材料",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="选定后，判定只在这份材料有效期内有效；材料作废或过期，条件重新待判。",
    )
    valid_until = day_field("有效期至", help_text="不填则一直有效，直到改判。")

    def __init__(self, *args: Any, papers: Papers = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["material_id"].choices = [("", "不依据材料"), *papers]  # type: ignore[attr-defined]
        if not papers:
            del self.fields["material_id"]


def papers_of(firm: Enterprise, on: datetime.date) -> list[tuple[int, str]]:
    """The papers of a firm that a ruling may rest on."""
    usable = firm.materials.usable(on).order_by("kind", "-year", "pk")
    return [(paper.pk, paper_in_words(paper)) for paper in usable]


def paper_in_words(paper: Material) -> str:
    """审计报告（2025 年），至 2026-12-31."""
    year = f"（{paper.year} 年）" if paper.year else ""
    return f"{paper.kind}{year}" + (f"，至 {paper.valid_until}" if paper.valid_until else "")


def ruling_form(track: str, criterion: str, span: tuple[int, int] | None, papers: Papers) -> RulingForm:
    """The form for one criterion: yes or no, or points within their range."""
    form = RulingForm(initial={"track": track, "criterion": criterion}, auto_id=f"id_{criterion}_%s", papers=papers)
    del form.fields["value" if span else "points"]
    if span:
        form.fields["points"].widget.attrs |= {"min": span[0], "max": span[1]}
        form.fields["points"].help_text = f"{span[0]} 至 {span[1]} 分"
    form.fields["points" if span else "value"].required = True
    return form


class DeclineForm(forms.Form):
    """Why a statement is not accepted."""

    reason = forms.CharField(
        label="不采纳的理由", widget=forms.Textarea(attrs={"rows": 2}), help_text="企业会看到这段文字。"
    )


class MaterialForm(forms.Form):
    """A paper handed in for the firm."""

    kind = forms.CharField(label="材料名称", max_length=80, widget=forms.TextInput(attrs={"list": "material-kinds"}))
    year = forms.IntegerField(label="所属年度", min_value=1990, max_value=2100, required=False)
    on_paper = forms.BooleanField(label="纸质件", required=False, initial=True)


class AcceptMaterialForm(forms.Form):
    """Until when an accepted paper counts."""

    valid_until = day_field("有效期至", help_text="不填则长期有效。")


class WithdrawMaterialForm(forms.Form):
    """Why a paper counts no more."""

    reason = forms.CharField(
        label="作废理由", max_length=200, help_text="作废后不能恢复；依据它的人工判定随之失效，可重新登记材料。"
    )


class ContactForm(forms.Form):
    """Whom to call at the firm."""

    name = forms.CharField(label="姓名", max_length=40)
    mobile = forms.CharField(label="手机", max_length=20, required=False)
    email = forms.EmailField(label="邮箱", required=False, help_text="填写后，没有企业账号时每周提醒发到这里。")
    role = forms.CharField(label="职务", max_length=40, required=False)


class OfficerForm(forms.Form):
    """Who looks after the firm."""

    officer = forms.ModelChoiceField(User.objects.none(), label="责任人", required=False, empty_label="未指定")
    deputy = forms.ModelChoiceField(
        User.objects.none(),
        label="副责任人",
        required=False,
        empty_label="不设",
        help_text="责任人外出或账号停用期间，待办由副责任人代办。",
    )

    def __init__(self, *args: Any, enterprise: Enterprise, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name in ("officer", "deputy"):
            self.fields[name].queryset = officers_for(enterprise)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two different people."""
        given = super().clean() or self.cleaned_data
        if given.get("officer") and given["officer"] == given.get("deputy"):
            self.add_error("deputy", "副责任人不能与责任人是同一人。")
        return given


def officers_for(enterprise: Enterprise) -> Any:
    """Active officers in whose region the firm lies."""
    above = enterprise.region.paths_above
    return User.objects.filter(is_active=True, role__in=[Role.CITY, Role.UNIT], region__path__in=above).order_by("name")
