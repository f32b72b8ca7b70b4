"""Numbers nobody found are in no edition: neither those of a city nor those of other places stand in for them."""

import json
import re
from datetime import date
from typing import Any

import pytest

from pipeline.facts.statement import read
from pipeline.rules.choose import choose
from pipeline.rules.edition import Edition, walk_gates
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import outcome
from pipeline.rules.seeds import seeds

ON = date(2026, 5, 1)
SPECIES = ("gazelle", "potential_unicorn", "unicorn", "moose")
# Without a single number of their own: the four tiers, the superseded text on centres, and the points.
WITHOUT = {"GAZELLE-2021", "POTENTIAL-UNICORN-2021", "UNICORN-2021", "MOOSE-2021", "INNOVATION-POINTS-2024"}
# Claims for other places: districts of Wuhan, generic benchmarks, the Guangdong text under Hubei's name.
FOREIGN = re.compile(r"1000万|5000万|20%|15%|10%|2011-01-01|粤科函")


def edition(track: str, on: date = ON) -> Edition:
    """The edition in force."""
    return choose(seeds(), track=track, on=on, kind="apply").edition


def numbers(rules: Edition) -> list[str]:
    """The criteria that test a known number."""
    compared = ((key, criterion) for key, criterion in walk_gates(rules) if criterion.comparison)
    return [key for key, criterion in compared if not criterion.is_pending]


def row_of(track: str, firm: dict[str, Any]) -> dict[str, Any]:
    """The row of one firm."""
    rules = edition(track)
    register = read(json.dumps(firm), track=track, rulable={track: rules.rulable}).register
    return evaluate(rules, register, ON).row(0, named=True)


@pytest.mark.parametrize("ident", sorted(WITHOUT))
def test_an_edition_without_known_numbers_has_none(ident: str) -> None:
    rules = next(each for each in seeds() if each.id == ident)

    assert numbers(rules) == []
    assert rules.score is None
    assert not [each.says for _, each in walk_gates(rules) if FOREIGN.search(each.says + (each.manual or ""))]


@pytest.mark.parametrize("track", SPECIES)
def test_figures_of_the_wuhan_templates_decide_no_tier_of_the_province(track: str) -> None:
    # 2000万 with 20 per cent of growth passes in 东湖, the benchmark of other places, and nowhere here.
    years = {
        str(year): {"sales_cny": sales} for year, sales in ((2025, 28_800_000), (2024, 24_000_000), (2023, 20_000_000))
    }
    good = {"enterprise": {"registered_on": "2018-01-01", "size_trade": "工业"}, "years": years}
    poor = {**good, "years": {year: {"sales_cny": 1} for year in years}}

    assert [outcome(row_of(track, firm), "growth") for firm in (good, poor)] == ["manual", "manual"]


def test_the_superseded_text_on_centres_has_no_number() -> None:
    assert numbers(edition("etc_national", date(2026, 1, 31))) == []
    assert numbers(edition("etc_national", date(2026, 2, 1))) == ["rd", "staff.all"]


def test_the_money_wuhan_asks_of_a_joint_centre_is_not_the_provinces() -> None:
    assert numbers(edition("joint_centre")) == ["staff.all"]
    assert outcome(row_of("joint_centre", {"years": {"2025": {"rd_spend_stat_cny": 1}}}), "rd") == "manual"


def test_the_seed_library_is_no_other_name_for_the_potential_unicorns() -> None:
    assert edition("seed_unicorn_lib").document != edition("potential_unicorn").document
    assert edition("potential_unicorn_lib").document == edition("seed_unicorn_lib").document


def test_every_edition_of_these_tracks_says_that_nobody_compared_it() -> None:
    mine = [each for each in seeds() if each.track in (*SPECIES, "rd_six_haves", "etc_national", "erc_hubei")]

    assert {each.confidence for each in mine} == {"unconfirmed"}
    assert {each.checked_on for each in mine} == {None}
    assert not [key for each in mine for key, one in walk_gates(each) if one.clause or one.quotation]
