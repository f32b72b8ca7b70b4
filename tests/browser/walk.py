"""What the people of the walk do in the browser: sign in, open dialogs, take pictures."""

import os
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

PASSWORD = "password"
TALLEST = 1900  # px of a page that a picture keeps
DESK = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


class Desk:
    """One person at one screen of the given width; pictures go to TIDU_PICTURES when that is set."""

    def __init__(self, browser: Browser, address: str, width: int, who: str) -> None:
        self.width, self.who, self.address = width, who, address
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=address, **DESK
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.sign_in()

    def note(self, message: ConsoleMessage) -> None:
        """A refused step answers 403, which the browser logs; anything else is a complaint."""
        if message.type == "error" and "status of 403" not in message.text:
            self.complaints.append(message.text)

    def sign_in(self) -> None:
        """Through the front door."""
        self.page.goto("/login/")
        self.page.get_by_label("登录名").fill(self.who)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page).not_to_have_url(f"{self.address}/login/")

    def picture(self, name: str) -> None:
        """Keep what the page looks like, and see that nothing runs out at the side."""
        overhang = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overhang <= 0, f"{name} runs {overhang} px out of the side at {self.width} px"
        if folder := os.environ.get("TIDU_PICTURES"):
            height = min(TALLEST, self.page.evaluate("document.documentElement.scrollHeight"))
            clip = {"x": 0, "y": 0, "width": self.width, "height": height}
            self.page.screenshot(path=Path(folder) / f"{name}-{self.width}.png", full_page=True, clip=clip)

    def act(self, opener: str, submit: str | None = None, **fields: str) -> None:
        """Open a dialog by its link, fill its fields by label, and send it."""
        self.page.get_by_role("link", name=opener).first.click()
        dialog = self.page.locator("dialog[open]")
        expect(dialog).to_be_visible()
        for label, value in fields.items():
            control = dialog.get_by_label(label)
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(label=value)
            else:
                control.fill(value)
        if submit:
            dialog.get_by_role("button", name=submit).click()
            self.page.wait_for_load_state()

    def rule(self, words: str, basis: str) -> None:
        """Answer the manual part that says ``words`` with 符合."""
        line = self.page.locator("li", has_text=words).last
        line.get_by_role("link", name="判定").last.click()
        dialog = self.page.locator("dialog[open]")
        dialog.get_by_label("符合", exact=True).check()
        dialog.get_by_label("依据").fill(basis)
        dialog.get_by_role("button", name="记录判定").click()
        self.page.wait_for_load_state()

    def leave(self) -> None:
        """Close the browser window; nothing may have gone wrong on the way."""
        assert self.complaints == []
        self.context.close()
