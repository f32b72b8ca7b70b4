"""Group robots and webhooks: the same message by the same outbox, signed, held back, and never to a strange host."""

import base64
import datetime
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent, Region, User
from enterprises.models import Enterprise
from notifications import channels, delivery, digest, obligations, outside, pausing, robots
from notifications.models import Channel, MailPause, Message, Obligation
from notifications.workdays import load_calendar
from tests.console.visit import MORNING, ON, as_
from tests.factories import BureauFactory, EnterpriseFactory, TitleFactory
from tests.notifications.platform import HANG_UP, PEM, Platform, listening

Kind, State = Channel.Kind, Message.State
ADDRESSES = {
    Kind.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx",
    Kind.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=abc123",
    Kind.WEBHOOK: "https://hook.example.cn/tidu?into=oa",
}
SECRET = "SEC-0123456789abcdef"
pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def this_week(city: Region) -> Any:
    load_calendar()
    BureauFactory(region=city)
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def platform(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The platforms, reached through the proxy of the settings and trusted by this process alone."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    settings.TIDU_WEBHOOK_HOSTS = ["hook.example.cn"]
    kept = Platform()
    with listening(kept) as proxy:
        settings.TIDU_OUTBOUND_PROXY = proxy
        yield kept


@pytest.fixture
def owing(enterprise: Enterprise, foreign_enterprise: Enterprise) -> Enterprise:
    """A firm of the county and one next door whose titles end."""
    for firm in (enterprise, foreign_enterprise):
        TitleFactory(enterprise=firm, issued_on=ON.replace(year=2023), valid_until=datetime.date(2026, 12, 20))
    obligations.refresh(on=ON)
    return enterprise


def channel(region: Region, by: User, kind: str = Kind.WECOM) -> Channel:
    secret = "" if kind == Kind.WECOM else SECRET
    return channels.make(by=by, kind=kind, name="工作群", region=region, address=ADDRESSES[Kind(kind)], secret=secret)


def word(to: Channel) -> Message:
    return Message.objects.get(channel=to)


def delivered(to: Channel) -> Message:
    """The week's word to this channel, after one round of delivery."""
    digest.run(on=ON)
    delivery.deliver_due()
    return word(to)


# What each is told, and how it is signed


def test_企业微信_gets_markdown_at_the_address_with_its_key(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    sent = delivered(channel(county, officer))

    (asked,) = platform.asked
    assert (platform.reached, asked["host"]) == (["qyapi.weixin.qq.com:443"], "qyapi.weixin.qq.com")
    assert asked["path"] == "/cgi-bin/webhook/send?key=693a91f6-7xxx"
    body = json.loads(asked["body"])
    assert body["msgtype"] == "markdown"
    assert owing.name in body["markdown"]["content"]
    assert sent.subject in body["markdown"]["content"]
    assert (sent.state, sent.attempts, sent.key) == (State.SENT, 1, f"digest:2026-W48:channel:{sent.channel_id}")


def test_钉钉_gets_moment_and_signature_in_the_address(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    delivered(channel(county, officer, Kind.DINGTALK))

    (asked,) = platform.asked
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked["path"]).query).items()}
    assert query["access_token"] == "abc123"
    assert abs(int(query["timestamp"]) / 1000 - timezone.now().timestamp()) < 60
    text = f"{query['timestamp']}\n{SECRET}".encode()
    assert query["sign"] == base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
    assert json.loads(asked["body"])["markdown"]["title"]


