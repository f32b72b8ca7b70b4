"""Statements of a year's figures: stated, accepted, declined; what is current of a firm, and from whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, Stale, StepRefused
from accounts.models import AuditEvent, Role, User
from enterprises import signals
from enterprises.models import Enterprise, FirmStatement, Source, StatementState, YearFigures
from enterprises.vocabulary import FIGURE_BY_NAME, FIRM_FIELDS

Value = int | Decimal
FIRST_YEAR: Final = 1990
RESTATED: Final = "企业重新填报，以新填报为准"
LARGEST: Final = 10**15  # yuan, heads or pieces; more is a slip of the pen


@dataclass(frozen=True)
class Known:
    """A current value, who said it when, and in which statement."""

    value: Any
    source: str
    source_label: str
    known_at: datetime
    by: User | None
    statement_id: int


@transaction.atomic
def state_figures(
    *, enterprise_id: int, year: int, figures: Mapping[str, Value | None], by: User, at: datetime
) -> YearFigures:
    """State figures of a year: the firm's own wait for an officer, an officer's own stand at once."""
    enterprise = locked(enterprise_id, by)
    given = {name: value for name, value in figures.items() if value is not None}
    if reasons := [*against_right(by, own=True), *against_figures(given, year, at)]:
        raise StepRefused(reasons)
    by_firm = by.role == Role.ENTERPRISE
    statement = YearFigures(enterprise=enterprise, year=year, known_at=at, stated_by=by)
    if by_firm:
        statement.source, statement.state = Source.ENTERPRISE, StatementState.SUBMITTED
        given = {**withdrawn(enterprise, year, by, at), **given}
    else:
        statement.source, statement.confirmed_by, statement.confirmed_at = Source.OFFICER, by, at
    for name, value in given.items():
        setattr(statement, name, value)
    statement.save(force_insert=True)
    what = "figures.state" if by_firm else "figures.find"
    audit.record(what, statement, by=by, after=described(year, given), on=timezone.localdate(at))
    signals.tell(YearFigures, on=timezone.localdate(at), enterprise_ids=[enterprise_id])
    return statement


def withdrawn(enterprise: Enterprise, year: int, by: User, at: datetime) -> dict[str, Value]:
    """Take back what the firm stated of that year and nobody looked at yet; its values go into the new statement."""
    kept: dict[str, Value] = {}
    for earlier in pending(enterprise).filter(year=year).select_for_update().order_by("pk"):
        kept |= given_in(earlier)
        close(earlier, StatementState.DECLINED, by=by, at=at, note=RESTATED)
        after = described(year, given_in(earlier))
        audit.record("figures.withdraw", earlier, by=by, after=after, reason=RESTATED, on=timezone.localdate(at))
    return kept


@transaction.atomic
def accept(*, statement_id: int, by: User, at: datetime) -> YearFigures:
    """Let a firm's statement count."""
    statement = waiting(statement_id, by)
    before = replaced(statement)
    close(statement, StatementState.ACCEPTED, by=by, at=at)
    after = described(statement.year, given_in(statement))
    audit.record("figures.accept", statement, by=by, before=before, after=after, on=timezone.localdate(at))
    signals.tell(YearFigures, on=timezone.localdate(at), enterprise_ids=[statement.enterprise_id])
    return statement


@transaction.atomic
def decline(*, statement_id: int, by: User, at: datetime, reason: str) -> YearFigures:
    """Send a firm's statement back with the reason; it stays on record and never counts."""
    if not reason.strip():
        raise StepRefused([Reason("reason", "请填写不予采纳的理由", who="bureau")])
    statement = waiting(statement_id, by)
    close(statement, StatementState.DECLINED, by=by, at=at, note=reason)
    after = described(statement.year, given_in(statement))
    audit.record("figures.decline", statement, by=by, after=after, reason=reason, on=timezone.localdate(at))
    signals.tell(YearFigures, on=timezone.localdate(at), enterprise_ids=[statement.enterprise_id])
    return statement


def close(statement: YearFigures, state: StatementState, *, by: User, at: datetime, note: str = "") -> None:
    """Decide on a statement."""
    statement.state, statement.confirmed_by, statement.confirmed_at = state, by, at
    statement.note = note or statement.note
    statement.save(update_fields=["state", "confirmed_by", "confirmed_at", "note"])


def waiting(statement_id: int, by: User) -> YearFigures:
    """A statement nobody decided on yet, locked behind its firm; out of sight it does not exist."""
    visible = YearFigures.objects.filter(enterprise__in=Enterprise.objects.visible_to(by))
    locked(visible.values_list("enterprise_id", flat=True).get(pk=statement_id), by)
    if reasons := against_right(by, own=False):
        raise StepRefused(reasons)
    statement = cast(YearFigures, YearFigures.objects.select_for_update().get(pk=statement_id))
    if statement.state != StatementState.SUBMITTED:
        acts = AuditEvent.objects.filter(object_type="yearfigures", object_id=statement.pk)
        raise Stale(statement, acts.select_related("by").order_by("-pk").first())
    return statement


