"""Every page of the policy table in Chromium, for each role, wide and narrow: none scrolls sideways, none fails."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from pytest_django.live_server_helper import LiveServer

from accounts import policy
from accounts.models import Role, User
from enterprises.models import AboveScaleSpell, Enterprise, ImportBatch, InstitutionGrade
from notifications import digest, obligations, stopping
from notifications.models import Message, PlanStep, YearlyDuty
from pipeline.domain import candidacies, judge, ladder, pools, touch
from pipeline.models import (
    Bureau,
    Candidacy,
    Document,
    Edition,
    ListRow,
    MaterialRequirement,
    Pool,
    PublishedList,
    Receipt,
    Round,
)
from tests.access.table import TABLE
from tests.factories import ContactFactory, EnterpriseFactory, InstitutionFactory, MaterialFactory, TitleFactory
from tests.firms import make_fit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

WIDTHS = (1440, 390)
ROLES = ("nobody", "city", "unit", "firm", "auditor", "admin")
# Acts answer only to POST, and the bar is a part of a page
NO_PAGES = {
    "entrance:logout", "entrance:healthz", "entrance:readyz", "console:ruling_create", "console:candidacy_open",
    "console:candidacy_move", "console:statement_accept", "console:statement_decline", "console:material_hand_in",
    "console:material_accept", "console:officer_assign", "console:contact_create", "console:import_apply",
    "console:list_export", "console:list_correct", "console:list_rematch", "console:list_apply", "console:list_decide",
    "console:list_confirm", "console:list_complete",
    "console:import_progress", "console:list_progress", "console:settings_material_remove", "portal:material_hand_in",
    "console:enterprise_export", "console:mail_export", "console:user_export", "console:dossier_print",
    "console:institution_export", "console:institution_coverage_export", "console:institution_move",
    "console:institution_raise", "console:institution_confirm", "console:spell_create", "console:spell_end",
    "console:audit_export",
    "console:mail_decide", "console:mail_preview_letter", "console:mail_preview_body",
}  # fmt: skip


# Columns are corrected only of a workbook that was read; refused rows are a file; a saved view leads to 企业库
MORE_NO_PAGES = {
    "console:rule_edit",
    "console:rule_part",
    "console:rule_add",
    "console:import_columns",
    "console:import_refused",
    "console:view_detail",
    "console:rule_whatif_progress",
    "reminders:feed",
}
# Whatever answers 405 to a GET is an act, and no page, without being named above
ACTS = {view for view, method, codes in TABLE if method == "GET" and 405 in codes.values()}


@dataclass
class Complaints:
    """What the browser had to complain about on a page."""

    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note errors of script, console and policy, and answers that are none."""
        page.on("console", self.note)
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("response", self.note_answer)

    def note(self, message: ConsoleMessage) -> None:
        """A line in the console."""
        if message.type in {"error", "warning"}:
            self.found.append(message.text)

    def note_answer(self, response: Response) -> None:
        """A part of a page that was not delivered."""
        if response.status >= 400:
            self.found.append(f"{response.status} {response.url}")


@pytest.fixture
def furnished(
    reference_data: Bureau,
    enterprise: Enterprise,
    officer: User,
    county_officer: User,
    member: User,
    auditor: User,
    administrator: User,
) -> dict[str, User | None]:
    """A bureau in which every page has something to show; the people by role."""
    on = timezone.localdate()
    make_fit(enterprise, tech_staff_hnte_headcount=5)
    TitleFactory(enterprise=enterprise, track="hnte", valid_until=on + datetime.timedelta(days=20))
    EnterpriseFactory(
        region=enterprise.region, name="鄂东南临空经济区云泽恒砺高端铜基复合新材料与智能装备产业技术研究院有限公司"
    )
    InstitutionFactory(
        enterprise=enterprise, state="complete", name="鄂东南临空经济区高端铜基复合新材料与智能装备企校联合创新中心",
        haves=["site"], lacks=["staff"], recheck_on=on,
    )  # fmt: skip
    AboveScaleSpell.objects.create(enterprise=enterprise, from_on=on)
    ContactFactory(enterprise=enterprise)
    MaterialFactory(enterprise=enterprise, accepted_at=None)
    case = candidacies.open_case(enterprise_id=enterprise.pk, track="hnte", by=officer, on=on)
    candidacies.move(candidacy_id=case.pk, step="prepare", by=officer, version=0, on=on)
    touch.state_figures(enterprise_id=enterprise.pk, year=2025, figures={"sales_cny": 1}, by=member, at=timezone.now())
    ImportBatch.objects.create(filename="台账.xlsx", digest="0", by=officer, state="read")
    ImportBatch.objects.create(filename="台账.xlsx", digest="0", by=county_officer, state="applying", progress=40)
    judge.judge(on=on)
    ladder.settle_all(on)
    pool = pools.create(
        name="2027年度高新技术企业重点后备（鄂东南临空经济区）", track="hnte", query="lacks=hnte", by=officer, on=on
    )
    pools.pin(pool_id=pool.pk, enterprise_ids=[enterprise.pk], kind="include", reason="骨干企业", by=officer, on=on)
    obligations.refresh(on=on)
    digest.run(on=on)
    published = PublishedList.objects.create(
        filename="名单.xlsx", digest="1" * 64, track="hnte", kind="recognition", region=county_officer.region,
        title="湖北省2026年第一批高新技术企业认定名单（鄂东南临空经济区部分，共两家企业）", by=county_officer,
        notes={"parts": []},
    )  # fmt: skip
    for place, match in enumerate(ListRow.Match.values, 1):
        ListRow.objects.create(
            published_list=published, place=place, sheet="名单", line=place, text="",
            name=f"云泽精密{match}", match=match,
            enterprise=enterprise if match == "sure" else None, region_text="东溪县", number="GR202642000001",
            candidates=[{"firm": enterprise.pk, "how": "一字之差"}] if match == "doubtful" else [],
        )  # fmt: skip
    people = (None, officer, county_officer, member, auditor, administrator)
    return dict(zip(ROLES, people, strict=True))


