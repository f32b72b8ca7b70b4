"""Forms of 研发机构: what is on record, a step, a visit; and the 规上 spells of a firm."""

import datetime
from typing import Any, cast

from django import forms

from console.firms.forms import day_field
from enterprises import six_haves
from enterprises.domain import institutions, scale
from enterprises.domain.institution_checks import Found
from enterprises.domain.institutions import Registration
from enterprises.models import InstitutionCheck, InstitutionGrade, ResearchInstitution
from enterprises.models.institution import CheckState, StepGiven

GRADE = "{kind}|{level}"


def grade_choices(kept: ResearchInstitution | None) -> list[tuple[str, str]]:
    """Kinds on their levels that are in use, and the institution's own."""
    rows = InstitutionGrade.objects.all()
    own = (kept.kind, kept.level) if kept else ("", "")
    return [
        (GRADE.format(kind=row.kind, level=row.level), f"{row.kind}（{row.get_level_display()}）")
        for row in rows
        if not row.is_retired or (row.kind, row.level) == own
    ]


class InstitutionForm(forms.Form):
    """An institution as it is put on record or corrected."""

    grade = forms.ChoiceField(label="种类和级别")
    name = forms.CharField(label="机构名称", max_length=120, required=False, help_text="按文件全称；未定名可不填。")
    host = forms.CharField(label="依托单位", max_length=120, required=False, help_text="不填即依托本企业。")
    partner_school = forms.CharField(label="依托高校院所", max_length=120, required=False)
    established_on = day_field("组建日", help_text="以企业成立机构的文件为准；还在筹划的不填。")
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, institution: ResearchInstitution | None = None, **rest: Any) -> None:
        super().__init__(*args, **rest)
        cast(forms.ChoiceField, self.fields["grade"]).choices = [("", "请选择"), *grade_choices(institution)]
        if institution:
            names = ("name", "host", "partner_school", "established_on", "version")
            self.initial = {name: getattr(institution, name) for name in names}
            self.initial["grade"] = GRADE.format(kind=institution.kind, level=institution.level)
            if institution.established_on is None:
                del self.fields["established_on"]  # a step says so

    def given(self) -> Registration:
        """What the door takes."""
        kind, _, level = self.cleaned_data["grade"].partition("|")
        names = ("name", "host", "partner_school", "established_on")
        rest = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return Registration(kind, level, **rest)


class RegisterForm(InstitutionForm):
    """An institution put on record, with its recognition if it has one."""

    recognised_on = day_field("认定日期", help_text="已由国家、省部或市认定的，填认定日期和文号，登记后即为“认定”。")
    document = forms.CharField(label="文号或文件", max_length=120, required=False)
    valid_until = day_field("有效期至", help_text="长期有效不填。")

    def clean(self) -> dict[str, Any]:
        """Day and document of a recognition come together."""
        given = super().clean() or self.cleaned_data
        if given.get("document") and not given.get("recognised_on"):
            self.add_error("recognised_on", "填了文号的，请填写认定日期。")
        if given.get("recognised_on") and not given.get("document"):
            self.add_error("document", "填了认定日期的，请填写文号或文件。")
        return given

    def recognition(self) -> StepGiven | None:
        """Its recognition, if one was given."""
        given = self.cleaned_data
        if not given["recognised_on"]:
            return None
        return StepGiven(day=given["recognised_on"], document=given["document"], valid_until=given["valid_until"])


class StepForm(forms.Form):
    """A step of an institution; what a step needs but was not given is the guards' to say."""

    step = forms.ChoiceField(choices=list(institutions.STEPS.items()), widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    day = day_field("日期")
    document = forms.CharField(label="文号或文件", max_length=120, required=False)
    valid_until = day_field("有效期至", help_text="长期有效不填。")
    reason = forms.CharField(label="理由或说明", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def given(self) -> StepGiven:
        """What the door takes."""
        return StepGiven(**{name: self.cleaned_data[name] for name in ("day", "document", "valid_until", "reason")})


# Which fields the form of a step shows
FIELDS_OF_STEP = {
    "build": ("day", "document"),
    "recognise": ("day", "document", "valid_until"),
    "record": ("day", "document", "valid_until"),
    "end": ("day", "document", "reason"),
}
DAY_OF_STEP = {"build": "组建日", "recognise": "认定日期", "record": "认定日期", "end": "终止日"}


def step_form(step: str, version: int, on: datetime.date) -> StepForm:
    """The form of a step with the fields it shows."""
    form = StepForm(initial={"step": step, "version": version, "day": on}, auto_id=f"id_{step}_%s")
    shown = {"step", "version", *FIELDS_OF_STEP.get(step, ("reason",))}
    for name in [name for name in form.fields if name not in shown]:
        del form.fields[name]
    if "day" in form.fields:
        form.fields["day"].label, form.fields["day"].required = DAY_OF_STEP[step], True
    if step in institutions.RECOGNITIONS:
        form.fields["document"].required = True
    if "reason" in institutions.NEEDS.get(step, ()):
        form.fields["reason"].required = True
    return form


class VisitForm(forms.Form):
    """What holds for a whole visit."""

    checked_on = day_field("核查日", required=True)
    confirm_rest = forms.BooleanField(label="没有改动的项目也记为本次核查过，结果不变", required=False)


class CheckForm(forms.Form):
    """One of the six as it was found at the firm."""

    state = forms.ChoiceField(label="核查结果", choices=CheckState.choices, widget=forms.RadioSelect)
    evidence = forms.CharField(label="依据", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    document = forms.CharField(label="材料或照片编号", max_length=120, required=False)
    recheck_on = day_field("复查日")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, item: six_haves.Item, standing: InstitutionCheck | None) -> None:
        first = {
            "state": standing.state if standing else CheckState.UNCHECKED,
            "evidence": standing.evidence if standing else "",
            "document": standing.document if standing else "",
            "recheck_on": standing.recheck_on if standing else None,
            "seen": standing.pk if standing else 0,
        }
        super().__init__(data, prefix=item.key, initial=first)
        self.item, self.standing = item, standing
        self.fields["evidence"].help_text = f"{item.evidence}。核为“有”须填依据或编号。"

    @property
    def is_new(self) -> bool:
        """Whether something else was found than what stands."""
        return bool({"state", "evidence", "document", "recheck_on"} & set(self.changed_data))

    def found(self) -> Found:
        """What the door takes."""
        return Found(**self.cleaned_data)


class SpellForm(forms.Form):
    """A firm enters 规上."""

    kind = forms.ChoiceField(label="类别", choices=[(kind, kind) for kind in scale.KINDS])
    from_on = day_field("入规日", required=True, help_text="统计部门批准入库的日期。")
    source = forms.CharField(label="来源", max_length=60, help_text="哪份名单或通知。")


class SpellEndForm(forms.Form):
    """A firm leaves 规上."""

    to_on = day_field("退规日", required=True, help_text="这一天仍为规上，次日起不再是。")
    reason = forms.CharField(label="理由或说明", required=False, max_length=200)
