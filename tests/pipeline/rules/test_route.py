"""The cheapest route equals trying every amount; following it passes; one more way never costs more."""

from collections.abc import Mapping
from datetime import date
from itertools import product

import polars as pl
import pytest

from pipeline.facts.register import Register
from pipeline.rules.choose import choose
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import evaluate
from pipeline.rules.levers import LEVER_BY_KEY, LEVERS, Price
from pipeline.rules.options import Tariff
from pipeline.rules.program import Open
from pipeline.rules.route import Route, Routes, routes
from pipeline.rules.seeds import seeds
from tests.pipeline.rules.small_editions import ON, Maker, edition_of, register_of
from tests.policies import firms as odd

CASES = 300
BOX = range(11)  # units of each lever that brute force tries
MONEY = {
    "research": 10_000,
    "hi_tech_income": 3_000,
    "tech_staff": 70_000,
    "class_one": 50_000,
    "class_two": 9_000,
    "conversion": 15_000,
    "capital": 20_000,
}
PRICES = {key: Price(money) for key, money in MONEY.items()}


def spread(register: Register, box: list[dict[str, int]]) -> Register:
    """The firm once for each amounts of the box, its statements of 2025 raised as the levers say."""
    units = pl.DataFrame(
        {lever.key: [each.get(lever.key, 0) for each in box] for lever in LEVERS},
        schema={lever.key: pl.Int64 for lever in LEVERS},
    ).with_row_index("n")
    years = register.years.join(units, how="cross").with_columns(pl.col("n").cast(pl.Int64).alias("firm"))
    is_last = pl.col("year") == 2025
    for lever in LEVERS:
        for column, each in lever.adds.items():
            name = column.removesuffix("_1")
            if column.endswith("_1") and name in register.years.columns:
                years = years.with_columns(
                    pl.when(is_last).then(pl.col(name) + pl.col(lever.key) * each).otherwise(pl.col(name)).alias(name)
                )
    many = register.firms.join(units.select("n"), how="cross").with_columns(pl.col("n").cast(pl.Int64).alias("firm"))
    return Register(
        **{
            **register.__dict__,
            "firms": many.drop("n"),
            "years": years.drop("n", *(lever.key for lever in LEVERS)),
        }
    )


def fine(frame: pl.DataFrame, gate: str) -> pl.Series:
    """Where a gate is met or waits for people."""
    waits = pl.col(f"{gate}.open").is_in([int(Open.EXPERT), int(Open.MANUAL)])
    return frame.select(pl.col(f"{gate}.ok").fill_null(value=False) | waits).to_series()


@pytest.mark.feature("N2")
@pytest.mark.feature(24)
@pytest.mark.parametrize("start", range(0, CASES, 50))
def test_the_cheapest_route_equals_trying_every_amount(start: int) -> None:
    compared = 0
    for seed in range(start, start + 50):
        prices = PRICES if seed % 2 else {}
        maker = Maker(seed)
        edition, register = edition_of(maker.edition()), register_of(maker.years())
        others = {key: Price(is_offered=False) for key in LEVER_BY_KEY if key not in maker.levers}
        found = routes(edition, register, ON, {**prices, **others})
        box = [dict(zip(maker.levers, units, strict=True)) for units in product(BOX, repeat=3)]
        frame = evaluate(edition, spread(register, box), ON)
        hopeless = {*found.blocked, *found.unknown}

        for gate in hopeless:
            assert not fine(frame, gate).any(), (seed, gate)
        if found.is_fit:
            continue
        goal = [gate for gate in edition.gate_keys if gate not in hopeless]
        passing = pl.DataFrame([fine(frame, gate).alias(gate) for gate in goal]).select(pl.all_horizontal(pl.all()))
        within = [box[place] for place in passing.to_series().arg_true()]
        compared += assert_cheapest(found, within, register, seed, prices)
    assert compared > 15


def assert_cheapest(
    found: Routes, within: list[dict[str, int]], register: Register, seed: int, prices: Mapping[str, Price]
) -> int:
    """The first route costs what the cheapest in the box does, unless it lies outside and costs less."""
    if not found.routes:  # nothing that a lever could bring is lacking, or the gates exclude each other
        lacking = {key for key in found.base if key.endswith(".fine") and not found.base[key]}
        assert not within or lacking == {f"{key}.fine" for key in (*found.blocked, *found.unknown)}, seed
        return 0
    best = found.routes[0]
    if not within:
        assert max(best.amounts.values()) >= len(BOX), seed
        return 0
    cost = min(cost_of(each, register, found.by_money, prices) for each in within)
    if max(best.amounts.values()) < len(BOX):
        assert best.cost == cost, (seed, best.amounts)
        return 1
    assert best.cost < cost, (seed, best.amounts)
    return 0


