"""seed_province: what was planted is what the pages count and list; the same seed plants the same."""

import datetime
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from console.province.draw import draw
from enterprises.models import Enterprise
from notifications.models import Message
from pipeline.domain import concerns
from pipeline.models import Candidacy
from tests.console.test_workbench import numbers_of
from tests.console.visit import MORNING, as_

pytestmark = pytest.mark.django_db
FIRMS = 2000
WHERE = {
    "shengji": "湖北省",
    "shenji": "湖北省",
    "shiji": "湖北省/黄石市",
    "xianji": "湖北省/黄石市/大冶市",
    "xiangzhen": "湖北省/黄石市/大冶市/陈贵镇",
}


@pytest.fixture(scope="module")
def truth(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Iterator[dict[str, Any]]:
    """A province of 2,000 firms for this file; everything is gone after it."""
    path = tmp_path_factory.mktemp("province") / "truth.json"
    with django_db_blocker.unblock(), time_machine.travel(MORNING, tick=True), transaction.atomic():
        call_command("seed_province", firms=FIRMS, seed=3, truth=path, verbosity=0)
        yield json.loads(path.read_text("utf-8"))
        transaction.set_rollback(True)


def named(url: str) -> str:
    """A number's name: the filters of its address."""
    return "&".join(f"{key}={value}" for key, value in parse_qsl(urlsplit(url).query))


@pytest.fixture(autouse=True)
def two_tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was planted is known of two tracks: the bureau's are held to these, and everything is counted as ever."""
    monkeypatch.setattr(concerns, "of_bureau", lambda rungs: ("tsme", "hnte"))


@pytest.mark.parametrize("who", WHERE)
def test_every_number_of_the_workbench_is_the_planted_one(truth: dict[str, Any], who: str):
    planted = truth["numbers"][WHERE[who]]

    shown = numbers_of(as_(User.objects.get(username=who)).get("/workbench/"))

    found = {named(number.url): number.count for number in shown}
    assert found == {name: planted.get(name, 0) for name in found}
    assert len(found) >= 38


@pytest.mark.parametrize("who", WHERE)
def test_every_list_counts_what_was_planted(truth: dict[str, Any], who: str):
    planted = truth["numbers"][WHERE[who]]
    client = as_(User.objects.get(username=who))
    asked = {name: n for name, n in planted.items() if not name.startswith(("held=", "officer="))}

    found = {name: client.get(f"/enterprises/?{name}").context["page"].count for name in asked}

    assert found == asked


def test_the_province_holds_something_of_everything(truth: dict[str, Any]):
    whole = truth["numbers"]["湖北省"]

    assert whole[""] == FIRMS == Enterprise.objects.count()
    few = {name: count for name, count in whole.items() if not name.startswith(("ends=", "rung=new", "new=new"))}
    assert min(few.values()) >= 3, few
    states = dict(Candidacy.objects.values_list("state").annotate(n=Count("pk")).order_by())
    assert sum(states.values()) == sum(truth["cases"].values())
    assert len(states) == 9
    assert dict(Message.objects.values_list("state").annotate(n=Count("pk")).order_by()) == truth["letters"]


def test_firms_without_an_officer_are_as_many_as_planted(truth: dict[str, Any]):
    for who, place in WHERE.items():
        seen = Enterprise.objects.visible_to(User.objects.get(username=who))
        assert seen.filter(officer=None).count() == truth["numbers"][place].get("officer=none", 0)


@pytest.mark.feature(1, partial="fragments of present and former names of two characters and more find exactly")
def test_fragments_of_names_find_as_many_firms_as_bear_them(truth: dict[str, Any]):
    seen = Enterprise.objects.visible_to(User.objects.get(username="shengji"))

    assert {text: seen.named(text).count() for text in truth["search"]} == truth["search"]
    assert len([text for text, count in truth["search"].items() if count]) >= 5


def test_the_same_seed_draws_the_same_province_and_another_seed_another():
    on = datetime.date(2026, 11, 23)
    first, again, other = (list(draw(seed=seed, firms=300, weights=[1, 2, 3], on=on)) for seed in (7, 7, 8))

    assert first == again
    assert first != other
    assert len({firm.name for firm in draw(seed=1, firms=60_000, weights=[1], on=on)}) == 60_000
