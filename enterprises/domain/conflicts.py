"""Where sources differ on a figure: kept in a table, shown side by side, settled by an officer; the losers stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused
from accounts.models import AuditEvent, User
from enterprises.domain.statements import Known, against_right, described, known, locked
from enterprises.models import Enterprise, FigureConflict, Source, StatementState, YearFigures
from enterprises.vocabulary import FIGURE_BY_NAME

VALUES: Final = ", ".join(f"('{name}', s.{name}::numeric)" for name in FIGURE_BY_NAME)
# Only years of which two sources spoke can differ; an officer's word settles it until another source speaks again.
DIFFERING: Final = f"""
    WITH spoken AS (
        SELECT enterprise_id, year FROM enterprises_yearfigures
        WHERE state = 'accepted' {{chosen}} GROUP BY 1, 2 HAVING min(source) <> max(source)
    ), latest AS (
        SELECT DISTINCT ON (s.enterprise_id, s.year, v.figure, s.source)
            s.enterprise_id, s.year, v.figure, s.source, v.value, s.known_at
        FROM spoken JOIN enterprises_yearfigures s USING (enterprise_id, year)
        CROSS JOIN LATERAL (VALUES {VALUES}) v (figure, value)
        WHERE s.state = 'accepted' AND v.value IS NOT NULL
        ORDER BY s.enterprise_id, s.year, v.figure, s.source, s.known_at DESC, s.id DESC
    )
    INSERT INTO enterprises_figureconflict (enterprise_id, year, figure)
    SELECT enterprise_id, year, figure FROM latest GROUP BY 1, 2, 3
    HAVING min(value) <> max(value) AND coalesce(
        max(known_at) FILTER (WHERE source = 'officer') < max(known_at) FILTER (WHERE source <> 'officer'), true)
"""


@transaction.atomic
def refresh(enterprise_ids: Sequence[int] | None = None) -> None:
    """Find the differing figures of these firms, or of all, anew; three statements whatever their number."""
    found = FigureConflict.objects.all()
    chosen = ""
    if enterprise_ids is not None:
        if not enterprise_ids:
            return
        found, chosen = found.filter(enterprise__in=enterprise_ids), "AND enterprise_id = ANY(%s)"
    found.delete()
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING.format(chosen=chosen), [list(enterprise_ids)] if enterprise_ids is not None else None)


@dataclass(frozen=True)
class Word:
    """What one source says of the figure, by its latest statement; ``counts`` marks the one that stands."""

    known: Known
    batch: str
    counts: bool


@dataclass(frozen=True)
class Conflict:
    """A figure of a year on which sources differ, the word that counts first; decided ones keep the losers too."""

    enterprise: Enterprise
    year: int
    figure: str
    words: Sequence[Word]
    is_open: bool

    @property
    def label(self) -> str:
        """The figure as the officer knows it."""
        return FIGURE_BY_NAME[self.figure].label

    @property
    def unit(self) -> str:
        """Its unit."""
        return FIGURE_BY_NAME[self.figure].unit

    @property
    def counting(self) -> int:
        """The statement that counts now."""
        return self.words[0].known.statement_id


def of_firm(enterprise: Enterprise) -> list[Conflict]:
    """Every figure of the firm on which its sources differ, latest year first, the settled ones after the open."""
    return sorted(differing([enterprise], None), key=lambda one: (not one.is_open, -one.year))


def of_rows(rows: Sequence[FigureConflict]) -> list[Conflict]:
    """The kept conflicts of a page, side by side, in the order given; two queries whatever their number."""
    found = {
        (one.enterprise.pk, one.year, one.figure): one
        for one in differing([row.enterprise for row in rows], {row.year for row in rows})
    }
    keys = [(row.enterprise_id, row.year, row.figure) for row in rows]
    return [found[key] for key in keys if key in found]


def differing(enterprises: Sequence[Enterprise], years: set[int] | None) -> list[Conflict]:
    """The figures of these firms on which the latest words of their sources are not the same."""
    of_year = {} if years is None else {"year__in": years}
    chosen = YearFigures.objects.filter(enterprise__in={one.pk for one in enterprises}, **of_year)
    standing = chosen.standing().by_precedence()
    said = cast("QuerySet[YearFigures]", standing.select_related("stated_by", "confirmed_by", "batch__by"))
    latest: dict[tuple[int, int, str], dict[str, YearFigures]] = {}
    for statement in said.defer("batch__content", "batch__frame", "batch__preview", "batch__report"):
        for name in FIGURE_BY_NAME:
            if getattr(statement, name) is not None:
                words = latest.setdefault((statement.enterprise_id, statement.year, name), {})
                words.setdefault(statement.source, statement)
    by_id = {one.pk: one for one in enterprises}
    found = (conflict(by_id[firm], year, name, list(words.values())) for (firm, year, name), words in latest.items())
    return [one for one in found if one is not None]


def conflict(enterprise: Enterprise, year: int, name: str, said: Sequence[YearFigures]) -> Conflict | None:
    """What the sources say of a figure, the word that counts first; nothing when they agree."""
    values = {getattr(one, name) for one in said}
    if len(values) < 2:
        return None
    words = [Word(known(one, getattr(one, name)), batch_of(one), one is said[0]) for one in said]
    settled = said[0].source == Source.OFFICER and all(one.known_at <= said[0].known_at for one in said)
    return Conflict(enterprise, year, name, words, not settled)


def batch_of(statement: YearFigures) -> str:
    """The file a ledger's word came from, and who handed it in."""
    batch = statement.batch
    return f"{batch.filename}（{batch.by.name}）" if batch else ""


