"""运行状况: what should have run, who lives, what stands in the way of the mail; and the way out."""

import datetime

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import AuditEvent, User
from notifications import bounces, pausing, watch
from notifications.models import Bounce, MailPause, TaskRun, WorkCalendarDay
from tests.console.test_mails import letter
from tests.console.visit import as_, text

pytestmark = [pytest.mark.django_db, pytest.mark.feature(57)]


def test_it_names_runs_workers_mail_and_the_years_without_calendar(administrator: User, officer: User):
    year = timezone.localdate().year
    WorkCalendarDay.objects.create(day=datetime.date(year, 1, 1), kind="off", source="国办发明电")
    letter(officer, state="failed"), letter(officer, state="uncertain"), letter(officer)
    watch.beat("worker@one")

    page = strip_tags(text(as_(administrator).get("/status/")))

    for says in (
        "每周提醒", "每周一8:30", "worker@one", "有心跳", "到时间待发1封", "近30天发送失败1封", "1封，等人核实",
        f"{year}年已录入", f"{year + 1}年尚未录入",
    ):  # fmt: skip
        assert says in page, says


def test_a_run_that_did_not_come_and_a_silent_worker_are_red(administrator: User):
    long_ago = timezone.now() - datetime.timedelta(days=20)
    TaskRun.objects.create(job="sweep", period="last", finished_at=timezone.now())
    TaskRun.objects.update(started_at=long_ago)

    page = text(as_(administrator).get("/status/"))

    assert "逾期未运行" in page
    assert "没有心跳" in page


def test_a_pause_is_explained_on_both_pages_and_ended_by_hand(administrator: User, officer: User):
    pausing.pause(MailPause.Cause.CONFIGURATION, "535 5.7.8 Authentication failed", at=timezone.now())
    for page in (as_(administrator).get("/status/"), as_(officer).get("/mails/")):
        assert "535 5.7.8 Authentication failed" in page.content.decode()
        assert "核对 EMAIL_URL" in page.content.decode()

    assert as_(administrator).post("/status/mail/").status_code == 302

    assert pausing.current(timezone.now()) is None
    assert AuditEvent.objects.get(what="mail.try_now").by == administrator


@pytest.mark.feature(54, partial="bounces on the page of the letter, and the officer's answer")
def test_a_letter_that_came_back_says_so_and_an_officer_answers_for_the_address(officer: User, member: User):
    sent = letter(member, state="sent", attempts=1)
    bounces.note(sent, permanent=True, status="5.1.1", said="User unknown", report="x", at=timezone.now())
    client = as_(officer)

    page = text(client.get(f"/mails/{sent.pk}/"))
    assert "5.1.1Userunknown" in page
    assert "已核实，邮箱无误" in page
    assert client.post(f"/mails/{sent.pk}/address/", {"reason": "电话核实"}).status_code == 302

    assert Bounce.objects.get().settled_at is not None
    assert AuditEvent.objects.get(what="mail.address_right").reason == "电话核实"
