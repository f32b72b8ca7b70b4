"""What somebody changes by hand is judged at once: figures stated or accepted, papers accepted or void."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from enterprises.domain import conflicts, materials, statements
from enterprises.models import Material, StatementState, YearFigures
from pipeline.domain import judge


@transaction.atomic
def accept_figures(*, statement_id: int, by: User, at: datetime) -> YearFigures:
    """Accept what a firm stated; its assessments follow in the same transaction."""
    statement = statements.accept(statement_id=statement_id, by=by, at=at)
    conflicts.refresh([statement.enterprise_id])
    judge.judge(on=timezone.localdate(at), enterprise_ids=[statement.enterprise_id])
    return statement


@transaction.atomic
def state_figures(
    *, enterprise_id: int, year: int, figures: Mapping[str, int | Decimal | None], by: User, at: datetime
) -> YearFigures:
    """State figures of a year; what an officer states counts, and the assessments follow, at once."""
    statement = statements.state_figures(enterprise_id=enterprise_id, year=year, figures=figures, by=by, at=at)
    if statement.state == StatementState.ACCEPTED:
        conflicts.refresh([enterprise_id])
        judge.judge(on=timezone.localdate(at), enterprise_ids=[enterprise_id])
    return statement


@transaction.atomic
def settle_conflict(
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
    """Let one source's value stand where sources differ; the assessments that used it follow at once."""
    statement = conflicts.settle(
        enterprise_id=enterprise_id, year=year, figure=figure, statement_id=statement_id, seen=seen, by=by, at=at,
        reason=reason,
    )  # fmt: skip
    judge.judge(on=timezone.localdate(at), enterprise_ids=[enterprise_id])
    return statement


@transaction.atomic
def accept_material(*, material_id: int, by: User, at: datetime, valid_until: date | None = None) -> Material:
    """Accept a paper or move its last day; what rests on it is judged at once."""
    material = materials.accept_material(material_id=material_id, by=by, at=at, valid_until=valid_until)
    judge.judge(on=timezone.localdate(at), enterprise_ids=[material.enterprise_id])
    return material


@transaction.atomic
def withdraw_material(*, material_id: int, by: User, at: datetime, reason: str) -> Material:
    """Declare a paper void; the conditions that it proved are open again at once."""
    material = materials.withdraw_material(material_id=material_id, by=by, at=at, reason=reason)
    judge.judge(on=timezone.localdate(at), enterprise_ids=[material.enterprise_id])
    return material


def judge_firm(*, enterprise_id: int, on: date) -> None:
    """Judge a firm again after something of it changed by hand; call it in the transaction of the change."""
    judge.judge(on=on, enterprise_ids=[enterprise_id])
