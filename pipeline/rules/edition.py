"""The schema of an edition: gates, score, clauses; what a policy file may say and nothing else."""

import hashlib
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from enterprises.vocabulary import RULED_BY_KEY
from pipeline.rules.schema import (
    COMPARISONS,
    Comparison,
    Confidence,
    Dispute,
    PointsTest,
    Row,
    Score,
    Source,
    Strict,
    TotalTest,
)
from pipeline.rules.thresholds import PENDING, Pending, Threshold

Kind = Literal["apply", "review"]


class EditionError(ValueError):
    """A policy file that cannot be read, with the place and the reason."""


Limit = Threshold | Pending | tuple[Row, ...]


class Criterion(Source):
    """One condition: a test of a fact, a human's answer, a title, a score, or a composite of such."""

    key: str | None = None
    fact: str | None = None
    by: str | None = None
    if_zero: Literal["met", "unmet"] | None = None
    at_least: Limit | None = None
    at_most: Limit | None = None
    more_than: Limit | None = None
    less_than: Limit | None = None
    is_: bool | str | None = Field(default=None, alias="is")
    not_in: tuple[str, ...] | None = None
    manual: str | None = None
    title: str | None = None
    total: TotalTest | None = None
    points: PointsTest | None = None
    all_: tuple["Criterion", ...] | None = Field(default=None, alias="all")
    any_: tuple["Criterion", ...] | None = Field(default=None, alias="any")

    @model_validator(mode="after")
    def one_test(self) -> Self:
        """Exactly one kind of test, and for a fact exactly one comparison."""
        forms = (self.fact, self.manual, self.title, self.total, self.points, self.all_, self.any_)
        if sum(form is not None for form in forms) != 1:
            raise ValueError("a criterion is exactly one of fact, manual, title, total, points, all, any")
        limits = [name for name in (*COMPARISONS, "is_", "not_in") if getattr(self, name) is not None]
        if self.title and limits in ([], ["is_"]) and self.is_ in (None, True, False):
            return self
        if len(limits) != (1 if self.fact else 0):
            raise ValueError(
                "a fact needs exactly one of at_least, at_most, more_than, less_than, is, not_in, and nothing else;"
                " a title may have is: true or is: false"
            )
        self.check_rows()
        return self

    def check_rows(self) -> None:
        """Rows rise, and only the last is open: no gap, no overlap."""
        rows = self.rows
        if bool(rows) != bool(self.by):
            raise ValueError("a limit in rows needs `by`, and `by` needs a limit in rows")
        ceilings = [row.up_to for row in rows]
        if not rows:
            return
        if ceilings[-1] is not None or any(ceiling is None for ceiling in ceilings[:-1]):
            raise ValueError("the last row, and only the last, has no up_to")
        rising = [ceiling for ceiling in ceilings if ceiling is not None]
        if any(low >= high for low, high in pairwise(rising)):
            raise ValueError("the rows must rise by up_to")

    @property
    def comparison(self) -> Comparison | None:
        """The comparison with a number, where there is one."""
        return next((name for name in COMPARISONS if getattr(self, name) is not None), None)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of a limit that depends on another fact, else nothing."""
        limit = getattr(self, self.comparison) if self.comparison else None
        return limit if isinstance(limit, tuple) else ()

    @property
    def is_pending(self) -> bool:
        """Whether nobody knows a threshold yet, so that somebody has to answer instead of the figures."""
        marks = [test.is_pending for test in (self.total, self.points) if test]
        limit = getattr(self, self.comparison) if self.comparison else None
        return any(marks) or limit == PENDING or any(row.need == PENDING for row in self.rows)

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody has to answer, whatever the figures are."""
        return self.manual is not None or self.is_pending

    @property
    def need(self) -> Fraction:
        """The plain limit; only for a comparison without rows."""
        limit = getattr(self, self.comparison or "at_least")
        if not isinstance(limit, Fraction):
            raise ValueError("this criterion has no plain limit")
        return limit

    @property
    def parts(self) -> tuple["Criterion", ...]:
        """The parts of a composite."""
        return self.all_ or self.any_ or ()


