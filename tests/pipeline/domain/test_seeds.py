"""Seeds: editions by hash, rounds and papers by name, each loaded once; nothing verified is claimed."""

import datetime
from pathlib import Path

import pytest

from pipeline.domain import editions, ladder, rounds
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


def test_nothing_seeded_claims_to_be_verified() -> None:
    assert not Round.objects.exclude(verified_on=None).exists()
    assert not MaterialRequirement.objects.exclude(verified_on=None).exists()
