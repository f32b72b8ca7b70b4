"""The front door: who comes in, who waits, and that nobody learns from it who has an account."""

import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.domain import links, users
from accounts.models import AuditEvent, Role, User
from notifications.models import Message

GOOD = "liujin suoyue 2026"


def log_in(client: Client, username: str = "officer", password: str = "password", **extra: str):
    return client.post("/login/", {"username": username, "password": password, **extra})


@pytest.mark.parametrize(
    ("who", "first_page"),
    [
        ("officer", "/workbench/"),
        ("county_officer", "/workbench/"),
        ("auditor", "/workbench/"),
        ("administrator", "/users/"),
        ("member", "/my/"),
    ],
)
def test_everybody_is_led_to_the_first_page_of_their_role(who: str, first_page: str, client: Client, request):
    client.force_login(request.getfixturevalue(who))

    assert client.get("/")["Location"] == first_page


def test_a_login_is_audited_and_leads_where_one_was_going(client: Client, officer: User):
    response = log_in(client, next="/enterprises/?q=a")

    assert response["Location"] == "/enterprises/?q=a"
    assert AuditEvent.objects.get(what="user.login").by == officer


def test_a_logout_is_audited(client: Client, officer: User):
    client.force_login(officer)
    client.post("/logout/")

    assert AuditEvent.objects.get(what="user.logout").by == officer


def test_a_failed_login_is_audited_on_the_account_and_by_nobody(client: Client, officer: User):
    log_in(client, "ＯＦＦＩＣＥＲ", "wrong")
    log_in(client, "a password typed here", "wrong")

    event = AuditEvent.objects.get(what="user.login_failed")
    assert (event.object_type, event.object_id, event.by) == ("user", officer.pk, None)


def test_asking_for_a_password_letter_is_audited_on_the_account(client: Client, officer: User):
    client.post("/password/forgot/", {"username": "officer"})
    client.post("/password/forgot/", {"username": "nobody"})

    event = AuditEvent.objects.get(what="user.reset_asked")
    assert (event.object_id, event.by) == (officer.pk, None)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "http:///x"])
def test_a_login_leads_to_no_other_site(client: Client, officer: User, elsewhere: str):
    assert log_in(client, next=elsewhere)["Location"] == "/"


def test_a_name_is_one_name_in_every_width_and_case(client: Client, officer: User):
    assert log_in(client, username="ＯＦＦＩＣＥＲ").status_code == 302