def locked(enterprise_id: int, by: User) -> Enterprise:
    """The firm's row, locked; out of sight it does not exist."""
    visible = Enterprise.objects.visible_to(by).filter(pk=enterprise_id).values("pk")
    return Enterprise.objects.filter(pk__in=visible).select_for_update(no_key=True).get()


def against_right(by: User, *, own: bool) -> list[Reason]:
    """Officers who may write decide; people of a firm may state their own figures."""
    if by.may_write or (own and by.role == Role.ENTERPRISE):
        return []
    return [Reason("right", f"{Role(by.role).label}账号不能办理这一步", who="bureau")]


def against_figures(given: Mapping[str, Value], year: int, at: datetime) -> list[Reason]:
    """Reasons against stated figures: nothing stated, an impossible year, an unknown name, an impossible value."""
    if not given:
        return [Reason("figures", "请至少填写一项指标", who="enterprise")]
    if not FIRST_YEAR <= year <= timezone.localdate(at).year:
        return [Reason("year", f"不能填报 {year} 年的指标", who="enterprise")]
    return [reason for name, value in given.items() for reason in against_figure(name, value)]


def against_figure(name: str, value: Value) -> list[Reason]:
    """Reasons against one value."""
    figure = FIGURE_BY_NAME.get(name)
    if figure is None:
        return [Reason(name, f"没有名为“{name}”的指标", who="enterprise")]
    if figure.min is not None and value < figure.min:
        return [Reason(name, f"{figure.label}不能小于 {figure.min}{figure.unit_label}", str(value), who="enterprise")]
    if not -LARGEST <= value <= LARGEST or (figure.is_decimal and value >= 10_000):
        return [Reason(name, f"{figure.label}过大，请核对单位", str(value), who="enterprise")]
    if not figure.is_decimal and value != int(value):
        return [Reason(name, f"{figure.label}须为整数{figure.unit_label}", str(value), who="enterprise")]
    return []


def given_in(statement: YearFigures) -> dict[str, Value]:
    """The figures a statement gives."""
    values = {name: getattr(statement, name) for name in FIGURE_BY_NAME}
    return {name: value for name, value in values.items() if value is not None}


def replaced(statement: YearFigures) -> dict[str, Any]:
    """What stands now where the statement speaks."""
    now = current_figures(statement.enterprise).get(statement.year, {})
    return described(statement.year, {name: now[name].value if name in now else None for name in given_in(statement)})


def described(year: int, figures: Mapping[str, Value | None]) -> dict[str, Any]:
    """Figures as the audit trail keeps them."""
    kept = {name: str(value) if isinstance(value, Decimal) else value for name, value in figures.items()}
    return {"year": year, "figures": kept}


def current_figures(enterprise: Enterprise, *, known_by: datetime | None = None) -> dict[int, dict[str, Known]]:
    """The current value of every figure by year, latest year first, as known now or by that moment."""
    standing = YearFigures.objects.filter(enterprise=enterprise).standing(known_by).by_precedence()
    by_year: dict[int, list[YearFigures]] = {}
    said = cast("QuerySet[YearFigures]", standing.select_related("stated_by", "confirmed_by"))
    for statement in said:
        by_year.setdefault(statement.year, []).append(statement)
    return {year: first_given(by_year[year], list(FIGURE_BY_NAME)) for year in sorted(by_year, reverse=True)}


def current_firm(enterprise: Enterprise, *, known_by: datetime | None = None) -> dict[str, Known]:
    """The current value of every fact about the firm itself."""
    standing = FirmStatement.objects.filter(enterprise=enterprise).standing(known_by).by_precedence()
    fields = [name for name in FIRM_FIELDS if name not in {"uscc", "name", "region"}]
    said = cast("QuerySet[FirmStatement]", standing.select_related("stated_by", "confirmed_by"))
    return first_given(list(said), fields)


def first_given(statements: Sequence[FirmStatement | YearFigures], names: Sequence[str]) -> dict[str, Known]:
    """Of each name the first value given; the statements come in the order in which they count."""
    found: dict[str, Known] = {}
    for statement in statements:
        for name in names:
            if name not in found and (value := getattr(statement, name)) is not None:
                found[name] = known(statement, value)
    return found


def known(statement: FirmStatement | YearFigures, value: Any) -> Known:
    """A value with where it comes from."""
    return Known(
        value=value,
        source=statement.source,
        source_label=Source(statement.source).label,
        known_at=statement.known_at,
        by=statement.stated_by or statement.confirmed_by,
        statement_id=statement.pk,
    )


def pending(enterprise: Enterprise) -> QuerySet[YearFigures]:
    """Statements of the firm that wait for an officer."""
    waiting_ones = YearFigures.objects.filter(enterprise=enterprise, state=StatementState.SUBMITTED)
    return cast("QuerySet[YearFigures]", waiting_ones)
