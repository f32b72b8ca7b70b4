"""Every letter of the catalogue has its three templates, and each says something."""

import datetime

import pytest
from django.template.loader import get_template

from accounts.models import User
from notifications.catalogue import CATALOGUE, Letter
from notifications.models import Message
from notifications.workdays import Urgency

SAMPLE = {
    "bureau": "云川市科学技术局",
    "user": User(username="sun", name="孙企业"),
    "inviter": "周市级",
    "link": "https://tidu.example.cn/invitation/1/",
    "job": {"label": "更新应办事项", "last": None},
    "owed": datetime.datetime(2026, 11, 23, 6, 0, tzinfo=datetime.UTC),
    "parts": [{"name": "孙企业", "count": 1, "nearest": datetime.date(2026, 11, 30), "url": "x", "buckets": [
        {"urgency": Urgency.MONTH, "lines": []},
    ]}],
    "count": 1,
    "nearest": datetime.date(2026, 11, 30),
    "week": datetime.date(2026, 11, 23).isocalendar(),
}  # fmt: skip


def test_every_kind_of_message_is_in_the_catalogue():
    assert set(CATALOGUE) == set(Message.Kind)


@pytest.mark.parametrize("letter", CATALOGUE.values(), ids=lambda letter: letter.template)
def test_every_letter_has_three_templates_and_none_renders_blank(letter: Letter):
    for part in ("subject.txt", "body.txt", "body.html"):
        get_template(f"emails/{letter.template}/{part}")

    rendered = letter.render(SAMPLE)

    assert rendered.subject
    assert "\n" not in rendered.subject
    assert "孙企业" in rendered.text
    assert "孙企业" in rendered.html
    assert "云川市科学技术局" in rendered.text


@pytest.mark.parametrize("letter", CATALOGUE.values(), ids=lambda letter: letter.template)
def test_every_letter_says_to_whom_and_when_it_goes(letter: Letter):
    assert letter.audience
    assert letter.trigger


def test_only_a_letter_that_opens_no_account_may_go_twice():
    assert [letter.template for letter in CATALOGUE.values() if letter.repeats] == ["digest", "alarm"]
