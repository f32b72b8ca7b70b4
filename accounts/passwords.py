"""What a password must be, said in Chinese where Django has no translation."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError


class LongEnough(MinimumLengthValidator):
    """At least so many characters."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """ValidationError with the length that is asked for."""
        if len(password) < self.min_length:
            raise ValidationError(f"密码太短，至少 {self.min_length} 个字符。", code="password_too_short")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return f"密码至少 {self.min_length} 个字符。"
