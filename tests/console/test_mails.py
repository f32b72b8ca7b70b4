"""提醒邮件: letters as their readers see them, in a frame that can do nothing."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from enterprises.models import Enterprise
from notifications.models import Message, Obligation
from tests.console.visit import as_, text

pytestmark = pytest.mark.django_db


def letter(*recipients: User, **fields: Any) -> Message:
    """A letter in the outbox."""
    number = Message.objects.count()
    message = Message.objects.create(
        key=f"digest:2026-W48:{number}",
        message_id=f"<{number}@example.cn>",
        kind=Message.Kind.DIGEST,
        to=recipients[0].email,
        subject=f"{number} 项待办",
        text="纯文本",
        html="<p style='color:red'>您好</p>",
        next_try_at=timezone.now(),
        **fields,
    )
    message.recipients.set(recipients)
    return message


def test_the_city_reads_every_letter(officer: User, county_officer: User, member: User):
    letter(officer), letter(county_officer), letter(member)

    assert as_(officer).get("/mails/").context["page"].count == 3


def listing(*firms: Enterprise) -> dict[str, list[int]]:
    """The basis of a letter with one line for each firm."""
    lines = [
        Obligation.objects.get_or_create(key=f"line:{firm.pk}", enterprise=firm, created_on=date(2026, 11, 23))[0]
        for firm in firms
    ]
    return {"obligations": [line.pk for line in lines]}


def test_a_county_reads_letters_that_name_only_firms_of_its_own(
    county_officer: User, other_county_officer: User, enterprise: Enterprise, foreign_enterprise: Enterprise
):
    near, far, both = listing(enterprise), listing(foreign_enterprise), listing(enterprise, foreign_enterprise)
    own = {letter(county_officer, basis=near), letter(other_county_officer, basis=near)}
    foreign = [letter(county_officer, basis=far), letter(county_officer, basis=both), letter(county_officer)]
    client = as_(county_officer)

    listed = {message for message, _ in client.get("/mails/").context["letters"]}

    assert listed == own
    assert {client.get(f"/mails/{one.pk}/{part}").status_code for one in foreign for part in ("", "body/")} == {404}


def test_a_letter_says_what_became_of_it(officer: User):
    sent = letter(officer, state="sent", attempts=2, possibly_twice=True, error="")

    page = text(as_(officer).get(f"/mails/{sent.pk}/"))

    for says in ("已发送", "可能重复", "尝试2次", "officer@example.cn"):
        assert says in page


def test_the_body_may_be_framed_by_us_and_run_nothing(officer: User):
    body = as_(officer).get(f"/mails/{letter(officer).pk}/body/")

    policy = body["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_frames_the_body_without_any_right(officer: User):
    page = as_(officer).get(f"/mails/{letter(officer).pk}/")

    assert "sandbox" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_a_letter_without_html_is_shown_as_text(officer: User):
    plain = letter(officer)
    Message.objects.update(html="")

    assert "纯文本" in as_(officer).get(f"/mails/{plain.pk}/body/").content.decode()


def test_letters_of_one_state_are_listed_alone(officer: User):
    letter(officer), letter(officer, state="failed")

    assert as_(officer).get("/mails/?state=failed").context["page"].count == 1
