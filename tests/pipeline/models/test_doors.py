"""No state changes but through its door: every other way in is refused by the database itself."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.machine import state_change_allowed
from enterprises.models import Enterprise, ResearchInstitution
from enterprises.models.institution import StepGiven
from pipeline.models import Candidacy, LadderPosition, Title
from tests.factories import CandidacyFactory, InstitutionFactory, TitleFactory

Way = Callable[[Enterprise], object]
DAY = datetime.date(2026, 1, 1)


def candidacy_update(enterprise: Enterprise) -> object:
    CandidacyFactory(enterprise=enterprise)
    return Candidacy.objects.update(state="recognised")


def candidacy_transition_saved(enterprise: Enterprise) -> object:
    candidacy = CandidacyFactory(enterprise=enterprise)
    candidacy.coach()
    return candidacy.save()


def candidacy_bulk_update(enterprise: Enterprise) -> object:
    candidacy = CandidacyFactory(enterprise=enterprise)
    candidacy.coach()
    return Candidacy.objects.bulk_update([candidacy], ["state"])


def candidacy_update_or_create(enterprise: Enterprise) -> object:
    candidacy = CandidacyFactory(enterprise=enterprise)
    return Candidacy.objects.filter(pk=candidacy.pk).update(state="filed", version=1)


def candidacy_created(enterprise: Enterprise) -> object:
    return Candidacy.objects.create(enterprise=enterprise, track="hnte", state="filed")


def candidacy_bulk_created(enterprise: Enterprise) -> object:
    return Candidacy.objects.bulk_create([Candidacy(enterprise=enterprise, track="hnte", state="filed")])


def candidacy_by_sql(enterprise: Enterprise) -> object:
    CandidacyFactory(enterprise=enterprise)
    with connection.cursor() as cursor:
        return cursor.execute("UPDATE pipeline_candidacy SET state = 'recognised'")


def candidacy_inserted_by_sql(enterprise: Enterprise) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(
            "INSERT INTO pipeline_candidacy (enterprise_id, track, kind, state, version, opened_at, moved_at)"
            " VALUES (%s, 'hnte', 'apply', 'recognised', 0, now(), now())",
            [enterprise.pk],
        )


def candidacy_copied(enterprise: Enterprise) -> object:
    CandidacyFactory(enterprise=enterprise)
    with connection.cursor() as cursor:
        return cursor.execute(
            "INSERT INTO pipeline_candidacy (enterprise_id, track, kind, state, version, opened_at, moved_at)"
            " SELECT enterprise_id, 'srdi', kind, 'publicised', 0, now(), now() FROM pipeline_candidacy"
        )


def title_update(enterprise: Enterprise) -> object:
    TitleFactory(enterprise=enterprise)
    return Title.objects.update(standing="revoked")


def title_transition_saved(enterprise: Enterprise) -> object:
    title = TitleFactory(enterprise=enterprise)
    title.suspend()
    return title.save()


def title_created(enterprise: Enterprise) -> object:
    return TitleFactory(enterprise=enterprise, standing="revoked")


def title_bulk_created(enterprise: Enterprise) -> object:
    title = Title(
        enterprise=enterprise, track="hnte", number="GR1", issued_on=DAY, valid_from=DAY, standing="suspended"
    )
    return Title.objects.bulk_create([title])


def title_by_sql(enterprise: Enterprise) -> object:
    TitleFactory(enterprise=enterprise)
    with connection.cursor() as cursor:
        return cursor.execute("UPDATE pipeline_title SET standing = 'under_review'")


def position_created(enterprise: Enterprise) -> object:
    return LadderPosition.objects.create(enterprise=enterprise, rung="hnte", order=2)


def position_update(enterprise: Enterprise) -> object:
    LadderPosition.objects.create(enterprise=enterprise)
    return LadderPosition.objects.update(rung="hnte")


def position_transition_saved(enterprise: Enterprise) -> object:
    position = LadderPosition.objects.create(enterprise=enterprise)
    position.goal, position.goal_order = "hnte", 2
    position.climb(on=DAY)
    return position.save()


def position_upserted(enterprise: Enterprise) -> object:
    LadderPosition.objects.create(enterprise=enterprise)
    return LadderPosition.objects.bulk_create(
        [LadderPosition(enterprise=enterprise, rung="hnte", order=2)],
        update_conflicts=True,
        unique_fields=["enterprise"],
        update_fields=["rung", "order"],
    )


def institution_update(enterprise: Enterprise) -> object:
    InstitutionFactory(enterprise=enterprise)
    return ResearchInstitution.objects.update(state="recognised")


def institution_transition_saved(enterprise: Enterprise) -> object:
    institution = InstitutionFactory(enterprise=enterprise)
    institution.on, institution.given = DAY, StepGiven(day=DAY)
    institution.build()
    return institution.save()


def institution_bulk_update(enterprise: Enterprise) -> object:
    institution = InstitutionFactory(enterprise=enterprise)
    institution.on, institution.given = DAY, StepGiven(day=DAY)
    institution.build()
    return ResearchInstitution.objects.bulk_update([institution], ["state"])


def institution_created(enterprise: Enterprise) -> object:
    return ResearchInstitution.objects.create(enterprise=enterprise, kind="重点实验室", level="省部", state="complete")


def institution_bulk_created(enterprise: Enterprise) -> object:
    born = ResearchInstitution(enterprise=enterprise, kind="重点实验室", level="省部", state="recognised")
    return ResearchInstitution.objects.bulk_create([born])


def institution_by_sql(enterprise: Enterprise) -> object:
    InstitutionFactory(enterprise=enterprise)
    with connection.cursor() as cursor:
        return cursor.execute("UPDATE enterprises_researchinstitution SET state = 'complete'")


def institution_copied(enterprise: Enterprise) -> object:
    InstitutionFactory(enterprise=enterprise)
    with connection.cursor() as cursor:
        return cursor.execute(
            "INSERT INTO enterprises_researchinstitution (enterprise_id, kind, level, name, state)"
            " SELECT enterprise_id, kind, level, name, 'ended' FROM enterprises_researchinstitution"
        )


WAYS: list[Way] = [
    candidacy_update,
    candidacy_transition_saved,
    candidacy_bulk_update,
    candidacy_update_or_create,
    candidacy_created,
    candidacy_bulk_created,
    candidacy_by_sql,
    candidacy_inserted_by_sql,
    candidacy_copied,
    title_update,
    title_transition_saved,
    title_created,
    title_bulk_created,
    title_by_sql,
    position_created,
    position_update,
    position_transition_saved,
    position_upserted,
    institution_update,
    institution_transition_saved,
    institution_bulk_update,
    institution_created,
    institution_bulk_created,
    institution_by_sql,
    institution_copied,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_database_refuses(enterprise: Enterprise, way: Way) -> None:
    with pytest.raises(IntegrityError, match="only through its door"), transaction.atomic():
        way(enterprise)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_same_way_is_open_to_the_door(enterprise: Enterprise, way: Way) -> None:
    with state_change_allowed():
        way(enterprise)

    states = [
        *Candidacy.objects.values_list("state", flat=True),
        *Title.objects.values_list("standing", flat=True),
        *LadderPosition.objects.values_list("rung", flat=True),
        *ResearchInstitution.objects.values_list("state", flat=True),
    ]
    assert set(states) - {"pooled", "normal", "", "cultivating"}


def test_the_door_closes_behind_whoever_used_it(enterprise: Enterprise) -> None:
    with state_change_allowed():
        CandidacyFactory(enterprise=enterprise, state="filed")

    with pytest.raises(IntegrityError), transaction.atomic():
        Candidacy.objects.update(state="recognised")


def test_a_failure_behind_the_door_closes_it_too(enterprise: Enterprise) -> None:
    CandidacyFactory(enterprise=enterprise)
    with pytest.raises(ZeroDivisionError), state_change_allowed():
        _ = 1 / 0

    with pytest.raises(IntegrityError), transaction.atomic():
        Candidacy.objects.update(state="recognised")


def test_whatever_is_no_state_may_be_written(enterprise: Enterprise) -> None:
    candidacy = CandidacyFactory(enterprise=enterprise)

    Candidacy.objects.update(version=3)

    candidacy.refresh_from_db()
    assert (candidacy.state, candidacy.version) == ("pooled", 3)


# Periods of one recognition never overlap


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (datetime.date(2025, 11, 1), datetime.date(2028, 10, 31)),
        (datetime.date(2028, 10, 31), None),
        (datetime.date(2020, 1, 1), datetime.date(2025, 11, 1)),
        (datetime.date(2020, 1, 1), None),
        (datetime.date(2026, 6, 1), datetime.date(2026, 6, 2)),
    ],
    ids=["same", "begins on its last day", "ends on its first day", "around it", "within it"],
)
def test_an_overlapping_period_is_refused(
    enterprise: Enterprise, begins: datetime.date, ends: datetime.date | None
) -> None:
    TitleFactory(enterprise=enterprise)

    with pytest.raises(IntegrityError), transaction.atomic():
        TitleFactory(enterprise=enterprise, issued_on=begins, valid_until=ends)

    assert Title.objects.count() == 1


@pytest.mark.parametrize(
    ("track", "begins", "ends"),
    [
        ("hnte", datetime.date(2028, 11, 1), None),
        ("hnte", datetime.date(2022, 11, 1), datetime.date(2025, 10, 31)),
        ("srdi", datetime.date(2025, 11, 1), datetime.date(2028, 10, 31)),
    ],
    ids=["the day after", "up to the day before", "another recognition"],
)
def test_a_period_beside_it_stands(
    enterprise: Enterprise, track: str, begins: datetime.date, ends: datetime.date | None
) -> None:
    TitleFactory(enterprise=enterprise)

    TitleFactory(enterprise=enterprise, track=track, issued_on=begins, valid_until=ends)

    assert Title.objects.count() == 2


def test_stretching_a_period_over_another_is_refused(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise)
    later = TitleFactory(enterprise=enterprise, issued_on=datetime.date(2028, 11, 1), valid_until=None)

    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Title.objects.filter(pk=later.pk).update(valid_from=datetime.date(2028, 10, 31))


def test_a_revoked_period_is_in_nobodys_way(enterprise: Enterprise) -> None:
    with state_change_allowed():
        TitleFactory(enterprise=enterprise, standing="revoked")

    TitleFactory(enterprise=enterprise, issued_on=datetime.date(2025, 12, 1))

    assert Title.objects.count() == 2


def test_another_firm_may_hold_the_same_period(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise)

    TitleFactory(enterprise=foreign_enterprise)

    assert Title.objects.count() == 2
