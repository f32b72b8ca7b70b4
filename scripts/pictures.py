"""Pictures of every page of a running demo, wide and narrow, and the list of them: `python -m scripts.pictures`.

Pages are found as a person finds them: by following links from the first page, once for each account of the demo.
Of several pages of one view the fullest is taken. A page that no link leads to is named at the end.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import django
from django.urls import Resolver404, resolve
from playwright.sync_api import sync_playwright

from scripts.demo import read_note
from scripts.services import ROOT

PICTURES: Final = ROOT / "docs" / "pictures" / "pages"
LIST: Final = ROOT / "docs" / "pages.md"
WIDTHS: Final = (1440, 390)
TALLEST: Final = 2600  # pixels; a longer page is cut there
EXAMPLES: Final = 6  # pages of one view that are compared
BROWSER: Final = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
LINK: Final = re.compile(r'href="(/[^"#]*)')
HEADING: Final = re.compile(r"<title>(.*?)</title>", re.S)
FIRST: Final = ("shiji", "guanli", "qiye")  # of several accounts that reach a page the first one shows it


@dataclass(frozen=True)
class Found:
    """A page: its view, who sees it, its address, its title, how much is on it."""

    view: str
    account: str
    path: str
    title: str
    size: int


def view_of(path: str) -> str:
    """The view behind an address, empty where there is none."""
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""


def crawl(context: Any, base: str, account: str, start: str) -> dict[str, Found]:
    """The fullest page of each view that links lead this account to."""
    waiting = [start]
    tried: Counter[str] = Counter()
    best: dict[str, Found] = {}
    while waiting:
        path = waiting.pop(0).replace("&amp;", "&")
        view = view_of(path)
        if not view or tried[view] >= EXAMPLES or view.endswith("_export") or view == "entrance:logout":
            continue
        tried[view] += 1
        answer = context.request.get(base + path)
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        page = answer.text()
        view, path = view_of(answer.url.removeprefix(base)) or view, answer.url.removeprefix(base)
        title = HEADING.search(page)
        found = Found(view, account, path, title[1].strip() if title else "", len(page))
        if title and found.size > getattr(best.get(view), "size", 0):
            best[view] = found
        waiting.extend(dict.fromkeys(LINK.findall(page)))
    return best


def log_in(context: Any, base: str, account: str, password: str) -> None:
    """Enter the demo."""
    page = context.new_page()
    page.goto(f"{base}/login/")
    page.fill("[name=username]", account)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    page.close()


def window(browser: Any, width: int) -> Any:
    """A fresh window of this width."""
    return browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")


def found_by_all(browser: Any, base: str, accounts: list[str], password: str) -> dict[str, Found]:
    """Every page that anybody reaches, shown by the first account that does."""
    pages: dict[str, Found] = {}
    for account in ["", *accounts]:
        context = window(browser, WIDTHS[0])
        if account:
            log_in(context, base, account, password)
        for view, found in crawl(context, base, account, "/" if account else "/login/").items():
            pages.setdefault(view, found)
        context.close()
    return pages


def name_of(view: str, width: int) -> str:
    """The file name of a picture."""
    return f"{view.replace(':', '-')}-{width}.jpg"


def take(browser: Any, base: str, pages: Mapping[str, Found], password: str) -> Iterator[str]:
    """Take every picture; what scrolls sideways is told."""
    for width in WIDTHS:
        for account in dict.fromkeys(found.account for found in pages.values()):
            context = window(browser, width)
            if account:
                log_in(context, base, account, password)
            for found in pages.values():
                if found.account == account:
                    yield from picture(context, base, found, width)
            context.close()


def picture(context: Any, base: str, found: Found, width: int) -> Iterator[str]:
    """One picture."""
    page = context.new_page()
    page.goto(base + found.path)
    page.wait_for_load_state("networkidle")
    height, across = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    clip = {"x": 0, "y": 0, "width": width, "height": min(max(height, 900), TALLEST)}
    page.screenshot(path=PICTURES / name_of(found.view, width), type="jpeg", quality=72, full_page=True, clip=clip)
    page.close()
    if across > width:
        yield f"{found.path} scrolls sideways at {width}"


def listed(pages: Mapping[str, Found]) -> str:
    """The list of pages as Markdown."""
    lines = [
        "# Every page",
        "",
        "Made by `python -m scripts.pictures` beside a running `make demo`: each page as the first account that",
        "reaches it sees it, at 1440 and 390 pixels. Firms and figures are the demo's.",
        "",
        "| page | address | view | account | pictures |",
        "|---|---|---|---|---|",
    ]
    for view, found in sorted(pages.items(), key=lambda item: item[0]):
        shown = " ".join(f"[{width}](pictures/pages/{name_of(view, width)})" for width in WIDTHS)
        title = found.title.replace(" · 梯度", "").replace("|", "/")
        path = re.sub(r"/\d+/", "/…/", found.path.partition("?")[0])
        lines.append(f"| {title} | `{path}` | `{view}` | {found.account or '(nobody)'} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Crawl, take, list; tell what no link leads to."""
    note = read_note()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    django.setup()
    base = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    password = note["TIDU_DEMO_PASSWORD"]
    rest = [row[1] for row in note["accounts"] if row[1] not in FIRST]
    accounts = [*FIRST, *rest]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=BROWSER)
        pages = found_by_all(browser, base, accounts, password)
        for old in PICTURES.glob("*.jpg"):
            old.unlink()
        complaints = list(take(browser, base, pages, password))
        browser.close()
    LIST.write_text(listed(pages))
    print(f"{len(pages)} pages, {len(WIDTHS) * len(pages)} pictures")
    print("\n".join(complaints))
    return 1 if complaints else 0


def chromium() -> str:
    """The browser of the machine."""
    return next(str(path) for path in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if path.exists())


if __name__ == "__main__":
    sys.exit(main())
