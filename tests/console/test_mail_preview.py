"""Next Monday beforehand: who gets what, as the run will make it, who gets nothing; and letters that went wrong."""

import datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from notifications import bounces, digest, obligations
from notifications.models import Message
from notifications.workdays import load_calendar
from tests.console.test_mails import letter, listing
from tests.console.visit import MORNING, ON, as_, text
from tests.factories import BureauFactory, ContactFactory, EnterpriseFactory, MemberFactory, TitleFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def this_monday(city: Region):
    load_calendar()
    BureauFactory(region=city)
    with time_machine.travel(MORNING, tick=True):
        yield


def ending(firm: Enterprise) -> Enterprise:
    TitleFactory(enterprise=firm, issued_on=ON.replace(year=2024), valid_until=datetime.date(2026, 12, 20))
    return firm


@pytest.fixture
def due(
    enterprise: Enterprise,
    foreign_enterprise: Enterprise,
    officer: User,
    county_officer: User,
    other_county_officer: User,
    member: User,
) -> None:
    """A title of each county ends; the firm next door is told by its contact."""
    ending(enterprise), ending(foreign_enterprise)
    ContactFactory(enterprise=foreign_enterprise, email="far@example.cn")
    obligations.refresh(on=ON)


def rows() -> dict[str, int]:
    """How many rows every table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.feature(54, partial="“preview next Monday”; no bounce becomes a task yet")
def test_the_preview_is_what_the_run_then_makes_and_keeps_nothing(due: None, officer: User):
    """“preview next Monday” button"""
    client, before = as_(officer), rows()

    lines = client.get("/mails/preview/").context["lines"]
    letters = {line.to: client.get("/mails/preview/letter/", {"to": line.key}).context["letter"] for line in lines}
    bodies = {line.to: client.get("/mails/preview/body/", {"to": line.key}).content.decode() for line in lines}
    assert rows() == before

    digest.run(on=MONDAY)
    made = {message.to: message for message in Message.objects.all()}
    assert made.keys() == letters.keys()
    for to, message in made.items():
        assert (message.subject, message.text) == (letters[to].rendered.subject, letters[to].rendered.text)
        assert message.html == bodies[to]


def test_a_unit_previews_only_letters_of_its_own(due: None, county_officer: User):
    client = as_(county_officer)

    lines = {line.to for line in client.get("/mails/preview/").context["lines"]}

    assert lines == {"county@example.cn", "member@example.cn"}
    for to in ("officer@example.cn", "other-county@example.cn", "far@example.cn", "nobody@example.cn"):
        assert {client.get(f"/mails/preview/{page}/", {"to": to}).status_code for page in ("letter", "body")} == {404}


def test_the_previewed_body_may_run_nothing(due: None, officer: User):
    body = as_(officer).get("/mails/preview/body/", {"to": "county@example.cn"})

    assert "default-src 'none'" in body["Content-Security-Policy"]
    assert "sandbox" in as_(officer).get("/mails/preview/letter/", {"to": "county@example.cn"}).text


@pytest.mark.feature("N13", partial="no property test over random histories")
def test_who_gets_nothing_is_listed_with_the_reason(due: None, officer: User, county: Region, county_officer: User):
    """“silent list” shows who was *not* mailed and why"""
    silent = EnterpriseFactory(region=county)
    MemberFactory(name="甲停", is_active=False, enterprises=[silent])
    MemberFactory(name="乙关", receives_digest=False, enterprises=[silent])
    MemberFactory(name="丙无", email="", enterprises=[silent])
    MemberFactory(name="丁闲", enterprises=[silent])
    bouncing = MemberFactory(name="戊退", enterprises=[silent])
    bounces.refused(letter(bouncing, state="failed"), "550 5.1.1 User unknown", at=timezone.now())
    alone = ending(EnterpriseFactory(name="无人科技有限公司", region=county))
    obligations.refresh(on=ON)

    found = {}
    for reason in ("closed", "off", "mailless", "idle", "bounced", "nobody"):
        context = as_(county_officer).get("/mails/preview/", {"silent": reason}).context
        found[reason] = {one.name for one in [*context.get("people", ()), *context.get("firms", ())]}

    assert found == {
        "closed": {"甲停"}, "off": {"乙关"}, "mailless": {"丙无"}, "idle": {"丁闲"}, "bounced": {"戊退"},
        "nobody": {alone.name},
    }  # fmt: skip


def test_the_silent_list_names_nobody_of_another_county(
    due: None, county_officer: User, foreign_enterprise: Enterprise
):
    MemberFactory(name="邻停", is_active=False, enterprises=[foreign_enterprise])

    assert "邻停" not in as_(county_officer).get("/mails/preview/", {"silent": "closed"}).text


# Letters that went wrong


def decide(user: User, message: Message, act: str, seen: str) -> int:
    return as_(user).post(f"/mails/{message.pk}/decide/", {"act": act, "seen": seen}).status_code


@pytest.mark.feature(54, partial="retry of a failed letter by a person")
def test_a_failed_letter_is_sent_again_once(officer: User):
    """outbox with rendered body, state, retries"""
    failed = letter(officer, state="failed", attempts=8, error="550")

    assert decide(officer, failed, "again", "failed:8") == 302
    assert decide(officer, failed, "again", "failed:8") == 409

    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.error) == ("queued", 0, "")
    event = AuditEvent.objects.get(what="mail.send_again")
    assert (event.by, event.before, event.after) == (officer, {"state": "failed"}, {"state": "queued"})


def test_an_uncertain_letter_is_taken_as_sent(officer: User):
    lost = letter(officer, state="uncertain", attempts=1)

    assert decide(officer, lost, "sent", "uncertain:1") == 302

    assert Message.objects.get().state == "sent"
    assert AuditEvent.objects.filter(what="mail.take_as_sent").count() == 1


@pytest.mark.parametrize(("state", "act"), [("sent", "again"), ("queued", "again"), ("failed", "sent")])
def test_a_letter_in_another_state_is_refused_with_the_reason(officer: User, state: str, act: str):
    assert decide(officer, letter(officer, state=state), act, f"{state}:0") == 403
    assert not AuditEvent.objects.filter(what__startswith="mail.").exists()


def test_a_letter_whose_link_was_wiped_is_not_sent_again(officer: User):
    spent = letter(officer, state="uncertain")
    Message.objects.update(kind="invitation")

    assert decide(officer, spent, "again", "uncertain:0") == 403


def test_a_letter_of_another_county_is_not_there(
    county_officer: User, other_county_officer: User, foreign_enterprise: Enterprise
):
    far = letter(other_county_officer, state="failed", basis=listing(foreign_enterprise))

    assert decide(county_officer, far, "again", "failed:0") == 404
    assert Message.objects.get().state == "failed"


def test_tabs_count_what_they_list(officer: User, county_officer: User):
    letter(officer, state="sent", possibly_twice=True), letter(officer, state="failed"), letter(county_officer)
    client = as_(officer)

    tabs = client.get("/mails/").context["states"]

    assert {key: n for key, _, n in tabs if n} == {"sent": 1, "failed": 1, "queued": 1, "twice": 1}
    for key, _, count in tabs:
        assert client.get("/mails/", {"state": key}).context["page"].count == count


@pytest.mark.parametrize("query", ["county@", "陈县", "云泽"])
def test_letters_are_found_by_mailbox_person_or_firm(
    officer: User, county_officer: User, enterprise: Enterprise, query: str
):
    enterprise.members.add(county_officer)
    wanted = letter(county_officer)
    letter(officer)

    found = as_(officer).get("/mails/", {"q": query}).context["letters"]

    assert [message.pk for message, _ in found] == [wanted.pk]


def test_a_failed_letter_leads_to_where_its_address_is_mended(officer: User, member: User, enterprise: Enterprise):
    ContactFactory(enterprise=enterprise, email=member.email)
    failed = letter(member, state="failed", error="550 User unknown")

    page: Any = as_(officer).get(f"/mails/{failed.pk}/")

    assert f'href="/users/{member.pk}/"' in page.text
    assert f'href="/enterprises/{enterprise.pk}/"' in page.text
    assert "重新发送" in text(page)
