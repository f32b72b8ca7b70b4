"""The golden firms: which of them another text of the rules answers otherwise."""

import pytest

from pipeline.rules import cases, messages, revise, writing
from pipeline.rules.seeds import seeds


def edition(track: str):
    return next(seed for seed in seeds() if seed.track == track)


@pytest.mark.parametrize("track", sorted({seed.track for seed in seeds()}))
def test_a_text_that_changes_nothing_flips_no_golden_firm(track: str) -> None:
    same = messages.checked(writing.plain(edition(track)))

    total, found = cases.flips(edition(track), same)

    assert total == len(cases.of_track(track)) > 0
    assert found == []


@pytest.mark.feature(29)
def test_a_moved_threshold_flips_exactly_the_cases_on_its_edge() -> None:
    content = writing.plain(edition("hnte"))
    rows = [{"up_to": 50_000_000, "need": "6%"}, {"up_to": 200_000_000, "need": "4%"}, {"need": "3%"}]
    moved = revise.put(content, "H5.intensity", revise.node(content, "H5.intensity") | {"at_least": rows})

    _, found = cases.flips(edition("hnte"), messages.checked(moved))

    assert {key for flip in found for key in flip.keys} <= {"H5", "H5.intensity"}
    assert "销售收入1000万元、研发费用50万元正好压线" in {flip.it for flip in found}
    assert "销售收入过5000万元按4%" not in {flip.it for flip in found}
