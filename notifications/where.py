"""Where each thing is done: the one page a line of a letter leads to."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings
from django.urls import reverse

from notifications.models import Obligation
from notifications.readers import ContactOf, GroupOf, Reader, staff_in

Kind = Obligation.Kind
Place = Callable[[Obligation], str]
YEAR: Final = re.compile(r"(?<=补报)\d{4}(?=年)")


def page(view: str, *args: int | None) -> str:
    """The address of a page, for a letter."""
    return f"{settings.TIDU_BASE_URL}{reverse(view, args=args)}"


def home_of(reader: Reader) -> str:
    """The page where a reader goes on; a contact has no account to go on with."""
    if isinstance(reader, ContactOf):
        return ""
    return page("portal:home" if of_firm(reader) else "console:workbench")


def of_firm(reader: Reader) -> bool:
    """Whether a reader's pages are those of a firm."""
    return not isinstance(reader, GroupOf) and staff_in(reader) is None


def page_of(row: Obligation, reader: Reader) -> str:
    """The page on which this reader does this, for those who can open it."""
    if isinstance(reader, ContactOf):
        return ""
    if row.enterprise_id is None:
        return f"{page('console:calendar_duties')}?kind={row.kind}"
    places, firm = (OF_STAFF, on_page_of_firm("")) if not of_firm(reader) else (OF_FIRM, on_status(""))
    return places.get(Kind(row.kind), firm)(row)


def on_page_of_firm(part: str, dialog: str = "") -> Place:
    """A part of a firm's page in the console, its track chosen; or a dialog there, open."""

    def place(row: Obligation) -> str:
        asked = f"dialog={dialog}" if dialog else f"track={row.track}" if row.track else ""
        return page("console:enterprise_detail", row.enterprise_id) + (f"?{asked}" if asked else "") + part

    return place


def on_status(part: str) -> Place:
    """A part of 我的进度, its track chosen."""

    def place(row: Obligation) -> str:
        return page("portal:status", row.enterprise_id) + (f"?track={row.track}" if row.track else "") + part

    return place


def numbers_in(row: Obligation) -> list[int]:
    """The keys of rows that the key of an obligation names: ``six:12:2026-12-01`` names 12."""
    return [int(part) for part in row.key.split(":") if part.isdecimal()]


def on_statement(row: Obligation) -> str:
    """A statement that waits for an officer."""
    return on_page_of_firm(f"#statement-{numbers_in(row)[0]}")(row)


def on_visit(row: Obligation) -> str:
    """The form of a visit to an institution."""
    return page("console:institution_visit", numbers_in(row)[0])


def on_institution(row: Obligation) -> str:
    """The form that registers an institution of a firm."""
    return page("console:institution_create", row.enterprise_id)


def on_address(row: Obligation) -> str:
    """Where the address is kept: an account's page, or the contacts of a firm."""
    if row.key.startswith("address:account:"):
        return page("console:user_detail", numbers_in(row)[0])
    return on_page_of_firm("#contact", dialog="contact")(row)


def on_figures(row: Obligation) -> str:
    """The figures of the year that is missing; a figure without a year is settled on the first page."""
    year = YEAR.search(row.says)
    return page("portal:figures", row.enterprise_id, int(year[0])) if year else on_status("#conditions")(row)


OF_STAFF: Final[Mapping[str, Place]] = {
    Kind.TITLE_EXPIRY: on_page_of_firm("#cases"),
    Kind.ROUND_CLOSING: on_page_of_firm("#cases"),
    Kind.MATERIAL_MISSING: on_page_of_firm("#materials"),
    Kind.MATERIAL_TO_ACCEPT: on_page_of_firm("#materials"),
    Kind.MATERIAL_EXPIRING: on_page_of_firm("#materials"),
    Kind.RETURNED: on_page_of_firm("#cases"),
    Kind.TO_RECOMMEND: on_page_of_firm("#cases"),
    Kind.RENAME_REPORT: on_page_of_firm("#duties"),
    Kind.ANNUAL_DUTY: on_page_of_firm("#materials"),
    Kind.FIGURES_WANTED: on_page_of_firm("#figures"),
    Kind.FIGURES_TO_ACCEPT: on_statement,
    Kind.INSTITUTION_WANTED: on_institution,
    Kind.SIX_RECHECK: on_visit,
    Kind.ADDRESS_WANTED: on_address,
}
OF_FIRM: Final[Mapping[str, Place]] = {
    Kind.TITLE_EXPIRY: on_status("#conditions"),
    Kind.ROUND_CLOSING: on_status("#conditions"),
    Kind.MATERIAL_MISSING: on_status("#conditions"),
    Kind.MATERIAL_EXPIRING: on_status("#conditions"),
    Kind.RETURNED: on_status("#conditions"),
    Kind.RENAME_REPORT: on_status("#duties"),
    Kind.ANNUAL_DUTY: on_status("#conditions"),
    Kind.FIGURES_WANTED: on_figures,
    Kind.INSTITUTION_WANTED: on_status("#institutions"),
}
