"""The graph of prerequisites: what each form of criterion makes, steps, and what nobody could reach."""

from datetime import date
from typing import Any

import pytest

from pipeline.rules.edition import Edition
from pipeline.rules.graph import BONDS, Edge, edges, faults, of_edition, steps
from pipeline.rules.seeds import seeds

ON = date(2026, 4, 1)
HELD = {"title": "hnte"}
BY_HAND = {"manual": "由工作人员核定"}


def edition(track: str, *gates: dict[str, Any], **more: Any) -> Edition:
    """An edition with these gates."""
    content = {
        "id": track.upper(),
        "title": track,
        "track": track,
        "document": "文件",
        "effective_from": date(2026, 4, 1),
        "applies_to": ["apply"],
        "confidence": "unconfirmed",
        "gates": {f"G{n}": {"says": "条件", "who": "bureau", **gate} for n, gate in enumerate(gates)},
        "sha256": track,
    }
    return Edition.model_validate({**content, **more})


FORMS = {
    "a title": (HELD, [("required", "hnte")]),
    "a title not held": ({**HELD, "is": False}, [("excluded", "hnte")]),
    "a part of all": ({"all": [HELD, BY_HAND]}, [("required", "hnte")]),
    "one of several titles": ({"any": [HELD, {"title": "tsme"}]}, [("one_of", "hnte", "tsme")]),
    "the same title in each alternative": ({"any": [{"all": [HELD, BY_HAND]}, HELD]}, [("required", "hnte")]),
    "a title beside another way": ({"any": [HELD, BY_HAND]}, [("way", "hnte")]),
    "a title deep in another way": ({"any": [{"all": [HELD, BY_HAND]}, BY_HAND]}, [("way", "hnte")]),
    "no title": (BY_HAND, []),
}


@pytest.mark.parametrize(("gate", "expected"), FORMS.values(), ids=FORMS)
def test_a_form_of_criterion_makes_its_edge(gate: dict[str, Any], expected: list[tuple[str, ...]]) -> None:
    found = of_edition(edition("srdi", gate))

    assert [(edge.bond, *edge.titles) for edge in found] == expected


def test_a_title_that_helps_is_no_condition() -> None:
    found = of_edition(edition("gazelle", BY_HAND, prefers=["hnte"]))

    assert found == [Edge("gazelle", "preferred", ("hnte",))]
    assert steps(found) == {"hnte": 0, "gazelle": 0}


def test_steps_count_the_titles_that_come_before() -> None:
    chain = [
        edition("srdi", {"any": [{"title": "isme"}, {"title": "tsme"}]}),
        edition("little_giant", {"title": "srdi"}),
        edition("champion_national", {"title": "little_giant", "is": False}),
    ]

    found = steps(edges(chain, ON))

    assert found == {"isme": 0, "tsme": 0, "srdi": 1, "little_giant": 2, "champion_national": 0}


def test_recognitions_that_wait_for_each_other_are_named() -> None:
    round_about = [edition("srdi", {"title": "isme"}), edition("isme", {"title": "srdi"})]

    assert faults(round_about) == ["2026-04-01: isme, srdi wait for each other"]


def test_a_choice_with_a_way_out_is_no_circle() -> None:
    some = [
        edition("srdi", {"any": [{"title": "isme"}, {"title": "tsme"}]}),
        edition("isme", {"title": "srdi"}),
        edition("tsme", BY_HAND),
    ]

    assert faults(some) == []


def test_a_title_that_no_edition_gives_is_named_but_not_one_of_a_choice() -> None:
    lacking = edition("srdi", {"title": "isme"})
    choice = edition("little_giant", {"any": [{"title": "srdi"}, {"title": "isme"}]})

    assert faults([lacking, choice]) == ["SRDI: asks for isme, which no edition gives"]


def test_the_day_decides_which_text_speaks() -> None:
    old = edition(
        "srdi", {"title": "isme"}, effective_from=date(2022, 8, 1), effective_to=date(2026, 3, 31), sha256="o"
    )
    new = edition("srdi", {"any": [{"title": "isme"}, {"title": "tsme"}]})

    def asked(on: date) -> list[tuple[str, ...]]:
        return [(edge.bond, *edge.titles) for edge in edges([old, new], on)]

    assert asked(date(2026, 3, 31)) == [("required", "isme")]
    assert asked(date(2026, 4, 1)) == [("one_of", "isme", "tsme")]


def test_the_editions_of_the_product_are_sound_and_say_what_the_dossier_says() -> None:
    found = edges(seeds(), ON)

    assert faults(seeds()) == []
    assert Edge("tsme", "way", ("hnte",)) in found
    assert Edge("gazelle", "preferred", ("hnte",)) in found
    assert not [edge for edge in found if edge.target == "hnte"]
    assert Edge("etc_national", "required", ("etc_hubei",)) in edges(seeds(), date(2026, 1, 31))
    assert not [edge for edge in found if edge.target == "etc_national"]
    assert {edge.bond for edge in found} <= set(BONDS)
