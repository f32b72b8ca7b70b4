"""Laws of every edition on random firms: more knowledge flips nothing, more of a good thing never hurts.

Which way a figure pulls is not listed: it follows from the comparison and from where the figure stands in its fact.
A figure that pulls both ways (sales are the whole of one share and decide the band of another) has no law.
"""

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.vocabulary import FIGURES, LISTS
from pipeline.facts.catalogue import facts
from pipeline.facts.columns import COMPUTED, YEARLY
from pipeline.facts.registry import Amount
from pipeline.rules.edition import Edition, walk_gates
from pipeline.rules.evaluate import evaluate
from pipeline.rules.seeds import seeds
from tests.examples import examples
from tests.policies.compared import by_product
from tests.policies.dials import LONG_AGO, RIGHT
from tests.policies.firms import ON, Maker, firms, register_of
from tests.policies.reference_firm import Firm

EDITIONS = {edition.id: edition for edition in seeds()}
UP, DOWN = 1, -1
DECIDED = ("met", "unmet")
RANK = {"ineligible": 0, "undecided": 1, "eligible": 2}
OWN = {"registered_on": LONG_AGO, "is_resident": True, "is_listed": False, "is_six_bases": True, "national_rank": 3}
# Points experts gave for a whole block take the place of its items, so they correct and do not complete.
CORRECTIONS = ("hnte_expert_property", "hnte_expert_conversion", "hnte_expert_organisation")


def answers(edition: Edition, many: list[Firm]) -> list[dict[str, Any]]:
    """What the product finds out about these firms."""
    rows = evaluate(edition, register_of(many, edition.track), ON).iter_rows(named=True)
    return [by_product(edition, row) for row in rows]


def fuller(firm: Firm, maker: Maker) -> Firm:
    """The firm with some of what is missing filled in; what is known stays."""
    firm, pick = deepcopy(firm), maker.random
    for year in (2023, 2024, 2025):
        figures = firm.years.setdefault(year, {})
        for name, value in maker.year().items():
            if figures.get(name) is None and name not in CORRECTIONS and pick.random() < 0.5:
                figures[name] = value
    for name, value in OWN.items():
        if firm.own.get(name) is None and pick.random() < 0.5:
            firm.own[name] = value
    # A list takes the place of the mere number of pieces that was stated.
    stated = any(figures.get(f"class_{n}_count") is not None for figures in firm.years.values() for n in ("one", "two"))
    for name in LISTS:
        if getattr(firm, name) is None and not (name == "property" and stated) and pick.random() < 0.5:
            setattr(firm, name, [])
    return firm


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
@examples(8)
@given(seed=st.integers(0, 10**9))
def test_more_knowledge_flips_nothing_that_was_decided(edition: Edition, seed: int) -> None:
    maker = Maker(seed)
    maker.doubt = 0.0
    few = [bare(firm) for firm in firms(seed, 60)]
    before, after = answers(edition, few), answers(edition, [fuller(firm, maker) for firm in few])

    for firm, was, now in zip(few, before, after, strict=True):
        flipped = {
            key: (word, now["outcomes"][key])
            for key, word in was["outcomes"].items()
            if word in DECIDED and now["outcomes"][key] != word
        }
        assert flipped == {}, firm
        assert was["verdict"] in ("undecided", now["verdict"])
        for key, (low, high) in was["items"].items():
            assert low <= now["items"][key][0] <= now["items"][key][1] <= high, key


def bare(firm: Firm) -> Firm:
    """The firm without rulings, which answer what is open and yield to what becomes known."""
    firm.values, firm.points = {}, {}
    return firm


def pulls(edition: Edition) -> dict[str, set[int]]:
    """For each figure which ways it pulls: 1 where more of it helps, -1 where less does."""
    found: dict[str, set[int]] = defaultdict(set)
    for name, way in read_by(edition):
        for column, sense in senses(name).items():
            found[column].add(way * sense)
    return found


def read_by(edition: Edition) -> Iterator[tuple[str, int]]:
    """Each fact an edition reads and whether more of it helps; 0 where that has no meaning."""
    for _, criterion in walk_gates(edition):
        if criterion.fact:
            way = {"at_least": UP, "more_than": UP, "at_most": DOWN, "less_than": DOWN}
            yield criterion.fact, way.get(criterion.comparison or "", 0)
        if criterion.by:
            yield criterion.by, 0
    for item in edition.score.items() if edition.score else ():
        if item.fact:
            yield item.fact, DOWN if any(getattr(band, "at_most", None) is not None for band in item.bands) else UP


