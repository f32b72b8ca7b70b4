"""A ledger is taken back: what of it still stands, what rests upon it, and the act itself."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl
from django.db import transaction
from django.utils import timezone

from accounts import audit, request_id
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.domain import conflicts
from enterprises.imports import save, undo
from enterprises.imports.database import copy_in, copy_out, staged
from enterprises.imports.places import OUTSIDE
from enterprises.models import ImportBatch
from enterprises.signals import duties_changed
from enterprises.vocabulary import TRACK_BY_KEY
from pipeline.domain import judge, ladder, titles
from pipeline.domain.ledgers import failure_noted
from pipeline.models.candidacy import State as CaseState

State = ImportBatch.State
NOTHING_LEFT: Final = "这批台账已经撤回，没有可以再撤回的内容"
NOTHING_FREE: Final = "每一行都有后续办理以它为依据，没有可以撤回的内容"
FAILED: Final = "撤回时出错，没有撤回任何内容；请重试，仍不成功请联系管理员"
TRACKS: Final = " ".join(f"WHEN '{key}' THEN '{track.label}'" for key, track in TRACK_BY_KEY.items())
STATES: Final = " ".join(f"WHEN '{state.value}' THEN '{state.label}'" for state in CaseState)


@dataclass(frozen=True)
class UndoRow:
    """One firm of the batch: what would be taken back, or what rests upon it."""

    firm: int
    name: str
    code: str
    is_new: bool
    reasons: Sequence[str] = ()


@dataclass(frozen=True)
class UndoPlan:
    """All firms in which the batch still stands, those with reasons against last."""

    firms: pl.DataFrame
    items: dict[str, int] = field(default_factory=dict)

    @property
    def free(self) -> pl.DataFrame:
        """The firms that nothing rests upon."""
        return self.firms.filter(pl.col("reasons").is_null())

    @property
    def kept(self) -> pl.DataFrame:
        """The firms that stay as the ledger left them."""
        return self.firms.filter(pl.col("reasons").is_not_null())

    def counts(self) -> dict[str, int]:
        """How many firms are removed, put back or kept, and how many rows of each kind go."""
        removed = int(self.free["is_new"].sum())
        return {"removed": removed, "restored": len(self.free) - removed, "kept": len(self.kept), **self.items}

    def rows(self, *, kept: bool, start: int = 0, size: int = 50) -> list[UndoRow]:
        """One page of those that go, or of those that stay."""
        chosen = (self.kept if kept else self.free).slice(start, size)
        return [
            UndoRow(row["firm"], row["name"] or "", row["uscc"] or "", row["is_new"], row["reasons"] or ())
            for row in chosen.iter_rows(named=True)
        ]


@transaction.atomic
def plan(batch: ImportBatch) -> UndoPlan:
    """What taking the batch back would do now; writes nothing but tables of its own."""
    undo.stage_firms(batch.pk)
    firms = undo.standing_firms()
    against = pl.concat([undo.reasons(batch.pk), *(copy_out(one, undo.REASONS) for one in about_steps(batch))])
    against = outside(firms, batch, against).unique(maintain_order=True)
    told = against.group_by("firm", maintain_order=True).agg(reasons="says")
    hidden = pl.col("reasons").list.contains(OUTSIDE).fill_null(value=False)
    firms = firms.join(told, on="firm", how="left", maintain_order="left")
    planned = UndoPlan(firms.with_columns(pl.when(~hidden).then(name).alias(name) for name in ("name", "uscc")))
    return UndoPlan(planned.firms, items(batch.pk, planned.free))


def outside(firms: pl.DataFrame, batch: ImportBatch, against: pl.DataFrame) -> pl.DataFrame:
    """The reasons, but of firms that left the importer's units nothing except that they did."""
    root = batch.by.region.path if batch.by.region else "-"
    gone = firms.filter(~pl.col("path").str.starts_with(root)).select("firm", says=pl.lit(OUTSIDE))
    return pl.concat([against.join(gone, on="firm", how="anti"), gone])


