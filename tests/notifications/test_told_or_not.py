"""Mailed if and only if due, not satisfied, not waived, subscribed and not yet sent: over random histories."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from enterprises.models import Enterprise
from notifications import delivery, digest
from notifications.models import Message, Obligation
from notifications.since import week_of

MONDAY = datetime.date(2026, 11, 23)
WEEKS = 3
ACTS = ("satisfy", "waive", "take back", "lapse", "reopen", "off", "on", "nothing")

pytestmark = [pytest.mark.django_db, pytest.mark.feature(51, partial="over random histories of one obligation")]


class Model:
    """What should be so, by the words of the rule alone."""

    def __init__(self) -> None:
        self.satisfied = self.waived = self.lapsed = False
        self.subscribed = True

    def act(self, name: str) -> None:
        """One thing that happens."""
        match name:
            case "satisfy":
                self.satisfied = True
            case "waive":
                self.waived = True
            case "take back":
                self.waived = False
            case "lapse":
                self.lapsed = True
            case "reopen":
                self.satisfied = self.lapsed = False
            case "off" | "on":
                self.subscribed = name == "on"

    @property
    def due(self) -> bool:
        """Whether the reader is to be told."""
        return self.subscribed and not (self.satisfied or self.waived or self.lapsed)


def write(model: Model, reader: User) -> None:
    """The same in the database."""
    Obligation.objects.update(
        satisfied_on=MONDAY if model.satisfied else None,
        waived_on=MONDAY if model.waived else None,
        lapsed_on=MONDAY if model.lapsed else None,
    )
    User.objects.filter(pk=reader.pk).update(receives_digest=model.subscribed)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    histories=st.lists(
        st.tuples(
            st.lists(st.sampled_from(ACTS), max_size=3), st.lists(st.sampled_from(ACTS), max_size=3), st.booleans()
        ),
        min_size=WEEKS,
        max_size=WEEKS,
    )
)
def test_a_reader_is_mailed_exactly_when_something_is_due_and_wanted_and_not_sent_yet(
    enterprise: Enterprise,
    member: User,
    monkeypatch: pytest.MonkeyPatch,
    histories: list[tuple[list[str], list[str], bool]],
):
    """Each week: acts before the letters are made, acts between making and sending, perhaps a second run."""
    Message.objects.all().delete()
    digest.DigestRun.objects.all().delete()
    Obligation.objects.all().delete()
    Obligation.objects.create(
        key="one", kind="title_expiry", enterprise=enterprise, says="资格到期", because="登记", created_on=MONDAY,
        track="hnte", due_on=MONDAY,
    )  # fmt: skip
    monkeypatch.setattr(digest.obligations, "refresh", lambda **_: None)  # the history is the cause here
    model = Model()
    for week, (before, between, again) in enumerate(histories):
        on = MONDAY + datetime.timedelta(weeks=week)
        for act in before:
            model.act(act)
        write(model, member)
        made = model.due
        digest.run(on=on)
        for act in between:
            model.act(act)
        write(model, member)
        if again:
            digest.run(on=on)
        delivery.deliver_due()

        sent = Message.objects.filter(run__week=week_of(on), to=member.email, state=Message.State.SENT)
        assert sent.count() == (made and model.due), (week, histories)
