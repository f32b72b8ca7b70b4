"""Judging 100,000 firms by both tracks, beside numpy on the same rules; the answers are compared in the run.

python -m benchmarks.judging [FIRMS] [ROUNDS]
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.numpy_facts import Facts, Raw
from benchmarks.numpy_rules import COMPARED, Judge
from enterprises.vocabulary import FIGURES
from pipeline.facts.assemble import assemble
from pipeline.facts.register import Register, registered
from pipeline.rules.compile import compiled
from pipeline.rules.edition import Edition
from pipeline.rules.evaluate import evaluate, verdicts
from pipeline.rules.seeds import seeds

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


def by_numpy(edition: Edition, register: Register) -> dict[str, Any]:
    """The peer's whole job: arrays from the register, then the rules."""
    return Judge(edition, Facts(Raw(register, ON))).verdicts()


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median time of some rounds, after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def check(edition: Edition, register: Register) -> None:
    """Stop unless both give the same answer for every firm."""
    ours, theirs = evaluate(edition, register, ON), by_numpy(edition, register)
    for name in COMPARED:
        wrong = np.flatnonzero(ours[name].to_numpy() != theirs[name])
        if len(wrong):
            raise SystemExit(f"{edition.id}: {name} differs for {len(wrong)} firms, first {wrong[0]}")


def rules_only(edition: Edition, register: Register) -> tuple[Callable[[], object], Callable[[], object]]:
    """Both without reading the register: the assembled frame here, all facts measured there."""
    program = compiled(edition, ruled=False)
    frame = assemble(register, ON, program.raw)
    facts = Facts(Raw(register, ON))
    Judge(edition, facts).verdicts()
    raw = facts.raw

    def theirs() -> object:
        return Judge(edition, Facts(raw)).verdicts()

    return lambda: program.run(frame), theirs


def main() -> None:
    """Measure, check, print."""
    firms = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    register = Maker(firms, seed=7).register()
    print(f"{firms:,} firms, median of {rounds}; polars {pl.__version__}, numpy {np.__version__}")
    print(f"{'job':46}{'ours µs/firm':>14}{'numpy µs/firm':>15}{'ratio':>8}")
    sums = np.zeros(2)
    for edition in seeds():
        check(edition, register)
        ours = seconds(lambda edition=edition: verdicts(edition, register, ON), rounds)
        theirs = seconds(lambda edition=edition: by_numpy(edition, register), rounds)
        sums += (ours, theirs)
        show(f"{edition.id}, register to verdicts", ours, theirs, firms)
        rules = rules_only(edition, register)
        show(f"{edition.id}, facts and rules only", *(seconds(each, rounds) for each in rules), firms)
    show("both tracks, register to verdicts", *sums, firms)


def show(job: str, ours: float, theirs: float, firms: int) -> None:
    """One line of the table."""
    print(f"{job:46}{ours / firms * 1e6:14.2f}{theirs / firms * 1e6:15.2f}{ours / theirs:8.2f}")


if __name__ == "__main__":
    main()
