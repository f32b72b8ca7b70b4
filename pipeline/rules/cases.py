"""The worked cases beside the editions (验算例): golden firms, and which of them another edition answers otherwise."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from enterprises.vocabulary import LISTS
from pipeline.facts.statement import read
from pipeline.rules import seeds
from pipeline.rules.choose import covers
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import evaluate
from pipeline.rules.explain import findings
from pipeline.rules.report import VERDICTS

USUAL_DAY: Final = date(2026, 5, 1)
MERGED: Final = ("firm", "facts", "manual")  # taken over key by key
Outcomes = Mapping[str, str]


@dataclass(frozen=True)
class Flip:
    """A golden firm that two editions answer differently: its verdicts, and the conditions that came out otherwise."""

    it: str
    source: str
    before: str
    after: str
    keys: Sequence[str]


@cache
def of_track(track: str) -> tuple[Mapping[str, Any], ...]:
    """The worked cases of a track, whichever of its editions they were written for."""
    paths = sorted((seeds.POLICIES / track).glob("*.cases.yaml"))
    return tuple(case for path in paths for case in of_file(path, edition_of(path)))


def edition_of(path: Path) -> Edition:
    """The edition that the cases of a file were written for."""
    editions = dict(zip(seeds.paths(), seeds.seeds(), strict=True))
    return editions[path.with_name(path.name.replace(".cases.yaml", ".yaml"))]


def of_file(path: Path, edition: Edition) -> list[Mapping[str, Any]]:
    """The cases of a file: each has a day in its edition, and one `like` another what it leaves out itself."""
    named: dict[str, dict[str, Any]] = {}
    usual = USUAL_DAY if covers(edition, USUAL_DAY) else edition.effective_from
    for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8")):
        other = named[case["like"]] if "like" in case else {}
        named[case["it"]] = {"day": usual, **completed(case, other)}
    return list(named.values())


def completed(case: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The case with what the other one says of the firm; what it expects is its own."""
    taken = {key: value for key, value in other.items() if key in {*MERGED, *LISTS, "day", "kind"}}
    return {**taken, **case, **{key: {**taken[key], **case.get(key, {})} for key in MERGED if key in taken}}


def day_of(case: Mapping[str, Any]) -> date:
    """The day the case is judged on."""
    day: date = case.get("day", USUAL_DAY)
    return day


def as_firm(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case as a statement: figures latest year first become calendar years."""
    on = day_of(case)
    years: dict[str, dict[str, Any]] = {str(year): dict(figures) for year, figures in case.get("years", {}).items()}
    for name, figures in case.get("facts", {}).items():
        for back, value in enumerate(figures if isinstance(figures, list) else [figures], 1):
            years.setdefault(str(on.year - back), {})[name] = value
    if "scores" in case:
        years.setdefault(str(on.year - 1), {})["hnte_expert_scores"] = case["scores"]
    lists = {name: case[name] for name in LISTS if name in case}
    firm = {"registered_on": "2010-01-01", **case.get("firm", {})}
    if "H1" in case.get("expect", {}) and "firm" not in case:
        del firm["registered_on"]
    return {"enterprise": firm, "years": years, "manual": case.get("manual", {}), **lists}


def flips(old: Edition, new: Edition) -> tuple[int, list[Flip]]:
    """How many golden firms the track has, and those of which the new edition says something else."""
    cases = sorted(of_track(new.track), key=day_of)
    known = rulable(old, new)
    found = []
    for on, some in groupby(cases, key=day_of):
        alike = list(some)
        text = json.dumps([as_firm(case) for case in alike], default=str)
        register = read(text, track=new.track, rulable=known).register
        sides = [answers(rules, register, on) for rules in (old, new)]
        found += [flip for case, *both in zip(alike, *sides, strict=True) if (flip := flipped(case, *both))]
    return len(cases), found


def rulable(old: Edition, new: Edition) -> dict[str, dict[str, tuple[int, int] | None]]:
    """Every key a case may rule on: those of all editions of its track, and of the two compared."""
    known: dict[str, dict[str, tuple[int, int] | None]] = {}
    for each in (*seeds.seeds(), new, old):
        known.setdefault(each.track, {}).update(each.rulable)
    return known


def answers(rules: Edition, register: Any, on: date) -> list[tuple[str, Outcomes]]:
    """Of each firm in order: the verdict, and how its conditions came out."""
    frame = evaluate(rules, register, on).sort("firm")
    return [
        (row["verdict"], {each.key: each.outcome for each in findings(rules, row) if each.kind != "item"})
        for row in frame.iter_rows(named=True)
    ]


def flipped(case: Mapping[str, Any], old: tuple[str, Outcomes], new: tuple[str, Outcomes]) -> Flip | None:
    """What differs; a condition that only one of the editions has is a difference of the texts, not of the firm."""
    keys = [key for key, outcome in new[1].items() if key in old[1] and old[1][key] != outcome]
    if old[0] == new[0] and not keys:
        return None
    return Flip(case["it"], str(case.get("source", "")), VERDICTS[old[0]], VERDICTS[new[0]], keys)
