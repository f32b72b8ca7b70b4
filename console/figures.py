"""A firm's figures by year with their source, and what it stated that nobody has looked at yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from enterprises.domain import statements
from enterprises.domain.statements import Known
from enterprises.models import Enterprise, YearFigures
from enterprises.vocabulary import FIGURES, FIRM_FIELDS, Figure

YEARS = 4


@dataclass(frozen=True)
class FigureRow:
    """One figure over the years, latest first; None where nobody knows it."""

    figure: Figure
    cells: Sequence[Known | None]


@dataclass(frozen=True)
class Table:
    """The figures of the years shown."""

    years: Sequence[int]
    rows: Sequence[FigureRow]


@dataclass(frozen=True)
class Change:
    """A figure the firm stated: what stands now, what it would become."""

    figure: Figure
    old: int | Decimal | None
    new: int | Decimal


@dataclass(frozen=True)
class Pending:
    """A statement that waits for an officer."""

    statement: YearFigures
    changes: Sequence[Change]

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
    rows = [FigureRow(figure, [current.get(year, {}).get(figure.name) for year in years]) for figure in FIGURES]
    return Table(years, [row for row in rows if any(row.cells)])


def pending(enterprise: Enterprise, current: Mapping[int, Mapping[str, Known]]) -> list[Pending]:
    """Statements awaiting an officer, each beside what stands now."""
    waiting = statements.pending(enterprise).select_related("stated_by").order_by("year", "pk")
    return [Pending(statement, changes(statement, current.get(statement.year, {}))) for statement in waiting]


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