def senses(name: str) -> dict[str, int]:
    """Each yearly figure of a fact and whether the fact grows with it; 0 where it stands in part and whole."""
    measure = facts()[name].measure
    if isinstance(measure, Amount):
        roots = dict.fromkeys(measure.value.meta.root_names(), UP)
    else:
        part, whole = set(measure.part.meta.root_names()), set(measure.whole.meta.root_names())
        roots = {**dict.fromkeys(part, UP), **dict.fromkeys(whole, DOWN), **dict.fromkeys(part & whole, 0)}
    yearly = {column: sense for column, sense in roots.items() if column not in COMPUTED and YEARLY.fullmatch(column)}
    return dict.fromkeys(yearly, 0) if facts()[name].unit in ("flag", "text") else yearly


LAWFUL = {
    key: edition for key, edition in EDITIONS.items() if any(ways in ({UP}, {DOWN}) for ways in pulls(edition).values())
}


def raised(firm: Firm, column: str, by: int) -> Firm | None:
    """The firm with more of one figure, if it is known and some already: over nothing a share has no meaning."""
    match = YEARLY.fullmatch(column)
    assert match
    figures = firm.years.get(ON.year - int(match["back"]), {})
    if not figures.get(match["name"]) or match["name"] not in WHOLE_NUMBERS:
        return None
    firm = deepcopy(firm)
    firm.years[ON.year - int(match["back"])][match["name"]] = figures[match["name"]] + by
    return firm


WHOLE_NUMBERS = {each.name for each in FIGURES if not each.is_decimal}


def no_worse(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether the verdict, the score and every finding stand at least as well."""
    return (
        RANK[before["verdict"]] <= RANK[after["verdict"]]
        and all(was <= now for was, now in zip(before["score"], after["score"], strict=True) if was is not None)
        and not [k for k, word in before["outcomes"].items() if (word, after["outcomes"][k]) == ("met", "unmet")]
    )


@pytest.mark.parametrize("edition", LAWFUL.values(), ids=LAWFUL)
@examples(6)
@given(seed=st.integers(0, 10**9))
def test_more_of_what_pulls_one_way_never_hurts_and_less_never_helps(edition: Edition, seed: int) -> None:
    ways = {column: way for column, (way, *more) in pulls(edition).items() if not more and way}
    random, pairs = Random(seed), []
    for firm in firms(seed, 40):
        for column, way in random.sample(sorted(ways.items()), min(3, len(ways))):
            other = raised(firm, column, random.choice([1, 10, 10**6, 10**9]))
            if other is not None:
                pairs.append((column, firm, other) if way == UP else (column, other, firm))

    worse, better = (answers(edition, [pair[n] for pair in pairs]) for n in (1, 2))

    for (column, _, firm), before, after in zip(pairs, worse, better, strict=True):
        assert no_worse(before, after), (column, firm)


GOOD = {"class": "I", **RIGHT}
BAD = {"kind": "安全事故", "from_on": ON, "to_on": None}


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
@examples(4)
@given(seed=st.integers(0, 10**9))
def test_one_more_right_never_hurts_and_one_more_accident_never_helps(edition: Edition, seed: int) -> None:
    for name, row in (("property", GOOD), ("negatives", BAD)):
        some = [firm for firm in firms(seed, 60) if getattr(firm, name) is not None]
        more = deepcopy(some)
        for firm in more:
            getattr(firm, name).append(row)
        before, after = answers(edition, some), answers(edition, more)
        for firm, was, now in zip(some, before, after, strict=True):
            assert no_worse(was, now) if name == "property" else no_worse(now, was), (name, firm)


def test_the_laws_that_a_policy_officer_would_name_are_found() -> None:
    ways = {edition.track: pulls(edition) for edition in seeds() if "review" not in edition.id.lower()}

    assert ways["hnte"]["rd_cost_hnte_domestic_cny_1"] == {UP}
    assert len(ways["hnte"]["sales_cny_1"]) > 1
    assert ways["tsme"]["rd_cost_deduction_cny_1"] == {UP}
    assert ways["tsme"]["tech_staff_tsme_headcount_1"] == {UP}
    assert ways["srdi"]["liabilities_cny_1"] == {DOWN}
