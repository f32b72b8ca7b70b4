"""A register of made-up firms in memory; the same seed makes the same one."""

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from enterprises.vocabulary import FIGURES
from pipeline.facts.register import Register, registered

ON: Final = date(2026, 5, 1)
MISSING: Final = 0.05
CEILING: Final = {"cny": 300_000_000, "headcount": 600, "count": 8, "score": 31}


class Maker:
    """Makes a register; the same seed makes the same one."""

    def __init__(self, firms: int, seed: int) -> None:
        self.firms = firms
        self.random = np.random.default_rng(seed)

    def some(self, values: Any, share: float = MISSING) -> pl.Series:
        """The values with some missing."""
        series = pl.Series(values)
        return series.scatter(np.flatnonzero(self.random.random(len(series)) < share), None)

    def pick(self, words: list[str], count: int, share: float = MISSING) -> pl.Series:
        return self.some(np.array(words)[self.random.integers(0, len(words), count)], share)

    def days(self, first: date, last: date, count: int, share: float = MISSING) -> pl.Series:
        start, end = ((day - date(1970, 1, 1)).days for day in (first, last))
        return self.some(self.random.integers(start, end, count), share).cast(pl.Int32).cast(pl.Date)

    def own(self) -> pl.DataFrame:
        lists = ("property", "honours", "institutions", "titles", "negatives")
        return pl.DataFrame(
            {
                "firm": np.arange(self.firms),
                "registered_on": self.days(date(2005, 1, 1), date(2026, 4, 1), self.firms),
                "is_resident": self.some(self.random.random(self.firms) < 0.97),
                "industry_code": self.pick(["C3525", "C2770", "I6513", "F5175", "C1620"], self.firms),
                "hi_tech_field": self.pick(["新材料", "电子信息", "先进制造与自动化", "其他"], self.firms),
                **{f"{name}_known": self.random.random(self.firms) < 0.9 for name in lists},
            }
        )

    def year(self, year: int) -> pl.DataFrame:
        figures: dict[str, Any] = {"firm": np.arange(self.firms), "year": np.full(self.firms, year)}
        for figure in FIGURES:
            if figure.is_decimal:
                continue
            low = -1_000_000 if figure.min is None else 0
            share = 0.9 if figure.unit == "score" else MISSING
            figures[figure.name] = self.some(self.random.integers(low, CEILING[figure.unit], self.firms), share)
        # Parts that are parts, so that shares fall among the bands.
        sales = figures["sales_cny"]
        for part in ("rd_cost_hnte_cny", "rd_cost_deduction_cny"):
            figures[part] = (sales * self.random.integers(0, 9, self.firms)) // 100
        figures["rd_cost_hnte_domestic_cny"] = (
            figures["rd_cost_hnte_cny"] * self.random.integers(0, 101, self.firms) // 100
        )
        return pl.DataFrame(figures)

    def rows(self, count: int, **columns: pl.Series) -> pl.DataFrame:
        return pl.DataFrame({"firm": self.random.integers(0, self.firms, count), **columns})

    def register(self) -> Register:
        many, few = self.firms * 3 // 2, self.firms // 5
        past, future = date(2018, 1, 1), ON + timedelta(365)
        return registered(
            {
                "firms": self.own(),
                "years": pl.concat([self.year(year) for year in (2023, 2024, 2025)]),
                "property": self.rows(
                    many,
                    **{"class": self.pick(["I", "II", "II"], many, 0)},
                    granted_on=self.days(past, future, many),
                    expires_on=self.days(date(2025, 1, 1), date(2040, 1, 1), many),
                    obtained=self.pick(["自主研发", "自主研发", "受让"], many),
                    used_for_hnte=self.some(self.random.random(many) < 0.2),
                ),
                "honours": self.rows(
                    few,
                    kind=self.pick(["国家级科技奖励", "省级科技奖励", "主导标准"], few, 0),
                    level=self.pick(["国家", "行业", "省"], few),
                    rank=self.some(self.random.integers(1, 8, few)),
                    given_on=self.days(past, future, few),
                ),
                "institutions": self.rows(
                    few, level=self.pick(["省部", "市", "县"], few, 0), recognised_on=self.days(past, future, few)
                ),
                "titles": self.rows(
                    few,
                    track=self.pick(["hnte", "tsme"], few, 0),
                    valid_from=self.days(past, ON, few),
                    valid_until=self.days(ON, future, few),
                ),
                "negatives": self.rows(
                    few,
                    kind=self.pick(["安全事故", "环境违法", "经营异常", "科研失信"], few, 0),
                    from_on=self.days(past, future, few, 0),
                    to_on=self.days(future, date(2030, 1, 1), few, 0.5),
                ),
            }
        )
