"""What a missing figure is worth equals giving each of them both ways, one at a time, in the register itself."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from enterprises.vocabulary import FIGURE_BY_NAME, LISTS, TRACKS
from pipeline.facts.columns import WINDOW
from pipeline.rules.choose import choose
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import evaluate
from pipeline.rules.seeds import seeds
from pipeline.rules.settling import Side, changed, settling
from tests.policies.firms import ON, Firm, firms, register_of

GREAT = 10**12
MANY = 5
FULL: dict[str, list[dict[str, Any]]] = {
    "property": [
        {"class": kind, "granted_on": date(2020, 1, 1), "obtained": "自主研发"}
        for kind in ("I", "II")
        for _ in range(MANY)
    ],
    "honours": [
        {"kind": "国家级科技奖励", "rank": 1, "given_on": date(2025, 1, 1)},
        {"kind": "主导标准", "level": "国家", "given_on": date(2025, 1, 1)},
    ],
    "institutions": [{"level": "国家", "recognised_on": date(2020, 1, 1), "valid_until": date(2030, 1, 1)}],
    "titles": [{"track": t.key, "valid_from": date(2025, 1, 1), "valid_until": date(2030, 1, 1)} for t in TRACKS],
    "negatives": [
        {"kind": kind, "from_on": date(2026, 1, 1), "to_on": None} for kind in ("安全事故", "经营异常", "科研失信")
    ],
}
OWN = {
    "registered_on": (date(1990, 1, 1), ON),
    "is_resident": (False, True),
    "industry_code": ("C1620", "C3525"),
    "hi_tech_field": ("其他", "电子信息"),
}


def given(firm: Firm, name: str, high: bool) -> Firm:
    """The firm with what is missing of one figure, field or list filled at one end."""
    if name in LISTS:
        return replace(firm, **{name: FULL[name] if high else []})
    if name in OWN:
        return replace(firm, own={**firm.own, name: OWN[name][high]})
    low = -GREAT if FIGURE_BY_NAME[name].min is None else 0
    years = {year: dict(firm.years.get(year, {})) for year in range(ON.year - WINDOW, ON.year)}
    for figures in years.values():
        if figures.get(name) is None:
            figures[name] = GREAT if high else low
    return replace(firm, years=years)


def plain(firm: Firm) -> Firm:
    """The firm with every list either unknown or known to be empty, so that no row is in doubt."""
    return replace(firm, **{name: None if getattr(firm, name) is None else [] for name in LISTS})


def by_force(edition: Edition, many: list[Firm]) -> list[set[str]]:
    """For each firm the names that settle its open verdict, tried one by one."""
    frame = evaluate(edition, register_of(many, edition.track), ON)
    trials = [
        (place, name, given(many[place], name, high))
        for place, row in enumerate(frame.iter_rows(named=True))
        if row["verdict"] == "undecided" and row["n_unknown"]
        for name in row["wants"]
        for high in (False, True)
    ]
    found: list[set[str]] = [set() for _ in many]
    judged = evaluate(edition, register_of([firm for _, _, firm in trials], edition.track), ON)
    for (place, name, _), row in zip(trials, judged.iter_rows(named=True), strict=True):
        if row["verdict"] != "undecided" or row["n_unknown"] == 0:
            found[place].add(name)
    return found


@pytest.mark.feature("N7")
@pytest.mark.parametrize(("track", "chosen"), [("tsme", (0, 1, 3, 5)), ("hnte", (5, 6, 10))])
def test_the_worth_of_a_figure_equals_trying_it_both_ways(track: str, chosen: tuple[int, ...]) -> None:
    edition = choose(seeds(), track=track, on=ON, kind="apply").edition
    counted = 0
    for seed in chosen:
        many = [plain(firm) for firm in firms(seed, 60)]
        found = settling(edition, register_of(many, track), ON)
        mine = {row["firm"]: set(row["settles"]) for row in found.iter_rows(named=True)}
        truth = by_force(edition, many)

        assert [mine.get(place, set()) for place in range(len(many))] == truth
        assert top(list(mine.values())) == top(truth)
        counted += sum(map(len, truth))
    assert counted > 15


def top(found: list[set[str]]) -> list[tuple[str, int]]:
    """The ten names that settle most verdicts, the most first."""
    counts = Counter(name for names in found for name in names)
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:10]


@pytest.mark.parametrize(("side", "expected"), [("low", 0), ("high", 9999)])
def test_a_score_nobody_knows_is_tried_within_what_a_score_can_be(side: Side, expected: int) -> None:
    name = "srdi_platform_score_1"
    frame = pl.DataFrame({name: [None, Decimal("61.25")]}, schema={name: pl.Decimal(6, 2)})

    tried = changed(frame, "srdi_platform_score", side, ON)

    assert tried[name].to_list() == [expected, Decimal("61.25")]
