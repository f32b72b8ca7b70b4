"""Ladders have texts with days: each day is read by the text of that day, for positions and for histories."""

import datetime
from itertools import pairwise

import pytest
from django_fsm import TransitionNotAllowed

from accounts.machine import state_change_allowed
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline import seeds
from pipeline.domain import ladder, ladder_history
from pipeline.models import Bureau, Ladder, LadderPosition
from tests.factories import EnterpriseFactory, TitleFactory
from tests.firms import ON

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.usefixtures("reference_data")
TURN = datetime.date(2026, 4, 1)  # 工信部企业〔2026〕2号
BEFORE = datetime.date(2025, 5, 6)


@pytest.fixture
def national(reference_data: Bureau, officer: User) -> None:
    """The bureau works by the national ladder."""
    ladder.choose(slug="national-2026", by=officer, on=BEFORE)


def told(enterprise: Enterprise, on: datetime.date = ON) -> list[tuple[str, str, datetime.date, datetime.date | None]]:
    """The firm's history: text, rung, first and last day."""
    return [
        (each.stretch.ladder, each.stretch.rung, each.stretch.begins, each.stretch.ends)
        for each in ladder_history.history(enterprise, on)
    ]


# The day decides the text


@pytest.mark.usefixtures("national")
@pytest.mark.feature(9, partial="the page of several ladders")
def test_the_cut_of_2026_puts_firms_with_the_yearly_entry_on_the_base_tier(enterprise: Enterprise) -> None:
    """Versioned data: the same title is no rung the day before and one on the day."""
    TitleFactory(enterprise=enterprise, track="tsme", issued_on=BEFORE, valid_until=None)

    assert ladder.settle(enterprise_id=enterprise.pk, on=TURN - DAY) is None
    position = ladder.settle(enterprise_id=enterprise.pk, on=TURN)

    assert position is not None
    assert (position.rung, position.order, position.since) == ("base", 1, TURN)
    assert told(enterprise) == [("national-2026", "base", TURN, None)]


@pytest.mark.usefixtures("national")
def test_a_firm_on_the_renamed_rung_is_carried_over(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, track="isme", issued_on=BEFORE, valid_until=None)
    ladder.settle(enterprise_id=enterprise.pk, on=TURN - DAY)

    ladder.settle(enterprise_id=enterprise.pk, on=TURN)

    steps = AuditEvent.objects.exclude(what="ladder.choose").order_by("pk").values_list("what", flat=True)
    assert list(steps) == ["ladder.climb", "ladder.transfer"]
    assert told(enterprise) == [
        ("national-2026", "base", TURN, None),
        ("national-2022", "isme", BEFORE, TURN - DAY),
    ]


@pytest.mark.usefixtures("national")
def test_a_rung_both_texts_have_keeps_its_first_day_and_its_history_names_both(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, track="srdi", issued_on=BEFORE, valid_until=TURN + 9 * DAY)

    position = ladder.settle(enterprise_id=enterprise.pk, on=TURN)

    assert position is not None
    assert (position.rung, position.since) == ("srdi", BEFORE)
    assert told(enterprise) == [
        ("", "", TURN + 10 * DAY, None),
        ("national-2026", "srdi", TURN, TURN + 9 * DAY),
        ("national-2022", "srdi", BEFORE, TURN - DAY),
    ]


@pytest.mark.usefixtures("national")
def test_a_history_says_which_titles_carried_each_stretch(enterprise: Enterprise) -> None:
    entry = TitleFactory(enterprise=enterprise, track="tsme", issued_on=TURN + DAY, valid_until=TURN + 50 * DAY)
    small = TitleFactory(enterprise=enterprise, track="isme", issued_on=BEFORE, valid_until=None)
    TitleFactory(enterprise=enterprise, track="hnte", issued_on=BEFORE, valid_until=None)

    chapters = ladder_history.history(enterprise, ON)

    assert [(each.rung and each.rung.name, set(each.titles)) for each in chapters] == [
        ("科技和创新型中小企业", {entry, small}),
        ("创新型中小企业", {small}),
    ]


def test_an_undated_ladder_has_one_text_for_all_days(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, track="tsme", issued_on=BEFORE, valid_until=None)

    assert told(enterprise) == [("mission", "tsme", BEFORE, None)]