def about_steps(batch: ImportBatch) -> Iterator[str]:
    """What the pipeline did with firms that stood before: cases, rulings, receipts, acts on and after titles."""
    since = f"'{(batch.applied_at or timezone.now()).isoformat()}'::timestamptz"
    known = "JOIN undo_firm u ON u.id = t.enterprise_id AND NOT u.is_new"
    day = "AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    track = f"CASE t.track {TRACKS} ELSE t.track END"
    yield (
        f"SELECT u.id, format('之后办理了“%s”培育申报（%s，%s）', {track}, CASE t.state {STATES} END,"
        f" to_char(t.moved_at {day}) FROM pipeline_candidacy t {known} WHERE t.moved_at > {since}"
    )
    yield (
        f"SELECT u.id, format('之后作了人工判定（%s %s，%s）', {track}, t.criterion, t.ruled_on)"
        f" FROM pipeline_ruling t {known} WHERE t.created_at > {since}"
    )
    yield (
        f"SELECT u.id, format('之后出具了评估凭证（%s，%s）', {track}, to_char(t.created_at {day})"
        f" FROM pipeline_receipt t {known} WHERE t.created_at > {since}"
    )
    yield (
        f"SELECT u.id, format('“%s”资格之后办理了处置（%s）', {track}, t.acted_on)"
        f" FROM pipeline_title t JOIN undo_firm u ON u.id = t.enterprise_id"
        f" WHERE t.batch_id = {batch.pk} AND t.version > 0"
    )
    yield (
        f"SELECT DISTINCT u.id, format('之后又登记了“%s”资格（%s起）', {track}, t.valid_from)"
        f" FROM pipeline_title t {known} JOIN pipeline_title o USING (enterprise_id, track)"
        f" WHERE o.batch_id = {batch.pk} AND t.id > o.id AND t.batch_id IS DISTINCT FROM o.batch_id"
    )


def items(batch_id: int, free: pl.DataFrame) -> dict[str, int]:
    """How many rows of each kind would be taken back."""
    staged("free_firm", "id bigint PRIMARY KEY", free.select(id="firm"))
    tables = {
        "titles": ("pipeline_title",),
        "statements": undo.STATEMENTS,
        "spells": ("enterprises_abovescalespell",),
        "contacts": ("enterprises_contact",),
        "changes": ("enterprises_batchchange",),
    }
    counted = " UNION ALL ".join(
        f"SELECT '{kind}', count(*) FROM {table} t JOIN free_firm u ON u.id = t.enterprise_id"
        f" WHERE t.batch_id = {batch_id}{' AND t.withdrawn_at IS NULL' if kind == 'statements' else ''}"
        for kind, names in tables.items()
        for table in names
    )
    found = copy_out(counted, {"kind": pl.String, "n": pl.Int64})
    totals = found.group_by("kind").agg(pl.col("n").sum())
    return {kind: int(n) for kind, n in totals.sort("kind").iter_rows()}


@transaction.atomic
def ask(*, batch_id: int, by: User, at: datetime.datetime) -> ImportBatch | None:
    """Let a batch be taken back; the batch as it stood before, nothing when that is under way already."""
    before = ImportBatch.objects.defer("content", "frame", "preview").select_for_update().get(pk=batch_id, by=by)
    if before.state == State.UNDOING:
        return None
    refuse(before, by, plan(before))
    ImportBatch.objects.filter(pk=batch_id).update(state=State.UNDOING, progress=1, error="", moved_at=at)
    return before


