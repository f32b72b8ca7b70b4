"""The door of titles: one recognition, many of a ledger, acts upon them."""

import datetime

import pytest

from accounts.machine import Stale, StepRefused
from accounts.models import AuditEvent, Line, User
from enterprises.models import Enterprise
from pipeline.domain import titles
from pipeline.domain.titles import TitleRow, lapses_on
from pipeline.models import Assessment, LadderPosition, Title
from tests.factories import EnterpriseFactory, TitleFactory, UnitOfficerFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")
ISSUED = datetime.date(2025, 11, 1)


def record(enterprise: Enterprise, by: User, **given: object) -> Title:
    """Record a 高企 title of 2025."""
    whole = {"track": "hnte", "number": "GR202542000001", "issued_on": ISSUED, "on": ON, "document": "文号"}
    return titles.record(enterprise_id=enterprise.pk, by=by, **(whole | given))


@pytest.mark.parametrize(
    ("track", "begins", "ends"),
    [
        ("hnte", ISSUED, datetime.date(2028, 10, 31)),
        ("isme", datetime.date(2024, 1, 1), datetime.date(2026, 12, 31)),  # E94: Hubei's third batch
        ("srdi", datetime.date(2021, 5, 1), datetime.date(2024, 4, 30)),  # E93: counted from its first day, not issue
        ("srdi", datetime.date(2024, 2, 29), datetime.date(2027, 2, 28)),
        ("little_giant", ISSUED, datetime.date(2028, 10, 31)),
        ("tsme", datetime.date(2026, 8, 5), datetime.date(2026, 12, 31)),
        ("gazelle", ISSUED, None),
    ],
)
def test_a_title_lasts_as_long_as_its_rule_says(track: str, begins: datetime.date, ends: datetime.date | None) -> None:
    assert lapses_on(track, begins) == ends


def test_a_recognition_is_recorded_with_edition_audit_and_rung(enterprise: Enterprise, officer: User) -> None:
    title = record(enterprise, officer)

    assert (title.valid_from, title.valid_until, title.standing) == (ISSUED, datetime.date(2028, 10, 31), "normal")
    assert title.edition is not None
    assert title.edition.track == "hnte"
    assert AuditEvent.objects.filter(what="title.record", by=officer, effective_on=ISSUED).count() == 1
    assert LadderPosition.objects.get(enterprise=enterprise).rung == "hnte"


def test_the_same_recognition_twice_is_refused(enterprise: Enterprise, officer: User) -> None:
    record(enterprise, officer)

    with pytest.raises(StepRefused, match="重叠"):
        record(enterprise, officer)


def test_a_period_that_ends_before_it_begins_is_refused(enterprise: Enterprise, officer: User) -> None:
    with pytest.raises(StepRefused, match="早于"):
        record(enterprise, officer, valid_until=datetime.date(2020, 1, 1))


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ({"issued_on": datetime.date(9998, 6, 1)}, "发证日期9998-06-01应在"),
        ({"issued_on": datetime.date(1025, 11, 1)}, "发证日期1025-11-01应在"),
        ({"issued_on": ON + datetime.timedelta(days=32)}, "发证日期"),
        ({"valid_from": datetime.date(9998, 6, 1)}, "有效期自9998-06-01应在"),
        ({"valid_from": datetime.date(1989, 12, 31)}, "有效期自1989-12-31应在"),
    ],
)
def test_days_that_no_certificate_bears_are_refused_in_words(
    enterprise: Enterprise, officer: User, days: dict[str, datetime.date], why: str
) -> None:
    with pytest.raises(StepRefused, match=why):
        record(enterprise, officer, **days)

    assert not Title.objects.exists()


def test_recording_asks_for_line_right_and_sight(
    enterprise: Enterprise, auditor: User, other_county_officer: User
) -> None:
    for stranger in (auditor, UnitOfficerFactory(region=enterprise.region, lines=[Line.INDUSTRY])):
        with pytest.raises(StepRefused):
            record(enterprise, stranger)
    with pytest.raises(Enterprise.DoesNotExist):
        record(enterprise, other_county_officer)

    assert not Title.objects.exists()


# Many at once


def row(enterprise: Enterprise, **given: object) -> TitleRow:
    """A row of a ledger."""
    whole = {
        "track": "hnte",
        "number": "GR202542000001",
        "issued_on": ISSUED,
        "valid_from": ISSUED,
        "valid_until": datetime.date(2028, 10, 31),
    }
    return TitleRow(enterprise_id=enterprise.pk, **(whole | given))


def test_a_ledger_is_recorded_whole_and_again_changes_nothing(
    enterprise: Enterprise, foreign_enterprise: Enterprise, officer: User
) -> None:
    rows = [row(enterprise), row(foreign_enterprise, number="GR202542000002"), row(enterprise, track="srdi")]

    first = titles.record_many(rows=rows, by=officer, on=ON, document="2025年台账")
    second = titles.record_many(rows=rows, by=officer, on=ON, document="2025年台账")

    assert (first, second) == ([], [])
    assert Title.objects.count() == AuditEvent.objects.filter(what="title.record").count() == 3


def test_a_row_that_conflicts_is_refused_with_its_reason_and_the_others_stand(
    enterprise: Enterprise, foreign_enterprise: Enterprise, county_officer: User
) -> None:
    TitleFactory(enterprise=enterprise)
    clash = row(enterprise, number="GR202642000009", valid_from=datetime.date(2026, 1, 1))
    outside = row(foreign_enterprise)
    good = row(enterprise, track="srdi")

    refused = titles.record_many(rows=[clash, outside, good], by=county_officer, on=ON, document="台账")

    assert [refusal.row for refusal in refused] == [clash, outside]
    assert "重叠" in refused[0].why
    assert refused[1].why == "不在本辖区"
    assert Title.objects.filter(track="srdi").count() == 1
    assert not Title.objects.filter(enterprise=foreign_enterprise).exists()


