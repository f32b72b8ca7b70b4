"""Links in letters open one account, for one purpose, for a while, once."""

import time_machine

from accounts.domain import links
from accounts.models import User


def test_a_link_opens_its_account(officer: User):
    assert links.reader(*links.make(officer, links.INVITATION), links.INVITATION) == officer


def test_a_link_serves_its_own_purpose_only(officer: User):
    assert links.reader(*links.make(officer, links.RESET), links.INVITATION) is None


def test_a_link_is_spent_once_the_password_changed(officer: User):
    link = links.make(officer, links.RESET)
    officer.set_password("another password")
    officer.save()

    assert links.reader(*link, links.RESET) is None


def test_a_link_holds_for_its_time(officer: User):
    with time_machine.travel("2026-11-22 09:00+08:00", tick=False):
        reset, invitation = links.make(officer, links.RESET), links.make(officer, links.INVITATION)
    with time_machine.travel("2026-11-24 09:00+08:00", tick=False):
        assert links.reader(*reset, links.RESET) is None
        assert links.reader(*invitation, links.INVITATION) == officer
    with time_machine.travel("2026-11-30 09:00+08:00", tick=False):
        assert links.reader(*invitation, links.INVITATION) is None


def test_a_link_for_another_account_does_not_open_this_one(officer: User, auditor: User):
    uid, _ = links.make(officer, links.RESET)
    _, token = links.make(auditor, links.RESET)

    assert links.reader(uid, token, links.RESET) is None


def test_a_closed_account_has_no_links(officer: User):
    link = links.make(officer, links.RESET)
    officer.is_active = False
    officer.save()

    assert links.reader(*link, links.RESET) is None


def test_nonsense_opens_nothing(db: None):
    for uid in ("", "%%%", "zzzz", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"):
        assert links.reader(uid, "nonsense", links.RESET) is None
