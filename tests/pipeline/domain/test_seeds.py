"""Seeds: editions by hash, rounds and papers by name, each loaded once; nothing verified is claimed."""

import dataclasses
import datetime
from pathlib import Path

import pytest

from accounts.models import User
from pipeline.domain import editions, ladder, rounds
from pipeline.domain.rounds import MaterialGiven, RoundGiven
from pipeline.models import Edition, MaterialRequirement, Round
from pipeline.rules import seeds
from tests.firms import ON

pytestmark = pytest.mark.usefixtures("reference_data")


def test_loading_again_changes_nothing() -> None:
    counts = [model.objects.count() for model in (Edition, Round, MaterialRequirement)]

    assert (editions.load_seeds(), ladder.load_seeds(), rounds.load_seeds()) == (0, 0, 0)
    assert [model.objects.count() for model in (Edition, Round, MaterialRequirement)] == counts
    assert all(counts)


def test_a_corrected_seed_is_a_new_edition_and_withdraws_the_old_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tsme").mkdir()
    known = next(path for path in seeds.paths() if path.parent.name == "tsme")
    corrected = tmp_path / "tsme" / known.name
    corrected.write_text(known.read_text("utf-8") + "\n# compared with the official text\n", "utf-8")
    monkeypatch.setattr(seeds, "POLICIES", tmp_path)

    assert editions.load_seeds() == 1

    status = dict(Edition.objects.filter(track="tsme").order_by("pk").values_list("pk", "status"))
    assert list(status.values()) == ["withdrawn", "published"]
    assert editions.in_force("tsme", ON, "apply").row.pk == max(status)


def test_the_choice_names_the_edition_and_why() -> None:
    choice = editions.in_force("hnte", ON, "apply")

    assert choice.row.track == choice.rules.track == "hnte"
    assert choice.rules.document in choice.why


def test_a_round_the_bureau_changed_stays_as_it_is() -> None:
    Round.objects.filter(track="tsme", year=2026).update(closes_on=datetime.date(2026, 9, 15))

    rounds.load_seeds()

    assert Round.objects.get(track="tsme", year=2026).closes_on == datetime.date(2026, 9, 15)


def test_on_the_first_monday_of_the_demo_高企_is_open_and_科小_is_over() -> None:
    assert [each.year for each in Round.objects.open_on(ON).filter(track="hnte")] == [2026]
    assert not Round.objects.open_on(ON).filter(track="tsme").exists()


def test_a_round_without_any_day_is_announced_but_not_open() -> None:
    undated = Round.objects.get(track="tsme", year=2027)

    assert undated.window == "时间待公布"
    assert not undated.is_open(datetime.date(2027, 7, 1))


def test_a_round_the_bureau_renamed_does_not_come_back_under_its_old_name(officer: User) -> None:
    row = Round.objects.get(track="tsme", year=2026)
    rounds.save_round(
        round_id=row.pk, given=RoundGiven("tsme", "第一批", 2026, closes_on=ON), verified=False, by=officer, on=ON
    )

    assert rounds.load_seeds() == 0
    assert Round.objects.get(track="tsme", year=2026).name == "第一批"


def test_a_paper_the_bureau_struck_off_or_renamed_does_not_come_back(officer: User) -> None:
    first, second = MaterialRequirement.objects.filter(track="hnte")[:2]
    rounds.remove_material(material_id=first.pk, by=officer, on=ON)
    rounds.save_material(
        material_id=second.pk, given=MaterialGiven("hnte", "收入专项审计报告"), verified=False, by=officer, on=ON
    )

    assert rounds.load_seeds() == 0
    assert not MaterialRequirement.objects.filter(kind__in=[first.kind, second.kind]).exists()


def test_the_day_departments_recommend_by_is_no_closing_day_of_firms() -> None:
    row = Round.objects.get(track="hnte", year=2025)

    assert (row.city_cutoff_on, row.closes_on, row.window) == (datetime.date(2025, 10, 16), None, "起止日未知")
    assert "洪山区" in row.source
    assert not row.is_open(datetime.date(2025, 10, 1))


def test_all_three_libraries_and_the_champion_of_the_province_have_their_round() -> None:
    closes = dict(Round.objects.filter(closes_on__isnull=False).values_list("track", "closes_on"))

    libraries = {closes[track] for track in ("seed_unicorn_lib", "potential_unicorn_lib", "unicorn_lib")}
    assert libraries == {datetime.date(2024, 3, 18)}
    assert closes["champion_hubei"] == datetime.date(2025, 11, 26)


@pytest.mark.parametrize("track", ["gazelle", "potential_unicorn", "unicorn", "moose"])
def test_新物种_has_no_day_only_what_is_known_of_it(track: str) -> None:
    row = Round.objects.get(track=track)

    assert not row.is_dated
    assert "未见申报通知" in row.source


def test_every_seeded_round_says_where_it_was_read_and_could_be_saved_as_it_is() -> None:
    names = [field.name for field in dataclasses.fields(RoundGiven)]

    for row in Round.objects.all():
        given = RoundGiven(**{name: getattr(row, name) for name in names})
        assert given.source
        assert rounds.against_round(given, round_id=row.pk, verified=False) == []


def test_nothing_seeded_claims_to_be_verified() -> None:
    assert not Round.objects.exclude(verified_on=None).exists()
    assert not MaterialRequirement.objects.exclude(verified_on=None).exists()