def test_a_row_with_days_no_certificate_bears_is_refused(enterprise: Enterprise, officer: User) -> None:
    old = datetime.date(1901, 1, 1)
    strange = row(enterprise, issued_on=old, valid_from=old, valid_until=None)

    (refused,) = titles.record_many(rows=[strange], by=officer, on=ON, document="台账")

    assert "发证日期1901-01-01应在" in refused.why


def test_two_rows_of_one_ledger_that_overlap_leave_the_first(enterprise: Enterprise, officer: User) -> None:
    rows = [row(enterprise), row(enterprise, number="GR2", valid_from=datetime.date(2026, 1, 1))]

    refused = titles.record_many(rows=rows, by=officer, on=ON, document="台账")

    assert [refusal.row for refusal in refused] == [rows[1]]
    assert Title.objects.get().number == "GR202542000001"


def test_a_ledger_takes_as_many_queries_for_many_firms_as_for_one(
    city: object, officer: User, django_assert_max_num_queries: object
) -> None:
    firms = EnterpriseFactory.create_batch(40, region=city)

    with django_assert_max_num_queries(12):
        titles.record_many(rows=[row(firm) for firm in firms], by=officer, on=ON, document="台账")

    assert Title.objects.count() == 40


# Acts

ACTS = {
    ("normal", "open_review"): "under_review",
    ("normal", "suspend"): "suspended",
    ("normal", "revoke"): "revoked",
    ("under_review", "restore"): "normal",
    ("under_review", "suspend"): "suspended",
    ("under_review", "revoke"): "revoked",
    ("suspended", "restore"): "normal",
    ("suspended", "revoke"): "revoked",
}
LEADS_TO = {"normal": [], "under_review": ["open_review"], "suspended": ["suspend"], "revoked": ["revoke"]}


def standing_at(enterprise: Enterprise, officer: User, standing: str) -> Title:
    """A title that was brought to this standing by acts."""
    title = record(enterprise, officer)
    for step in LEADS_TO[standing]:
        title = act(title, step, officer)
    return title


def act(title: Title, step: str, by: User, **given: object) -> Title:
    """An act with a reason."""
    whole = {"version": title.version, "reason": "复核结论", "on": ON}
    return titles.act(title_id=title.pk, step=step, by=by, **(whole | given))


@pytest.mark.parametrize(("standing", "step"), ACTS)
def test_every_act_goes_where_the_machine_says(enterprise: Enterprise, officer: User, standing: str, step: str) -> None:
    title = act(standing_at(enterprise, officer, standing), step, officer)

    assert (title.standing, title.acted_on) == (ACTS[standing, step], ON)
    event = AuditEvent.objects.get(what=f"title.{step}")
    assert (event.before["standing"], event.after["standing"]) == (standing, ACTS[standing, step])


@pytest.mark.parametrize("standing", LEADS_TO)
def test_every_other_act_is_refused_by_the_standing(enterprise: Enterprise, officer: User, standing: str) -> None:
    title = standing_at(enterprise, officer, standing)

    for step in titles.ACTS:
        if (standing, step) not in ACTS:
            with pytest.raises(StepRefused) as refused:
                act(title, step, officer)
            assert [reason.criterion for reason in refused.value.reasons] == ["state"]


def test_a_revoked_title_carries_nothing_from_that_day(enterprise: Enterprise, officer: User) -> None:
    act(record(enterprise, officer), "revoke", officer)

    position = LadderPosition.objects.get(enterprise=enterprise)
    assert (position.rung, position.since) == ("", ON)


def test_a_title_counts_in_other_tracks_from_the_moment_it_is_recorded_or_revoked(
    enterprise: Enterprise, officer: User
) -> None:
    def confirmed_directly() -> bool:
        stored = Assessment.objects.get(enterprise=enterprise, track="tsme")
        return not (stored.unknown_mask | stored.unmet_mask) >> 4 & 1  # T5 is the fifth gate

    title = record(enterprise, officer)
    recorded = confirmed_directly()
    act(title, "revoke", officer)

    assert (recorded, confirmed_directly()) == (True, False)


def test_a_restored_title_carries_again(enterprise: Enterprise, officer: User) -> None:
    title = act(record(enterprise, officer), "suspend", officer)

    act(title, "restore", officer)

    assert LadderPosition.objects.get(enterprise=enterprise).rung == "hnte"


def test_an_act_without_reason_line_or_sight_is_refused(
    enterprise: Enterprise, officer: User, auditor: User, other_county_officer: User
) -> None:
    title = record(enterprise, officer)

    with pytest.raises(StepRefused):
        act(title, "revoke", officer, reason=" ")
    with pytest.raises(StepRefused):
        act(title, "revoke", auditor)
    with pytest.raises(Title.DoesNotExist):
        act(title, "revoke", other_county_officer)
    assert Title.objects.get().standing == "normal"


def test_the_slower_of_two_acts_learns_who_was_faster(
    enterprise: Enterprise, officer: User, county_officer: User
) -> None:
    title = record(enterprise, officer)
    act(title, "suspend", county_officer)

    with pytest.raises(Stale) as stale:
        act(title, "revoke", officer)

    assert stale.value.winner.by == county_officer