def addresses(user: User | None, enterprise: Enterprise) -> Iterator[str]:
    """The pages this person may open, each with an object of theirs."""
    for view in sorted(policy.POLICY.keys() - NO_PAGES - MORE_NO_PAGES - ACTS):
        if view.endswith("_export"):  # a file, no page
            continue
        if policy.may_open(user, view) if user else policy.ANONYMOUS in policy.POLICY[view]:
            yield from address_of(view, user, enterprise)


def address_of(view: str, user: User | None, enterprise: Enterprise) -> Iterator[str]:
    """The address of one page; none where this person has no such object."""
    weekly = Message.objects.filter(kind="digest")
    yearly = YearlyDuty.objects.filter(rhythm=YearlyDuty.Rhythm.YEARLY)
    objects = {
        "console:enterprise_detail": [enterprise.pk],
        "console:enterprise_as_of": [enterprise.pk],
        "console:receipt_list": [enterprise.pk],
        "console:receipt_detail": Receipt.objects.filter(enterprise=enterprise).values_list("pk", flat=True)[:1],
        "console:settings_price_edit": ["research"],
        "console:settings_yearly_edit": YearlyDuty.objects.values_list("pk", flat=True)[:1],
        "console:settings_step_edit": PlanStep.objects.values_list("pk", flat=True)[:1],
        "reminders:notice": Message.objects.filter(recipients=user).values_list("pk", flat=True)[:1],
        "reminders:stop": [stopping.SIGNER.sign(str(pk)) for pk in weekly.values_list("pk", flat=True)[:1]],
        "console:board_case": Candidacy.objects.values_list("pk", flat=True)[:1],
        "console:dossier": [enterprise.pk],
        "console:import_detail": ImportBatch.objects.filter(by=user).values_list("pk", flat=True),
        "console:list_detail": PublishedList.objects.visible_to(user).values_list("pk", flat=True)[:1] if user else [],
        "console:import_undo": ImportBatch.objects.filter(by=user, state="read").values_list("pk", flat=True),
        "console:mail_detail": Message.objects.filter(recipients=user).values_list("pk", flat=True),
        "console:mail_body": Message.objects.filter(recipients=user).values_list("pk", flat=True),
        "console:rule_detail": Edition.objects.filter(track__in=["hnte", "srdi"]).values_list("pk", flat=True)[:3],
        "console:rule_document_edit": Document.objects.values_list("pk", flat=True)[:1],
        "console:rule_whatif": Edition.objects.filter(track="hnte").values_list("pk", flat=True)[:1],
        "console:user_detail": [user.pk] if user else [],
        "console:settings_round_edit": Round.objects.filter(track="hnte").values_list("pk", flat=True)[:1],
        "console:settings_material_edit": MaterialRequirement.objects.values_list("pk", flat=True)[:1],
        "console:pool_detail": Pool.objects.visible_to(user).values_list("pk", flat=True) if user else [],
        "console:pool_define": Pool.objects.visible_to(user).values_list("pk", flat=True) if user else [],
        "portal:status": [enterprise.pk],
        "console:institution_create": [enterprise.pk],
        "console:institution_kind_edit": InstitutionGrade.objects.values_list("pk", flat=True)[:1],
    }
    for act in ("detail", "edit", "visit"):
        objects[f"console:institution_{act}"] = enterprise.institutions.values_list("pk", flat=True)
    if view == "console:board_cards":
        yield reverse(view) + "?state=preparing"
    elif view == "console:settings_yearly_day":
        yield from (reverse(view, args=[pk, 2027]) for pk in yearly.values_list("pk", flat=True)[:1])
    elif view == "portal:figures":
        yield reverse(view, args=[enterprise.pk, 2025])
    elif view in {"entrance:password_reset", "entrance:invitation"}:
        yield reverse(view, args=["x", "y"])
    elif view in objects:
        yield from (reverse(view, args=[pk]) for pk in objects[view])
    else:
        yield reverse(view)


def enter(browser: Browser, live_server: LiveServer, user: User | None, width: int, *, scripts: bool = True) -> Page:
    """A window of this width in which the person is logged in."""
    window = {"width": width, "height": 900}
    context = browser.new_context(viewport=window, locale="zh-CN", java_script_enabled=scripts)
    if user:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    return context.new_page()


def sideways(page: Page) -> int:
    """By how much the page scrolls sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_its_window_and_nothing_fails(
    browser: Browser,
    live_server: LiveServer,
    furnished: dict[str, User | None],
    enterprise: Enterprise,
    role: str,
    width: int,
):
    user = furnished[role]
    page, complaints = enter(browser, live_server, user, width), Complaints()
    complaints.listen(page)
    paths = list(addresses(user, enterprise))
    scrolled = {}

    for path in paths:
        page.goto(live_server.url + path)
        scrolled[path] = sideways(page)

    page.context.close()
    assert complaints.found == []
    assert {path: by for path, by in scrolled.items() if by} == {}
    assert len(paths) >= (5 if role == "nobody" else 3)


def test_every_role_of_the_table_is_looked_at():
    assert len(ROLES) == len(Role) + 1
