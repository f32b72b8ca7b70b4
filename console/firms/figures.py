"""A firm's figures by year with their source, and what it stated that nobody has looked at yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.timezone import localtime

from enterprises.domain import statements
from enterprises.domain.statements import Known
from enterprises.doubts import doubts
from enterprises.models import Enterprise, YearFigures
from enterprises.vocabulary import FIGURES, FIRM_FIELDS, Figure

YEARS = 4


@dataclass(frozen=True)
class FigureRow:
    """One figure over the years, latest first; None where nobody knows it."""

    figure: Figure
    cells: Sequence["Cell | None"]


@dataclass(frozen=True)
class Cell:
    """A known value; ``source`` is empty where the head of the column already says it."""

    known: Known
    source: str


@dataclass(frozen=True)
class YearHead:
    """A year, and the source most of its figures come from; only figures from elsewhere repeat theirs."""

    year: int
    source: str


@dataclass(frozen=True)
class Table:
    """The figures of the years shown."""

    heads: Sequence[YearHead]
    rows: Sequence[FigureRow]


@dataclass(frozen=True)
class Change:
    """A figure the firm stated: what stands now, what it would become."""

    figure: Figure
    old: int | Decimal | None
    new: int | Decimal


@dataclass(frozen=True)
class Pending:
    """A statement that waits for an officer; ``doubts`` is what cannot be right if it is accepted."""

    statement: YearFigures
    changes: Sequence[Change]
    doubts: Sequence[str] = ()

    @property
    def dialog(self) -> str:
        """The name of the form that declines it."""
        return f"decline-{self.statement.pk}"


@dataclass(frozen=True)
class FirmFact:
    """A fact about the firm itself."""

    label: str
    known: Known | None


def table(current: Mapping[int, Mapping[str, Known]], this_year: int) -> Table:
    """The last years' figures that somebody gave; figures nobody ever gave are left out."""
    years = sorted({*range(this_year - 3, this_year), *current}, reverse=True)[:YEARS]
    heads = [YearHead(year, usual_source(current.get(year, {}))) for year in years]
    rows = [FigureRow(figure, [cell(current, head, figure.name) for head in heads]) for figure in FIGURES]
    return Table(heads, [row for row in rows if any(row.cells)])


def source_of(known: Known) -> str:
    """Who said it and when: 台账 2026-03-01."""
    return f"{known.source_label} {localtime(known.known_at):%Y-%m-%d}"


def usual_source(figures: Mapping[str, Known]) -> str:
    """The source most figures of a year come from."""
    counted = Counter(source_of(known) for known in figures.values())
    return counted.most_common(1)[0][0] if counted else ""


def cell(current: Mapping[int, Mapping[str, Known]], head: YearHead, name: str) -> Cell | None:
    """One value of the table."""
    known = current.get(head.year, {}).get(name)
    if known is None:
        return None
    source = source_of(known)
    return Cell(known, "" if source == head.source else source)


def pending(enterprise: Enterprise, current: Mapping[int, Mapping[str, Known]]) -> list[Pending]:
    """Statements awaiting an officer, each beside what stands now."""
    waiting = statements.pending(enterprise).select_related("stated_by").order_by("year", "pk")
    return [
        Pending(statement, changes(statement, now), doubts(would_stand(statement, now)))
        for statement in waiting
        for now in (current.get(statement.year, {}),)
    ]


def would_stand(statement: YearFigures, now: Mapping[str, Known]) -> dict[str, int | Decimal]:
    """The year's figures as they would be once the statement is accepted."""
    return {name: known.value for name, known in now.items()} | statements.given_in(statement)


def changes(statement: YearFigures, now: Mapping[str, Known]) -> list[Change]:
    """What accepting the statement would change."""
    given = statements.given_in(statement)
    return [
        Change(figure, now[figure.name].value if figure.name in now else None, given[figure.name])
        for figure in FIGURES
        if figure.name in given
    ]


def firm_facts(enterprise: Enterprise) -> list[FirmFact]:
    """What is known about the firm itself; what nobody knows is shown as unknown for the facts that rules use."""
    known = statements.current_firm(enterprise)
    shown = ("registered_on", "is_resident", "industry_code", "size_trade", "hi_tech_field")
    names = [*shown, *(name for name in known if name not in shown)]
    return [FirmFact(FIRM_FIELDS[name].label, known.get(name)) for name in names]