def refuse(batch: ImportBatch, by: User, planned: UndoPlan) -> None:
    """Refuse to take back what was never written, is gone already, or is wholly relied upon."""
    says = ""
    if not by.may_write:
        says = "当前账号不能撤回导入"
    elif batch.state not in {State.APPLIED, State.UNDOING, State.UNDONE}:
        says = f"文件“{batch.get_state_display()}”，没有可以撤回的内容"
    elif planned.firms.is_empty():
        says = NOTHING_LEFT
    elif planned.free.is_empty():
        says = NOTHING_FREE
    if says:
        raise StepRefused([Reason("state", says, who="bureau")])


def take_back(*, batch_id: int, by: User, on: datetime.date) -> ImportBatch:
    """Take back all of the batch that nothing rests upon, in one transaction, then judge and settle the firms left.

    Safe to run again: what was taken back is only judged again if that was cut short.
    """
    batch = ImportBatch.objects.select_related("by__region").get(pk=batch_id, by=by)
    if batch.state == State.UNDONE and batch.progress == 100:
        return batch
    touched: list[int] | None = None  # taken back by a run cut short: whom it touched is forgotten, so judge everybody
    if batch.state != State.UNDONE:
        with failure_noted(batch, State.UNDOING, state=State.APPLIED, progress=100, error=FAILED):
            touched = taken_back(batch, by, on)
    judge.judge(on=on, enterprise_ids=touched)
    ladder.settle_all(on, touched, by=by)
    if touched:
        duties_changed.send_robust(ImportBatch, on=on, enterprise_ids=touched)
    ImportBatch.objects.filter(pk=batch.pk).update(progress=100, moved_at=timezone.now())
    batch.refresh_from_db()
    return batch


@transaction.atomic
def taken_back(batch: ImportBatch, by: User, on: datetime.date) -> list[int]:
    """Take the batch back and write the trail; the firms that stay and have to be judged anew."""
    save.lock_imports()
    ImportBatch.objects.select_for_update().only("pk").get(pk=batch.pk)
    batch.refresh_from_db(fields=["state", "applied_at", "undone"])
    planned = plan(batch)
    undo.stage_undone(planned.free)
    planned = plan(batch)  # again, with the firms locked: somebody may have been faster
    refuse(batch, by, planned)
    undo.stage_undone(planned.free)
    now = timezone.now()
    titles.take_back(batch_id=batch.pk, enterprise_ids=list(planned.free["firm"]), by=by, on=on)
    save_audit(planned.free, batch, by, on, now)
    undo.take_back(batch.pk, now)
    known = list(planned.free.filter(~pl.col("is_new"))["firm"])
    conflicts.refresh(known)
    save.tell_of_duties(known, on)
    counts = planned.counts()
    batch.undone = {name: batch.undone.get(name, 0) + n for name, n in counts.items()} | {"kept": counts["kept"]}
    batch.state = State.UNDONE if planned.kept.is_empty() else State.APPLIED
    batch.undone_at = batch.moved_at = now
    batch.progress, batch.error = 80, ""
    batch.save(update_fields=["undone", "state", "undone_at", "moved_at", "progress", "error"])
    audit.record("ledger.undo", batch, by=by, after=counts, document=batch.filename[:120], on=on)
    return known


def save_audit(free: pl.DataFrame, batch: ImportBatch, by: User, on: datetime.date, at: datetime.datetime) -> None:
    """One line in the trail of each firm; of one that is removed its name and code."""
    gone = pl.struct("name", "uscc").struct.json_encode()
    copy_in(
        "accounts_auditevent",
        free.select(
            enterprise_id="firm",
            by_id=pl.lit(by.pk),
            what=pl.when("is_new").then(pl.lit("ledger.remove_firm")).otherwise(pl.lit("ledger.undo_firm")),
            object_type=pl.lit("importbatch"),
            object_id=pl.lit(batch.pk),
            before=pl.when("is_new").then(gone),
            reason=pl.lit(""),
            document=pl.lit(batch.filename[:120]),
            request_id=pl.lit(request_id.current.get()),
            recorded_at=pl.lit(at.isoformat()),
            effective_on=pl.lit(on),
        ),
    )
