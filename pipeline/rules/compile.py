"""Edition to program: facts, criteria, scores, counts, each a stage; compiled once and kept by the edition's hash."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Final

import polars as pl

from pipeline.facts.catalogue import facts
from pipeline.facts.columns import YEARLY, outside, raw_name
from pipeline.facts.gather import raw_subject, twin
from pipeline.rules.compare import measured, tested
from pipeline.rules.edition import Criterion, Edition
from pipeline.rules.program import Open, Program, any_of, is_open, reason, weightiest
from pipeline.rules.schema import Item, TotalTest
from pipeline.rules.scoring import counted, total

VERDICT: Final = (
    "verdict",
    "score_low",
    "score_high",
    "n_unmet",
    "n_unknown",
    "n_manual",
    "n_na",
    "unmet_mask",
    "unknown_mask",
    "manual_mask",
    "wants",
    "expert_open",
)


class Compiler:
    """Builds the program of one edition; `wants` collects, fact by fact, where its absence keeps a gate open."""

    def __init__(self, edition: Edition, *, ruled: bool) -> None:
        self.edition = edition
        self.ruled = ruled
        self.program = Program()
        self.wants: dict[str, list[pl.Expr]] = {}
        self.total_wants: list[pl.Expr] = []

    def compile(self) -> Program:
        """The whole program."""
        if self.edition.score:
            total(self.program, self.edition.score, ruled=self.ruled)
        for key, gate in self.edition.gates.items():
            self.criterion(key, gate)
            self.collect(key, gate, is_open(f"{key}.open", Open.UNKNOWN))
        self.collect_items()
        self.conclude()
        return self.program

    def criterion(self, key: str, criterion: Criterion, above: tuple[str, ...] = ()) -> None:
        """Define `<key>.ok` (true, false, null) and `<key>.open` (why it is null).

        A ruling answers what the facts leave open, never what they decide; one on a whole answers its manual parts.
        """
        children = []
        for number, part in enumerate(criterion.parts, 1):
            children.append(f"{key}.{part.key or number}")
            self.criterion(children[-1], part, (key, *above))
        ok, why = self.outcome(criterion, children)
        if self.ruled:
            answers = (key, *above) if criterion.is_by_hand else (key,)
            ok = pl.coalesce(ok, *(pl.col(f"r.{answer}") for answer in answers))
        decided = self.program.define(f"{key}.ok", ok).is_not_null()
        self.program.define(f"{key}.open", pl.when(decided).then(reason(Open.DECIDED)).otherwise(why))

    def outcome(self, criterion: Criterion, children: Sequence[str]) -> tuple[pl.Expr, pl.Expr]:
        """The outcome before anybody ruled, and why it would be null."""
        if children:
            join = and_ if criterion.all_ else or_
            return reduce(join, (pl.col(f"{child}.ok") for child in children)), weightiest(
                pl.col(f"{child}.open") for child in children
            )
        if criterion.is_by_hand:
            measured(self.program, criterion.fact) if criterion.fact else None
            return pl.lit(None, dtype=pl.Boolean), reason(Open.MANUAL)
        if criterion.points:
            return self.against_range(criterion.points, criterion.points.column)
        if criterion.total:
            return self.against_range(criterion.total, "t")
        ok = tested(self.program, criterion)
        inapplicable = pl.col(f"f.{criterion.fact or f'title_{criterion.title}'}.na")
        why = pl.when(inapplicable).then(reason(Open.NOT_APPLICABLE)).otherwise(reason(Open.UNKNOWN))
        return ok, why

    def against_range(self, test: TotalTest, name: str) -> tuple[pl.Expr, pl.Expr]:
        """A range against a mark: met when its low side passes, unmet when its high side fails."""

        def passes(side: str) -> pl.Expr:
            points = pl.col(f"{name}.{side}") * test.need.denominator
            return points >= test.need.numerator if test.comparison == "at_least" else points > test.need.numerator

        ok = pl.when(passes("low")).then(statement=True).when(~passes("high")).then(statement=False)
        return ok, pl.col(f"{name}.open")

    def collect(self, key: str, criterion: Criterion, wanted: pl.Expr) -> None:
        """Note under which condition each fact below keeps this criterion unknown."""
        flag = self.program.define(f"{key}.wanted", wanted)
        for number, part in enumerate(criterion.parts, 1):
            child = f"{key}.{part.key or number}"
            self.collect(child, part, flag & is_open(f"{child}.open", Open.UNKNOWN))
        if criterion.is_by_hand:
            return
        if criterion.total:
            self.total_wants.append(flag)
        if criterion.points and self.edition.score:
            block = self.edition.score.block(criterion.points.block)
            item = self.edition.score.item(criterion.points.item)
            for each in block.items if block else (item,) if item else ():
                self.collect_item(each, flag)
        for name in (criterion.fact, criterion.by, f"title_{criterion.title}" if criterion.title else None):
            self.wants.setdefault(name, []).append(flag) if name else None

    def collect_items(self) -> None:
        """Note under which condition each scored fact keeps the total unknown."""
        if not (self.edition.score and self.total_wants):
            return
        wanted = self.program.define("t.wanted", any_of(self.total_wants))
        for block in self.edition.score.blocks:
            flag = wanted & is_open(f"b.{block.key}.open", Open.UNKNOWN)
            for item in block.items:
                self.collect_item(item, flag)

    def collect_item(self, item: Item, wanted: pl.Expr) -> None:
        """One item, or those of its choices that could still beat the best low."""
        flag = wanted & is_open(f"i.{item.key}.open", Open.UNKNOWN)
        for choice in item.best_of:
            self.collect_item(choice, flag & (counted(choice, "high") > pl.col(f"i.{item.key}.low")))
        if item.fact and not item.is_pending:
            self.wants.setdefault(item.fact, []).append(flag)

    def conclude(self) -> None:
        """Define the verdict, the counts, the masks and the wants over the gates."""
        define, keys = self.program.define, self.edition.gate_keys
        allowed = define("allowed", reduce(and_, (pl.col(f"{key}.ok") for key in keys)))
        define("verdict", verdict(allowed))
        has_score = self.edition.score is not None
        define("score_low", pl.col("t.low") if has_score else pl.lit(None, dtype=pl.Int64))
        define("score_high", pl.col("t.high") if has_score else pl.lit(None, dtype=pl.Int64))
        kinds = {
            "unmet": [~pl.col(f"{key}.ok").fill_null(value=True) for key in keys],
            "unknown": [is_open(f"{key}.open", Open.UNKNOWN) for key in keys],
            "manual": [pl.col(f"{key}.open").is_between(int(Open.EXPERT), int(Open.MANUAL)) for key in keys],
            "na": [is_open(f"{key}.open", Open.NOT_APPLICABLE) for key in keys],
        }
        for kind, flags in kinds.items():
            define(f"n_{kind}", pl.sum_horizontal(flag.cast(pl.Int64) for flag in flags))
            if kind != "na":
                define(f"{kind}_mask", bits(flags))
        define("expert_open", weightiest(pl.col(f"{key}.open") for key in keys) == int(Open.EXPERT))
        define("wants_mask", self.wanted_mask())

    def wanted_mask(self) -> pl.Expr:
        """One bit for each of `program.wants`: figures and lists whose absence keeps a gate unknown."""
        flags: dict[str, list[pl.Expr]] = {}
        for fact, wants in self.wants.items():
            wanted = self.program.define(f"f.{fact}.wanted", any_of(wants))
            for column in sorted(facts()[fact].columns):
                if name := raw_name(raw_subject(column)):
                    flags.setdefault(name, []).append(wanted & lacking(fact, column))
        self.program.wants = tuple(sorted(flags))
        return bits(any_of(flags[name]) for name in self.program.wants)


def bits(flags: Iterable[pl.Expr]) -> pl.Expr:
    """A mask whose bit n is the n-th flag."""
    return pl.sum_horizontal(pl.lit(0, dtype=pl.Int64), *(flag.cast(pl.Int64) * 2**n for n, flag in enumerate(flags)))


def lacking(fact: str, column: str) -> pl.Expr:
    """Whether this column keeps the fact unknown: nobody knows it, or what is there cannot be read or is in doubt."""
    if facts()[fact].unit == "text":
        return pl.col(f"f.{fact}").is_null()
    sure = twin(column)
    return missing(column) if sure is None else missing(column) | (pl.col(column) > pl.col(sure))


def missing(column: str) -> pl.Expr:
    """Whether the raw column is not known though it could be: a year before registration is not missing."""
    yearly = YEARLY.fullmatch(column)
    absent = pl.col(column).is_null()
    return absent & ~outside(int(yearly["back"])) if yearly else absent


def verdict(allowed: pl.Expr) -> pl.Expr:
    """The verdict in a word."""
    decided = pl.when(allowed).then(pl.lit("eligible")).when(~allowed).then(pl.lit("ineligible"))
    return decided.otherwise(pl.lit("undecided"))


KEPT: Final[dict[tuple[str, bool], Program]] = {}


def compiled(edition: Edition, *, ruled: bool) -> Program:
    """The program of an edition, with or without rulings; compiled once and kept by the edition's hash."""
    key = (edition.sha256, ruled)
    if key not in KEPT:
        KEPT[key] = Compiler(edition, ruled=ruled).compile()
    return KEPT[key]
