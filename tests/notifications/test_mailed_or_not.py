"""Whatever happens to it, a line is mailed exactly when it is due to this reader, unsettled, and wanted."""

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role, User
from enterprises.models import Enterprise
from notifications import digest, recheck, silence, wishes
from notifications.models import Message, Obligation
from tests.factories import BureauFactory, EnterpriseFactory, MemberFactory, RegionFactory, UserFactory

ON = datetime.date(2026, 11, 23)
KIND = Obligation.Kind.MATERIAL_MISSING
EVENTS = (
    "satisfied", "waived", "reopened", "muted", "unmuted", "off", "on", "paused", "pause over", "closed",
    "opened again", "left the firm", "joined the firm", "mailbox lost", "mailbox found", "unit off", "unit on",
)  # fmt: skip
CHOSEN: dict[str, tuple[str, Any]] = {
    "muted": ("muted", True),
    "unmuted": ("muted", False),
    "off": ("off", True),
    "on": ("off", False),
    "paused": ("pause", ON),
    "pause over": ("pause", ON - datetime.timedelta(days=1)),
}


class History:
    """One firm, one thing it owes, one person; and what happened to them, told without the product's own code."""

    def __init__(self) -> None:
        city = RegionFactory(level="city")
        BureauFactory(region=city)
        self.admin = UserFactory(region=city, receives_digest=False)
        self.firm: Enterprise = EnterpriseFactory(region=city)
        self.person: User = MemberFactory(enterprises=[self.firm])
        self.row = Obligation.objects.create(key="x", kind=KIND, enterprise=self.firm, says="缺材料", created_on=ON)
        self.settled = self.muted = self.off = self.closed = self.left = self.mailless = False
        self.pause: datetime.date | None = None
        self.chose = self.unit_off = False

    @property
    def told(self) -> bool:
        """(due ∧ ¬satisfied ∧ ¬waived ∧ subscribed)"""
        kept_off = self.off or (self.unit_off and not self.chose)
        paused = self.pause is not None and self.pause >= ON
        hindered = (self.settled, self.muted, kept_off, paused, self.closed, self.left, self.mailless)
        return not any(hindered)

    def choose(self) -> None:
        """The person saves the settings page."""
        self.chose = True
        muted = [KIND] if self.muted else []
        wishes.choose(user=self.person, receives=not self.off, muted=muted, paused_until=self.pause)

    def happen(self, event: str) -> None:
        """One thing after the other: to the line, to what the person chose, or to the person."""
        if event in {"satisfied", "waived", "reopened"}:
            self.settled = event != "reopened"
            ended = dict.fromkeys(("satisfied_on", "waived_on")) | ({f"{event}_on": ON} if self.settled else {})
            Obligation.objects.filter(pk=self.row.pk).update(**ended)
        elif event in CHOSEN:
            name, value = CHOSEN[event]
            setattr(self, name, value)
            self.choose()
        else:
            self.befall(event)

    def befall(self, event: str) -> None:
        """What others do to a person."""
        people = User.objects.filter(pk=self.person.pk)
        match event:
            case "closed" | "opened again":
                self.closed = event == "closed"
                people.update(is_active=not self.closed)
            case "left the firm" | "joined the firm":
                self.left = event == "left the firm"
                self.firm.members.set([] if self.left else [self.person])
            case "mailbox lost" | "mailbox found":
                self.mailless = event == "mailbox lost"
                people.update(email="" if self.mailless else "wir@example.cn")
            case _:
                self.unit_off = event == "unit off"
                region, role = self.firm.region, Role.ENTERPRISE
                wishes.choose_for(region=region, role=role, receives=not self.unit_off, muted=[], by=self.admin)


@pytest.mark.feature("N13")
class TestMailedOrNot(TestCase):
    """mailed ⇔ (due ∧ ¬satisfied ∧ ¬waived ∧ subscribed ∧ not already sent at this level)"""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(events=st.lists(st.sampled_from(EVENTS), max_size=7), later=st.lists(st.sampled_from(EVENTS), max_size=4))
    @example(events=["unit off", "paused", "pause over"], later=[])
    @example(events=[], later=["satisfied"])
    def test_a_line_is_mailed_exactly_when_it_should_be(self, events: list[str], later: list[str]) -> None:
        history = History()
        for event in events:
            history.happen(event)

        first = self.written(history)
        assert self.written(history) == first  # a second time nothing is added
        assert bool(first) == history.told
        assert len(self.reasons(history)) == (0 if history.told else 1)  # “silent list” says why, once

        for event in later:
            history.happen(event)
        leaves = [] if not first else recheck.still_wanted(first, on=ON)
        assert bool(leaves) == bool(first and history.told and self.same_mailbox(history, first[0]))

    def written(self, history: History) -> list[Message]:
        """The letters of the week, made without asking the rules anew what is due."""
        boxes, contents = digest.mailboxes(ON), digest.Contents(ON)
        run = digest.DigestRun.objects.get_or_create(week="2026-W48", defaults={"on": ON})[0]
        drafts = (digest.draft(key, box, contents, of=run) for key, box in boxes.items())
        digest.outbox.put_all(filter(None, drafts))
        return list(Message.objects.all())

    def reasons(self, history: History) -> list[str]:
        """Under which reasons the silent page lists the person."""
        of_people = [reason for reason in silence.REASONS if reason not in {"nobody", "declined"}]
        found: list[Any] = [
            reason
            for reason in of_people
            if silence.silent_people(history.admin, reason, ON).filter(pk=history.person.pk).exists()
        ]
        return found

    def same_mailbox(self, history: History, letter: Message) -> bool:
        """Whether the letter was written to the mailbox the person has now."""
        return letter.to == User.objects.get(pk=history.person.pk).email
