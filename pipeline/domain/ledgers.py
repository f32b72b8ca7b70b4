"""A ledger goes in: uploaded, read in a process of its own, previewed, applied, judged."""

import datetime
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, Final

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.machine import Reason, StepRefused
from accounts.models import User
from enterprises.domain import conflicts, mappings
from enterprises.imports import save
from enterprises.imports.archive import LARGEST_FILE, Unreadable
from enterprises.imports.child import read_apart
from enterprises.imports.read import packed, parquet, unpacked
from enterprises.imports.save import Origin
from enterprises.models import ImportBatch
from pipeline.domain import judge, ladder, ledger_plans, progress, titles
from pipeline.domain.ledger_plans import Plan
from pipeline.domain.ledger_previews import Change, Counts, HeadingReport, Preview, PreviewRow, SheetReport, preview

__all__ = [
    "Change",
    "Counts",
    "HeadingReport",
    "Preview",
    "PreviewRow",
    "SheetReport",
    "apply",
    "confirm",
    "failure_noted",
    "is_at_work",
    "is_stuck",
    "preview",
    "put_back",
    "read",
    "resubmit",
    "upload",
]

State = ImportBatch.State
READABLE: Final = (State.UPLOADED, State.READ, State.REFUSED)
CONFIRMABLE: Final = (State.READ, State.FAILED)
APPLICABLE: Final = (*CONFIRMABLE, State.APPLYING)
PATIENCE: Final = datetime.timedelta(minutes=1)  # without progress for so long a batch may be queued again
NO_LEDGER: Final = "没有认出任何企业台账：每张工作表的原因见下"
LATE: Final = "预览之后登记簿有变化，写入的以写入时为准"
FAILED: Final = "写入时出错，没有写入任何内容；请重试，仍不成功请联系管理员"
DOCUMENT: Final = "台账导入："  # what a title from a ledger has for a document


