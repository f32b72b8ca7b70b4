"""One step with many cases: one at a time, in the order of ids, each with its own end."""

from collections.abc import Iterator

import pytest

from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.domain import candidacies
from pipeline.domain.case_batches import Ending, Given, move_many
from pipeline.models import Candidacy
from pipeline.models.candidacy import State
from tests.factories import CandidacyFactory
from tests.firms import ON

pytestmark = pytest.mark.django_db


def cases(enterprise: Enterprise, *states: str) -> list[Candidacy]:
    tracks = ("hnte", "tsme", "srdi", "isme")
    return [
        CandidacyFactory(enterprise=enterprise, track=track, state=state)
        for track, state in zip(tracks, states, strict=False)
    ]


def test_each_ends_as_it_must_and_none_takes_another_with_it(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User, officer: User
):
    free, filed, other_line, moved = cases(enterprise, "pooled", "filed", "pooled", "pooled")
    Candidacy.objects.filter(pk=moved.pk).update(track="gazelle")
    candidacies.move(candidacy_id=moved.pk, step="prepare", by=officer, version=0, on=ON)
    far = CandidacyFactory(enterprise=foreign_enterprise)
    versions = {case.pk: 0 for case in (far, moved, other_line, filed, free)}

    ends = list(move_many(versions=versions, given=Given("coach"), by=county_officer, on=ON, go_on=lambda: True))

    assert [(one.candidacy_id, one.ending) for one in ends] == [
        (free.pk, Ending.DONE),
        (filed.pk, Ending.REFUSED),
        (other_line.pk, Ending.REFUSED),
        (moved.pk, Ending.OUTRUN),
        (far.pk, Ending.GONE),
    ]
    assert "不能办理这一步" in str(ends[1].reasons[0])
    assert "您没有经信业务线" in str(ends[2].reasons[0])
    assert ends[3].winner is not None
    assert ends[3].winner.by == officer
    assert AuditEvent.objects.filter(what="candidacy.coach").count() == 1


def test_what_was_not_reached_is_said_and_untouched(enterprise: Enterprise, officer: User):
    first, second = cases(enterprise, "pooled", "pooled")
    answers: Iterator[bool] = iter([True, False])
    versions = {first.pk: 0, second.pk: 0}

    ends = list(move_many(versions=versions, given=Given("coach"), by=officer, on=ON, go_on=lambda: next(answers)))

    assert [one.ending for one in ends] == [Ending.DONE, Ending.LEFT]
    assert Candidacy.objects.get(pk=second.pk).state == State.POOLED


def test_one_s_own_earlier_step_is_no_defeat(enterprise: Enterprise, officer: User):
    (case,) = cases(enterprise, "pooled")
    given = Given("coach")

    ends = [
        next(move_many(versions={case.pk: 0}, given=given, by=officer, on=ON, go_on=lambda: True)) for _ in range(2)
    ]

    assert [one.ending for one in ends] == [Ending.DONE, Ending.REPEATED]
