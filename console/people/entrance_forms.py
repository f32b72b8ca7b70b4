"""Forms of the front door."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation

from accounts.models import User

LONGEST = 128  # hashing a novel is work for nothing


class LoginForm(forms.Form):
    """Login name and password; whether they fit is the view's question."""

    username = forms.CharField(
        label="登录名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="密码",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ForgottenForm(forms.Form):
    """Whose password was forgotten."""

    username = forms.CharField(
        label="登录名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice and checked by the validators of the settings."""

    password = forms.CharField(
        label="新密码",
        max_length=LONGEST,
        strip=False,
        help_text="至少 12 个字符，不要使用常见密码，也不要与登录名、邮箱相近。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输入一次",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse what is short, common or like the account."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        given = super().clean() or {}
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", "两次输入的密码不一致。")
        return given


class ChangePasswordForm(NewPasswordForm):
    """The same for somebody who is logged in: the present password first."""

    present = forms.CharField(
        label="当前密码",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("present", "password", "again")

    def clean_present(self) -> str:
        """Only who knows the present password may replace it."""
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise forms.ValidationError("当前密码不正确。")
        return present