def cost_of(
    amounts: dict[str, int], register: Register, by_money: bool, prices: Mapping[str, Price]
) -> tuple[int, int, int]:
    """What amounts cost, from the statement of the last year."""
    last = register.years.filter(pl.col("year") == 2025).row(0, named=True)
    scale = {}
    for key in amounts:
        lever = LEVER_BY_KEY[key]
        names = [name for name in (lever.lead, *lever.adds) if last.get(name.removesuffix("_1")) is not None]
        scale[key] = max(1, last[names[0].removesuffix("_1")] // lever.adds[names[0]])
    used = {key: units for key, units in amounts.items() if units}
    return Tariff(prices, scale, by_money).cost(used)


@pytest.mark.feature("N2")
def test_one_more_way_never_costs_more() -> None:
    cheaper = 0
    for seed in range(80):
        maker = Maker(seed)
        spec, register = maker.edition(), register_of(maker.years())
        before = routes(edition_of(spec), register, ON, {})
        spec["gates"]["G1"]["any"].append(maker.leaf())
        after = routes(edition_of({**spec, "sha256": f"wider {seed}"}), register, ON, {})
        assert {*after.blocked, *after.unknown} <= {*before.blocked, *before.unknown}, seed
        if after.is_fit or {*after.blocked, *after.unknown} != {*before.blocked, *before.unknown}:
            continue
        if before.routes:
            assert after.routes[0].cost <= before.routes[0].cost, seed
            cheaper += after.routes[0].cost < before.routes[0].cost
    assert cheaper


def followed(firm: odd.Firm, route: Route) -> odd.Firm:
    """The firm after it really did what the route says: new rights, new figures of the year just closed."""
    last = dict(firm.years.get(2025, {}))
    rights = None if firm.property is None else list(firm.property)
    for key, units in route.amounts.items():
        for column, each in LEVER_BY_KEY[key].adds.items():
            name = column.removesuffix("_1")
            if column.endswith("_1") and last.get(name) is not None:
                last[name] += units * each
        if key.startswith("class_") and rights is not None:
            right = {"class": "I" if key == "class_one" else "II", "granted_on": date(2026, 4, 1)}
            rights += [{**right, "obtained": "自主研发"} for _ in range(units)]
    return odd.Firm(**{**firm.__dict__, "years": {**firm.years, 2025: last}, "property": rights})


@pytest.mark.feature("N2")
@pytest.mark.parametrize(("track", "count"), [("tsme", 100), ("hnte", 40)])
def test_following_any_route_leaves_only_what_no_lever_moves(track: str, count: int) -> None:
    edition = choose(seeds(), track=track, on=odd.ON, kind="apply").edition
    tried = 0
    for firm in odd.firms(17, count):
        found = routes(edition, odd.register_of([firm], track), odd.ON, {})
        left = {*found.blocked, *found.unknown}
        for route in found.routes:
            frame = evaluate(edition, odd.register_of([followed(firm, route)], track), odd.ON)
            lacking = {gate for gate in edition.gate_keys if not fine(frame, gate)[0]}
            assert lacking <= left, (route.amounts, lacking)
            assert frame["verdict"][0] != "ineligible" or left
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("edition", [pytest.param(edition, id=edition.id) for edition in seeds()])
def test_every_edition_has_an_answer_for_a_firm_with_nothing(edition: Edition) -> None:
    found = routes(edition, odd.register_of([poor()], edition.track), odd.ON, {})

    assert found.is_fit or found.routes or found.blocked or found.unknown


def test_no_step_of_a_route_is_idle() -> None:
    edition = choose(seeds(), track="tsme", on=odd.ON, kind="apply").edition
    for firm in odd.firms(5, 30):
        found = routes(edition, odd.register_of([firm], "tsme"), odd.ON, {})
        left = {*found.blocked, *found.unknown}
        for key, units in ((key, units) for route in found.routes[:1] for key, units in route.amounts.items()):
            less = Route({**found.routes[0].amounts, key: units - 1}, (0, 0, 0), {})
            frame = evaluate(edition, odd.register_of([followed(firm, less)], "tsme"), odd.ON)
            assert any(not fine(frame, gate)[0] for gate in edition.gate_keys if gate not in left), (key, units)


def poor() -> odd.Firm:
    """A firm with nothing but staff and sales."""
    return odd.Firm(
        own={"registered_on": date(2010, 1, 1), "is_resident": True, "industry_code": "3525"},
        years={
            2025: {
                "staff_headcount": 10,
                "tech_staff_tsme_headcount": 0,
                "sales_cny": 10**7,
                "total_assets_cny": 10**7,
                "cost_expense_cny": 10**7,
                "rd_cost_deduction_cny": 0,
                "class_one_count": 0,
                "class_two_count": 0,
            }
        },
        property=None, honours=[], institutions=[], titles=[], negatives=[], values={}, points={},
    )  # fmt: skip


def test_what_others_give_is_offered_only_at_a_price() -> None:
    edition = choose(seeds(), track="tsme", on=ON, kind="apply").edition
    register = odd.register_of([poor()], "tsme")

    def ways(prices: Mapping[str, Price]) -> list[set[str]]:
        return [set(route.amounts) for route in routes(edition, register, ON, prices).routes]

    assert {"institution"} not in ways({})
    assert {"institution"} in ways({"institution": Price(500_000)})
    assert all("research" not in way for way in ways({"research": Price(is_offered=False)}))


def test_an_unknown_price_is_no_zero() -> None:
    edition = choose(seeds(), track="tsme", on=ON, kind="apply").edition
    register = odd.register_of([poor()], "tsme")

    assert routes(edition, register, ON, PRICES).by_money
    assert not routes(edition, register, ON, {**PRICES, "research": Price(None)}).by_money
