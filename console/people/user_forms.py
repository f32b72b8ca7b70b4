"""Forms of the account pages: staff of the bureau and its units, people of firms."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from accounts import throttle
from accounts.domain import users
from accounts.models import Line, Region, Role, User
from enterprises import search
from enterprises.models import Enterprise
from notifications import digest
from pipeline.models import Bureau

DIGEST_HELP = {
    "leads": "单位或局的负责人：每周提醒按责任单位或责任人汇总，只列最紧的几项；不选业务线即汇总全部业务线。",
    "receives_digest": "每周一的待办邮件，没有待办不发。",
    "away_until": "含当日；其间所负责企业的待办由副责任人代办，过后自动恢复。",
}
AWAY_WIDGET = {"away_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


def regions_of(by: User) -> QuerySet[Region]:
    """Units ``by`` may put somebody into: one's own and those below, for the administrator the bureau's."""
    bureau = Bureau.objects.select_related("region").first() if by.region is None else None
    top = by.region or (bureau.region if bureau else None)
    return (Region.objects.within(top) if top else Region.objects.all()).order_by("path")


def lines_of(by: User, account: User) -> list[tuple[str, str]]:
    """Lines ``by`` may give, and those the account has, which may be kept."""
    held = Line.values if by.role == Role.ADMIN else [*by.lines, *account.lines]
    return [(value, label) for value, label in Line.choices if value in held]


def firm_named(text: str, by: User) -> Enterprise | None:
    """The one firm in sight of this full name or code."""
    wanted = search.folded(text)
    known = Q(uscc=wanted.upper()) | Q(folded_name=wanted)
    found = list(Enterprise.objects.visible_to(by).filter(known)[:2])
    return found[0] if len(found) == 1 else None


class RegionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django has no subscript here
    """A unit, indented by its place in the tree."""

    def label_from_instance(self, obj: Region) -> str:
        """Full-width spaces show the tree where a select can show none."""
        return "　" * max(obj.path.count("/") - 1, 0) + obj.name


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no subscript here
    """What every account has."""

    class Meta:
        model = User
        fields: tuple[str, ...] = ("name", "email", "phone", "department")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["email"].required = True
        self.fields["email"].help_text = "邀请、重设密码和每周提醒都发到这里；两个账号可共用一个邮箱。"
        self.fields["email"].widget.attrs["autocomplete"] = "off"


class StaffForm(PersonForm):
    """Somebody of the bureau, a county, a township or a park."""

    role = forms.ChoiceField(label="角色")
    region = RegionField(
        label="辖区",
        queryset=Region.objects.none(),
        empty_label="请选择",
        required=False,
        help_text="可查看该单位及其下级的企业。",
    )
    lines = forms.MultipleChoiceField(
        label="业务线",
        choices=Line.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只能办理所选业务线的申报；不选则只能查看。",
    )
    field_order = ("username", "name", "role", "region", "lines", "department", "phone", "email")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        roles = [Role(role) for role in users.MAY_INVITE.get(by.role, ()) if role != Role.ENTERPRISE]
        role_field, region_field = self.fields["role"], self.fields["region"]
        assert isinstance(role_field, forms.ChoiceField)
        assert isinstance(region_field, forms.ModelChoiceField)
        role_field.choices = [(role.value, role.label) for role in roles]
        region_field.queryset = regions_of(by)
        lines_field = self.fields["lines"]
        assert isinstance(lines_field, forms.MultipleChoiceField)
        lines_field.choices = lines_of(by, self.instance)
        region_field.required = Role.ADMIN not in roles  # who may open an account without a region chooses one or none

    class Meta(PersonForm.Meta):
        fields = (*PersonForm.Meta.fields, "role", "region", "lines")

    def clean(self) -> dict[str, Any]:
        """Whoever works on firms works on those of a unit."""
        given = super().clean() or self.cleaned_data
        if given.get("role") not in users.WITHOUT_REGION and not given.get("region"):
            self.add_error("region", "请选择辖区。")
        return given


class PersonChange(PersonForm):
    """An account that is there, with the switch of its Monday mail if its role gets one."""

    class Meta(PersonForm.Meta):
        fields = (*PersonForm.Meta.fields, "away_until", "receives_digest")
        help_texts = DIGEST_HELP
        widgets = AWAY_WIDGET

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        if self.instance.role not in digest.READERS:
            del self.fields["receives_digest"]
        if self.instance.role not in {Role.CITY, Role.UNIT}:
            del self.fields["away_until"]


class StaffChange(StaffForm):
    """A colleague's account, with the same switch; as the role may change, it is always shown."""

    class Meta(StaffForm.Meta):
        fields = (*StaffForm.Meta.fields, "leads", "away_until", "receives_digest")
        help_texts = DIGEST_HELP
        widgets = AWAY_WIDGET


class LoginNameForm(forms.Form):
    """The login name of a new account."""

    username = forms.CharField(
        label="登录名",
        max_length=60,
        help_text="字母、数字或汉字，不区分大小写，设定后不再更改。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def clean_username(self) -> str:
        """One writing of the name, and one account of it."""
        username = throttle.folded(self.cleaned_data["username"])
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError("这个登录名已被使用，请换一个。")
        return username


class StaffInvitation(StaffForm, LoginNameForm):
    """A new colleague."""


class FirmField(forms.CharField):
    """A firm by its full name or code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="所属企业", max_length=200, help_text="企业全称或统一社会信用代码。", **kwargs)


class FirmInvitation(PersonForm, LoginNameForm):
    """Somebody of a firm in the inviter's sight."""

    firm = FirmField()
    field_order = ("firm", "username", "name", "department", "phone", "email")

    def clean_firm(self) -> Enterprise:
        """Only a firm in sight; a foreign one and none are the same answer."""
        firm = firm_named(self.cleaned_data["firm"], self.by)
        if firm is None:
            raise forms.ValidationError("辖区内没有找到这家企业，请核对全称或统一社会信用代码。")
        return firm


class JoinForm(forms.Form):
    """One more firm for an account."""

    firm = FirmField()

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    clean_firm = FirmInvitation.clean_firm
