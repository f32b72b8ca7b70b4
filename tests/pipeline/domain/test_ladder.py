"""The door of the ladder: firms climb and slip by their titles alone."""

import datetime

import pytest

from accounts.machine import StepRefused
from accounts.models import AuditEvent, User
from enterprises.models import Enterprise
from pipeline.domain import ladder
from pipeline.models import Bureau, Ladder, LadderPosition, Rung
from tests.factories import EnterpriseFactory, TitleFactory
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")
ISSUED, LAST = datetime.date(2023, 11, 24), datetime.date(2026, 11, 23)


def standing_of(enterprise: Enterprise) -> tuple[str, int, datetime.date | None]:
    """Rung, order and day of a firm's position."""
    position = LadderPosition.objects.get(enterprise=enterprise)
    return position.rung, position.order, position.since


def test_a_firm_climbs_to_the_highest_rung_its_titles_carry(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, track="tsme", issued_on=datetime.date(2026, 7, 1))
    TitleFactory(enterprise=enterprise, track="little_giant", issued_on=datetime.date(2026, 9, 1), valid_until=None)

    ladder.settle(enterprise_id=enterprise.pk, on=ON)

    assert standing_of(enterprise) == ("little_giant", 4, datetime.date(2026, 9, 1))
    event = AuditEvent.objects.get()
    assert (event.what, event.by, event.enterprise_id) == ("ladder.climb", None, enterprise.pk)
    assert (event.before["rung"], event.after["rung"]) == ("", "little_giant")


def test_settling_again_writes_nothing(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise)
    ladder.settle(enterprise_id=enterprise.pk, on=ON)

    assert ladder.settle_all(ON) == 0
    assert AuditEvent.objects.count() == 1
    assert LadderPosition.objects.get().version == 1


def test_a_firm_slips_on_the_day_its_title_has_ended_however_late_that_is_noticed(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, issued_on=ISSUED, valid_until=LAST)
    assert ladder.settle_all(LAST) == 1
    assert standing_of(enterprise) == ("hnte", 2, ISSUED)

    moved = ladder.settle_all(LAST + datetime.timedelta(days=5))

    assert moved == 1
    assert standing_of(enterprise) == ("", 0, LAST + datetime.timedelta(days=1))
    event = AuditEvent.objects.order_by("pk").last()
    assert event is not None
    assert (event.what, event.effective_on) == ("ladder.slip", LAST + datetime.timedelta(days=1))


def test_a_firm_slips_to_what_still_carries_it(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, track="srdi", issued_on=ISSUED, valid_until=LAST)
    TitleFactory(enterprise=enterprise, track="hnte", issued_on=datetime.date(2025, 11, 1))
    ladder.settle_all(LAST)

    ladder.settle_all(LAST + datetime.timedelta(days=1))

    assert standing_of(enterprise) == ("hnte", 2, LAST + datetime.timedelta(days=1))


def test_a_title_to_come_carries_nobody_yet(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, issued_on=ON + datetime.timedelta(days=1))

    assert ladder.settle_all(ON) == 0
    assert ladder.settle_all(ON + datetime.timedelta(days=1)) == 1


def test_an_earlier_title_found_later_corrects_the_day(enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise, issued_on=datetime.date(2025, 11, 1))
    ladder.settle_all(ON)
    TitleFactory(enterprise=enterprise, issued_on=datetime.date(2022, 11, 1), valid_until=datetime.date(2025, 10, 31))

    ladder.settle_all(ON)

    assert standing_of(enterprise) == ("hnte", 2, datetime.date(2022, 11, 1))
    assert AuditEvent.objects.filter(what="ladder.redate").count() == 1


def test_positions_rebuilt_from_titles_are_the_same(city: object) -> None:
    for number, firm in enumerate(EnterpriseFactory.create_batch(12, region=city)):
        TitleFactory(
            enterprise=firm,
            track=("tsme", "hnte", "srdi")[number % 3],
            issued_on=ISSUED,
            valid_until=ISSUED + datetime.timedelta(days=130 * number),
        )
        listed_on = ISSUED + datetime.timedelta(days=150 * number)
        until = listed_on + datetime.timedelta(days=200)
        TitleFactory(enterprise=firm, track="gazelle", issued_on=listed_on, valid_until=until)
    for months in range(0, 40, 3):
        ladder.settle_all(ISSUED + datetime.timedelta(days=30 * months))
    columns = ("enterprise", "rung", "order", "since")
    kept = list(LadderPosition.objects.order_by("enterprise").values_list(*columns))

    LadderPosition.objects.all().delete()
    ladder.settle_all(ISSUED + datetime.timedelta(days=30 * 39))

    assert list(LadderPosition.objects.order_by("enterprise").values_list(*columns)) == kept
    assert len({rung for _, rung, _, _ in kept}) > 2


