"""The worked cases beside the editions: readable by a policy officer, one test each."""

import json
from functools import cache
from typing import Any

import pytest

from enterprises.vocabulary import LISTS
from pipeline.facts.statement import read
from pipeline.rules.cases import as_firm, day_of, edition_of, of_file
from pipeline.rules.choose import choose
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import findings
from pipeline.rules.seeds import POLICIES, paths, seeds

KEYS = {"it", "like", "source", "day", "kind", "firm", "facts", "years", "scores", "manual"}
ASKED = KEYS | {"expect", "points", "score", "verdict", *LISTS}


@cache
def cases() -> list[Any]:
    """Every case of every edition, with that edition."""
    found = []
    for path in sorted(POLICIES.glob("*/*.cases.yaml")):
        edition = edition_of(path)
        for case in of_file(path, edition):
            assert set(case) <= ASKED, f"{path.name}: {case['it']}: unknown {sorted(set(case) - ASKED)}"
            found.append(pytest.param(edition, case, id=f"{edition.id}-{case.get('source', '')}-{case['it']}"))
    return found


@pytest.mark.parametrize(("edition", "case"), cases())
def test_case(edition: Edition, case: dict[str, Any]) -> None:
    on, kind = day_of(case), case.get("kind", edition.applies_to[0])
    assert choose(seeds(), track=edition.track, on=on, kind=kind).edition.id == edition.id
    text = json.dumps(as_firm(case), default=str)
    statement = read(text, track=edition.track, rulable={edition.track: edition.rulable})

    row = evaluate(edition, statement.register, on).row(0, named=True)

    found = {finding.key: finding for finding in findings(edition, row)}
    assert {key: found[key].outcome for key in case.get("expect", {})} == case.get("expect", {})
    for key, points in case.get("points", {}).items():
        low, high = points if isinstance(points, list) else (points, points)
        assert found[key].points is not None
        assert found[key].points[:2] == (low, high), key
    if "score" in case:
        assert [row["score_low"], row["score_high"]] == case["score"]
    if "verdict" in case:
        assert row["verdict"] == case["verdict"]


def test_every_edition_has_cases() -> None:
    written = {
        path.relative_to(POLICIES).as_posix().replace(".cases.yaml", ".yaml")
        for path in POLICIES.glob("*/*.cases.yaml")
    }

    assert {path.relative_to(POLICIES).as_posix() for path in paths()} <= written


@pytest.mark.parametrize("edition", [pytest.param(edition, id=edition.id) for edition in seeds()])
def test_every_gate_is_seen_on_both_sides(edition: Edition) -> None:
    seen: dict[str, set[str]] = {}
    for param in cases():
        if param.values[0].id == edition.id:
            for key, outcome in param.values[1].get("expect", {}).items():
                seen.setdefault(key, set()).add(outcome)

    one_sided = [key for key in edition.gate_keys if not {"met", "unmet"} <= seen.get(key, set())]

    assert one_sided == []


def test_the_published_worked_examples_are_among_the_cases() -> None:
    sources = {param.values[1].get("source") for param in cases()}

    assert {"E03", "E05", "E06", "E09", "E10", "E11", "E15", "E16"} <= sources