class Edition(Strict):
    """The rules of a track in one document, for a period, a kind of action and a region."""

    id: str
    title: str
    track: str
    document: str
    address: str | None = None
    effective_from: date
    effective_to: date | None = None
    applies_to: tuple[Kind, ...]
    region: str | None = None
    confidence: Confidence
    checked_on: date | None = None
    notes: str = ""
    disputes: tuple[Dispute, ...] = ()
    gates: dict[str, Criterion] = Field(min_length=1, max_length=62)
    score: Score | None = None
    prefers: tuple[str, ...] = ()  # titles that help without being asked for
    sha256: str

    @model_validator(mode="after")
    def sound(self) -> Self:
        """A known track, a period that ends after it starts, and a source for whatever is not unconfirmed."""
        if self.track not in RULED_BY_KEY:
            raise ValueError(f"unknown track {self.track}; known are {', '.join(RULED_BY_KEY)}")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        for key, criterion in self.gates.items():
            if not criterion.says or criterion.who is None:
                raise ValueError(f"gate {key}: needs `says` and `who`")
            check_sources(key, criterion, criterion.confidence or self.confidence)
        for item in self.score.items() if self.score else ():
            confidence = item.confidence or self.confidence
            check_source(item.key, item, confidence)
            check_pending(item.key, confidence, is_pending=item.is_pending)
        return self

    @cached_property
    def gate_keys(self) -> tuple[str, ...]:
        """The gates in order: bit n of a mask is the n-th of these."""
        return tuple(self.gates)

    @cached_property
    def rulable(self) -> dict[str, tuple[int, int] | None]:
        """Every key a ruling may name: gates and parts take yes or no, score items points within their range."""
        keys: dict[str, tuple[int, int] | None] = {key: None for key, _ in walk_gates(self)}
        for item in self.score.items() if self.score else ():
            keys[item.key] = (item.least, item.most)
        return keys


def check_sources(key: str, criterion: Criterion, confidence: Confidence) -> None:
    """The gate and every part that brings its own confidence carry their source; what is not known is unconfirmed."""
    check_source(key, criterion, confidence)
    check_pending(key, confidence, is_pending=criterion.is_pending)
    for part in criterion.parts:
        if part.confidence is not None:
            check_sources(part.key or key, part, part.confidence)
        for _, below in walk(part.key or key, part):
            check_pending(
                part.key or key, below.confidence or part.confidence or confidence, is_pending=below.is_pending
            )


def check_source(key: str, source: Source, confidence: Confidence) -> None:
    """Clause, quotation and address may be missing only where the rule is unconfirmed."""
    if confidence != "unconfirmed" and not source.sourced():
        raise ValueError(f"{key}: clause, quotation or address missing, so confidence must be unconfirmed")


def check_pending(key: str, confidence: Confidence, *, is_pending: bool) -> None:
    """Nobody confirmed a number that nobody knows."""
    if is_pending and confidence != "unconfirmed":
        raise ValueError(f"{key}: a threshold is 待定, so confidence must be unconfirmed")


def walk(key: str, criterion: Criterion) -> Iterator[tuple[str, Criterion]]:
    """A criterion and all its parts, each under its full key (`T2`, `T2.staff`)."""
    yield key, criterion
    for number, part in enumerate(criterion.parts, 1):
        yield from walk(f"{key}.{part.key or number}", part)


def walk_gates(edition: Edition) -> Iterator[tuple[str, Criterion]]:
    """All gates and parts of an edition under their full keys."""
    for key, gate in edition.gates.items():
        yield from walk(key, gate)


def load(text: str, *, name: str = "edition") -> Edition:
    """Read an edition from its YAML; its sha256 is that of the text."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        content = YAML(typ="safe", pure=True).load(text)
        return Edition.model_validate({**content, "sha256": digest})
    except YAMLError as error:
        raise EditionError(f"{name}: {error}") from error
    except TypeError as error:
        raise EditionError(f"{name}: an edition is a mapping") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise EditionError(f"{name}: {where}: {first['msg']}") from error