def without_token(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def test_a_wrong_password_an_unknown_name_and_a_closed_account_are_one_answer(
    client: Client, officer: User, auditor: User, administrator: User
):
    users.deactivate(user_id=auditor.pk, by=administrator)

    answers = [
        log_in(client, name, password)
        for name, password in (("officer", "wrong"), ("nobody", "wrong"), ("auditor", "password"))
    ]
    pages = {
        without_token(answer.text).replace(f'value="{name}"', "")
        for answer, name in zip(answers, ("officer", "nobody", "auditor"), strict=True)
    }

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(pages) == 1
    assert "登录名或密码不正确" in pages.pop()


@pytest.mark.parametrize("name", ["officer", "nobody"])
def test_the_sixth_attempt_waits_even_with_the_right_password(client: Client, officer: User, name: str):
    with time_machine.travel("2026-11-22 10:00+08:00", tick=False):
        for _ in range(5):
            log_in(client, name, "wrong")
        response = log_in(client, name, "password")

    assert response.status_code == 429
    assert response["Retry-After"] == "901"
    assert "请 15 分钟后再试" in response.text


def test_after_the_wait_the_right_password_opens(client: Client, officer: User):
    with time_machine.travel("2026-11-22 10:00+08:00", tick=False):
        for _ in range(6):
            log_in(client, password="wrong")
    with time_machine.travel("2026-11-22 10:15+08:00", tick=False):
        assert log_in(client).status_code == 302


def test_thirty_names_from_one_address_are_enough(client: Client, officer: User):
    for number in range(30):
        log_in(client, f"name{number}", "wrong")

    assert log_in(client).status_code == 429


def test_a_link_cannot_log_anybody_out(client: Client, officer: User):
    client.force_login(officer)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/users/").status_code == 302


def test_a_form_from_elsewhere_is_refused_in_chinese(officer: User):
    response = log_in(Client(enforce_csrf_checks=True))

    assert response.status_code == 403
    assert "页面停留过久" in response.text
    assert response["X-Request-ID"] in response.text


def test_a_forgotten_password_is_one_answer_and_one_letter(client: Client, officer: User):
    known = client.post("/password/forgot/", {"username": "Officer"})
    unknown = client.post("/password/forgot/", {"username": "nobody"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    letter = Message.objects.get()
    assert (letter.kind, letter.to) == (Message.Kind.PASSWORD, "officer@example.cn")


def test_a_mailbox_is_not_flooded(client: Client, officer: User):
    for second in range(6):
        with time_machine.travel(f"2026-11-22 10:00:{second:02}+08:00", tick=False):
            assert client.post("/password/forgot/", {"username": "officer"}).status_code == 302

    assert Message.objects.count() == 3


def reset_address(user: User) -> str:
    return "/password/reset/{}/{}/".format(*links.make(user, links.RESET))


def test_a_link_sets_a_password_once(client: Client, officer: User):
    address = reset_address(officer)

    response = client.post(address, {"password": GOOD, "again": GOOD})

    assert response["Location"] == "/login/"
    assert log_in(client, password=GOOD).status_code == 302
    assert "链接已失效" in Client().get(address).text


def test_an_invitation_sets_the_first_password(client: Client, officer: User):
    user = users.invite(
        username="li", name="李明", email="li@example.cn", role=Role.UNIT, by=officer, at=None, region=officer.region
    )
    address = "/invitation/{}/{}/".format(*links.make(user, links.INVITATION))

    assert "li" in client.get(address).text
    client.post(address, {"password": GOOD, "again": GOOD})

    assert log_in(client, "li", GOOD).status_code == 302


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "12"),
        ("password1234", "password1234", "常见"),
        ("officer@example.cn", "officer@example.cn", "相似"),
        (GOOD, GOOD + "x", "不一致"),
    ],
)
def test_a_weak_password_is_refused_in_words(client: Client, officer: User, password: str, again: str, says: str):
    response = client.post(reset_address(officer), {"password": password, "again": again})

    assert response.status_code == 200
    assert says in response.text
    assert log_in(Client(), password="password").status_code == 302


def test_changing_a_password_asks_for_the_present_one(client: Client, officer: User):
    client.force_login(officer)

    response = client.post("/password/change/", {"present": "wrong", "password": GOOD, "again": GOOD})

    assert "当前密码不正确" in response.text


def test_changing_a_password_keeps_this_session_and_ends_the_others(client: Client, officer: User):
    other = Client()
    other.force_login(officer)
    client.force_login(officer)

    client.post("/password/change/", {"present": "password", "password": GOOD, "again": GOOD})

    assert client.get("/users/").status_code == 200
    assert urlsplit(other.get("/users/")["Location"]).path == "/login/"
    assert Session.objects.count() == 1


def test_who_gets_the_weekly_reminder_finds_its_settings(client: Client, member: User):
    client.force_login(member)

    assert "/reminders/" in client.get("/password/change/").text


def test_who_gets_no_weekly_reminder_sees_no_settings(client: Client, auditor: User):
    client.force_login(auditor)

    assert "/reminders/" not in client.get("/password/change/").text


def test_the_process_answers_and_says_whether_it_can_work(client: Client, db: None):
    assert client.get("/healthz").json() == {"ok": True}

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert any("工作日历" in problem for problem in answer.json()["problems"])