@transaction.atomic
def upload(
    *, filename: str, content: bytes, by: User, figures_year: int | None = None, sender: str = ""
) -> ImportBatch:
    """Keep a handed-in workbook; ``figures_year`` is the year of figures whose heading names none.

    ``sender`` is who filled it in, where that is not the importer's unit: its columns are remembered apart.
    """
    if not by.may_write or by.region is None:
        raise StepRefused([Reason("right", "当前账号不能导入台账", who="bureau")])
    if len(content) > LARGEST_FILE:
        raise StepRefused([Reason("size", f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分开导入", who="bureau")])
    batch = ImportBatch.objects.create(
        filename=PurePosixPath(filename.replace("\\", "/")).name[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        figures_year=figures_year,
        sender=sender.strip()[:60],
        by=by,
    )
    day = timezone.localdate(batch.uploaded_at)
    audit.record("ledger.upload", batch, by=by, after={"digest": batch.digest}, document=batch.filename[:120], on=day)
    return batch


def is_at_work(batch: ImportBatch) -> bool:
    """Whether the worker still has something to do for the batch."""
    is_unjudged = batch.state in {State.APPLIED, State.UNDONE} and batch.progress < 100
    return is_unjudged or batch.state in {State.UPLOADED, State.APPLYING, State.UNDOING}


def is_stuck(batch: ImportBatch, *, at: datetime.datetime) -> bool:
    """Whether the worker should have got on by now: its task may be lost, or the queue was away."""
    return is_at_work(batch) and batch.moved_at <= at - PATIENCE


@transaction.atomic
def confirm(*, batch_id: int, by: User, at: datetime.datetime) -> ImportBatch | None:
    """Let a preview be written; the batch as it stood before, nothing when it is being written already."""
    before = locked(batch_id, by)
    if before.state not in CONFIRMABLE:
        return None
    ImportBatch.objects.filter(pk=batch_id).update(state=State.APPLYING, progress=1, error="", moved_at=at)
    return before


@transaction.atomic
def resubmit(*, batch_id: int, by: User, at: datetime.datetime) -> ImportBatch | None:
    """Let a batch that got stuck be queued again; the batch as it stood before, nothing when it gets on.

    A task that was not lost after all does no harm: whichever comes second finds the work done.
    """
    before = locked(batch_id, by)
    if not is_stuck(before, at=at):
        return None
    ImportBatch.objects.filter(pk=batch_id).update(moved_at=at)
    return before


def put_back(before: ImportBatch, *, at: datetime.datetime) -> None:
    """The queue did not take the batch: it stands again as before, unless a worker has begun after all."""
    untouched = ImportBatch.objects.filter(pk=before.pk, moved_at=at)
    untouched.update(state=before.state, progress=before.progress, error=before.error, moved_at=before.moved_at)


def locked(batch_id: int, by: User) -> ImportBatch:
    """One's own batch, locked, without the file and what was read of it."""
    return ImportBatch.objects.defer("content", "frame", "preview").select_for_update().get(pk=batch_id, by=by)


def read(*, batch_id: int) -> ImportBatch:
    """Read the workbook in a process of its own and store the preview; a file that cannot be read is refused."""
    batch = ImportBatch.objects.select_related("by__region").get(pk=batch_id)
    if batch.state not in READABLE or batch.content is None:
        return batch
    handed_in = timezone.localdate(batch.uploaded_at)
    try:
        ledger = read_apart(
            filename=batch.filename,
            content=bytes(batch.content),
            year=batch.figures_year or handed_in.year - 1,
            year_is_given=batch.figures_year is not None,
            on=handed_in,
            remembered=mappings.remembered(batch),
        )
    except Unreadable as refusal:
        batch.state, batch.error, batch.report = State.REFUSED, str(refusal), {}
        return kept_reading(batch)
    ImportBatch.objects.filter(pk=batch.pk, state=State.UPLOADED).update(progress=60, moved_at=timezone.now())
    planned = ledger_plans.plan(ledger, by=batch.by, on=handed_in)
    is_ledger = any(sheet.is_ledger for sheet in ledger.sheets)
    batch.frame = packed(ledger)
    batch.preview = parquet(planned.outcomes)
    batch.report = {"sheets": [sheet.as_json() for sheet in ledger.sheets], "counts": planned.counts()}
    batch.state, batch.error = (State.READ, "") if is_ledger else (State.REFUSED, NO_LEDGER)
    return kept_reading(batch)


@transaction.atomic
def kept_reading(batch: ImportBatch) -> ImportBatch:
    """Store what was read, unless the batch went on while it was being read a second time."""
    states = ImportBatch.objects.filter(pk=batch.pk).select_for_update().values_list("state", flat=True)
    if states.get() not in READABLE:
        return ImportBatch.objects.get(pk=batch.pk)
    batch.progress, batch.moved_at = 0, timezone.now()
    batch.save(update_fields=["frame", "preview", "report", "state", "error", "progress", "moved_at"])
    return batch


def apply(*, batch_id: int, by: User, on: datetime.date) -> ImportBatch:
    """Write what the preview shows, all of it or nothing, then judge and settle the firms touched.

    Safe to run again: a batch that was written already is only judged again if that was cut short.
    """
    batch = ImportBatch.objects.select_related("by__region").get(pk=batch_id, by=by)
    applicable = ImportBatch.objects.filter(pk=batch.pk, state__in=APPLICABLE)
    touched: list[int] | None = None  # written by a run cut short: whom it touched is forgotten, so judge everybody
    if applicable.update(state=State.APPLYING, progress=5, error="", moved_at=timezone.now()):
        with failure_noted(batch, State.APPLYING, state=State.FAILED, progress=0, error=FAILED):
            touched = written(batch, on)
    elif not ImportBatch.objects.filter(pk=batch.pk, state=State.APPLIED).exists():
        raise StepRefused([Reason("state", f"文件“{batch.get_state_display()}”，不能写入", who="bureau")])
    if touched is None and ImportBatch.objects.filter(pk=batch.pk, progress=100).exists():
        batch.refresh_from_db()
        return batch
    judge.judge(on=on, enterprise_ids=touched)
    say_progress(batch.pk, 95)
    ladder.settle_all(on, touched, by=by)
    ImportBatch.objects.filter(pk=batch.pk).update(progress=100, moved_at=timezone.now())
    batch.refresh_from_db()
    return batch


@contextmanager
def failure_noted(batch: ImportBatch, at_work: State, **left: Any) -> Iterator[None]:
    """When the work fails everything stands as before; the batch is ``left`` so, and it may be tried again."""
    succeeded = False
    try:
        yield
        succeeded = True
    finally:
        if not succeeded and not connection.needs_rollback:
            unfinished = ImportBatch.objects.filter(pk=batch.pk, state=at_work)
            unfinished.update(**left, moved_at=timezone.now())


@transaction.atomic
def written(batch: ImportBatch, on: datetime.date) -> list[int] | None:
    """Write the ledger against the register as it now stands; the ids of the firms touched, nothing if it was written.

    The row itself is locked only at the end: the bar moves by another connection while this one writes.
    """
    save.lock_imports()
    if not is_being_applied(batch):  # another run wrote it while this one waited
        return None
    ledger = unpacked(bytes(batch.frame or b""))
    planned = ledger_plans.plan(ledger, by=batch.by, on=on)
    say_progress(batch.pk, 25)
    ids = save_plan(planned, batch, on)
    say_progress(batch.pk, 75)
    counts = planned.counts()
    if counts != batch.report.get("counts"):
        batch.report |= {"counts": counts, "note": LATE}
    firms = planned.outcomes.join(ids, on="key", how="left", maintain_order="left")
    batch.preview = parquet(firms.with_columns(firm=pl.coalesce("id", "firm")).drop("id"))
    batch.state, batch.progress, batch.applied_at, batch.content = State.APPLIED, 80, timezone.now(), None
    batch.moved_at = batch.applied_at
    batch.save(update_fields=["report", "preview", "state", "progress", "applied_at", "content", "moved_at"])
    audit.record("ledger.apply", batch, by=batch.by, after=counts, document=batch.filename[:120], on=on)
    return [int(one) for one in ids.join(planned.touched, on="key", how="semi")["id"]]


def is_being_applied(batch: ImportBatch) -> bool:
    """Whether the batch still waits to be written; who asks holds the lock of all imports."""
    return ImportBatch.objects.filter(pk=batch.pk, state=State.APPLYING).exists()


def save_plan(planned: Plan, batch: ImportBatch, on: datetime.date) -> pl.DataFrame:
    """Write a plan's firms, statements, spells, contacts and recognitions; the id of the firm of each key."""
    origin = Origin(batch.pk, batch.by_id, timezone.now(), on)
    save.lock_firms(planned.rows.join(planned.touched, on="key", how="semi")["firm"])
    rows = save.with_ids(planned.rows)
    ids = rows.select("key", "id")
    save.save_new_firms(rows, origin)
    save.save_known_firms(rows, origin)
    save.save_statements(planned.statements, ids, origin)
    save.save_spells(planned.spells, ids, origin)
    save.save_contacts(planned.contacts, ids, origin)
    touched = ids.join(planned.touched, on="key", how="semi")
    save.save_audit(touched["id"], origin)
    conflicts.refresh(touched["id"].to_list())
    record_titles(planned, dict(ids.iter_rows()), batch, on)
    return ids


def record_titles(planned: Plan, ids: dict[str, int], batch: ImportBatch, on: datetime.date) -> None:
    """Record the recognitions through their door; none is refused that the plan did not refuse."""
    rows = [titles.TitleRow(**{**one.row.__dict__, "enterprise_id": ids[one.key]}) for one in planned.titles]
    if not rows:
        return
    document = f"{DOCUMENT}{batch.filename}"[:200]
    refused = titles.record_many(rows=rows, by=batch.by, on=on, document=document, batch_id=batch.pk)
    if refused:
        raise RuntimeError(f"{len(refused)} planned titles were refused while their firms were locked")


def say_progress(batch_id: int, percent: int) -> None:
    """Show progress from inside a transaction."""
    progress.say("UPDATE enterprises_importbatch SET progress = %s, moved_at = now() WHERE id = %s", batch_id, percent)
