"""Every letter there is, one row each: whom it goes to, when, with which template."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import css_inline
from django.template.loader import render_to_string

from notifications.models import Message
from pipeline.models import Bureau


@dataclass(frozen=True)
class Rendered:
    """A letter in words: subject, plain text, HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Letter:
    """One kind of letter. ``repeats``: when nobody knows whether it arrived, it is sent again rather than not.

    ``stoppable``: its reader may decline it, with one click. Letters that open an account, alarms and notices of the
    law are sent whatever anybody chose.
    """

    kind: Message.Kind
    audience: str
    trigger: str
    template: str
    repeats: bool
    stoppable: bool = False

    def render(self, context: Mapping[str, Any]) -> Rendered:
        """The letter in words; every word of it stands in its three templates."""
        subject, text, html = (
            render_to_string(f"emails/{self.template}/{part}", dict(context))
            for part in ("subject.txt", "body.txt", "body.html")
        )
        lines = filter(None, map(str.strip, html.splitlines()))  # the templates' indentation is half of a letter
        return Rendered(" ".join(subject.split()), text.strip() + "\n", inliner().inline("\n".join(lines)))


def bureau_name() -> str:
    """Who writes: the bureau of this installation, once it was set up."""
    return Bureau.objects.values_list("name", flat=True).first() or ""


@lru_cache(maxsize=1)
def inliner() -> css_inline.CSSInliner:
    """Moves the style sheet of a letter into its elements, for readers who drop the sheet; loads nothing."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


DIGEST: Final = Letter(
    kind=Message.Kind.DIGEST,
    audience="市级、区县/乡镇和企业用户，没有账号的企业由联络员收，每个邮箱每周一封",
    trigger="每周一 8:30，有待办才发",
    template="digest",
    repeats=True,
    stoppable=True,
)
INVITATION: Final = Letter(
    kind=Message.Kind.INVITATION,
    audience="被邀请开户的人",
    trigger="开户或重发邀请时",
    template="invitation",
    repeats=False,
)
PASSWORD: Final = Letter(
    kind=Message.Kind.PASSWORD,
    audience="忘记密码的人",
    trigger="申请重设密码时",
    template="password",
    repeats=False,
)
ALARM: Final = Letter(
    kind=Message.Kind.ALARM,
    audience="管理员",
    trigger="一次定时运行晚了一小时还没有完成时，同一次只发一封",
    template="alarm",
    repeats=True,
)
CATALOGUE: Final[Mapping[str, Letter]] = {letter.kind: letter for letter in (DIGEST, INVITATION, PASSWORD, ALARM)}