def test_a_revoked_title_carries_until_the_day_before_and_a_firm_without_titles_has_no_history(
    enterprise: Enterprise, foreign_enterprise: Enterprise
) -> None:
    with state_change_allowed():
        TitleFactory(enterprise=enterprise, issued_on=BEFORE, standing="revoked", acted_on=TURN, valid_until=None)

    assert told(enterprise) == [("", "", TURN, None), ("mission", "hnte", BEFORE, TURN - DAY)]
    assert told(foreign_enterprise) == []


def test_before_a_bureau_chose_there_is_no_history(enterprise: Enterprise, reference_data: Bureau) -> None:
    TitleFactory(enterprise=enterprise)
    reference_data.delete()

    assert told(enterprise) == []


@pytest.mark.usefixtures("national")
def test_positions_rebuilt_across_the_turn_are_the_same(city: object) -> None:
    for number, firm in enumerate(EnterpriseFactory.create_batch(8, region=city)):
        for track, length in (("isme", 100 + 90 * number), ("srdi", 500 - 60 * number), ("tsme", 300)):
            until = BEFORE + datetime.timedelta(days=length)
            TitleFactory(enterprise=firm, track=track, issued_on=BEFORE, valid_until=until)
    for weeks in range(0, 80, 4):
        ladder.settle_all(BEFORE + datetime.timedelta(weeks=weeks))
    columns = ("enterprise", "rung", "order", "since")
    kept = list(LadderPosition.objects.order_by("enterprise").values_list(*columns))

    LadderPosition.objects.all().delete()
    ladder.settle_all(BEFORE + datetime.timedelta(weeks=76))

    assert list(LadderPosition.objects.order_by("enterprise").values_list(*columns)) == kept
    assert len({rung for _, rung, _, _ in kept}) > 1
    for position in LadderPosition.objects.select_related("enterprise"):
        last = told(position.enterprise, BEFORE + datetime.timedelta(weeks=76))[0]
        assert (last[1], last[3]) == (position.rung, None)


# The steps of the machine when a text changes


def test_a_rung_with_another_number_is_a_transfer_and_no_climb(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, track="little_giant", issued_on=BEFORE, valid_until=None)
    position = ladder.settle(enterprise_id=enterprise.pk, on=ON)
    assert position is not None
    position.goal, position.goal_order = position.rung, position.order
    assert position.step == ""
    with pytest.raises(TransitionNotAllowed):
        position.transfer(on=ON)

    position.goal_order = position.order - 1

    assert position.step == "transfer"
    position.transfer(on=BEFORE)
    assert (position.rung, position.order, position.since) == ("little_giant", 3, BEFORE)


@pytest.mark.usefixtures("national")
def test_another_text_of_the_same_ladder_is_no_other_choice(officer: User) -> None:
    assert ladder.choose(slug="national-2022", by=officer, on=ON).slug == "national-2026"
    assert AuditEvent.objects.count() == 1, "only the choice of the fixture"
    assert [rung.key for rung in ladder.rungs_in_use(TURN)] == ["base", "srdi", "little_giant"]
    assert [rung.key for rung in ladder.rungs_in_use(TURN - DAY)] == ["isme", "srdi", "little_giant"]


# The seeds


def test_texts_of_one_ladder_follow_each_other_without_gap_or_overlap() -> None:
    for family in set(Ladder.objects.values_list("family", flat=True)):
        texts = sorted(Ladder.objects.filter(family=family), key=lambda text: text.effective_from or datetime.date.min)
        assert texts[-1].effective_to is None, "the last text is open"
        for earlier, later in pairwise(texts):
            assert earlier.effective_to is not None
            assert later.effective_from == earlier.effective_to + DAY


def test_in_force_says_the_same_of_rows_and_of_one_text() -> None:
    for on in (BEFORE, TURN - DAY, TURN, ON):
        assert set(Ladder.objects.in_force(on)) == {text for text in Ladder.objects.all() if text.is_in_force(on)}


def test_a_recognition_carries_one_rung_of_a_text_at_most() -> None:
    for seed in seeds.ladders():
        tracks = [track for rung in seed["rungs"] for track in rung["tracks"]]
        assert len(tracks) == len(set(tracks)), seed["slug"]