def test_a_webhook_gets_the_body_signed_with_its_moment_and_the_key_of_the_message(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    sent = delivered(channel(county, officer, Kind.WEBHOOK))

    (asked,) = platform.asked
    moment = asked["headers"]["x-tidu-timestamp"]
    mac = hmac.new(SECRET.encode(), moment.encode() + b"." + asked["body"], hashlib.sha256).hexdigest()
    assert asked["headers"]["x-tidu-signature"] == f"sha256={mac}"
    assert asked["headers"]["x-idempotency-key"] == sent.key
    assert json.loads(asked["body"]) == {
        "key": sent.key, "kind": "digest", "subject": sent.subject, "text": sent.text,
    }  # fmt: skip


def test_a_word_that_is_too_long_is_cut_at_a_line_within_the_platform_s_limit(county: Region, officer: User):
    message = Message(
        subject="题", text="\n".join(f"· 云泽精密装备{number}有限公司：资格到期" for number in range(400))
    )

    body = robots.put(channel(county, officer), message, 0.0)[1]

    said = json.loads(body)["markdown"]["content"]
    assert len(said.encode()) <= 4096
    assert said.endswith("资格到期\n…")


def test_a_group_is_told_only_what_its_unit_may_see_and_ten_firms_at_most(
    platform: Platform, owing: Enterprise, county: Region, foreign_enterprise: Enterprise, officer: User
):
    """no full firm list to a group"""
    for _ in range(12):
        firm = EnterpriseFactory(region=county)
        TitleFactory(enterprise=firm, issued_on=ON.replace(year=2023), valid_until=datetime.date(2026, 12, 21))

    text = delivered(channel(county, officer)).text

    assert foreign_enterprise.name not in text
    assert text.count("有限公司：") == 10
    assert "另有 3 项未列出" in text


def test_a_group_is_told_what_is_its_unit_s_own_to_do(
    platform: Platform, county: Region, other_county: Region, officer: User
):
    for unit in (county, other_county):
        Obligation.objects.create(
            key=f"d:{unit.pk}", kind="dispatch", unit=unit, says=f"调度{unit.pk}", due_on=ON, created_on=ON,
            for_enterprise=False,
        )  # fmt: skip

    found = digest.compose([digest.GroupOf(county)], digest.Contents(ON))

    assert found is not None
    assert f"{county.name}：调度{county.pk}" in found.rendered.text
    assert other_county.name not in found.rendered.text


def test_a_unit_with_nothing_to_do_is_told_nothing(platform: Platform, county: Region, officer: User):
    channel(county, officer)

    digest.run(on=ON)

    assert not Message.objects.exists()


def test_what_was_done_meanwhile_is_taken_out_or_the_word_is_dropped(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    to = channel(county, officer)
    digest.run(on=ON)
    Obligation.objects.filter(enterprise=owing).update(satisfied_on=ON)

    delivery.deliver_due()

    assert (word(to).state, platform.asked) == (State.DROPPED, [])


def test_a_channel_that_was_stopped_meanwhile_is_told_nothing(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    to = channel(county, officer)
    digest.run(on=ON)
    channels.switch(channel=to, by=officer, is_active=False)

    delivery.deliver_due()

    assert (word(to).state, platform.asked) == (State.DROPPED, [])


def test_two_runs_and_two_rounds_are_one_word(platform: Platform, owing: Enterprise, county: Region, officer: User):
    to = channel(county, officer)

    for _ in range(2):
        delivered(to)

    assert len(platform.asked) == 1


# Answers: claim, back-off, pause as for mail


@pytest.mark.parametrize(
    ("answer", "state", "paused"),
    [
        ({"errcode": 45009, "errmsg": "api freq out of limit"}, State.QUEUED, False),
        ({"errcode": 40008, "errmsg": "invalid message type"}, State.FAILED, False),
        ({"errcode": 93000, "errmsg": "invalid webhook url"}, State.QUEUED, True),
        ({"unexpected": 1}, State.QUEUED, False),
        (429, State.QUEUED, False),
        (502, State.QUEUED, False),
        (403, State.QUEUED, True),
        (400, State.FAILED, False),
        (302, State.FAILED, False),
    ],
)
def test_an_answer_decides_what_becomes_of_the_word(
    platform: Platform, owing: Enterprise, county: Region, officer: User, answer: Any, state: str, paused: bool
):
    platform.answers = [answer]
    to = channel(county, officer)

    sent = delivered(to)

    assert (sent.state, pausing.current(timezone.now(), to) is not None) == (state, paused)
    assert len(platform.asked) == 1  # a redirect is not followed
    if state == State.QUEUED:
        assert (sent.attempts, sent.next_try_at > timezone.now()) == ((0, False) if paused else (1, True))


def test_a_break_before_the_answer_may_mean_that_it_arrived(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    platform.answers = [HANG_UP]

    sent = delivered(channel(county, officer))

    assert (sent.state, sent.possibly_twice) == (State.QUEUED, True)


def test_a_pause_of_one_channel_holds_neither_the_mail_nor_the_other_channel(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    broken, whole = channel(county, officer), channel(county, officer, Kind.DINGTALK)
    platform.answers = [{"errcode": 93000, "errmsg": "invalid webhook url"}]

    delivered(broken)

    assert word(whole).state == State.SENT
    assert Message.objects.get(to=officer.email).state == State.SENT
    assert MailPause.objects.get().channel == broken
    assert delivery.deliver_due() == 0

    as_(officer).post(f"/reminders/channels/{broken.pk}/", {"act": "try"})
    delivery.deliver_due()

    assert word(broken).state == State.SENT
    assert pausing.current(timezone.now(), broken) is None


def test_a_platform_out_of_reach_costs_a_try_and_not_the_word(
    platform: Platform, owing: Enterprise, county: Region, officer: User, settings: Any
):
    settings.TIDU_OUTBOUND_PROXY = "127.0.0.1:9"

    sent = delivered(channel(county, officer))

    assert (sent.state, sent.attempts) == (State.QUEUED, 1)


def test_a_certificate_nobody_vouches_for_pauses_the_channel(
    platform: Platform, owing: Enterprise, county: Region, officer: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    to = channel(county, officer)

    assert delivered(to).state == State.QUEUED
    assert pausing.current(timezone.now(), to) is not None
    assert platform.asked == []


# Where it may go at all


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (Kind.WECOM, "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=1"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com@169.254.169.254/cgi-bin/webhook/send?key=1"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=1"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/other?key=1"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key="),
        (Kind.DINGTALK, "https://qyapi.weixin.qq.com/robot/send?access_token=1"),
        (Kind.WEBHOOK, "https://127.0.0.1/"),
        (Kind.WEBHOOK, "https://169.254.169.254/latest/"),
        (Kind.WEBHOOK, "https://other.example.cn/"),
        (Kind.WEBHOOK, "https://hook.example.cn:444/"),
        (Kind.WEBHOOK, "https://hook.example.cn/ HTTP/1.1\r\nX: y"),
        (Kind.WEBHOOK, "file:///etc/passwd"),
        (Kind.WEBHOOK, "https://[::1"),
        (Kind.WEBHOOK, "https://hook.example.cn:x/"),
    ],
)
def test_no_other_address_is_taken_and_none_is_written_to(
    platform: Platform, owing: Enterprise, county: Region, officer: User, kind: str, address: str
):
    given = {"kind": kind, "name": "群", "region": county.pk, "address": address, "secret": SECRET}

    assert as_(officer).post("/reminders/channels/", given).status_code == 422
    assert not Channel.objects.exists()

    to = channels.make(by=officer, kind=kind, name="群", region=county, address=address, secret=SECRET)
    assert delivered(to).state == State.QUEUED  # as if the list had been shortened after it was registered
    assert (platform.reached, pausing.current(timezone.now(), to) is not None) == ([], True)


@pytest.mark.parametrize("kind", Kind)
def test_the_right_address_is_taken(platform: Platform, kind: str):
    assert outside.reason_against(kind, ADDRESSES[Kind(kind)]) == ""


def test_without_a_list_no_webhook_goes_anywhere():
    assert "TIDU_WEBHOOK_HOSTS" in outside.reason_against(Kind.WEBHOOK, ADDRESSES[Kind.WEBHOOK])


# The page


def test_address_and_key_are_shown_nowhere_again(
    platform: Platform, owing: Enterprise, county: Region, officer: User, administrator: User
):
    given = {
        "kind": Kind.DINGTALK, "name": "东溪群", "region": county.pk, "address": ADDRESSES[Kind.DINGTALK],
        "secret": SECRET,
    }  # fmt: skip
    client = as_(officer)
    client.post("/reminders/channels/", given)
    to = Channel.objects.get()
    platform.answers = [{"errcode": 310000, "errmsg": "sign not match"}]
    sent = delivered(to)

    pages = [client.get(path).text for path in ("/reminders/channels/", "/mails/", f"/mails/{sent.pk}/", "/audit/")]
    pages += [as_(administrator).get("/reminders/channels/").text, sent.error, repr(to), MailPause.objects.get().error]
    trail = str(list(AuditEvent.objects.values_list("before", "after")))

    assert "东溪群" in pages[0]
    assert "东溪群" in pages[2]
    for secret in ("abc123", SECRET):
        assert all(secret not in text for text in (*pages, trail))


def test_a_webhook_without_a_key_is_refused(platform: Platform, county: Region, officer: User):
    given = {"kind": Kind.WEBHOOK, "name": "群", "region": county.pk, "address": ADDRESSES[Kind.WEBHOOK]}

    assert "签名密钥至少" in as_(officer).post("/reminders/channels/", given).text


def test_a_stopped_channel_gets_no_word_of_the_next_week(
    platform: Platform, owing: Enterprise, county: Region, officer: User
):
    to = channel(county, officer)
    as_(officer).post(f"/reminders/channels/{to.pk}/", {"act": "off"})

    digest.run(on=ON)

    assert not Message.objects.filter(channel=to).exists()
    assert AuditEvent.objects.filter(what="channel.switch", by=officer).exists()
