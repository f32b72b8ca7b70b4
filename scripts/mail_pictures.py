"""Pictures of every letter of a running demo, 600 and 360 pixels wide and as text: `python -m scripts.mail_pictures`.

Digests are those of the present week, one for each kind of reader, composed by the product's own code; letters that
open an account are rendered with an invented link. What a letter would load, or where it leads outside, is told.
"""

import html
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import django
import django.utils.timezone
from playwright.sync_api import sync_playwright

from scripts.pictures import BROWSER, chromium
from scripts.services import ROOT

PICTURES: Final = ROOT / "docs" / "pictures" / "mails"
LIST: Final = ROOT / "docs" / "mails.md"
WIDTHS: Final = (600, 360)
TALLEST: Final = 2400  # pixels; a longer letter is cut there
LOADS: Final = re.compile(r"""(?:src|background)\s*=|url\(|<link|<script|@import""", re.I)
HIDDEN: Final = "［退订链接"  # filled in when a letter leaves
LINK: Final = re.compile(r'href="([^"]*)"')
AS_TEXT: Final = (
    "<meta charset=utf-8><pre style='margin:16px;white-space:pre-wrap;word-break:break-all;font:13px/1.6 monospace'>"
)
OF_READER: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "digest-officer-city": ("市级经办人", {"role": "city", "leads": False}),
    "digest-director": ("局领导", {"role": "city", "leads": True}),
    "digest-officer-unit": ("区县/乡镇经办人", {"role": "unit", "leads": False}),
    "digest-head-unit": ("单位负责人", {"role": "unit", "leads": True}),
    "digest-enterprise": ("企业", {"role": "enterprise"}),
}


def letters() -> Iterator[tuple[str, str, Any]]:
    """Name, reader and words of every letter."""
    from accounts.models import User  # noqa: PLC0415 -- models exist only after django.setup()
    from notifications import digest  # noqa: PLC0415 -- needs django.setup()
    from notifications.catalogue import ALARM, INVITATION, PASSWORD, bureau_name  # noqa: PLC0415 -- needs django.setup()
    from notifications.contents import Contents  # noqa: PLC0415 -- needs django.setup()

    now = django.utils.timezone.localtime()
    contents = Contents(now.date())
    for name, (reader, wanted) in OF_READER.items():
        found = (
            digest.compose([user], contents) for user in User.objects.filter(is_active=True, **wanted).order_by("pk")
        )
        letter = next(filter(None, found), None)
        if letter:
            yield name, reader, letter.rendered
    box = next(box for box in digest.mailboxes(now.date()).values() if box.firms and not box.users)
    letter = digest.compose(box.readers, contents)
    if letter:
        yield "digest-contact", "没有账号的企业的联络员", letter.rendered
    person = User.objects.filter(is_active=True).order_by("pk")[0]
    words = {"bureau": bureau_name(), "user": person, "inviter": person.name, "link": "https://tidu.example.cn/…/"}
    words |= {"job": {"label": "更新应办事项", "last": None}, "owed": now, "url": "https://tidu.example.cn/status/"}
    for name, reader, kind in (("invitation", "被邀请的人", INVITATION), ("password", "忘记密码的人", PASSWORD)):
        yield name, reader, kind.render(words)
    yield "alarm", "管理员", ALARM.render(words)


def complaints(name: str, page: str, base: str) -> Iterator[str]:
    """What a letter would load, and where it leads outside of the product."""
    if found := LOADS.search(page):
        yield f"{name} loads something: {found[0]}"
    for address in LINK.findall(page):
        if not address.startswith((base, "https://tidu.example.cn/", HIDDEN)):
            yield f"{name} leads to {address}"


def take(browser: Any, name: str, rendered: Any) -> Iterator[str]:
    """The pictures of one letter; what scrolls sideways is told."""
    text = AS_TEXT + html.escape(f"{rendered.subject}\n\n{rendered.text}")
    for kind, width, page in [*((width, width, rendered.html) for width in WIDTHS), ("text", WIDTHS[0], text)]:
        window = browser.new_page(viewport={"width": width, "height": 400})
        window.set_content(page)
        size = window.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(size[0], TALLEST)}
        path = PICTURES / f"{name}-{kind}.jpg"
        window.screenshot(path=path, type="jpeg", quality=72, full_page=True, clip=clip)
        window.close()
        if size[1] > width:
            yield f"{name} scrolls sideways at {width}"


def listed(rows: Mapping[str, tuple[str, str]]) -> str:
    """The list of letters as Markdown."""
    lines = [
        "# Every letter",
        "",
        "Made by `python -m scripts.mail_pictures` beside a running `make demo`: each letter at 600 and 360 pixels,",
        "and its text part. Firms and figures are the demo's; digests are those of the present week.",
        "",
        "| letter | reader | subject | pictures |",
        "|---|---|---|---|",
    ]
    for name, (reader, subject) in rows.items():
        shown = " ".join(f"[{kind}](pictures/mails/{name}-{kind}.jpg)" for kind in (*WIDTHS, "text"))
        lines.append(f"| `{name}` | {reader} | {subject} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Compose, take, list."""
    base = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    os.environ.setdefault("TIDU_BASE_URL", base)
    django.setup()
    made = list(letters())
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = [said for name, _, rendered in made for said in complaints(name, rendered.html, base)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=BROWSER)
        for name, _, rendered in made:
            found += take(browser, name, rendered)
        browser.close()
    LIST.write_text(listed({name: (reader, rendered.subject) for name, reader, rendered in made}))
    print(f"{len(made)} letters, {3 * len(made)} pictures")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
