"""Small random editions and firms whose figures lie a few units from every edge, so that all amounts can be tried."""

from datetime import date
from random import Random
from typing import Any

import polars as pl

from pipeline.facts.register import Register, registered
from pipeline.rules.edition import Edition

ON = date(2026, 5, 1)
Spec = dict[str, Any]

# Facts by the levers that move them; three of these groups make a case.
SHARES = ("3%", "5%", "10%", "20%", "25%", "30%", "60%")
GROUPS: dict[str, tuple[tuple[str, str], ...]] = {
    "research": (("rd_to_sales_tsme", "share"), ("rd_to_cost_tsme", "share"), ("rd_intensity_hnte", "rows")),
    "hi_tech_income": (("hi_tech_income_share", "share"), ("growth_sales", "share"), ("sales_last_year", "ceiling")),
    "tech_staff": (
        ("tech_staff_share_tsme", "share"),
        ("tech_staff_share_hnte", "share"),
        ("staff_headcount", "ceiling"),
    ),
    "class_one": (("class_one", "count"), ("property_hnte", "count")),
    "class_two": (("class_two", "count"), ("property_hnte", "count")),
    "conversion": (("conversions_mean", "count"),),
}


class Maker:
    """Makes cases from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.levers = self.random.sample(sorted(GROUPS), 3)

    def leaf(self) -> Spec:
        """One test of one fact."""
        pick = self.random.choice
        fact, form = pick(GROUPS[pick(self.levers)])
        if form == "share":
            return {"fact": fact, pick(["at_least", "at_least", "more_than"]): pick(SHARES)}
        if form == "count":
            return {"fact": fact, pick(["at_least", "more_than"]): pick([1, 2, 3])}
        if form == "rows":
            rows = [{"up_to": 150_000, "need": "20%"}, {"up_to": 250_000, "need": "10%"}, {"need": "5%"}]
            return {"fact": fact, "by": "sales_last_year", "at_least": rows}
        ceiling = 10 if fact == "staff_headcount" else 250_000
        return {"fact": fact, "at_most": ceiling}

    def item(self, key: str) -> Spec:
        """One scored item of two or three bands."""
        fact, form = self.random.choice(
            [each for lever in self.levers for each in GROUPS[lever] if each[1] in {"share", "count"}]
        )
        edges = self.random.sample(SHARES if form == "share" else [1, 2, 3], 2)
        edges.sort(key=lambda edge: float(str(edge).rstrip("%")), reverse=True)
        low = self.random.randint(1, 4)
        bands = [{"at_least": edges[0], "points": low + 4}, {"at_least": edges[1], "points": low}, {"points": 0}]
        return {"key": key, "says": key, "fact": fact, "bands": bands}

    def edition(self) -> Spec:
        """An edition of a few gates, one of them a choice of routes, one a mark of the score."""
        gates: Spec = {"G1": {"any": [self.leaf(), {"all": [self.leaf(), self.leaf()]}]}, "G2": self.leaf()}
        gates["G3"] = {"any": [{"total": {"at_least": self.random.randint(2, 9)}}, self.leaf()]}
        if self.random.random() < 0.3:
            gates["G4"] = {"manual": "由人核定"}
        for gate in gates.values():
            gate.update(says="条件", who="enterprise")
        items = [self.item("a"), self.item("b")]
        block = {"key": "block", "says": "得分", "cap": 99, "items": items}
        return {
            "id": "SMALL",
            "title": "小例",
            "track": "tsme",
            "document": "无",
            "effective_from": date(2020, 1, 1),
            "applies_to": ["apply"],
            "confidence": "unconfirmed",
            "gates": gates,
            "score": {"blocks": [block]},
            "sha256": str(self.random.random()),
        }

    def years(self) -> dict[int, dict[str, int | None]]:
        """Three years of small figures, now and then one missing."""
        return {year: self.year() for year in (2023, 2024, 2025)}

    def year(self) -> dict[str, int | None]:
        """A year's figures in whole units of ten thousand and whole heads."""
        pick = self.random.randint
        sales, cost, staff = pick(8, 30) * 10_000, pick(8, 30) * 10_000, pick(2, 9)
        figures: dict[str, int | None] = {
            "sales_cny": sales,
            "cost_expense_cny": cost,
            "total_income_cny": sales,
            "hi_tech_income_cny": pick(0, sales // 20_000) * 10_000,
            "rd_cost_deduction_cny": pick(0, 4) * 10_000,
            "rd_cost_hnte_cny": pick(0, 4) * 10_000,
            "staff_headcount": staff,
            "staff_hnte_headcount": staff,
            "tech_staff_tsme_headcount": pick(0, 2),
            "tech_staff_hnte_headcount": pick(0, 2),
            "result_conversions": pick(0, 2),
            "class_one_count": pick(0, 1),
            "class_two_count": pick(0, 2),
        }
        figures["rd_cost_hnte_domestic_cny"] = figures["rd_cost_hnte_cny"]
        if self.random.random() < 0.1:
            figures[self.random.choice(sorted(figures))] = None
        return figures


def edition_of(spec: Spec) -> Edition:
    """The edition of a specification."""
    return Edition.model_validate(spec)


def register_of(years: dict[int, dict[str, int | None]]) -> Register:
    """A register of one firm, registered long ago, whose lists nobody checked."""
    firms = pl.DataFrame({"firm": [1], "registered_on": [date(2010, 1, 1)]})
    rows = [{"firm": 1, "year": year, **figures} for year, figures in years.items()]
    lists = {f"{name}_known": False for name in ("property", "honours", "institutions", "titles", "negatives")}
    return registered(
        {
            "firms": firms.with_columns(pl.lit(value).alias(name) for name, value in lists.items()),
            "years": pl.DataFrame(rows, infer_schema_length=None),
        }
    )