def test_only_the_firms_asked_for_are_settled(enterprise: Enterprise, foreign_enterprise: Enterprise) -> None:
    TitleFactory(enterprise=enterprise)
    TitleFactory(enterprise=foreign_enterprise)

    assert ladder.settle_all(ON, [enterprise.pk]) == 1
    assert list(LadderPosition.objects.values_list("enterprise", flat=True)) == [enterprise.pk]


@pytest.mark.parametrize("firms", [1, 30])
def test_settling_takes_as_many_queries_for_many_firms_as_for_one(
    city: object, firms: int, django_assert_num_queries: object
) -> None:
    for firm in EnterpriseFactory.create_batch(firms, region=city):
        TitleFactory(enterprise=firm)

    with django_assert_num_queries(16):
        assert ladder.settle_all(ON) == firms


# Ladders as data


def test_every_rung_of_every_ladder_is_reachable(officer: User, city: object) -> None:
    for slug in Ladder.objects.in_force(ON).order_by("-pk").values_list("slug", flat=True):
        ladder.choose(slug=slug, by=officer, on=ON)
        for rung in Rung.objects.filter(ladder__slug=slug):
            for track in rung.tracks:
                firm = EnterpriseFactory(region=city)
                TitleFactory(enterprise=firm, track=track)
                ladder.settle(enterprise_id=firm.pk, on=ON)
                assert standing_of(firm)[:2] == (rung.key, rung.order)


def test_another_ladder_settles_every_firm_anew(enterprise: Enterprise, officer: User, reference_data: Bureau) -> None:
    TitleFactory(enterprise=enterprise, track="gazelle", valid_until=None)
    ladder.settle_all(ON)
    assert standing_of(enterprise)[0] == "new_species"

    ladder.choose(slug="daye", by=officer, on=ON)

    reference_data.refresh_from_db()
    assert reference_data.ladder.slug == "daye"
    assert standing_of(enterprise)[:2] == ("gazelle", 5)
    assert list(AuditEvent.objects.order_by("pk").values_list("what", flat=True)) == [
        "ladder.climb",
        "ladder.choose",
        "ladder.transfer",
    ]


def test_choosing_the_same_ladder_changes_nothing(officer: User) -> None:
    assert ladder.choose(slug="mission", by=officer, on=ON).slug == "mission"
    assert not AuditEvent.objects.exists()


def test_only_city_and_administrator_choose(county_officer: User, auditor: User, administrator: User) -> None:
    for refused in (county_officer, auditor):
        with pytest.raises(StepRefused):
            ladder.choose(slug="daye", by=refused, on=ON)

    assert ladder.choose(slug="daye", by=administrator, on=ON).slug == "daye"


def test_before_a_bureau_chose_nobody_stands_anywhere(enterprise: Enterprise, reference_data: Bureau) -> None:
    reference_data.delete()
    TitleFactory(enterprise=enterprise)

    assert ladder.settle_all(ON) == 0


def test_stairs_show_what_is_held_what_is_a_gap_and_where_the_firm_stands(enterprise: Enterprise) -> None:
    held = TitleFactory(enterprise=enterprise, track="srdi")
    TitleFactory(enterprise=enterprise, track="tsme", valid_until=datetime.date(2025, 12, 31))

    stairs = ladder.standings(enterprise=enterprise, on=ON)

    assert [(stair.rung.key, stair.title, stair.is_current) for stair in stairs] == [
        ("tsme", None, False),
        ("hnte", None, False),
        ("srdi", held, True),
        ("little_giant", None, False),
        ("new_species", None, False),
    ]


def test_a_changed_seed_replaces_the_rungs_and_a_second_load_nothing(reference_data: Bureau) -> None:
    Rung.objects.filter(ladder__slug="daye", key="unicorn").delete()

    assert (ladder.load_seeds(), ladder.load_seeds()) == (1, 0)
    assert Ladder.objects.get(slug="daye").rungs.count() == 7