@transaction.atomic
def settle(
    *,
    enterprise_id: int,
    year: int,
    figure: str,
    statement_id: int,
    seen: int,
    by: User,
    at: datetime,
    reason: str = "",
) -> YearFigures:
    """Let one source's value stand: an officer's finding over all of them, which stay on record as they are.

    ``seen`` is the statement that counted when the officer looked; who looked at an older state is told so.
    """
    enterprise = locked(enterprise_id, by)
    if reasons := against_right(by, own=False):
        raise StepRefused(reasons)
    now = next((one for one in differing([enterprise], {year}) if one.figure == figure), None)
    if now is None or now.counting != seen:
        raise Stale(enterprise, last_act(enterprise))
    chosen = next((word for word in now.words if word.known.statement_id == statement_id), None)
    if chosen is None:
        raise StepRefused([Reason("statement", "所选的数已不是该来源最新的数，请刷新后再选", who="bureau")])
    return found_for(enterprise, year, figure, chosen, now, by=by, at=at, reason=reason)


def found_for(
    enterprise: Enterprise, year: int, figure: str, chosen: Word, now: Conflict, *, by: User, at: datetime, reason: str
) -> YearFigures:
    """Write the finding and its line in the trail."""
    note = f"来源不一致，以{chosen.known.source_label}为准"
    statement = YearFigures(
        enterprise=enterprise, year=year, source=Source.OFFICER, known_at=at, stated_by=by, confirmed_by=by,
        confirmed_at=at, state=StatementState.ACCEPTED, note="；".join(part for part in (note, reason.strip()) if part),
        **{figure: chosen.known.value},
    )  # fmt: skip
    statement.save(force_insert=True)
    before, after = now.words[0].known.value, chosen.known.value
    audit.record(
        "figures.settle", statement, by=by, before=described(year, {figure: before}),
        after=described(year, {figure: after}), reason=statement.note, on=timezone.localdate(at),
    )  # fmt: skip
    refresh([enterprise.pk])
    return statement


def last_act(enterprise: Enterprise) -> AuditEvent | None:
    """The latest act on the firm's figures."""
    acts = AuditEvent.objects.filter(enterprise_id=enterprise.pk, what__startswith="figures.")
    return acts.select_related("by").order_by("-pk").first()
